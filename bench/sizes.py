"""What events leave on disk: how large every table is with its indexes, at an instant or grown between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.model import BOOKS
from bench.queries import queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many events there are, and bytes by table, partitions counted with their parent."""

    events: int = 0
    bytes: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Sizes) -> Sizes:
        return Sizes(
            events=self.events + other.events,
            bytes={name: self.bytes.get(name, 0) + other.bytes.get(name, 0) for name in self._names(other)},
        )

    def __sub__(self, other: Sizes) -> Sizes:
        return self + Sizes(events=-other.events, bytes={name: -size for name, size in other.bytes.items()})

    def _names(self, other: Sizes) -> list[str]:
        return sorted({*self.bytes, *other.bytes})


async def taken(probe: Any) -> Sizes:
    """As large as everything is now."""
    return Sizes(events=await queries().event_count(probe), bytes={row["name"]: row["bytes"] for row in await queries().sizes(probe)})


def per_event(grown: Sizes) -> dict[str, Any]:
    """By table, altogether and for the books; nothing where there was no event."""
    if not grown.events:
        return {}
    each = {name: size / grown.events for name, size in grown.bytes.items()}
    return {
        "bytes_per_event": {name: round(size, 1) for name, size in sorted(each.items(), key=lambda kv: -kv[1]) if size > 0},
        "disk_bytes_per_event": round(sum(each.values())),
        "books_bytes_per_event": round(sum(each.get(name, 0) for name in BOOKS)),
    }
