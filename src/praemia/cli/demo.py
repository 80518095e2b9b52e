"""`praemia demo`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the start page may show of a demonstration."""

    tenant_id: int
    program: str
    member: str
    secret: str


def demo_command() -> None:
    """Not there yet."""
