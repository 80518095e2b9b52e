"""Pure arithmetic of sums and stretches of days."""
