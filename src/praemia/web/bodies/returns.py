"""What clients send and read about goods that come back, cancellations, and orders as they stand."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from praemia.web.bodies.answers import Amount, Answer, RuleAnswer
from praemia.web.bodies.events import LINES_LIMIT, LineBody
from praemia.web.bodies.scalars import MINOR_LIMIT, Body, Instant, Name, Quantity, Reference, Text

_Value = Annotated[int, Field(ge=1, le=MINOR_LIMIT)]


class ReturnedLineBody(Body):
    """Pieces of a line of the purchase, or of an article wherever it stands."""

    line: Annotated[int | None, Field(ge=0, lt=LINES_LIMIT, description="the line's place in the purchase, from 0")] = None
    sku: Name | None = None
    quantity: Quantity = 1


class ReturnBody(Body):
    """Goods of an order come back: exactly one of `lines`, `amount_minor` and `all`."""

    id: Annotated[Reference | None, Field(description="the return's own number, its identity; without one the Idempotency-Key is")] = None
    lines: Annotated[list[ReturnedLineBody] | None, Field(min_length=1, max_length=LINES_LIMIT)] = None
    amount_minor: Annotated[_Value | None, Field(description="value of the goods after discounts, where no lines are known")] = None
    all: Annotated[bool, Field(description="everything that is left")] = False
    member: Annotated[Reference | None, Field(description="refused unless the order is this member's")] = None
    reason: Text | None = None
    occurred_at: Instant | None = None


class CancellationBody(Body):
    """An order is called off."""

    member: Annotated[Reference | None, Field(description="refused unless the order is this member's")] = None
    reason: Text | None = None


class GoodsBackBody(Body):
    """Goods come back and nobody knows of which order: exactly one of `lines` and `amount_minor`."""

    order: Annotated[Reference, Field(description="the return's own number, its identity")]
    member: Reference
    lines: Annotated[list[LineBody] | None, Field(min_length=1, max_length=LINES_LIMIT)] = None
    amount_minor: Annotated[_Value | None, Field(description="value of the goods after discounts, where no lines are known")] = None
    channel: Name | None = None
    location: Name | None = None
    occurred_at: Instant | None = None


class RefusedAnswer(Answer):
    """Why a return that waited did not fit the order when it came."""

    code: str
    detail: str


class CardBackAnswer(Answer):
    """What came back onto a gift card, which is known by its last signs."""

    ends: str
    amount_minor: int


class CardPaidAnswer(Answer):
    """What a gift card paid, and how much of it came back."""

    ends: str
    amount_minor: int
    restored_minor: int


class ReturnAnswer(Answer):
    """What a return did. `claimed` had to go, `taken` really went: the rest had expired unused, or was not there any more.

    `restored` came back of what was spent on the order. `rules` say how much less each rule of the purchase gives.
    """

    event: str
    kind: str
    order: str
    member: str | None
    occurred_at: Instant
    version: Annotated[int, Field(description="the version of the purchase, which decides")]
    replayed: bool
    parked: Annotated[bool, Field(description="the order is not known yet: this waits for it")]
    refused: RefusedAnswer | None
    claimed: list[Amount]
    taken: list[Amount]
    restored: list[Amount]
    cards: list[CardBackAnswer]
    left_minor: Annotated[int, Field(description="value of the goods that are kept")]
    rules: list[RuleAnswer]
    balances: list[Amount]


class OrderLineAnswer(Answer):
    """A line of the purchase and how many pieces of it came back."""

    line: int
    sku: str
    quantity: int
    returned: int


class OrderAnswer(Answer):
    """An order as it stands, with every return in turn."""

    event: str
    order: str
    member: str | None
    occurred_at: Instant
    version: int
    cancelled: bool
    value_minor: Annotated[int, Field(description="value of the goods as bought, after discounts")]
    left_minor: int
    lines: list[OrderLineAnswer]
    earned: list[Amount]
    taken: list[Amount]
    spent: list[Amount]
    restored: list[Amount]
    cards: list[CardPaidAnswer]
    returns: list[ReturnAnswer]
