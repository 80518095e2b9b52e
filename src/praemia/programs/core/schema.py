"""The shape of a programme file: one model per block, the single source of the reader, the JSON Schema and the defaults.

Strict and closed: an unknown key is a fault. What spans several blocks (unknown unit, a budget's rules ...) is in `checks`.
Field names differ from the file's keys only where Python reserves the word (`from`, `if`) or the unit belongs in the name.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from pydantic import Field
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from praemia.programs.core import scalars as read
from praemia.programs.core.adjustment_blocks import AdjustmentsBlock
from praemia.programs.core.blocks import (
    ACTIVITY,
    ANY_WORD,
    FIELD_NAME,
    SLUG,
    BasisBlock,
    Block,
    Names,
    Positive,
    RuleId,
    SelectionBlock,
    Switch,
    UnitCode,
    WhenBlock,
)
from praemia.programs.core.brand_blocks import BrandBlock
from praemia.programs.core.consent_blocks import ConsentBlock
from praemia.programs.core.discount_blocks import CouponBlock, DiscountsBlock, PromotionBlock
from praemia.programs.core.lots_blocks import ExpiryBlock, PendingBlock, RuleExpiry
from praemia.programs.core.return_blocks import OutOfOrderBlock, ReturnsBlock
from praemia.programs.core.reward_blocks import PayWithPointsBlock, RewardBlock
from praemia.programs.core.sharing_blocks import SharingBlock
from praemia.programs.core.tier_blocks import TiersBlock
from praemia.programs.core.till_blocks import TillBlock
from praemia.rules import Accrual, MultiplierStacking, OnExceed, Period, PromotionStacking, RoundAt, Rounding, Scope

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Context(StrEnum):
    """Whom the programme is for."""

    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    REFERRAL = "referral"
    WELLNESS = "wellness"
    EDUCATION = "education"
    PARTNER = "partner"


class FieldType(StrEnum):
    """What an activity's field may hold."""

    INT = "int"
    STRING = "string"
    BOOL = "bool"
    MONEY = "money"
    DATE = "date"


class LeapDay(StrEnum):
    """Where a 29 February goes in common years."""

    FEB28 = "feb28"
    MAR1 = "mar1"


class UnitBlock(Block):
    """A kind of value a member collects: points, stamps, cents of cashback."""

    name: Names | None = Field(default=None, description="What members read. Text, or one text per language.")
    decimals: Annotated[int, read.whole(0, 6)] = Field(default=0, description="Decimals a balance may have. Fixed once applied.")
    rounding: Annotated[Rounding, read.choice(Rounding)] = Field(
        default=Rounding.DOWN, description="How a fraction smaller than the last decimal is rounded."
    )
    spendable: Switch = Field(default=True, description="May be spent on rewards.")
    qualifying: Switch = Field(default=False, description="Counts for tiers.")
    value: Positive | None = Field(default=None, description="What one whole unit is worth in the currency.", examples=["0.01"])
    money: Switch = Field(default=False, description="An amount of it is the same amount of the currency: it pays at the till.")
    pending: PendingBlock | None = None
    expiry: ExpiryBlock | None = Field(default=None, description="When its points end. Default: never.")
    spend_order: Annotated[bool, read.either("oldest_earned", "soonest_expiry")] = Field(
        default=False, description="Which points are spent first.", json_schema_extra={"default": "soonest_expiry"}
    )
    reinstate_days: Annotated[int, read.whole(1, 3660)] | None = Field(
        default=None, description="For how many days after their end points can be given back, once. Default: never."
    )


class ActivityBlock(Block):
    """Something a member does besides buying, with the fields it reports."""

    name: Names | None = Field(default=None, description="What members read.")
    fields: dict[Annotated[str, FIELD_NAME], Annotated[FieldType, read.choice(FieldType)]] = Field(
        default_factory=dict, description="The fields an activity reports and their types.", examples=[{"stars": "int"}]
    )


