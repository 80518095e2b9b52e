"""The verbs of the redemption journey."""
