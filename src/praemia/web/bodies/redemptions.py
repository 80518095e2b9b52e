"""What clients send and read about rewards, redemptions, codes and gift cards."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from praemia.web.bodies.answers import Amount, Answer
from praemia.web.bodies.queries import Query
from praemia.web.bodies.scalars import Body, Day, Instant, Minor, Name, Quantity, Reference, Text

CODES_LIMIT = 10_000
PAGE_LIMIT = 200


class RedeemBody(Body):
    """A member wants a reward."""

    member: Reference
    reward: Name
    quantity: Annotated[Quantity, Field(description="how many pieces; a free article is paid in whole sets")] = 1
    option: Annotated[int | None, Field(ge=0, le=49, description="one of the reward's prices; absent: its cost in points")] = None
    date: Annotated[Day | None, Field(description="of an experience that is offered on several dates")] = None
    place: Annotated[Name | None, Field(description="of an experience that is offered in several places")] = None
    hold: Annotated[bool, Field(description="only set the points aside, to be captured or released")] = False
    deadline: Annotated[Instant | None, Field(description="when a hold lapses; absent: after a day")] = None
    partner: Annotated[Name | None, Field(description="where it is redeemed, when not with you")] = None


class SettleBody(Body):
    """Why, or for which order."""

    note: Text | None = None
    order: Reference | None = None


class StepBody(Body):
    """What became of a step of the fulfilment."""

    step: Name
    failed: Annotated[bool, Field(description="it cannot be done: the points go back")] = False
    note: Text | None = None


class UseCodeBody(Body):
    """Who shows the code, if that is known."""

    member: Reference | None = None
    order: Reference | None = None


class CodesBody(Body):
    """Codes to be handed out later."""

    codes: Annotated[tuple[Name, ...], Field(min_length=1, max_length=CODES_LIMIT)]


class CardBody(Body):
    """A gift card somebody bought."""

    value_minor: Annotated[Minor, Field(ge=1, description="what is stored on it")]
    number: Annotated[str | None, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9 -]+$", description="absent: a random one")] = (
        None
    )


class RedemptionsQuery(Query):
    after: Annotated[str | None, Field(max_length=60, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 50


class ReasonAnswer(Answer):
    """Something that stands against a reward."""

    code: str
    detail: str
    fields: dict[str, Any]


class OptionAnswer(Answer):
    """One way to pay."""

    points: int
    cash_minor: int


class RewardAnswer(Answer):
    """A reward that can be had. `left` is null when there is any number of it."""

    reward: str
    name: dict[str, str]
    description: dict[str, str]
    unit: str
    decimals: int
    cost: int
    options: list[OptionAnswer]
    gives: dict[str, Any]
    value_minor: int | None
    left: int | None


class OfferAnswer(RewardAnswer):
    """A reward as one member sees it: its cost for them, and honestly why not."""

    available: bool
    missing: int
    reasons: list[ReasonAnswer]


class RewardsAnswer(Answer):
    rewards: list[RewardAnswer]


class OffersAnswer(Answer):
    member: str
    rewards: list[OfferAnswer]


class ShownCodeAnswer(Answer):
    """A code or card number: null once it is worth nothing; `ends` are its last signs."""

    code: str | None
    ends: str


class FulfilmentAnswer(Answer):
    """Where a fulfilment stands: requested, the step done last, or refunded; and what comes next."""

    state: str
    next: str | None
    steps: list[str]


class RedemptionAnswer(Answer):
    """A redemption, and what the request did with it. `event` is null when it had no effect, or for a mere question."""

    redemption: str
    event: str | None
    member: str | None
    reward: str
    name: dict[str, str]
    state: str
    times: int
    gives: dict[str, Any]
    unit: str
    decimals: int
    points: int
    spent: int
    returned: int
    cash_due_minor: int
    codes: list[ShownCodeAnswer]
    gift_cards: list[ShownCodeAnswer]
    fulfilment: FulfilmentAnswer | None
    deadline: Instant | None
    made_at: Instant
    changed_at: Instant
    balances: list[Amount]
    replayed: bool


class RedemptionsAnswer(Answer):
    redemptions: list[RedemptionAnswer]
    next: str | None


class PoolAnswer(Answer):
    pool: str
    added: int
    free: int


class CardAnswer(Answer):
    """A gift card. `number` is null for one that was called in."""

    number: str | None
    ends: str
    value_minor: int
    balance_minor: int
    last_day: str | None
    event: str | None
    replayed: bool


class DonationsAnswer(Answer):
    donations: dict[str, int]
