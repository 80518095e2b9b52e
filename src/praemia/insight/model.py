"""What the room answers: sums, counts, lists. Amounts are quanta of the unit whose number is beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.values import Value

CHAINS = -1
"""The part of an examination that is no bucket: the chains of checkpoints and of the audit log."""

EXAMINATION_JOB = "insight.examination"
"""The kind of the jobs that examine; their body names the part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Transfers of one kind and unit on a local day; `day` None: on all days there ever were."""

    day: date | None
    unit: int
    kind: str
    transfers: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What became of points of one unit: issued (less what was taken back), redeemed (less what came back), expired (less what was
    given back), corrected by hand; `held` is what is left with members of all that."""

    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    corrected: int = 0
    held: int = 0


class Holding(Value):
    """What a member holds of a unit, in quanta; `unit` is its code."""

    unit: str
    decimals: int
    available: int
    pending: int
    held: int
    lifetime: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A day or a week of the chart."""

    first_day: date
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """A count of a programme's members at an instant of the wall clock. `active` did something in the 30 days before, `joined` came
    in them; `tiers` by the tier's id, the empty one is the bottom; `expiring` by unit number, within the 30 days to come."""

    taken_at: datetime
    cost_ms: int
    members: int
    closed: int
    active: int
    joined: int
    tiers: Mapping[str, int] = field(default_factory=dict)
    expiring: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How a programme is doing: over a period (`period`, its `stretches`), ever since (`ever`, by unit number), and its members.

    `stretches` are of the unit `shown`; they begin on `since` and end today.
    """

    since: date
    today: date
    shown: int
    period: Mapping[int, Totals]
    ever: Mapping[int, Totals]
    stretches: Sequence[Stretch]
    stretch_days: int
    census: Census


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened, for the live list: `moved` is what it changed of what its member has, by unit number."""

    event_id: UUID
    kind: str
    occurred_at: datetime
    member_id: UUID | None
    reference: str | None
    location: str | None
    moved: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A member in a list, with tier and balance as they were last written. `found_by` says which name led here."""

    member_id: UUID
    reference: str
    status: str
    enrolled_at: datetime
    is_merged: bool
    tier: str | None
    available: int
    pending: int
    found_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A membership that is part of another since a merge."""

    merge_id: UUID
    member_id: UUID
    reference: str
    merged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A line of the audit log as a list shows it."""

    number: int
    at: datetime
    actor: str
    origin: str
    action: str
    subject: str
    details: Mapping[str, Any]
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The newest examination of a part; `examined_at` None: it waits for a worker, or was never done. `is_asked` says that another
    one is wanted since."""

    part: int
    asked_by: str
    asked_at: datetime
    examined_at: datetime | None
    transfers: int
    waiting: int
    findings: Sequence[str]

    @property
    def is_asked(self) -> bool:
        """Whether a worker still has to look."""
        return self.examined_at is None or self.examined_at < self.asked_at
