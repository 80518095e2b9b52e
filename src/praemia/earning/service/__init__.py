"""The verbs of the earning journey."""
