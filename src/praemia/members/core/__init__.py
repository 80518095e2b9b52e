"""Pure arithmetic of the members room."""
