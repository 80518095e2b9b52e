"""The verbs of the nights."""
