"""The values of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that is kept: its digest (hexadecimal SHA-256 of the WebP) is its name."""

    digest: str
    width: int
    height: int
    made_at: datetime
