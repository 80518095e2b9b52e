"""What a till or a shop sends: purchases, visits, activities, adjustments.

Money is in minor units of the programme's currency, amounts are totals of a line before discounts and tax.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from praemia.web.bodies.scalars import (
    Body,
    Currency,
    FieldValues,
    Instant,
    LastDay,
    Minor,
    Name,
    Names,
    Quantity,
    Reference,
    SignedMinor,
    SignedQuanta,
    Text,
)

LINES_LIMIT = 1000


class LineBody(Body):
    """One line of a purchase."""

    sku: Name
    amount_minor: Annotated[SignedMinor, Field(description="the line's total before discounts and tax; negative for a deposit returned")]
    quantity: Quantity = 1
    discount_minor: Minor = 0
    tax_minor: SignedMinor = 0
    categories: Names = ()
    brand: Name | None = None
    tags: Names = ()
    free: Annotated[bool, Field(description="a free line earns nothing")] = False


class PurchaseBody(Body):
    """A purchase. Its order number is its identity: the same order never earns twice."""

    order: Reference
    member: Annotated[Reference | None, Field(description="a reference or a card; absent: a guest, who earns nothing")] = None
    card: Annotated[Reference | None, Field(description="the card that was shown, instead of `member`")] = None
    occurred_at: Annotated[Instant | None, Field(description="when it happened; absent: now, by the programme's clock")] = None
    currency: Annotated[Currency | None, Field(description="refused unless it is the programme's")] = None
    lines: Annotated[list[LineBody], Field(min_length=1, max_length=LINES_LIMIT)]
    shipping_minor: Minor = 0
    shipping_tax_minor: Minor = 0
    order_discount_minor: Annotated[Minor, Field(description="a discount on the whole order, spread over its lines")] = 0
    points_tender_minor: Annotated[Minor, Field(description="what was paid with points")] = 0
    money_tender_minor: Annotated[Minor, Field(description="what gift cards and money wallets paid")] = 0
    codes: Annotated[Names, Field(description="promotions, coupons and codes of redemptions, in their order")] = ()
    redemption: Annotated[Name | None, Field(description="a redemption to use")] = None
    pay_points: Annotated[int | None, Field(ge=1, le=10**15, description="points to pay with, in the unit's smallest quantum")] = None
    pay_gift: Annotated[Names, Field(description="numbers of gift cards; each pays what is due, as far as it goes")] = ()
    pay_wallet: Annotated[Name | None, Field(description="a unit of money to pay with, as far as it goes")] = None
    channel: Name | None = None
    location: Name | None = None
    partner: Name | None = None


class VisitBody(Body):
    """A visit without a purchase. `id` is its identity; without one the Idempotency-Key header is."""

    id: Reference | None = None
    member: Reference
    occurred_at: Instant | None = None
    channel: Name | None = None
    location: Name | None = None


class ActivityBody(Body):
    """An activity the programme declares: a review, a course, a workout. `id` as for a visit."""

    id: Reference | None = None
    activity: Name
    member: Reference
    occurred_at: Instant | None = None
    fields: FieldValues = Field(default_factory=dict)
    channel: Name | None = None
    location: Name | None = None


class AdjustmentBody(Body):
    """A correction by hand: a credit, or a debit when the amount is negative."""

    member: Reference
    unit: Annotated[Name | None, Field(description="absent: the programme's first unit")] = None
    amount: Annotated[SignedQuanta, Field(description="in the unit's smallest quantum; negative takes points away")]
    reason: Text
    allow_negative: Annotated[bool, Field(description="lets a debit push the balance below zero")] = False
    last_day: Annotated[LastDay | None, Field(description="of a credit; absent: by the unit's policy")] = None
    earned_at: Annotated[
        Instant | None, Field(description="when a balance brought from elsewhere was earned; its validity counts from then")
    ] = None

    @model_validator(mode="after")
    def _only_a_credit_lasts(self) -> AdjustmentBody:
        if self.amount < 0 and (self.last_day is not None or self.earned_at is not None):
            raise PydanticCustomError("misplaced", "last_day and earned_at are for credits: a debit takes what is there")
        return self


class ReinstatementBody(Body):
    """Expired points to give back."""

    unit: Annotated[Name | None, Field(description="absent: every unit that gives points back")] = None
    within_days: Annotated[
        int | None, Field(ge=0, le=36_600, description="only what expired so lately; at most the programme's own days")
    ] = None
