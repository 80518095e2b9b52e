"""One membership leads to another: whoever asks for the one is answered with the other, until they part again."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.members import store
from praemia.members.model import Member


async def lead_to(tx: Tx, member_id: UUID, successor: UUID) -> None:
    """Close a membership and let its reference and cards lead to another. Its accounts are locked by the caller."""
    await store.name_successor(tx, member_id, successor, status="closed")


async def stand_alone(tx: Tx, member_id: UUID) -> None:
    """The membership is itself again. Its accounts are locked by the caller."""
    await store.name_successor(tx, member_id, None, status="active")


async def leading(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Member]:
    """Who each id leads to now: usually the member itself. Unknown ids are absent."""
    return await store.leading(tx, ids)


async def successions(tx: Tx, first_bucket: int, last_bucket: int) -> list[tuple[UUID, UUID]]:
    """(member, successor) of a range of buckets."""
    return await store.successions(tx, first_bucket, last_bucket)
