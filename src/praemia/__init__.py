"""Praemia: a self-hosted rewards platform whose points are kept like money."""
