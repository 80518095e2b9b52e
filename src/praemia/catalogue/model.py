"""Values of the catalogue: what decides about an offer, codes and gift cards. Points in quanta, money in minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from praemia.foundation.values import Value
from praemia.rules import Price


class Wish(Value):
    """What a member asks for: `quantity` pieces, an option of the price, a date and a place where there is a choice."""

    quantity: int = 1
    option: int | None = None
    on: date | None = None
    place: str | None = None


class Look(Value):
    """What an offer depends on: the local day, the member's tier and segments, what they may spend, how often they had it in
    the limit's period, and how many of every item are left (None: any number)."""

    day: date
    tier: str | None = None
    segments: frozenset[str] = frozenset()
    available: int = 0
    used: int = 0
    left: int | None = None


class Deal(Value):
    """A wish worked out: so many `times` the reward, at this whole price, from these items of the stock with their totals."""

    times: int
    price: Price
    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that was handed out. `spelled` is None once it cannot be used any more; `ends` are its last signs."""

    digest: UUID
    program_id: int
    spelled: str | None
    ends: str
    reward: str
    redemption_id: UUID
    member_id: UUID | None
    uses: int
    used: int
    starts_on: date
    last_day: date | None
    void: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCard:
    """Stored money. `spelled` is the number, None once the card is void."""

    digest: UUID
    program_id: int
    spelled: str | None
    ends: str
    value_minor: int
    balance_minor: int
    last_day: date | None
    void: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A code about to be handed out."""

    digest: UUID
    spelled: str
    ends: str
    reward: str
    redemption_id: UUID
    member_id: UUID | None
    uses: int
    starts_on: date
    last_day: date | None
