"""What members gave to others, as totals by receiver."""

from __future__ import annotations

from uuid import UUID

from praemia.catalogue import store
from praemia.foundation.db import Tx


async def donate(tx: Tx, program_id: int, receiver: str, amount_minor: int, *, giver: UUID) -> None:
    """Add to what a receiver got; below zero takes a donation back."""
    await store.add_donation(tx, program_id, receiver, amount_minor, giver)


async def donations_of(tx: Tx, program_id: int) -> dict[str, int]:
    """Minor units by receiver."""
    return await store.donations_of(tx, program_id)
