"""Commands in, redemptions out. Points in quanta, money in minor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from praemia.catalogue import Wish
from praemia.foundation.values import Value, field

REDEMPTION = "redemption"
CAPTURE = "capture"
RELEASE = "release"
REVERSAL = "reversal"
USE = "use"
STEP = "fulfilment"
GIFT_CARD = "gift_card"
KINDS = frozenset({REDEMPTION, CAPTURE, RELEASE, REVERSAL, USE, STEP, GIFT_CARD})
"""The kinds of event this journey writes."""


class State(StrEnum):
    """Where a redemption stands. HELD: points set aside. GIVEN: points taken, not used yet. The others are final."""

    HELD = "held"
    GIVEN = "given"
    USED = "used"
    RELEASED = "released"
    CANCELLED = "cancelled"


class Redeem(Value):
    """A member wants a reward. `hold` sets the points aside until captured or released, at the latest at `deadline`."""

    program: str
    member: str
    reward: str
    wish: Wish = field(default_factory=Wish)
    hold: bool = False
    deadline: datetime | None = None
    partner: str | None = None
    key: str | None = None


class Act(Value):
    """Something is done with a redemption: `kind` is CAPTURE, RELEASE, REVERSAL or USE, and need not be said to the verb that does it.
    `note` is why; `order` the order it is used for; `step` and `failed` for fulfilment."""

    program: str
    redemption: str
    kind: str = ""
    key: str | None = None
    note: str | None = None
    order: str | None = None
    step: str | None = None
    failed: bool = False


Deed = Redeem | Act
"""What can be carried out with others in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCode:
    """A code is shown at a till, by a member or by nobody known."""

    program: str
    code: str
    member: str | None = None
    order: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """Somebody buys or is given a gift card; `number` is the operator's own, else a random one."""

    program: str
    value_minor: int
    number: str | None = None
    key: str | None = None


class Redemption(Value):
    """A redemption as it is kept. `terms` say what was promised, by the version of that day; `items` what it took from stock."""

    redemption_id: UUID
    program_id: int
    member_id: UUID
    reward: str
    version: int
    state: State
    times: int
    unit: int
    quanta: int
    cash_minor: int
    terms: Mapping[str, Any]
    items: Sequence[str]
    codes: Sequence[UUID]
    cards: Sequence[UUID]
    step: str | None
    deadline: datetime | None
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """A code or card number as a member sees it; `spelled` None once it is worth nothing."""

    spelled: str | None
    ends: str


class Done(Value):
    """What an act did. `event_id` None: it had no effect. `spent` and `returned` are quanta of the redemption's unit.

    `after` are the member's balances right afterwards, by unit code.
    """

    redemption: Redemption
    event_id: UUID | None
    kind: str
    member: str | None
    occurred_at: datetime
    spent: int = 0
    returned: int = 0
    codes: Sequence[ShownCode] = ()
    cards: Sequence[ShownCode] = ()
    after: Mapping[str, int] = field(default_factory=dict)
    replayed: bool = False
