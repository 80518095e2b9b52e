"""The verb `find`: what somebody shows at the till, told by its shape and by what is known of it.

A code that changes is used up by asking. Who is looked for by the last signs of a card is shown masked: a cashier picks the right one
of few, and learns nobody's number.
"""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from praemia import catalogue, journal, members, programs
from praemia.catalogue import CardUnknown, CodeUnknown, GiftCard
from praemia.foundation.db import Tx
from praemia.journal import ORDER
from praemia.members import MemberClosed, MemberUnknown
from praemia.programs import OpenProgram
from praemia.rules import Discounts
from praemia.tills.errors import NothingFound
from praemia.tills.model import Candidate, Found, Kind

MOST_CANDIDATES = 10
TAIL = 4
_TAIL = re.compile(rf"\w{{{TAIL}}}")
_NAMES = ("name", "first_name", "given_name")


async def find(tx: Tx, slug: str, text: str, *, now: datetime) -> Found:
    """Who or what this is. In this order: a code that changes, a member or card, a gift card, a code, a promotion, an order, the last
    four signs of a card. Raises NothingFound, and what stands against the card or code that was shown (CardBlocked, PassCodeUsed …)."""
    shown = text.strip()
    program = await programs.open_program(tx, slug)
    if members.is_rotating_code(shown):
        found = await members.member_by_rotating_code(tx, program.program_id, shown, now)
        return Found(kind=Kind.MEMBER, text=found.reference, member=found)
    try:
        member = await members.get_member(tx, program.program_id, shown)
    except MemberUnknown:
        return await _otherwise(tx, program, shown, now)
    if member.status != "active":
        raise MemberClosed(reference=shown)
    return Found(kind=Kind.MEMBER, text=shown, member=member)


async def _otherwise(tx: Tx, program: OpenProgram, shown: str, now: datetime) -> Found:
    card = await _gift_card(tx, program.program_id, shown)
    if card is not None:
        return Found(kind=Kind.GIFT_CARD, text=shown, gift_card=card)
    discounts = (await programs.policies_of(tx, program, program.version_at(program.now(now)))).prices.discounts
    if await _is_code(tx, program.program_id, shown, discounts):
        return Found(kind=Kind.CODE, text=shown)
    signs = catalogue.normal(shown)
    if any(one.code is not None and catalogue.normal(one.code) == signs for one in discounts.promotions):
        return Found(kind=Kind.PROMOTION, text=shown)
    if await journal.find_event_of(tx, program.program_id, ORDER, shown) is not None:
        return Found(kind=Kind.ORDER, text=shown)
    candidates = await _candidates(tx, program.program_id, shown) if _TAIL.fullmatch(shown) else []
    if not candidates:
        raise NothingFound()
    return Found(kind=Kind.CANDIDATES, text=shown, candidates=candidates)


async def _gift_card(tx: Tx, program_id: int, shown: str) -> GiftCard | None:
    try:
        return await catalogue.get_card(tx, program_id, shown)
    except CardUnknown:
        return None


async def _is_code(tx: Tx, program_id: int, shown: str, discounts: Discounts) -> bool:
    signs = catalogue.normal(shown)
    if any(catalogue.normal(listed) == signs for coupon in discounts.coupons for listed in coupon.codes):
        return True
    try:
        await catalogue.find_code(tx, program_id, shown)
    except CodeUnknown:
        return False
    return True


async def _candidates(tx: Tx, program_id: int, tail: str) -> list[Candidate]:
    """At most ten, the one whose card is newest first."""
    cards = await members.cards_ending(tx, program_id, tail, most=MOST_CANDIDATES)
    holders = await members.leading(tx, {card.member_id for card in cards})
    profiles = await members.profiles_of(tx, [holder.member_id for holder in holders.values()])
    found: dict[UUID, Candidate] = {}
    for card in cards:
        holder = holders[card.member_id]
        if holder.status == "active":
            profile = profiles.get(holder.member_id)
            named = next((str(profile.attributes[key]) for key in _NAMES if profile and key in profile.attributes), "")
            found.setdefault(holder.member_id, Candidate(member=holder, ends=card.number[-TAIL:], name=masked(named or holder.reference)))
    return list(found.values())


def masked(name: str) -> str:
    """A name of which one recognises one's own and learns no other: the first sign of each word."""
    return " ".join(f"{word[0]}{'•' * min(len(word) - 1, 5)}" for word in name.split())