class StackingBlock(Block):
    """What happens when several promotions apply to one purchase."""

    multipliers: Annotated[MultiplierStacking, read.choice(MultiplierStacking)] = Field(
        default=MultiplierStacking.SUM, description="2x and 3x together: sum is 4x, product 6x, best 3x."
    )
    promotions: Annotated[PromotionStacking, read.choice(PromotionStacking)] = Field(
        default=PromotionStacking.ALL, description="Which applicable promotions (multiply, add) count."
    )
    multiply: Annotated[bool, read.either("all", "spend")] = Field(
        default=False, description="Multiply the points for money spent only, or all points.", json_schema_extra={"default": "spend"}
    )


class PerValueBlock(Block):
    """Points by a number an activity reports."""

    field: Annotated[str, FIELD_NAME] = Field(default="value", description="The field that holds the number.")
    step: Positive = Field(description="Points are given for every such amount of it.", examples=[10])


class EarnBlock(Block):
    """What a rule gives: points once, or per amount of money, per item, per value."""

    points: Positive = Field(description="How many, in whole units; decimals may be quoted.", examples=[1, "0.5"])
    per_amount: Positive | None = Field(default=None, description="For every such amount of money.", examples=["1.00"])
    per_item: Switch = Field(default=False, description="For every item the rule selects.")
    per_value: PerValueBlock | None = None


class LimitBlock(Block):
    """How often a rule may fire."""

    times: Annotated[int, read.whole(1, 1_000_000_000)]
    per: Annotated[Period, read.choice(Period)] = Field(default=Period.LIFETIME, description="Not order, not balance.")
    scope: Annotated[Scope, read.choice(Scope)] = Field(default=Scope.MEMBER, description="For each member, or all together.")


class CapBlock(Block):
    """The most a member may earn in a period."""

    points: Positive
    per: Annotated[Period, read.choice(Period)]
    on_exceed: Annotated[OnExceed, read.choice(OnExceed)] = Field(default=OnExceed.CUT, description="Give what is left, or nothing.")


class ProgramCapBlock(CapBlock):
    """The most a member may earn from all rules together; per balance: the most a member may hold."""

    unit: UnitCode | None = Field(default=None, description="Default: the first unit.")


class BudgetBlock(Block):
    """The most some rules may give to everybody together, in points or in money."""

    id: RuleId
    rules: Annotated[tuple[str, ...], read.TOKEN_LIST] = Field(description="The rules that draw on it.")
    unit: UnitCode | None = Field(default=None, description="Default: the unit of its rules.")
    points: Positive | None = None
    money: Positive | None = Field(default=None, description="Counted by the value of the unit.", examples=["500.00"])
    per: Annotated[Period, read.choice(Period)] = Period.LIFETIME
    on_exceed: Annotated[OnExceed, read.choice(OnExceed)] = OnExceed.CUT


class RuleBlock(Block):
    """One earning rule: exactly one of earn, multiply and add."""

    id: RuleId = Field(description="Its name in receipts, budgets and explanations; keep it when you change the rule.")
    name: Names | None = Field(default=None, description="What members read.", examples=[{"de": "Doppelte Punkte", "en": "Double points"}])
    description: Annotated[str, read.TEXT] | None = None
    trigger: Annotated[str, ANY_WORD] = Field(
        description="purchase, visit, signup, birthday, anniversary, or one of the activities.", examples=["purchase"]
    )
    to: UnitCode | None = Field(default=None, description="The unit it gives. Default: the first unit.")
    enabled: Switch = True
    earn: EarnBlock | None = None
    multiply: Positive | None = Field(default=None, description="Multiplies what per_amount rules gave.", examples=["1.5"])
    add: Positive | None = Field(default=None, description="Points added after multiplication.", examples=[100])
    match: SelectionBlock | None = None
    exclude: SelectionBlock | None = None
    when: WhenBlock = Field(default_factory=WhenBlock)
    limit: LimitBlock | None = None
    cooldown: Annotated[int, read.DURATION] | None = Field(default=None, description="Time between two firings.", examples=["24h"])
    cap: CapBlock | None = None
    exclusive: Switch = Field(default=False, description="If it applies, no other earn rule of its unit does.")
    stop: Switch = Field(default=False, description="If it applies, the rules after it are ignored.")
    priority: Annotated[int, read.whole(-1_000_000, 1_000_000)] = Field(
        default=0, description="Higher comes first; then the order of the file."
    )
    created: Annotated[date, read.DAY] | None = Field(default=None, description="For stacking.promotions: latest.")
    leap_day: Annotated[LeapDay, read.choice(LeapDay)] = LeapDay.FEB28
    expiry: RuleExpiry | None = Field(default=None, description="When its points end, instead of the unit's; none: never.")
    accrual: Annotated[Accrual, read.choice(Accrual)] | None = None
    round_at: Annotated[RoundAt, read.choice(RoundAt)] | None = None
    basis: BasisBlock | None = None


