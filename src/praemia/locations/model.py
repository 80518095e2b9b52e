"""Values of the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLocation:
    """A wish to register a place. `region` groups places; empty: none."""

    code: str
    name: str
    address: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A registered place. `code` is what events call it."""

    code: str
    name: str
    address: str
    region: str
    made_at: datetime
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is in use."""
        return self.closed_at is None
