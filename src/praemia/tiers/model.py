"""Values of the tiers room: what is counted, the tier somebody holds, how it changed, and a member's book while a batch is worked on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from praemia.foundation.values import Sheet, Value, field

LIFETIME = date.min
"""The day under which the sum of all days is kept; the driver writes the first day of all as -infinity."""


class Reason(StrEnum):
    """Why a tier changed. ENDED: what was assigned is over."""

    REACHED = "reached"
    FELL = "fell"
    ASSIGNED = "assigned"
    ENDED = "ended"
    MERGED = "merged"


class Mode(StrEnum):
    """How a tier is assigned: as a floor that can be exceeded, as the tier itself whatever is counted, or once, as if reached."""

    FLOOR = "floor"
    FIXED = "fixed"
    ONCE = "once"


class Counts(Value):
    """What counts for tiers: points in quanta, money in minor units. Below zero: counted back."""

    points: int = 0
    spend_minor: int = 0
    visits: int = 0

    def __bool__(self) -> bool:
        return bool(self.points or self.spend_minor or self.visits)

    def plus(self, other: Counts) -> Counts:
        """The sum."""
        return Counts(
            points=self.points + other.points, spend_minor=self.spend_minor + other.spend_minor, visits=self.visits + other.visits
        )

    def minus(self, other: Counts) -> Counts:
        """The difference."""
        return Counts(
            points=self.points - other.points, spend_minor=self.spend_minor - other.spend_minor, visits=self.visits - other.visits
        )


class Waiting(Value):
    """Points of an event that will count for its `day` once they can be used: from `opens_on`, or (None) when told."""

    event_id: UUID
    day: date
    opens_on: date | None
    points: int


class TierState(Value):
    """The tier a member holds. `earned` is their own, `assigned` a gift; `tier` is what counts since `since`.

    `held_until` is guaranteed, `grace_until` the end of a grace after which `grace_to` is theirs; days are inclusive. `warned_of` is
    the day of the last fall they were warned of, `entered` the tiers whose welcome they had. On `due_day` somebody has to look again.
    """

    tier: str | None
    since: datetime
    seen_on: date
    earned: str | None
    held_until: date | None = None
    grace_until: date | None = None
    grace_to: str | None = None
    assigned: str | None = None
    assigned_until: date | None = None
    is_fixed: bool = False
    warned_of: date | None = None
    entered: frozenset[str] = frozenset()
    due_day: date | None = None


class Change(Value):
    """One change of a tier, with the figures behind it. `cause` is the event that did it; None: a night."""

    at: datetime
    was: str | None
    becomes: str | None
    reason: Reason
    figures: Mapping[str, int] = field(default_factory=dict)
    cause: UUID | None = None


class Cause(Value):
    """What makes somebody look: an event, or (no event) a night, on a local day."""

    at: datetime
    day: date
    event: UUID | None = None
    greet: bool = True


class Opening(Value):
    """When the points of an event can be used: at once, or they wait until `on`, or (None) until told."""

    waits: bool = False
    on: date | None = None


class Entry(Value):
    """A welcome that is due: so many quanta of a unit for reaching a tier."""

    tier: str
    unit: str
    quanta: int
    cause: Cause


class Book(Sheet):
    """One member's tier and what counts for it, as read under the lock of their accounts. Mutable: a batch works on it in turn.

    `days` holds what was counted on the days that can still matter, `balance` what is held now (quanta). What a batch did is in
    `added`, `put_off`, `came` (waiting points that count now), `changes`, `entries` (tiers whose welcome is due), `warnings`.
    """

    owner_id: UUID
    program_id: int
    joined_at: datetime
    zone: ZoneInfo
    state: TierState
    version: int
    stored: bool = False
    days: dict[date, Counts] = field(default_factory=dict)
    lifetime: Counts = field(default_factory=Counts)
    waiting: dict[UUID, Waiting] = field(default_factory=dict)
    past: tuple[tuple[datetime, str | None], ...] = ()
    balance: int = 0
    added: dict[date, Counts] = field(default_factory=dict)
    put_off: dict[UUID, Waiting] = field(default_factory=dict)
    came: set[UUID] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    warnings: list[tuple[date, str | None]] = field(default_factory=list)
    touched: bool = False
    expires_all: bool = False
    joined_on: date = LIFETIME

    def __post_init__(self) -> None:
        """`joined_on` is the local day of joining, whatever was given."""
        self.joined_on = self.joined_at.astimezone(self.zone).date()

    def tier_at(self, instant: datetime) -> str | None:
        """The tier held at an instant."""
        if self.state.since <= instant:
            return self.state.tier
        return next((was for at, was in self.past if at > instant), self.state.tier)


class NextTier(Value):
    """The tier above and what is still missing, by measure."""

    tier: str
    missing: Mapping[str, int]


class Fall(Value):
    """When a tier would fall if nothing more happened, and to which."""

    day: date
    to: str | None


class View(Value):
    """A member's tier as it is shown. `figures` are counted in the window of `day`; `until` is the last day it is sure."""

    state: TierState
    day: date
    until: date | None
    figures: Mapping[str, int]
    next_tier: NextTier | None
    at_risk: Fall | None
