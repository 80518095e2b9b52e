"""The verbs of the tiers room."""