class EarningBlock(Block):
    """How members earn."""

    accrual: Annotated[Accrual, read.choice(Accrual)] = Field(
        default=Accrual.PRO_RATA, description="Whether a part of a step earns its share."
    )
    round_at: Annotated[RoundAt, read.choice(RoundAt)] = Field(default=RoundAt.RULE, description="Where points are rounded.")
    basis: BasisBlock = Field(default_factory=BasisBlock)
    stacking: StackingBlock = Field(default_factory=StackingBlock)
    backdate_limit_days: Annotated[int, read.whole(0, 36_600)] | None = Field(default=None, description="Older events are refused.")
    rules: tuple[RuleBlock, ...] = Field(default=(), max_length=1000)
    caps: tuple[ProgramCapBlock, ...] = Field(default=(), max_length=100)
    budgets: tuple[BudgetBlock, ...] = Field(default=(), max_length=200)


class ProgramFile(Block):
    """A rewards programme."""

    program: Annotated[str, SLUG] = Field(description="Its short name in addresses and commands.", examples=["cafe"])
    name: Names | None = Field(default=None, description="What members read.", examples=[{"de": "Kaffeefreunde", "en": "Coffee Friends"}])
    context: Annotated[Context, read.choice(Context)] = Context.CUSTOMER
    timezone: Annotated[str, ANY_WORD] = Field(
        default="UTC", description="IANA name; days and hours are counted there.", examples=["Europe/Berlin"]
    )
    currency: Annotated[str, ANY_WORD] = Field(default="EUR", description="ISO 4217 code.", examples=["EUR"])
    units: dict[UnitCode, UnitBlock] = Field(description="What members collect; the first is the default of the rules.", min_length=1)
    activities: dict[Annotated[str, ACTIVITY], ActivityBlock] = Field(default_factory=dict)
    earning: EarningBlock = Field(default_factory=EarningBlock)
    rewards: tuple[RewardBlock, ...] = Field(default=(), description="What they can have for it.", max_length=1000)
    pay_with_points: PayWithPointsBlock | None = None
    promotions: tuple[PromotionBlock, ...] = Field(default=(), description="What orders cost less.", max_length=1000)
    coupons: tuple[CouponBlock, ...] = Field(default=(), description="Codes that are used up.", max_length=1000)
    discounts: DiscountsBlock = Field(default_factory=DiscountsBlock)
    tiers: TiersBlock | None = Field(default=None, description="Levels of membership.")
    returns: ReturnsBlock = Field(default_factory=ReturnsBlock)
    out_of_order: OutOfOrderBlock = Field(default_factory=OutOfOrderBlock)
    adjustments: AdjustmentsBlock = Field(default_factory=AdjustmentsBlock)
    sharing: SharingBlock = Field(default_factory=SharingBlock)
    consents: dict[RuleId, ConsentBlock] = Field(default_factory=dict, description="What members may agree to.", max_length=20)
    till: TillBlock = Field(default_factory=TillBlock)
    brand: BrandBlock = Field(default_factory=BrandBlock)


class _Published(GenerateJsonSchema):
    """Pydantic's schema without its habits: a key is left out instead of null, and a mapping is closed."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def dict_schema(self, schema: core_schema.DictSchema) -> dict[str, Any]:
        return {**super().dict_schema(schema), "additionalProperties": False}


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the file. Treat it as read-only."""
    return {"$schema": SCHEMA_DIALECT, **ProgramFile.model_json_schema(schema_generator=_Published)}
