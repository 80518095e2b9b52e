"""What happened, and what a verdict may know about the member. Money in minor units, points in quanta."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from praemia.foundation.values import Value, field
from praemia.rules.model.programme import Scope


class Line(Value):
    """One line of a purchase. `amount_minor` is the line's total before discounts and tax (may be negative: a deposit returned)."""

    sku: str
    amount_minor: int
    quantity: int = 1
    discount_minor: int = 0
    tax_minor: int = 0
    categories: tuple[str, ...] = ()
    brand: str | None = None
    tags: tuple[str, ...] = ()
    free: bool = False


class Happening(Value):
    """What a rule looks at: a purchase, visit, activity or calendar occasion, at one instant.

    `trigger` is one of the built-in triggers or an activity's name; `fields` holds an activity's declared fields.
    `order_discount_minor` is a discount on the whole order, `points_tender_minor` the value paid with points,
    `money_tender_minor` what gift cards and money wallets paid.
    """

    trigger: str
    occurred_at: datetime
    lines: tuple[Line, ...] = ()
    shipping_minor: int = 0
    shipping_tax_minor: int = 0
    order_discount_minor: int = 0
    points_tender_minor: int = 0
    money_tender_minor: int = 0
    channel: str | None = None
    location: str | None = None
    partner: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


class CounterKey(NamedTuple):
    """Names one stored counter: whose (member or programme), what for, and the first day of its period. Looked up so often that it is a
    tuple, whose hash costs nothing."""

    scope: Scope
    counter: str
    period: date


class Usage(Value):
    """A stored counter's state. `last_at` is the instant of its newest use (for cooldowns)."""

    used: int = 0
    last_at: datetime | None = None


class Facts(Value):
    """The member's state a verdict may depend on, read under lock. `balances` counts pending quanta too."""

    reference: str | None = None
    tier: str | None = None
    segments: frozenset[str] = frozenset()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    purchases_before: int = 0
    balances: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[CounterKey, Usage] = field(default_factory=dict)
