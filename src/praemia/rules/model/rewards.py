"""What a programme says about spending: rewards, what they give and to whom, their codes, and points as money at the till.

Costs are quanta of the reward's unit, money is minor units of the programme's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from praemia.foundation.values import Value, field
from praemia.rules.model.programme import Period


class AmountOff(Value):
    """Money off one order, never more than its goods."""

    amount_minor: int


class PercentOff(Value):
    """A share off one order, at most `most_minor`."""

    percent: Fraction
    most_minor: int | None = None


class FreeItem(Value):
    """`quantity` pieces of an article: the cost is for such a set."""

    sku: str
    quantity: int = 1


class CardOf(Value):
    """A gift card with this much stored on it."""

    value_minor: int


class Donation(Value):
    """Money given to somebody else in the member's name."""

    amount_minor: int
    receiver: str


class TierFor(Value):
    """A tier for some months."""

    tier: str
    months: int


class Experience(Value):
    """Something to be there for. Where dates or places are listed the member chooses; `seats` is how many fit each choice."""

    name: str
    dates: tuple[date, ...] = ()
    places: tuple[str, ...] = ()
    seats: int | None = None


class Cashback(Value):
    """Money paid out to the member."""

    amount_minor: int


class Other(Value):
    """Anything the programme knows how to deliver."""

    text: str


Gift = AmountOff | PercentOff | FreeItem | CardOf | Donation | TierFor | Experience | Cashback | Other


class Price(Value):
    """What one reward costs: quanta, and money on top."""

    quanta: int
    cash_minor: int = 0


class CodeTerms(Value):
    """The code a redemption hands out. Usable from `starts_after_days` local days after the redemption, then for `valid_days` days.

    `pattern` spells new codes (# stands for a random sign), `pool` hands out uploaded ones. `bound` refuses everybody but the member.
    """

    pattern: str
    pool: str | None = None
    starts_after_days: int = 0
    valid_days: int | None = None
    bound: bool = False
    uses: int = 1


class RewardLimit(Value):
    """At most `times` per member and period."""

    times: int
    per: Period = Period.LIFETIME


class Reward(Value):
    """One thing to be had for points. `options` replace the price where the member chooses; `steps` are its fulfilment,
    `automatic_steps` those of them that need nobody. Dates include both ends."""

    id: str
    unit: str
    price: Price
    gift: Gift
    name: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    by_tier: Mapping[str, int] = field(default_factory=dict)
    options: tuple[Price, ...] = ()
    value_minor: int | None = None
    stock: int | None = None
    per_member: RewardLimit | None = None
    first_day: date | None = None
    last_day: date | None = None
    tiers: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    code: CodeTerms | None = None
    automatic: bool = False
    steps: tuple[str, ...] = ()
    automatic_steps: frozenset[str] = frozenset()


class PayWithPoints(Value):
    """Points as money: whole steps of `quanta` of `unit`, each worth `worth_minor`, at most a share of the goods.

    `clamp` cuts a wish to what is allowed and covered; otherwise it is refused.
    """

    unit: str
    quanta: int
    worth_minor: int
    min_quanta: int = 0
    max_percent: Fraction | None = None
    clamp: bool = False


class Rewards(Value):
    """Everything a version says about spending."""

    rewards: Mapping[str, Reward] = field(default_factory=dict)
    pay_with_points: PayWithPoints | None = None
