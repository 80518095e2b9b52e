"""What members had counted and held at a moment, as JSON that an event can keep: for undoing what was done to it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.values import asdict
from praemia.tiers.model import LIFETIME, Counts, TierState, Waiting

_DAYS = ("seen_on", "held_until", "grace_until", "assigned_until", "warned_of", "due_day")
_HELD = ("tier", "earned", "held_until", "grace_until", "grace_to", "assigned", "assigned_until", "is_fixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One member's tier with everything that was ever counted, by day (without the sum), and what waits."""

    state: TierState
    version: int
    joined_at: datetime
    days: Mapping[date, Counts] = field(default_factory=dict)
    waiting: Mapping[UUID, Waiting] = field(default_factory=dict)


def to_json(record: Record) -> dict[str, Any]:
    """As JSON."""
    state = {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(record.state).items()}
    return {
        "state": state | {"entered": sorted(record.state.entered)},
        "version": record.version,
        "joined_at": record.joined_at.isoformat(),
        "days": {day.isoformat(): [c.points, c.spend_minor, c.visits] for day, c in record.days.items() if day != LIFETIME},
        "waiting": {
            str(event): [w.day.isoformat(), w.opens_on.isoformat() if w.opens_on else None, w.points]
            for event, w in record.waiting.items()
            if w.points
        },
    }


def from_json(told: Mapping[str, Any]) -> Record:
    """The inverse of `to_json`."""
    state = dict(told["state"])
    for key in _DAYS:
        state[key] = None if state[key] is None else date.fromisoformat(state[key])
    state |= {"since": datetime.fromisoformat(state["since"]), "entered": frozenset(state["entered"])}
    return Record(
        state=TierState(**state),
        version=told["version"],
        joined_at=datetime.fromisoformat(told["joined_at"]),
        days={date.fromisoformat(day): Counts(points=p, spend_minor=s, visits=v) for day, (p, s, v) in told["days"].items()},
        waiting={
            UUID(event): Waiting(
                event_id=UUID(event), day=date.fromisoformat(day), opens_on=None if on is None else date.fromisoformat(on), points=points
            )
            for event, (day, on, points) in told["waiting"].items()
        },
    )


def holds_the_same(one: TierState, other: TierState) -> bool:
    """Whether two states give the same tier for the same reasons and as long."""
    return all(getattr(one, key) == getattr(other, key) for key in _HELD)
