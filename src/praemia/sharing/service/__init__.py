"""The verbs of sharing: sending, spending together, merging and parting again."""
