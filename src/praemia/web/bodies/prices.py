"""What an order cost and why, as answers show it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class PriceLineAnswer(BaseModel):
    """One line: what was sent, what came off it, its share of what came off the order, and what it costs (before tax)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sku: str
    amount_minor: int
    discount_minor: int
    order_share_minor: int
    price_minor: int


class DiscountAnswer(BaseModel):
    """What became of one promotion, coupon or reward."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["promotion", "coupon", "reward"]
    id: str
    name: str
    code: Annotated[str | None, Field(description="as it was named; of a secret one the last signs")]
    applied: bool
    whole: Annotated[bool, Field(description="taken off the order as a whole")]
    amount_minor: int
    clause: Annotated[str | None, Field(description="what stopped it; null when it was applied")]
    sentence: Annotated[str | None, Field(description="the same as a sentence; only when `lang` was asked for")] = None


class PaymentAnswer(BaseModel):
    """One payment: points or a wallet's money, or a gift card."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Literal["unit", "gift_card"]
    amount_minor: int
    unit: str | None = None
    amount: int | None = None
    decimals: int | None = None
    card: Annotated[str | None, Field(description="the last signs of the number")] = None


class CheckoutAnswer(BaseModel):
    """What an order cost: every line, every discount, what paid, and what is due."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lines: list[PriceLineAnswer]
    discounts: list[DiscountAnswer]
    discount_minor: int
    total_minor: int
    paid: list[PaymentAnswer]
    due_minor: int
