"""Pure parts of the earning journey: inputs to happenings, identities, running state."""
