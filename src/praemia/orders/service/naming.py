"""From the codes and the redemption that an order names to offers: what each takes off, or the refusal that stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from praemia import catalogue, redemption
from praemia.catalogue import CodeOfAnother, CodeUnknown, digest_of, ends_of, normal
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.orders.core.checkout import Wishes
from praemia.orders.core.coupons import CouponLook, coupon_keys, coupon_objections, takes_of
from praemia.orders.errors import NotForOrders
from praemia.orders.service.till import Till
from praemia.redemption import AlreadyUsed, State, Undone
from praemia.rules import Bonus, CounterKey, Coupon, Offer, OfferKind, Promotion, Usage

ISSUED = "coupon:"  # before the coupon's id, where an issued code says what it is for
_CODE = "code"


@dataclass(slots=True, kw_only=True)
class FoundCoupon:
    """A coupon found by one of its codes. `issued`: the code was issued from a pattern and counts its own uses."""

    coupon: Coupon
    digest: UUID
    ends: str
    issued: bool = False
    refusal: DomainError | None = None


@dataclass(slots=True, kw_only=True)
class Named:
    """One thing an order names: the offer, what it costs to use it, or what stands against it."""

    offer: Offer
    coupon: FoundCoupon | None = None
    redemption_id: UUID | None = None
    held: bool = False
    by_code: str | None = None
    refusal: DomainError | None = None


async def named_by(tx: Tx, till: Till, wishes: Wishes) -> list[Named]:
    """Everything an order names, in its order: codes first, then the redemption. Nothing is locked; coupons are yet to be weighed."""
    named = [await _by_code(tx, till, code) for code in wishes.codes]
    if wishes.redemption is not None:
        named.append(await _by_redemption(tx, till, wishes.redemption))
    return named


def weigh(till: Till, found: FoundCoupon, goods_minor: int | None, pending: Mapping[CounterKey, int]) -> DomainError | None:
    """The first thing that stands against one more use of a coupon, its counters being locked and read; `pending` are uses by the
    same order."""
    used = dict(till.used)
    for key, more in pending.items():
        used[key] = Usage(used=(used[key].used if key in used else 0) + more)
    look = CouponLook(day=till.happens_on, member=till.member, tier=till.tier, goods_minor=goods_minor, used=used)
    code = None if found.issued else found.digest
    return found.refusal or next(iter(coupon_objections(found.coupon, code, look)), None)


def costs_of(till: Till, found: FoundCoupon) -> tuple[CounterKey, ...]:
    """The counters that one use of a coupon costs."""
    return coupon_keys(found.coupon, None if found.issued else found.digest, guest=till.member is None)


async def _by_code(tx: Tx, till: Till, code: str) -> Named:
    promotion = _promotion(till.policies.prices.discounts.promotions, code)
    if promotion is not None:
        return Named(
            offer=Offer(kind=OfferKind.PROMOTION, id=promotion.id, takes=promotion.takes, name=promotion.name, code=promotion.code)
        )
    found = await find_coupon(tx, till, code)
    if found is not None:
        coupon = found.coupon
        takes = None if isinstance(coupon.gives, Bonus) else coupon.gives
        offer = Offer(kind=OfferKind.COUPON, id=coupon.id, takes=takes, name=coupon.name, code=f"…{found.ends}")
        return Named(offer=offer, coupon=found, by_code=code)
    try:
        shown = await catalogue.find_code(tx, till.program_id, code)
    except CodeUnknown as unknown:
        return Named(offer=Offer(kind=OfferKind.COUPON, id=f"…{ends_of(code)}", takes=None), refusal=unknown)
    refusal = None
    try:
        catalogue.check_code(shown, member_id=till.member.member_id if till.member else None, day=till.day)
    except DomainError as stands_against:
        refusal = stands_against
    named = await _of_redemption(tx, till, str(shown.redemption_id), code=f"…{shown.ends}")
    named.by_code = code
    named.refusal = refusal or named.refusal
    return named


async def _by_redemption(tx: Tx, till: Till, name: str) -> Named:
    try:
        named = await _of_redemption(tx, till, name, code=None)
    except DomainError as refusal:
        return Named(offer=Offer(kind=OfferKind.REWARD, id=name, takes=None), refusal=refusal)
    return named


async def _of_redemption(tx: Tx, till: Till, name: str, *, code: str | None) -> Named:
    done = await redemption.get_redemption(tx, till.program.slug, name, now=till.now)
    found = done.redemption
    takes = takes_of(found.terms)
    named = Named(
        offer=Offer(kind=OfferKind.REWARD, id=found.reward, takes=takes, name=found.terms.get("name", {}), code=code),
        redemption_id=found.redemption_id,
        held=found.state is State.HELD,
    )
    if found.state in (State.RELEASED, State.CANCELLED):
        named.refusal = Undone(state=found.state.value)
    elif found.state is State.USED:
        named.refusal = AlreadyUsed()
    elif takes is None:
        named.refusal = NotForOrders(gives=found.terms["gives"])
    elif code is None and (till.member is None or till.member.member_id != found.member_id):
        named.refusal = CodeOfAnother()
    return named


async def find_coupon(tx: Tx, till: Till, code: str) -> FoundCoupon | None:
    """The coupon that a code belongs to: one that lists it, or one it was issued of; None: the code is none of a coupon."""
    signs = normal(code)
    digest = digest_of(_CODE, till.program_id, code)
    for coupon in till.policies.prices.discounts.coupons:
        if any(normal(listed) == signs for listed in coupon.codes):
            return FoundCoupon(coupon=coupon, digest=digest, ends=ends_of(code))
    (issued,) = await catalogue.codes_of(tx, [digest]) or (None,)
    if issued is None or issued.program_id != till.program_id or not issued.reward.startswith(ISSUED):
        return None
    name = issued.reward.removeprefix(ISSUED)
    known = next((coupon for coupon in till.policies.prices.discounts.coupons if coupon.id == name), None)
    if known is None:
        return None
    found = FoundCoupon(coupon=known, digest=digest, ends=issued.ends, issued=True)
    try:
        catalogue.check_code(issued, member_id=till.member.member_id if till.member else None, day=till.day)
    except DomainError as refusal:
        found.refusal = refusal
    return found


def _promotion(promotions: Iterable[Promotion], code: str) -> Promotion | None:
    signs = normal(code)
    return next((one for one in promotions if one.code is not None and normal(one.code) == signs), None)
