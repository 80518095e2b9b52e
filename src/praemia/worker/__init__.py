"""The worker edge: what happens by itself."""
