"""Questions: whose histories are a member's own, what an event of ours says, and what `praemia verify` asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from praemia import journal, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of
from praemia.ledger import Discrepancy
from praemia.sharing import store
from praemia.sharing.model import Shared
from praemia.sharing.service.scene import shared

_BUCKETS_A_STEP = 256


async def owners_of(tx: Tx, member_id: UUID) -> list[UUID]:
    """A member's own id first, then of all that became part of it: their events stay theirs and are this member's history."""
    found = [member_id]
    newest = [member_id]
    while newest:
        newest = [merge.drop_id for merge in await store.merges_of(tx, newest)]
        found += newest
    return found


async def get_shared(tx: Tx, slug: str, event_id: UUID) -> Shared:
    """What an event of this journey did. Raises journal.EventUnknown."""
    return shared(await journal.get_event(tx, (await programs.open_program(tx, slug)).program_id, event_id))


async def verify(tx: Tx) -> AsyncIterator[tuple[int, list[Discrepancy]]]:
    """S3: memberships lead where merges say, and nowhere else. M6: card numbers lead to their members.

    Yields (buckets done of 1024, discrepancies found in this step).
    """
    said: set[tuple[UUID, UUID]] = set()
    done: set[tuple[UUID, UUID]] = set()
    for first in range(0, BUCKETS, _BUCKETS_A_STEP):
        last = first + _BUCKETS_A_STEP - 1
        said |= {(merge.drop_id, merge.keep_id) for merge in await store.standing_merges(tx, first, last)}
        done |= set(await members.successions(tx, first, last))
        yield (
            last + 1,
            [
                Discrepancy(invariant="M6", bucket=bucket, row=f"member_id={member_id}", stored=f"card={number}", derived="leads elsewhere")
                for bucket, member_id, number in await members.lost_cards(tx, first, last)
            ],
        )
    yield (
        BUCKETS,
        [
            Discrepancy(
                invariant="S3",
                bucket=bucket_of(drop),
                row=f"member_id={drop}",
                stored=f"merged into {keep}" if (drop, keep) in said else "no merge",
                derived=f"leads to {keep}" if (drop, keep) in done else "leads to itself",
            )
            for drop, keep in sorted(said ^ done)
        ],
    )
