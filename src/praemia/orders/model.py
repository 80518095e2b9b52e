"""Commands about orders, and what became of them. Points in quanta by unit code, money in minor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.rules import CounterKey, Verdict

RETURN = "return"  # the kinds of the events that this room writes
CANCELLATION = "cancellation"
SPENT = "spent"
"""Under this name a purchase's verdict keeps what was spent on it: [{unit, amount, event, line}], the transfer that took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOrder:
    """Goods of an order come back, or (kind CANCELLATION) the order is called off.

    Of a return exactly one of `lines` ((line from 0, or article), pieces), `amount_minor` (goods after discounts) and `all` is
    said. `member`, if named, must be the order's. `identities` are as for any event; a cancellation needs none.
    """

    program: str
    order: str
    kind: str = RETURN
    lines: Sequence[tuple[int | str, int]] = ()
    amount_minor: int | None = None
    all: bool = False
    member: str | None = None
    reason: str | None = None
    identities: tuple[tuple[str, str], ...] = ()
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Points spent on an order, and the transfer that took them."""

    unit: str
    amount: int
    event_id: UUID
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Where the returns of an order stand, over all of them so far.

    `claimed`: points that had to go, by unit; `gone`: of these, what had expired unused already; `by_rule`: the same by rule;
    `restored`: what came back, for each entry of what was spent; `freed`: what limits, caps and budgets got back.
    """

    claimed: Mapping[str, int] = field(default_factory=dict)
    gone: Mapping[str, int] = field(default_factory=dict)
    by_rule: Mapping[str, int] = field(default_factory=dict)
    restored: tuple[int, ...] = ()
    freed: Mapping[CounterKey, int] = field(default_factory=dict)
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A recorded return. `claimed` had to go, `taken` is what really went (the rest had expired, or was not there), `restored` came
    back; `left_minor` is the value that is kept. `parked`: the order is not known yet. `refused`: it came, and this did not fit."""

    event_id: UUID
    program: str
    kind: str
    order: str
    member: str | None
    occurred_at: datetime
    version: int
    verdict: Verdict
    claimed: Mapping[str, int]
    taken: Mapping[str, int]
    restored: Mapping[str, int]
    left_minor: int
    balances: Mapping[str, int]
    parked: bool = False
    refused: Mapping[str, Any] | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order as it stands: the purchase, what was bought and is left of it, and every return in turn."""

    event_id: UUID
    order: str
    member: str | None
    occurred_at: datetime
    version: int
    cancelled: bool
    value_minor: int
    left_minor: int
    lines: Sequence[Mapping[str, Any]]
    earned: Mapping[str, int]
    taken: Mapping[str, int]
    spent: Mapping[str, int]
    restored: Mapping[str, int]
    returns: Sequence[Settlement]
