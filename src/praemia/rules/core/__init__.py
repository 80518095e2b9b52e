"""The pure machinery of the rule language. Nothing outside the room imports from here; the front door re-exports."""
