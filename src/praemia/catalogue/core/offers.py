"""What a wish costs and what stands against it. Pure: one truth for the list of offers and for the redemption itself."""

from __future__ import annotations

from collections.abc import Iterator

from praemia.catalogue.errors import (
    ChoiceNeeded,
    LimitReached,
    NoLongerOffered,
    NotForSegment,
    NotForTier,
    NotYetOffered,
    OptionUnknown,
    OutOfStock,
)
from praemia.catalogue.model import Deal, Look, Wish
from praemia.foundation.errors import DomainError
from praemia.ledger import InsufficientPoints
from praemia.rules import Experience, FreeItem, Price, Reward


def deal_of(reward: Reward, wish: Wish, tier: str | None) -> Deal:
    """The whole price of a wish and what it takes from stock.

    A free article is paid in whole sets; anything else per piece. Raises OptionUnknown, ChoiceNeeded.
    """
    times = wish.quantity
    if isinstance(reward.gift, FreeItem):
        times = -(-wish.quantity // reward.gift.quantity)
    each = _price(reward, wish, tier)
    return Deal(
        times=times,
        price=Price(quanta=each.quanta * times, cash_minor=each.cash_minor * times),
        items=tuple(_items(reward, wish)),
    )


def objections(reward: Reward, deal: Deal, look: Look) -> Iterator[DomainError]:
    """Everything that stands against it, in the order in which a redemption is refused: days, tier, segment, limit, stock, points."""
    if reward.first_day is not None and look.day < reward.first_day:
        yield NotYetOffered(reward=reward.id, first_day=reward.first_day.isoformat())
    if reward.last_day is not None and look.day > reward.last_day:
        yield NoLongerOffered(reward=reward.id, last_day=reward.last_day.isoformat())
    if reward.tiers and look.tier not in reward.tiers:
        yield NotForTier(reward=reward.id, tiers=", ".join(sorted(reward.tiers)))
    if reward.segments and not reward.segments & look.segments:
        yield NotForSegment(reward=reward.id, segments=", ".join(sorted(reward.segments)))
    limit = reward.per_member
    if limit is not None and look.used + deal.times > limit.times:
        yield LimitReached(reward=reward.id, times=limit.times, per=limit.per.value, used=look.used)
    if look.left is not None and look.left < deal.times:
        yield OutOfStock(item=reward.id, left=look.left)
    available = max(look.available, 0)
    if deal.price.quanta > available:
        yield InsufficientPoints(asked=deal.price.quanta, available=available)


def seats_of(reward: str, gift: Experience) -> list[str]:
    """Every item of an experience: one for each date and place."""
    days: list[str | None] = [day.isoformat() for day in gift.dates] or [None]
    return ["@".join(part for part in (reward, day, place) if part) for day in days for place in gift.places or (None,)]


def _price(reward: Reward, wish: Wish, tier: str | None) -> Price:
    if wish.option is None:
        return Price(quanta=reward.by_tier.get(tier or "", reward.price.quanta))
    if not 0 <= wish.option < len(reward.options):
        raise OptionUnknown(reward=reward.id, options=len(reward.options), option=wish.option)
    return reward.options[wish.option]


def _items(reward: Reward, wish: Wish) -> Iterator[tuple[str, int]]:
    """The reward itself when it is limited, and its date and place when their seats are."""
    if reward.stock is not None:
        yield reward.id, reward.stock
    if isinstance(reward.gift, Experience):
        chosen = _chosen(reward.id, reward.gift, wish)
        if reward.gift.seats is not None:
            yield "@".join((reward.id, *chosen)), reward.gift.seats


def _chosen(reward: str, gift: Experience, wish: Wish) -> Iterator[str]:
    if gift.dates:
        if wish.on not in gift.dates:
            raise ChoiceNeeded(reward=reward, choice="date", offered=", ".join(day.isoformat() for day in gift.dates))
        yield wish.on.isoformat()
    if gift.places:
        if wish.place not in gift.places:
            raise ChoiceNeeded(reward=reward, choice="place", offered=", ".join(gift.places))
        yield wish.place
