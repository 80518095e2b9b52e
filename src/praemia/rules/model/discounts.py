"""What a programme says about prices at the till: promotions, coupons, how several of them meet, and what they may cost.

Money is minor units of the programme's currency. What is taken off comes in the same words as what a reward gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from praemia.foundation.values import Value, field
from praemia.rules.model.happening import CounterKey
from praemia.rules.model.programme import Conditions, Period, Selection
from praemia.rules.model.rewards import AmountOff, FreeItem, PercentOff


class PercentOf(StrEnum):
    """What a second percentage is taken from: the price after the first, or the initial one."""

    DISCOUNTED = "discounted"
    INITIAL = "initial"


class Combine(StrEnum):
    """Which discounts on the whole order count: all in their order, or only the one that takes off most."""

    ALL = "all"
    BEST_ORDER_LEVEL = "best_order_level"


class BuyGet(Value):
    """In every `buy` + `get` units, the `get` cheapest are `percent` off."""

    buy: int
    get: int
    percent: Fraction = Fraction(100)


TakesOff = AmountOff | PercentOff | FreeItem | BuyGet


class Promotion(Value):
    """Takes something off orders that fulfil its conditions: by itself, or when its `code` is named.

    With `match` or `exclude` it works on those lines, else on the whole order; `cheapest` narrows it to one unit. `total` and
    `per_member` are how often it may be used, ever.
    """

    id: str
    takes: TakesOff
    name: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    enabled: bool = True
    when: Conditions = field(default_factory=Conditions)
    match: Selection | None = None
    exclude: Selection | None = None
    cheapest: bool = False
    total: int | None = None
    per_member: int | None = None
    incompatible_with: frozenset[str] = frozenset()


class Bonus(Value):
    """Points for whoever uses a coupon."""

    unit: str
    quanta: int


class Coupon(Value):
    """Codes that are used up: each `uses` times, all of them together `campaign_uses` times, by one member `per_member` times.

    `codes` are known to everybody who reads the file; with `pattern` codes are issued one by one, usable from
    `starts_after_days` local days after that for `valid_days`. Dates include both ends.
    """

    id: str
    gives: AmountOff | PercentOff | Bonus
    name: Mapping[str, str] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    pattern: str | None = None
    uses: int = 1
    campaign_uses: int | None = None
    per_member: int | None = None
    member: str | None = None
    segments: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    min_amount_minor: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    starts_after_days: int = 0
    valid_days: int | None = None


class DiscountBudget(Value):
    """What some promotions and coupons may take off all orders together, in money or in uses. A use that would exceed it is not
    given; with `cut` it is given as far as the money goes."""

    id: str
    of: frozenset[str]
    money_minor: int | None = None
    uses: int | None = None
    per: Period = Period.LIFETIME
    cut: bool = False


class Discounts(Value):
    """Everything a version says about prices at the till."""

    promotions: tuple[Promotion, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    budgets: tuple[DiscountBudget, ...] = ()
    sequence: PercentOf = PercentOf.DISCOUNTED
    combine: Combine = Combine.ALL


class OfferKind(StrEnum):
    """Where a discount comes from."""

    PROMOTION = "promotion"
    COUPON = "coupon"
    REWARD = "reward"


class Offer(Value):
    """A discount that may apply to an order. `id` names the promotion, coupon or reward; `takes` None: it gives something else.

    `code` is how it was named, as far as it may be shown.
    """

    kind: OfferKind
    id: str
    takes: TakesOff | None
    name: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None


class Taken(Value):
    """What became of one offer: what it took off which line (by number), or which clause stopped it, with the figures behind it.

    `whole`: it was taken off the order, and the lines are its shares. `counters` are the uses it costs.
    """

    kind: OfferKind
    id: str
    name: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    whole: bool = False
    applied: bool = False
    amount_minor: int = 0
    by_line: Mapping[int, int] = field(default_factory=dict)
    counters: Mapping[CounterKey, int] = field(default_factory=dict)
    clause: str | None = None
    numbers: Mapping[str, Any] = field(default_factory=dict)


class Priced(Value):
    """What is taken off an order: `line_off` by discounts on lines, `order_off` by those on the order, of which `shares` are the
    lines' parts. `spent` are the counters' increments."""

    line_off: tuple[int, ...]
    order_off: int
    shares: tuple[int, ...]
    taken: tuple[Taken, ...]
    spent: Mapping[CounterKey, int] = field(default_factory=dict)
