"""Orders at the till: what they cost, what is set aside for them, and coupons. Bodies and the shapes of answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from praemia.web.bodies.answers import Amount, Answer, EventAnswer
from praemia.web.bodies.events import PurchaseBody
from praemia.web.bodies.prices import CheckoutAnswer
from praemia.web.bodies.scalars import Body, Day, Instant, Reference

CODES_LIMIT = 1000


class ReservationBody(PurchaseBody):
    """An order to be set aside, as it would be bought."""

    deadline: Annotated[Instant | None, Field(description="until when; absent: half an hour from now")] = None


class CouponUseBody(Body):
    """Who uses a code, or whose use is made void."""

    member: Annotated[Reference | None, Field(description="absent: nobody known, or the newest use whoever's it is")] = None


class CouponCodesBody(Body):
    """How many codes to issue; with a member only they can use them."""

    count: Annotated[int, Field(ge=1, le=CODES_LIMIT)] = 1
    member: Reference | None = None


class AgainstAnswer(Answer):
    """Something that was asked for and does not count, with the problem that a purchase would be refused with."""

    what: Annotated[str, Field(description="the code, the reward, or pay_points, pay_wallet")]
    code: str
    detail: str


class RewardLookAnswer(Answer):
    """A reward that could lower this order."""

    reward: str
    name: str
    points: Amount
    amount_minor: Annotated[int, Field(description="what it would take off this order")]
    available: bool
    reasons: list[str]


class QuoteAnswer(EventAnswer):
    """What an order would cost and earn."""

    against: list[AgainstAnswer]
    rewards: list[RewardLookAnswer]


class ReservationAnswer(Answer):
    """An order that is set aside, or was."""

    order: str
    reservation: str
    member: str | None
    state: Literal["reserved", "bought", "released"]
    deadline: Instant
    replayed: bool
    checkout: CheckoutAnswer
    balances: list[Amount]


class UsedAnswer(Answer):
    """How much is used of a promotion's total, a coupon's campaign, or a budget."""

    kind: Literal["promotion", "coupon", "budget"]
    id: str
    used: int
    most: int
    money: Annotated[bool, Field(description="counted in minor units of money, else in uses")]
    per: str
    since: Annotated[Day | None, Field(description="first day of the period that counts; null: from the beginning")]


class DiscountsAnswer(Answer):
    """Everything that prices use up, for everybody together."""

    used: list[UsedAnswer]


class CouponUseAnswer(Answer):
    """What became of the use of a code."""

    event: str
    kind: Literal["coupon", "coupon_void"]
    coupon: str
    code: Annotated[str, Field(description="its last signs")]
    member: str | None
    occurred_at: Instant
    version: int
    replayed: bool
    awards: list[Amount]
    balances: list[Amount]


class CouponCodesAnswer(Answer):
    """Codes that were issued; in a repetition, those that are still worth something."""

    event: str
    coupon: str
    codes: list[str]
    replayed: bool
