"""`praemia simulate`."""

from __future__ import annotations


def simulate_command() -> None:
    """Not there yet."""
