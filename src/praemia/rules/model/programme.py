"""What a programme says about earning: units, rules, caps, budgets.

Everything here is frozen. Points are integers in the smallest quantum of their unit type (a unit with two decimals
counts hundredths), money is an integer of minor units of the programme's currency, factors are exact ratios.
How a programme file is read lives in `programs`; how a verdict is reached lives in `rules.core`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from praemia.foundation.values import Value, field
from praemia.rules.model.lots import Expiry, LotPolicy

PURCHASE = "purchase"
VISIT = "visit"
SIGNUP = "signup"
BIRTHDAY = "birthday"
ANNIVERSARY = "anniversary"
BUILT_IN_TRIGGERS = frozenset({PURCHASE, VISIT, SIGNUP, BIRTHDAY, ANNIVERSARY})


class Rounding(StrEnum):
    DOWN = "down"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"


class Period(StrEnum):
    ORDER = "order"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    LIFETIME = "lifetime"
    BALANCE = "balance"


class OnExceed(StrEnum):
    CUT = "cut"
    REFUSE = "refuse"


class Scope(StrEnum):
    MEMBER = "member"
    PROGRAM = "program"


class Accrual(StrEnum):
    PRO_RATA = "pro_rata"
    WHOLE_STEPS = "whole_steps"


class RoundAt(StrEnum):
    RULE = "rule"
    ORDER = "order"
    LINE = "line"


class Unit(Value):
    """A unit type. `value_minor` is what one whole unit is worth in minor units of money, for money budgets. A unit of `money` is
    counted in minor units of the currency and pays at the till."""

    code: str
    decimals: int = 0
    rounding: Rounding = Rounding.DOWN
    spendable: bool = True
    qualifying: bool = False
    value_minor: Fraction | None = None
    money: bool = False
    lots: LotPolicy = field(default_factory=LotPolicy)


class Basis(Value):
    """Which money counts. Defaults: goods after discounts, without tax, without shipping, without what points paid."""

    tax: bool = False
    shipping: bool = False
    points_tender: bool = False
    money_tender: bool = True
    spread_order_discount: bool = True


class Selection(Value):
    """Lines by product, category, brand or tag: any of them. A line that matches twice counts once."""

    skus: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()


class Window(Value):
    """Wall clock of the programme. Dates include both ends; hours include the start and exclude the end.

    `hours` are minutes after midnight; when end <= start the window runs over midnight and belongs, for `days` and
    for the dates, to the local day on which it starts.
    """

    first_day: date | None = None
    last_day: date | None = None
    weekdays: frozenset[int] = frozenset()  # Monday is 0
    hours: tuple[int, int] | None = None


class Conditions(Value):
    """All of them must hold; an empty set or None asks nothing. Thresholds are inclusive.

    `min_amount_minor` looks at the whole order's goods after discounts; `min_quantity` at the items the rule selects.
    """

    window: Window = Window()
    min_amount_minor: int | None = None
    min_amount_with_tax: bool = False
    min_quantity: int | None = None
    tiers: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    first_purchase: bool = False
    expression: str | None = None  # CEL, checked when the programme is applied


class PerAmount(Value):
    """`quanta` (may be a fraction) for every `per_minor` of basis."""

    quanta: Fraction
    per_minor: int
    accrual: Accrual = Accrual.PRO_RATA
    round_at: RoundAt = RoundAt.RULE
    basis: Basis = Basis()


class PerItem(Value):
    """`quanta` for every item of a selected line."""

    quanta: int


class Fixed(Value):
    """`quanta` once."""

    quanta: int


class PerValue(Value):
    """`quanta` for every `per` of an activity's numeric field (minutes, steps, kilometres x 1000 ...)."""

    quanta: Fraction
    per: int
    value_field: str = "value"
    accrual: Accrual = Accrual.PRO_RATA


class Multiply(Value):
    """Multiplies what per-amount rules gave (all points when stacking says so); with a selection, only those lines' share."""

    factor: Fraction


class Add(Value):
    """Adds after multiplication, when the purchase has base points."""

    quanta: int


Effect = PerAmount | PerItem | Fixed | PerValue | Multiply | Add


class Limit(Value):
    """At most `times` firings per period, for one member or the whole programme."""

    times: int
    per: Period = Period.LIFETIME
    scope: Scope = Scope.MEMBER


class Cap(Value):
    """At most `quanta` of a unit per member and period; `BALANCE` limits what may be held (pending included)."""

    quanta: int
    per: Period
    unit: str
    on_exceed: OnExceed = OnExceed.CUT


class Budget(Value):
    """What a set of rules may grant to everybody together, in quanta of a unit or in money (quanta x the unit's value)."""

    id: str
    rules: tuple[str, ...]
    unit: str
    quanta: int | None = None
    money_minor: int | None = None
    per: Period = Period.LIFETIME
    on_exceed: OnExceed = OnExceed.CUT


class Rule(Value):
    """One earning rule. File order is the order of evaluation, a higher `priority` comes first."""

    id: str
    trigger: str
    unit: str
    effect: Effect
    name: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    match: Selection | None = None
    exclude: Selection | None = None
    when: Conditions = Conditions()
    limit: Limit | None = None
    cooldown_seconds: int | None = None
    cap: Cap | None = None
    exclusive: bool = False
    stop: bool = False
    priority: int = 0
    created: date | None = None
    leap_day: str = "feb28"  # or "mar1": where a 29 February goes in common years
    expiry: Expiry | None = None  # instead of the unit's own


class MultiplierStacking(StrEnum):
    SUM = "sum"
    PRODUCT = "product"
    BEST = "best"


class PromotionStacking(StrEnum):
    ALL = "all"
    LATEST = "latest"
    BEST = "best"


class Stacking(Value):
    multipliers: MultiplierStacking = MultiplierStacking.SUM
    promotions: PromotionStacking = PromotionStacking.ALL
    multiply_all_points: bool = False


class ActivityType(Value):
    """A declared activity: its fields and their types (int, string, bool, money, date), for CEL and for intake."""

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)


class TierRate(Value):
    """What a tier does to earning: it multiplies the points of `unit`, and greets its new members with `entry_quanta`."""

    tier: str
    unit: str
    factor: Fraction
    name: Mapping[str, str] = field(default_factory=dict)
    entry_quanta: int = 0


class Earning(Value):
    """Everything a programme version says about earning: the input of `compile_earning`."""

    timezone: ZoneInfo
    currency: str
    units: tuple[Unit, ...]
    activities: tuple[ActivityType, ...] = ()
    rules: tuple[Rule, ...] = ()
    caps: tuple[Cap, ...] = ()
    budgets: tuple[Budget, ...] = ()
    stacking: Stacking = Stacking()
    backdate_limit_days: int | None = None
    basis: Basis = Basis()
    tiers: tuple[TierRate, ...] = ()
