"""Commands about orders, and what became of them. Points in quanta by unit code, money in minor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.earning import RETURN, Recorded
from praemia.foundation.errors import DomainError
from praemia.foundation.values import Value, field
from praemia.rules import CounterKey, Period, Verdict

CANCELLATION = "cancellation"  # with earning.RETURN the kinds of the events that this room writes
SPENT = "spent"
"""Under this name a purchase's verdict keeps what was spent on it: [{unit, amount, event, line}], the transfer that took it."""


class ReturnOrder(Value):
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


class Spent(Value):
    """Points spent on an order, and the transfer that took them."""

    unit: str
    amount: int
    event_id: UUID
    line: int


class Charged(Value):
    """What a gift card paid of an order; the card is known by the digest of its number and shown by its last signs."""

    card: UUID
    ends: str
    amount_minor: int


class Settled(Value):
    """Where the returns of an order stand, over all of them so far.

    `claimed`: points that had to go, by unit; `gone`: of these, what had expired unused already; `by_rule`: the same by rule;
    `restored`: what came back, for each entry of what was spent; `cards`: the same for each gift card; `freed`: what limits, caps and
    budgets got back. `undone`: nothing of it is kept, so that what its prices used up could be given back.
    """

    claimed: Mapping[str, int] = field(default_factory=dict)
    gone: Mapping[str, int] = field(default_factory=dict)
    by_rule: Mapping[str, int] = field(default_factory=dict)
    restored: tuple[int, ...] = ()
    cards: tuple[int, ...] = ()
    freed: Mapping[CounterKey, int] = field(default_factory=dict)
    cancelled: bool = False
    undone: bool = False


class Settlement(Value):
    """A recorded return. `claimed` had to go, `taken` is what really went (the rest had expired, or was not there), `restored` came
    back, and onto gift cards (last signs, minor units) `cards`; `left_minor` is the value that is kept. `parked`: the order is not known
    yet. `refused`: it came, and this did not fit."""

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
    cards: Sequence[tuple[str, int]]
    left_minor: int
    balances: Mapping[str, int]
    parked: bool = False
    refused: Mapping[str, Any] | None = None
    replayed: bool = False


class OrderView(Value):
    """An order as it stands: the purchase, what was bought and is left of it, and every return in turn. `cards`: what gift cards (by
    their last signs) paid, and what came back onto them."""

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
    cards: Sequence[tuple[str, int, int]]
    returns: Sequence[Settlement]


RESERVATION = "reservation"
RESERVATION_RELEASE = "reservation_release"
PAYMENT = "payment"
COUPON = "coupon"
COUPON_VOID = "coupon_void"
COUPON_ISSUE = "coupon_issue"
"""The kinds of the events around a purchase: what is set aside for it and let go, what pays for it, and the coupons."""

CHECKOUT = "checkout"
"""Under this name a purchase's verdict keeps what it cost and why: lines, discounts, what paid, what is due."""

CHARGED = "charged"
"""Under this name a purchase's verdict keeps what gift cards paid: [{card, ends, amount_minor}]; a return's, what came back onto them."""

USED_UP = "used_up"
"""Under this name a purchase's verdict keeps what its prices used up: `counted` for promotions and budgets, as below, and of every
coupon the event of its `use`, the `digest` of the code and whether it was `issued`."""

COUNTED = "counted"
"""Under this name an event's verdict keeps what it added to counters of prices: [[scope, counter, period, amount]]."""


class Reservation(Value):
    """An order that is set aside: what it costs, what it holds, until when. `state`: reserved, bought or released."""

    event_id: UUID
    program: str
    order: str
    member: str | None
    state: str
    deadline: datetime
    checkout: Mapping[str, Any]
    balances: Mapping[str, int]
    replayed: bool = False


class IssueCodes(Value):
    """`count` new codes of a coupon with a pattern; with a member only they can use them."""

    program: str
    coupon: str
    count: int = 1
    member: str | None = None
    key: str | None = None


class IssuedCodes(Value):
    """Codes that were issued; one that is worth nothing any more is not shown again."""

    event_id: UUID
    coupon: str
    codes: Sequence[str]
    replayed: bool = False


class UseCoupon(Value):
    """A code is used without an order, or its last use (by that member, if one is named) is made void."""

    program: str
    code: str
    member: str | None = None
    key: str | None = None


class CouponUse(Value):
    """What became of a code's use: the points it gave, or took back (below zero), by unit code. `code` are its last signs."""

    event_id: UUID
    program: str
    kind: str
    coupon: str
    code: str
    member: str | None
    occurred_at: datetime
    version: int
    awards: Mapping[str, int]
    balances: Mapping[str, int]
    replayed: bool = False


class Quote(Value):
    """What an order would cost and earn. `recorded` is the purchase as it would be; `against`: what was asked for and why it does
    not count; `rewards`: what the member could have for points, what it would take off this order, and what stands against it."""

    recorded: Recorded
    against: Sequence[tuple[str, DomainError]] = ()
    rewards: Sequence[RewardLook] = ()


class RewardLook(Value):
    """A reward beside an order."""

    reward: str
    name: Mapping[str, str]
    unit: str
    quanta: int
    amount_minor: int
    against: Sequence[DomainError] = ()


class Used(Value):
    """How much is used of something that prices use up: a promotion's total, a coupon's campaign, a budget (of `money`, or of uses).
    `since` is the first local day of the period that counts."""

    kind: str
    id: str
    used: int
    most: int
    money: bool = False
    per: Period = Period.LIFETIME
    since: date | None = None
