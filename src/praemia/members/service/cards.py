"""The verbs about cards. A number is claimed once and for ever; what becomes of the card is a state of its own.

A number is never another member's reference, nor a member's own: whoever shows it is found through the card, so that blocking it
has its effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.members import store
from praemia.members.errors import CardBlocked, CardReplaced, CardTaken, CardUnknown
from praemia.members.model import Card, Carrier, Condition, Member


async def issue_card(tx: Tx, member: Member, number: str, carrier: Carrier, *, at: datetime) -> Card:
    """Give a member one more card. The same card again is answered as it stands. Raises CardTaken."""
    known = await store.find_cards(tx, member.program_id, [number])
    if number in known:
        card = known[number]
        if (card.member_id, card.carrier) == (member.member_id, carrier):
            return card
        raise CardTaken(number=number)
    card = Card(number=number, member_id=member.member_id, carrier=carrier, issued_at=at, changed_at=at)
    if not await store.claim_card(tx, member.program_id, card):
        raise CardTaken(number=number)
    await store.insert_card(tx, member.program_id, card)
    return card


async def block_card(tx: Tx, program_id: int, number: str, reason: str, *, at: datetime) -> Card:
    """From now on nothing is earned or spent with this card; the member and the other cards go on. Blocking again changes nothing.

    Raises CardUnknown, CardReplaced.
    """
    card = await get_card(tx, program_id, number)
    if card.condition is Condition.REPLACED:
        raise CardReplaced(number=number, by=card.replaced_by)
    if card.condition is Condition.BLOCKED:
        return card
    blocked = replace(card, condition=Condition.BLOCKED, reason=reason, changed_at=at)
    await store.change_card(tx, blocked)
    return blocked


async def replace_card(tx: Tx, program_id: int, number: str, successor: str, carrier: Carrier | None, reason: str, *, at: datetime) -> Card:
    """A new number for the same member; the old one is worth nothing any more, its history stays. Answers the new card.

    Sent again it answers the same. Raises CardUnknown, CardReplaced (by another), CardTaken.
    """
    card = await get_card(tx, program_id, number)
    if card.condition is Condition.REPLACED:
        if card.replaced_by == successor:
            return await get_card(tx, program_id, successor)
        raise CardReplaced(number=number, by=card.replaced_by)
    holder = (await store.leading(tx, [card.member_id]))[card.member_id]
    fresh = await issue_card(tx, holder, successor, carrier or card.carrier, at=at)
    gone = replace(card, condition=Condition.REPLACED, reason=reason, changed_at=at, replaced_by=successor)
    await store.change_card(tx, gone)
    return fresh


async def get_card(tx: Tx, program_id: int, number: str) -> Card:
    """One card by number, locked. Raises CardUnknown."""
    card = (await store.find_cards(tx, program_id, [number])).get(number)
    locked = await store.lock_card(tx, card.member_id, number) if card else None
    if locked is None:
        raise CardUnknown(number=number)
    return locked


async def cards_of(tx: Tx, owners: Sequence[UUID]) -> list[Card]:
    """The cards of members, the oldest first."""
    return await store.cards_of(tx, owners)


async def cards_ending(tx: Tx, program_id: int, tail: str, *, most: int) -> list[Card]:
    """Cards that work whose number ends with these four signs, the newest first, at most so many."""
    return await store.cards_ending(tx, program_id, tail, most)


async def find_holders(tx: Tx, program_id: int, numbers: Iterable[str]) -> dict[str, Member | DomainError]:
    """Who shows these cards: the member, or CardBlocked, CardReplaced. Unknown numbers are absent."""
    cards = await store.find_cards(tx, program_id, numbers)
    holders = await store.leading(tx, {card.member_id for card in cards.values()})
    return {number: _refusal(card) or holders[card.member_id] for number, card in cards.items()}


async def lost_cards(tx: Tx, first_bucket: int, last_bucket: int) -> list[tuple[int, UUID, str]]:
    """M6: (bucket, member, number) of cards whose number does not lead to their member."""
    return await store.lost_cards(tx, first_bucket, last_bucket)


def _refusal(card: Card) -> DomainError | None:
    if card.condition is Condition.BLOCKED:
        return CardBlocked(number=card.number, reason=card.reason)
    return CardReplaced(number=card.number, by=card.replaced_by) if card.condition is Condition.REPLACED else None
