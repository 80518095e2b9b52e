"""How a programme file says what members can have for their points: `rewards` and `pay_with_points`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import ANY_WORD, PICTURE, Amount, Block, Names, Positive, RuleId, Switch, Tokens, UnitCode
from praemia.rules import Period

DEFAULT_PATTERN = "####-####-####"


class Over(StrEnum):
    """What happens to a wish to pay with more points than allowed."""

    REJECT = "reject"
    CLAMP = "clamp"


class FreeBlock(Block):
    """Pieces of an article."""

    sku: Annotated[str, ANY_WORD] = Field(description="The article.", examples=["MUG"])
    quantity: Annotated[int, read.whole(1, 1_000_000)] = Field(default=1, description="How many pieces one cost buys.")


class ExperienceBlock(Block):
    """Something to be there for."""

    name: Names = Field(description="What members read.")
    dates: tuple[Annotated[date, read.DAY], ...] = Field(default=(), max_length=400, description="The member chooses one of them.")
    places: Annotated[tuple[str, ...], read.TOKEN_LIST] = Field(default=(), description="The member chooses one of them.")
    seats: Annotated[int, read.whole(1, 1_000_000_000)] | None = Field(
        default=None, description="How many fit one date and place. Default: any number."
    )


class GivesBlock(Block):
    """What the member gets: exactly one kind."""

    amount_off: Positive | None = Field(default=None, description="Money off an order.", examples=["5.00"])
    percent_off: Positive | None = Field(default=None, description="A share off an order.", examples=[10])
    max: Positive | None = Field(default=None, description="The most that percent_off takes off.", examples=["20.00"])
    free: FreeBlock | None = None
    gift_card: Positive | None = Field(default=None, description="A card with this much stored on it.", examples=["25.00"])
    donation: Positive | None = Field(default=None, description="Money for somebody else.", examples=["1.00"])
    to: Annotated[str, ANY_WORD] | None = Field(default=None, description="Who gets the donation.", examples=["forest"])
    tier: Annotated[str, ANY_WORD] | None = Field(default=None, description="A tier for a time.", examples=["gold"])
    months: Annotated[int, read.whole(1, 1200)] | None = Field(default=None, description="For how long the tier is theirs.")
    experience: ExperienceBlock | None = None
    cashback: Positive | None = Field(default=None, description="Money paid out.", examples=["5.00"])
    other: Annotated[str, read.TEXT] | None = Field(default=None, description="Anything else, in words.")


class OptionBlock(Block):
    """One way to pay for a reward."""

    points: Amount
    cash: Amount = Field(description="Money on top.", examples=["8.00"])


class RewardLimitBlock(Block):
    """How often one member may have it."""

    times: Annotated[int, read.whole(1, 1_000_000_000)]
    per: Annotated[Period, read.choice(Period)] = Field(default=Period.LIFETIME, description="Not order, not balance.")


class CodeBlock(Block):
    """The code a redemption hands out, to be burnt at the till."""

    pattern: Annotated[str, read.TEXT] | None = Field(
        default=None, description="Every # becomes a random letter or digit.", examples=["CAFE-####-####"]
    )
    pool: RuleId | None = Field(default=None, description="Hand out uploaded codes instead.", examples=["spring"])
    starts_after_days: Annotated[int, read.whole(0, 3660)] = Field(default=0, description="Usable only so many days after the redemption.")
    valid_days: Annotated[int, read.whole(1, 36_600)] | None = Field(default=None, description="For how many days. Default: for ever.")
    bound: Switch = Field(default=False, description="Only the member may use it.")
    uses: Annotated[int, read.whole(1, 1_000_000)] = Field(default=1, description="How often it may be used.")


class FulfilmentBlock(Block):
    """What has to be done until the member has it. The points are held until the last step is done."""

    steps: Annotated[tuple[str, ...], read.TOKEN_LIST] = Field(description="In this order.", examples=[["approved", "sent", "delivered"]])
    automatic: Annotated[frozenset[str], read.TOKENS] | None = Field(default=None, description="The steps that need nobody.")


class RewardBlock(Block):
    """One thing to be had for points."""

    id: RuleId = Field(description="Its name in requests and histories; keep it when you change the reward.")
    name: Names | None = Field(default=None, description="What members read.")
    description: Names | None = Field(default=None, description="What members read below the name.")
    cost: Positive = Field(description="Points for one of it.", examples=[500])
    unit: UnitCode | None = Field(default=None, description="Which points. Default: the first unit.")
    cost_by_tier: dict[Annotated[str, ANY_WORD], Positive] = Field(
        default_factory=dict, description="Another cost for some tiers.", examples=[{"gold": 400}]
    )
    options: tuple[OptionBlock, ...] = Field(default=(), max_length=50, description="Other prices the member may choose, counted from 0.")
    gives: GivesBlock
    value: Positive | None = Field(default=None, description="What it is worth, in the currency.", examples=["9.90"])
    picture: Annotated[str, PICTURE] | None = Field(default=None, description="An uploaded picture, by its digest.")
    stock: Annotated[int, read.whole(0, 1_000_000_000_000)] | None = Field(
        default=None, description="How many there are, those already given out included. Default: any number."
    )
    per_member: RewardLimitBlock | None = None
    first_day: Annotated[date, read.DAY] | None = Field(default=None, alias="from", description="First day.")
    last_day: Annotated[date, read.DAY] | None = Field(default=None, alias="until", description="Last day, included.")
    tiers: Tokens | None = Field(default=None, description="Only for members in one of these tiers.")
    segments: Tokens | None = Field(default=None, description="Only for members in one of these segments.")
    code: CodeBlock | None = None
    auto: Switch = Field(default=False, description="Given by itself as soon as the balance reaches the cost.")
    fulfilment: FulfilmentBlock | None = None


class PayWithPointsBlock(Block):
    """Points as money at the till: whole steps of `points`, each `worth` so much."""

    points: Positive = Field(examples=[100])
    worth: Positive = Field(description="What one step pays.", examples=["1.00"])
    unit: UnitCode | None = Field(default=None, description="Which points. Default: the first unit.")
    min_points: Amount | None = Field(default=None, description="Fewer than these cannot be used.")
    max_percent: Positive | None = Field(default=None, description="The largest share of the goods that points may pay.", examples=[50])
    over: Annotated[Over, read.choice(Over)] = Field(default=Over.REJECT, description="Refuse a wish that is too large, or cut it.")
