"""The verbs about coupons: use a code without an order, make a use void, issue codes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import catalogue, journal, members
from praemia.catalogue import CodeUnknown
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.journal import IDEMPOTENCY_KEY, StoredEvent
from praemia.orders import store
from praemia.orders.errors import CouponUnknown, NothingToVoid
from praemia.orders.model import COUNTED, COUPON, COUPON_ISSUE, COUPON_VOID, CouponUse, IssueCodes, IssuedCodes, UseCoupon
from praemia.orders.service.naming import ISSUED, FoundCoupon, costs_of, find_coupon, weigh
from praemia.orders.service.taking import coupon_kept, use_coupon
from praemia.orders.service.till import (
    Till,
    count,
    facts_of,
    open_till,
    write_event,
)
from praemia.orders.service.voiding import Terms, Use, stand_for, void
from praemia.rules import CodeTerms, Coupon


async def use_code(tx: Tx, wanted: UseCoupon, *, now: datetime) -> CouponUse:
    """Use a coupon's code, without an order: its points arrive. A repetition is answered as the first time.

    Raises CodeUnknown, CodeOfAnother, NeedsMember, NotForSegment, NotForTier, CodeNotActive, CodeExpired, CodeUsedUp, LimitReached,
    NeedsOrder, MemberUnknown, KeyReused.
    """
    till = await open_till(tx, wanted.program, member=wanted.member, at=None, now=now)
    named = _Key(kind=COUPON, content=_said(wanted), key=wanted.key)
    before = await _known(tx, till, named)
    if before is not None:
        return await _answer(tx, till, before, replayed=True)
    found = await _coupon(tx, till, wanted.code)
    costs = costs_of(till, found)
    await facts_of(tx, till, costs)
    refusal = weigh(till, found, None, {})
    if refusal is not None:
        raise refusal
    if found.issued:
        user = till.member.member_id if till.member else None
        await catalogue.burn_code(tx, till.program_id, wanted.code, member_id=user, day=till.day)
    await count(tx, till, dict.fromkeys(costs, 1))
    kept = coupon_kept(tx, till, found)
    event_id = await use_coupon(tx, till, kept, {"coupon": kept["coupon"], "code": kept["ends"]}, **{COUNTED: kept["costs"]})
    await _claim(tx, till, named, event_id)
    return await _answer(tx, till, await journal.get_event(tx, till.program_id, event_id))


async def void_code(tx: Tx, wanted: UseCoupon, *, now: datetime) -> CouponUse:
    """Make the newest use of a code void (of that member, if one is named): the use is given back and its points are taken back,
    below zero if they are gone. What an order was lowered by stays.

    Raises CodeUnknown, NothingToVoid, MemberUnknown, KeyReused.
    """
    till = await open_till(tx, wanted.program, member=wanted.member, at=None, now=now)
    named = _Key(kind=COUPON_VOID, content=_said(wanted), key=wanted.key)
    before = await _known(tx, till, named)
    if before is not None:
        return await _answer(tx, till, before, replayed=True)
    found = await _coupon(tx, till, wanted.code)
    uses = await store.lock_uses(tx, found.digest, till.member.member_id if till.member else None)
    if not uses:
        raise NothingToVoid()
    use = Use(event=await journal.get_event(tx, till.program_id, uses[0]), digest=found.digest, issued=found.issued)
    await stand_for(tx, till, use.event)
    event = await void(tx, till, use, Terms())
    await _claim(tx, till, named, event.event_id)
    return await _answer(tx, till, event)


async def recall_code(tx: Tx, program: str, code: str, *, now: datetime) -> str:
    """Make a code that was issued and never used worthless; answers its coupon. Raises CodeUnknown (also for a code that the programme's
    file lists, or that was recalled), CodeUsedUp: a use is made void instead."""
    till = await open_till(tx, program, member=None, at=None, now=now)
    found = await _coupon(tx, till, code)
    if not found.issued:
        raise CodeUnknown()
    await catalogue.call_in_codes(tx, [found.digest])
    return found.coupon.id


async def issue_codes(tx: Tx, wanted: IssueCodes, *, now: datetime) -> IssuedCodes:
    """Issue codes of a coupon that has a pattern. Raises CouponUnknown, MemberUnknown, MemberClosed, KeyReused; Contended in the case
    that chance spells a code twice."""
    till = await open_till(tx, wanted.program, member=wanted.member, at=None, now=now)
    content = {"coupon": wanted.coupon, "count": wanted.count, "member": wanted.member}
    named = _Key(kind=COUPON_ISSUE, content={key: value for key, value in content.items() if value is not None}, key=wanted.key)
    before = await _known(tx, till, named)
    if before is not None:
        codes = await catalogue.codes_of(tx, [UUID(digest) for digest in before.verdict["codes"]])
        spelled = [code.spelled for code in codes if code.spelled is not None]
        return IssuedCodes(event_id=before.event_id, coupon=wanted.coupon, codes=spelled, replayed=True)
    coupon = _issuable(till.policies.prices.discounts.coupons, wanted.coupon)
    event_id = till.new_event(journal.identity_of(tx, till.program_id, COUPON_ISSUE, wanted.key or wanted.coupon).bucket)
    issued = await catalogue.issue_codes(
        tx,
        till.program_id,
        CodeTerms(
            pattern=coupon.pattern or "",
            starts_after_days=coupon.starts_after_days,
            valid_days=coupon.valid_days,
            bound=till.member is not None,
            uses=coupon.uses,
        ),
        reward=f"{ISSUED}{coupon.id}",
        redemption_id=event_id,
        member_id=till.member.member_id if till.member else event_id,
        day=till.day,
        count=wanted.count,
    )
    await write_event(tx, till, COUPON_ISSUE, event_id, named.content, {"codes": [str(one.digest) for one in issued]})
    await _claim(tx, till, named, event_id)
    return IssuedCodes(event_id=event_id, coupon=coupon.id, codes=[one.spelled for one in issued])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """A request under its idempotency key."""

    kind: str
    content: Mapping[str, Any]
    key: str | None

    def digest(self) -> UUID:
        return journal.content_of(self.kind, [dict(self.content)], None)


async def _known(tx: Tx, till: Till, named: _Key) -> StoredEvent | None:
    """The event of the same request sent before. Raises KeyReused when the key came with another content."""
    if named.key is None:
        return None
    names = [(IDEMPOTENCY_KEY, named.key)]
    identities = [journal.identity_of(tx, till.program_id, *name) for name in names]
    known = journal.recognise(names, identities, named.digest(), await journal.find_keys(tx, identities))
    if isinstance(known, DomainError):
        raise known
    return None if known is None else await journal.get_event(tx, till.program_id, known)


async def _claim(tx: Tx, till: Till, named: _Key, event_id: UUID) -> None:
    if named.key is not None:
        identity = journal.identity_of(tx, till.program_id, IDEMPOTENCY_KEY, named.key)
        await journal.claim_keys(tx, [(identity, named.digest(), event_id)])


async def _coupon(tx: Tx, till: Till, code: str) -> FoundCoupon:
    found = await find_coupon(tx, till, code)
    if found is None:
        raise CodeUnknown()
    return found


async def _answer(tx: Tx, till: Till, event: StoredEvent, *, replayed: bool = False) -> CouponUse:
    member = (await members.leading(tx, [event.member_id])).get(event.member_id) if event.member_id else None
    return CouponUse(
        event_id=event.event_id,
        program=till.program.slug,
        kind=event.kind,
        coupon=event.inputs["coupon"],
        code=event.inputs["code"],
        member=member.reference if member else None,
        occurred_at=event.occurred_at,
        version=event.version,
        awards=event.verdict["awards"],
        balances=event.verdict["after"],
        replayed=replayed,
    )


def _issuable(coupons: Sequence[Coupon], name: str) -> Coupon:
    known = {coupon.id: coupon for coupon in coupons if coupon.pattern is not None}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise CouponUnknown(coupon=name, hint=f"; did you mean {near[0]!r}?" if near else "")
    return known[name]


def _said(wanted: UseCoupon) -> dict[str, Any]:
    return {"code": catalogue.normal(wanted.code)} | ({"member": wanted.member} if wanted.member else {})
