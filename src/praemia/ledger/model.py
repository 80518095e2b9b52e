"""Values of the ledger: postings in, accounts and lots out. Amounts are quanta, always positive in a posting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

AccountKey = tuple[UUID, int]  # owner and unit


class Role(StrEnum):
    """The accounts that points move between: AVAILABLE belongs to an owner, the others to the programme."""

    ISSUED = "issued"
    ADJUSTMENT = "adjustment"
    AVAILABLE = "available"


class Kind(StrEnum):
    """What a transfer does; the chart (core/chart.py) says between which accounts."""

    EARN = "earn"
    CREDIT = "credit"
    DEBIT = "debit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One transfer to make: `amount` quanta of `unit`, of the given kind, for `owner_id`, caused by line `line` of an event.

    `last_day` is the last local day on which the points it issues may be spent; None: they never expire.
    `may_owe` lets a debit take the balance below zero.
    """

    owner_id: UUID
    event_id: UUID
    line: int
    unit: int
    program_id: int
    kind: Kind
    amount: int
    occurred_at: datetime
    posted_at: datetime
    last_day: date | None = None
    may_owe: bool = False


@dataclass(slots=True, kw_only=True)
class Account:
    """An owner's standing in one unit, as locked. The only mutable value here: a batch posts to it in turn."""

    owner_id: UUID
    unit: int
    program_id: int
    balance: int = 0
    debt: int = 0
    lifetime: int = 0


@dataclass(slots=True, kw_only=True)
class Lot:
    """Points issued together; `remaining` falls as a batch allocates from it."""

    owner_id: UUID
    event_id: UUID
    line: int
    unit: int
    amount: int
    remaining: int
    earned_at: datetime
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """`amount` quanta that the transfer (event_id, line) took from the lot (lot_event_id, lot_line)."""

    owner_id: UUID
    event_id: UUID
    line: int
    lot_event_id: UUID
    lot_line: int
    amount: int


@dataclass(slots=True)
class Posted:
    """What a batch writes: new lots, older lots whose remainder fell, allocations, and the accounts it touched."""

    new_lots: list[Lot] = field(default_factory=list)
    drained: dict[tuple[UUID, int], Lot] = field(default_factory=dict)
    allocations: list[Allocation] = field(default_factory=list)
    accounts: dict[AccountKey, Account] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an owner holds of a unit at an instant: `balance` may be negative (debt), `lifetime` never falls."""

    unit: int
    balance: int
    lifetime: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One transfer as a statement shows it: `amount` is positive when the owner gained."""

    event_id: UUID
    line: int
    unit: int
    kind: str
    amount: int
    occurred_at: datetime
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """A row that does not fit: which invariant, where, what is stored and what the entries say."""

    invariant: str
    bucket: int
    row: str
    stored: str
    derived: str
