"""What stands against the use of a coupon, and what a redemption takes off an order. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from praemia.catalogue import (
    CodeExpired,
    CodeNotActive,
    CodeOfAnother,
    CodeUsedUp,
    LimitReached,
    NotForSegment,
    NotForTier,
)
from praemia.foundation.errors import DomainError
from praemia.members import Member
from praemia.orders.errors import BelowMinimum, NeedsMember, NeedsOrder
from praemia.rules import AmountOff, Bonus, CounterKey, Coupon, FreeItem, PercentOff, Scope, TakesOff, Usage

_EVER = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponLook:
    """What decides about a coupon: the local day, who uses it, the order's goods (None: no order), and what is used up."""

    day: date
    member: Member | None = None
    tier: str | None = None
    goods_minor: int | None = None
    used: Mapping[CounterKey, Usage] = field(default_factory=dict)


def coupon_keys(coupon: Coupon, code: UUID | None, *, guest: bool) -> tuple[CounterKey, ...]:
    """The counters that one use costs: the code's own (unless it was issued: then the code counts), all codes', the member's."""
    keys = []
    if code is not None:
        keys.append(CounterKey(scope=Scope.PROGRAM, counter=f"coupon:{coupon.id}:{code.hex}", period=_EVER))
    if coupon.campaign_uses is not None:
        keys.append(campaign_key(coupon))
    if coupon.per_member is not None and not guest:
        keys.append(CounterKey(scope=Scope.MEMBER, counter=f"coupon:{coupon.id}", period=_EVER))
    return tuple(keys)


def campaign_key(coupon: Coupon) -> CounterKey:
    """The counter of all of a coupon's uses."""
    return CounterKey(scope=Scope.PROGRAM, counter=f"coupon:{coupon.id}", period=_EVER)


def coupon_objections(coupon: Coupon, code: UUID | None, look: CouponLook) -> Iterator[DomainError]:
    """Everything that stands against it, in the order in which a use is refused: whose it is, days, uses, the order's amount."""
    member = look.member
    if coupon.member is not None and (member is None or member.reference != coupon.member):
        yield CodeOfAnother()
    if member is None and (coupon.segments or coupon.tiers or coupon.per_member is not None or isinstance(coupon.gives, Bonus)):
        yield NeedsMember()
    elif coupon.segments and member is not None and not coupon.segments & member.segments:
        yield NotForSegment(reward=coupon.id, segments=", ".join(sorted(coupon.segments)))
    elif coupon.tiers and look.tier not in coupon.tiers:
        yield NotForTier(reward=coupon.id, tiers=", ".join(sorted(coupon.tiers)))
    if coupon.first_day is not None and look.day < coupon.first_day:
        yield CodeNotActive(starts_on=coupon.first_day.isoformat())
    if coupon.last_day is not None and look.day > coupon.last_day:
        yield CodeExpired(last_day=coupon.last_day.isoformat())
    yield from _used_up(coupon, code, look)
    if coupon.min_amount_minor is not None and look.goods_minor is None:
        yield NeedsOrder(least_minor=coupon.min_amount_minor)
    elif coupon.min_amount_minor is not None and look.goods_minor is not None and look.goods_minor < coupon.min_amount_minor:
        yield BelowMinimum(amount_minor=look.goods_minor, least_minor=coupon.min_amount_minor)


def _used_up(coupon: Coupon, code: UUID | None, look: CouponLook) -> Iterator[DomainError]:
    for key in coupon_keys(coupon, code, guest=look.member is None):
        used = look.used[key].used if key in look.used else 0
        if key.scope is Scope.MEMBER:
            if coupon.per_member is not None and used >= coupon.per_member:
                yield LimitReached(reward=coupon.id, times=coupon.per_member, per="lifetime", used=used)
        elif code is not None and key.counter.endswith(code.hex):
            if used >= coupon.uses:
                yield CodeUsedUp(uses=coupon.uses)
        elif coupon.campaign_uses is not None and used >= coupon.campaign_uses:
            yield LimitReached(reward=coupon.id, times=coupon.campaign_uses, per="lifetime", used=used)


def takes_of(terms: Mapping[str, Any]) -> TakesOff | None:
    """What a redemption's promise takes off an order; None: it is nothing for an order."""
    match terms["gives"]:
        case "amount_off":
            return AmountOff(amount_minor=terms["amount_minor"])
        case "percent_off":
            numerator, denominator = terms["percent"]
            return PercentOff(percent=Fraction(numerator, denominator), most_minor=terms.get("max_minor"))
        case "free":
            return FreeItem(sku=terms["sku"], quantity=terms["quantity"])
        case _:
            return None
