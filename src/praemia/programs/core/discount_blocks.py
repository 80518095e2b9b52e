"""How a programme file says what things cost at the till: `promotions`, `coupons` and how `discounts` meet."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import (
    ANY_WORD,
    Amount,
    Block,
    Names,
    Positive,
    RuleId,
    SelectionBlock,
    Switch,
    Tokens,
    UnitCode,
    WhenBlock,
)
from praemia.programs.core.reward_blocks import FreeBlock
from praemia.rules import Combine, OnExceed, PercentOf, Period


class DiscountScope(StrEnum):
    """What a discount narrows itself to."""

    CHEAPEST = "cheapest"


class TakesBlock(Block):
    """What is taken off: exactly one of amount_off, percent_off, free and buy."""

    amount_off: Positive | None = Field(default=None, description="Money.", examples=["5.00"])
    percent_off: Positive | None = Field(default=None, description="A share.", examples=[10])
    max: Positive | None = Field(default=None, description="The most that percent_off takes off.", examples=["20.00"])
    free: FreeBlock | None = Field(default=None, description="Pieces of an article, if they are in the basket.")
    buy: Annotated[int, read.whole(1, 1000)] | None = Field(default=None, description="Of every so many units and those of get ...")
    get: Annotated[int, read.whole(1, 1000)] | None = Field(default=None, description="... so many, the cheapest, are off.")
    off_percent: Positive | None = Field(default=None, description="How much of them is off. Default: 100.")
    scope: Annotated[DiscountScope, read.choice(DiscountScope)] | None = Field(
        default=None, description="cheapest: amount_off and percent_off count for the cheapest unit only."
    )


class UsesBlock(Block):
    """How often a promotion may be used, ever."""

    total: Annotated[int, read.whole(1, 1_000_000_000)] | None = Field(default=None, description="By everybody together.")
    per_member: Annotated[int, read.whole(1, 1_000_000)] | None = Field(default=None, description="By one member; guests cannot use it.")


class PromotionBlock(Block):
    """A discount for orders that fulfil its conditions: by itself, or with a code."""

    id: RuleId = Field(description="Its name in quotes, budgets and explanations; keep it when you change the promotion.")
    name: Names | None = Field(default=None, description="What members read.")
    code: Annotated[str, ANY_WORD] | None = Field(
        default=None, description="Counts only for orders that name it. Default: by itself.", examples=["SPRING"]
    )
    enabled: Switch = True
    when: WhenBlock = Field(default_factory=WhenBlock)
    match: SelectionBlock | None = Field(default=None, description="The lines it works on. Default: the whole order.")
    exclude: SelectionBlock | None = None
    gives: TakesBlock
    limits: UsesBlock = Field(default_factory=UsesBlock)
    incompatible_with: Tokens | None = Field(default=None, description="Promotions and coupons it does not go with.")


class CouponGivesBlock(Block):
    """What using a coupon brings: exactly one of points, amount_off and percent_off."""

    points: Positive | None = Field(default=None, description="Points for the member.", examples=[50])
    unit: UnitCode | None = Field(default=None, description="Which points. Default: the first unit.")
    amount_off: Positive | None = Field(default=None, description="Money off an order.", examples=["5.00"])
    percent_off: Positive | None = Field(default=None, description="A share off an order.", examples=[10])
    max: Positive | None = Field(default=None, description="The most that percent_off takes off.", examples=["20.00"])


class CouponBlock(Block):
    """Codes that are used up."""

    id: RuleId = Field(description="Its name in budgets and explanations; keep it when you change the coupon.")
    name: Names | None = Field(default=None, description="What members read.")
    codes: Annotated[tuple[str, ...], read.TOKEN_LIST] | None = Field(
        default=None, description="The codes themselves.", examples=[["HELLO"]]
    )
    pattern: Annotated[str, read.TEXT] | None = Field(
        default=None, description="Codes are issued on request; every # becomes a random letter or digit.", examples=["HI-####-####"]
    )
    uses: Annotated[int, read.whole(1, 1_000_000_000)] = Field(default=1, description="How often each code may be used.")
    campaign_uses: Annotated[int, read.whole(1, 1_000_000_000)] | None = Field(default=None, description="How often all of them together.")
    per_member: Annotated[int, read.whole(1, 1_000_000)] | None = Field(default=None, description="How often one member.")
    member: Annotated[str, ANY_WORD] | None = Field(default=None, description="Only this member.")
    segments: Tokens | None = Field(default=None, description="Only members in one of these segments.")
    tiers: Tokens | None = Field(default=None, description="Only members in one of these tiers.")
    min_amount: Amount | None = Field(default=None, description="Least amount of the order's goods; then only with an order.")
    first_day: Annotated[date, read.DAY] | None = Field(default=None, alias="from", description="First day.")
    last_day: Annotated[date, read.DAY] | None = Field(default=None, alias="until", description="Last day, included.")
    starts_after_days: Annotated[int, read.whole(0, 3660)] = Field(default=0, description="Issued codes: usable only so many days later.")
    valid_days: Annotated[int, read.whole(1, 36_600)] | None = Field(default=None, description="Issued codes: for how many days.")
    gives: CouponGivesBlock


class DiscountBudgetBlock(Block):
    """The most some promotions and coupons may take off all orders together, in money or in uses."""

    id: RuleId
    of: Annotated[tuple[str, ...], read.TOKEN_LIST] = Field(description="The promotions and coupons that draw on it.")
    money: Positive | None = Field(default=None, examples=["500.00"])
    uses: Annotated[int, read.whole(1, 1_000_000_000)] | None = None
    per: Annotated[Period, read.choice(Period)] = Period.LIFETIME
    on_exceed: Annotated[OnExceed, read.choice(OnExceed)] = Field(
        default=OnExceed.REFUSE, description="A discount that would exceed it is not given, or cut to what is left."
    )


class DiscountsBlock(Block):
    """What happens when several discounts meet in one order, and what they may cost."""

    sequence: Annotated[PercentOf, read.choice(PercentOf)] = Field(
        default=PercentOf.DISCOUNTED, description="A second percentage is taken from the discounted price, or from the initial one."
    )
    combine: Annotated[Combine, read.choice(Combine)] = Field(
        default=Combine.ALL, description="All discounts on the whole order count, or only the best."
    )
    budgets: tuple[DiscountBudgetBlock, ...] = Field(default=(), max_length=200)
