"""Pure parts of the tiers room: windows, figures, rising and falling."""
