"""Gift cards: money stored on a number. Every movement is a row that names the event behind it, so none can happen twice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from praemia.catalogue import store
from praemia.catalogue.core.spelling import digest_of, ends_of, normal, spell
from praemia.catalogue.errors import CardExpired, CardShort, CardTouched, CardUnknown, NumberTaken
from praemia.catalogue.model import GiftCard
from praemia.foundation.db import Tx

NUMBER_PATTERN = "####-####-####-####"
_CARD = "gift_card"


async def issue_card(
    tx: Tx,
    program_id: int,
    value_minor: int,
    *,
    event_id: UUID,
    line: int,
    at: datetime,
    last_day: date | None = None,
    number: str | None = None,
) -> GiftCard:
    """A new card with `value_minor` on it, under a random number or the operator's own. Raises NumberTaken."""
    spelled = number or spell(NUMBER_PATTERN, secrets.choice)
    digest = digest_of(_CARD, program_id, spelled)
    if not normal(spelled) or not await store.insert_card(tx, program_id, digest, spelled, ends_of(spelled), value_minor, last_day, at):
        raise NumberTaken()
    await store.insert_movement(tx, digest, event_id, line, value_minor, at)
    return await get_card(tx, program_id, spelled)


async def get_card(tx: Tx, program_id: int, number: str) -> GiftCard:
    """The card with that number, unlocked. Raises CardUnknown."""
    found = await store.cards_of(tx, [digest_of(_CARD, program_id, number)])
    if not found or found[0].program_id != program_id or found[0].void:
        raise CardUnknown()
    return found[0]


async def lock_card(tx: Tx, program_id: int, number: str) -> GiftCard:
    """The card with that number, locked: what it holds is what can be charged. Raises CardUnknown."""
    card = await store.lock_card(tx, (await get_card(tx, program_id, number)).digest)
    if card.void:
        raise CardUnknown()
    return card


async def charge_card(
    tx: Tx, program_id: int, number: str, amount_minor: int, *, event_id: UUID, line: int, day: date, at: datetime
) -> GiftCard:
    """Pay `amount_minor` with a card; locks it. Raises CardUnknown, CardExpired, CardShort."""
    card = await lock_card(tx, program_id, number)
    if card.last_day is not None and day > card.last_day:
        raise CardExpired(last_day=card.last_day.isoformat())
    if card.balance_minor < amount_minor:
        raise CardShort(asked_minor=amount_minor, balance_minor=card.balance_minor)
    return await _move(tx, card, -amount_minor, event_id, line, at)


async def refund_card(tx: Tx, program_id: int, number: str, amount_minor: int, *, event_id: UUID, line: int, at: datetime) -> GiftCard:
    """Put money back onto a card. Raises CardUnknown."""
    card = await store.lock_card(tx, (await get_card(tx, program_id, number)).digest)
    return await _move(tx, card, amount_minor, event_id, line, at)


async def give_back(tx: Tx, digest: UUID, amount_minor: int, *, event_id: UUID, line: int, at: datetime) -> GiftCard:
    """The same for a card whose number nobody keeps: what was paid with it did not come about."""
    return await _move(tx, await store.lock_card(tx, digest), amount_minor, event_id, line, at)


async def cards_of(tx: Tx, digests: Sequence[UUID]) -> list[GiftCard]:
    """Cards by digest."""
    return await store.cards_of(tx, digests)


async def call_in_cards(tx: Tx, digests: Sequence[UUID], *, event_id: UUID, at: datetime) -> None:
    """Empty cards nothing was paid with, for good. Raises CardTouched."""
    for line, digest in enumerate(sorted(digests)):
        card = await store.lock_card(tx, digest)
        if card.balance_minor != card.value_minor:
            raise CardTouched()
        await _move(tx, card, -card.balance_minor, event_id, line, at)
    await store.void_cards(tx, digests)


async def _move(tx: Tx, card: GiftCard, amount_minor: int, event_id: UUID, line: int, at: datetime) -> GiftCard:
    await store.insert_movement(tx, card.digest, event_id, line, amount_minor, at)
    return await store.change_balance(tx, card.digest, amount_minor)
