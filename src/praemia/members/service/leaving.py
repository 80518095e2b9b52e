"""Consents, and leaving: what a member agreed to is kept for ever; what is known about who left is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.members import store
from praemia.members.model import Condition, Consent, Member
from praemia.members.service.cards import block_card


async def consent(tx: Tx, member: Member, given: Sequence[Consent]) -> None:
    """Write down what a member said at one moment: the same version, language, origin and instant for all."""
    if given:
        await store.insert_consents(tx, member, [new_id(bucket_of(member.member_id)) for _ in given], given)


async def consents_of(tx: Tx, owners: Sequence[UUID]) -> list[Consent]:
    """Everything members ever said, the newest first: the first of a purpose is what holds now."""
    return await store.consents_of(tx, owners)


async def close(tx: Tx, member: Member, owners: Sequence[UUID], *, at: datetime) -> None:
    """The membership ends: birth date and attributes of it and of those that became part of it (`owners`) are forgotten, cards are
    blocked, passes taken back. Events and points stay, under an id that leads to nobody. The member's accounts are locked by the caller.
    """
    for card in await store.cards_of(tx, owners):
        if card.condition is Condition.ACTIVE:
            await block_card(tx, member.program_id, card.number, "the membership is closed", at=at)
    for owner in owners:
        await store.revoke_passes(tx, owner, None, at)
    await store.erase_profiles(tx, owners)
    await store.name_successor(tx, member.member_id, None, status="closed")
