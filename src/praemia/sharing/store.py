"""Rows of sharing in, values out: pools and merges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of, key_bucket
from praemia.foundation.sql import queries
from praemia.rules import Draw, PoolSpender
from praemia.sharing.model import Merge, Pool, PoolMember

_Q = "praemia.sharing"


async def claim_pool(tx: Tx, pool: Pool) -> bool:
    """Claim a pool's name; False when it is taken."""
    key = f"{pool.program_id}:{pool.reference}"
    claimed = await queries(_Q).claim_pool(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=key_bucket(tx.tenant_id, "pool", key),
        key=key,
        pool_bucket=bucket_of(pool.pool_id),
        pool_id=pool.pool_id,
    )
    return claimed is not None


async def insert_pool(tx: Tx, pool: Pool) -> None:
    """Write a pool whose name is claimed."""
    await queries(_Q).insert_pool(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket_of(pool.pool_id),
        pool_id=pool.pool_id,
        program_id=pool.program_id,
        reference=pool.reference,
        draw=pool.draw,
        who=pool.who,
        created_at=pool.created_at,
    )


async def find_pool(tx: Tx, program_id: int, reference: str) -> Pool | None:
    """A pool by name."""
    key = f"{program_id}:{reference}"
    row = await queries(_Q).find_pool(tx.conn, tenant_id=tx.tenant_id, bucket=key_bucket(tx.tenant_id, "pool", key), key=key)
    return _pool(row) if row else None


async def pools_of(tx: Tx, program_id: int, members: Sequence[UUID]) -> list[Pool]:
    """The pools in which one of these memberships is."""
    rows = await queries(_Q).pools_of(
        tx.conn, tenant_id=tx.tenant_id, first_bucket=0, last_bucket=BUCKETS - 1, program_id=program_id, members=list(members)
    )
    return [_pool(row) for row in rows]


async def hold_pool(tx: Tx, pool_id: UUID, *, changing: bool) -> None:
    """Lock a pool: against joining and leaving, or (`changing`) against spending too."""
    ask = queries(_Q).lock_pool if changing else queries(_Q).hold_pool
    await ask(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(pool_id), pool_id=pool_id)


async def pool_members(tx: Tx, pool_id: UUID) -> list[PoolMember]:
    """Who belongs to a pool, in the order of joining."""
    rows = await queries(_Q).pool_members(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(pool_id), pool_id=pool_id)
    return [PoolMember(**dict(r)) for r in rows]


async def join_pool(tx: Tx, pool_id: UUID, joining: Sequence[UUID], at: datetime) -> None:
    """Put members behind everybody who ever belonged to the pool, which is locked."""
    q, bucket = queries(_Q), bucket_of(pool_id)
    place = await q.next_place(tx.conn, tenant_id=tx.tenant_id, bucket=bucket, pool_id=pool_id)
    for n, member_id in enumerate(joining):
        await q.join_pool(
            tx.conn, tenant_id=tx.tenant_id, bucket=bucket, pool_id=pool_id, member_id=member_id, place=place + n, joined_at=at
        )


async def leave_pool(tx: Tx, pool_id: UUID, leaving: Iterable[UUID], at: datetime) -> None:
    """Members leave a locked pool."""
    await queries(_Q).leave_pool(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(pool_id), pool_id=pool_id, members=list(leaving), left_at=at
    )


async def insert_merge(tx: Tx, merge: Merge) -> None:
    """Write a merge."""
    await queries(_Q).insert_merge(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket_of(merge.merge_id),
        merge_id=merge.merge_id,
        program_id=merge.program_id,
        keep_id=merge.keep_id,
        drop_id=merge.drop_id,
        merged_at=merge.merged_at,
    )


async def find_merge(tx: Tx, merge_id: UUID) -> Merge | None:
    """A merge by id."""
    row = await queries(_Q).find_merge(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(merge_id), merge_id=merge_id)
    return Merge(**dict(row)) if row else None


async def undo_merge(tx: Tx, merge_id: UUID, undone_by: UUID) -> None:
    """Note that a merge is undone."""
    await queries(_Q).undo_merge(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(merge_id), merge_id=merge_id, undone_by=undone_by)


async def merges_of(tx: Tx, members: Sequence[UUID]) -> list[Merge]:
    """The merges into members that hold, the oldest first."""
    rows = await queries(_Q).merges_of(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(m) for m in members], members=list(members))
    return [Merge(**dict(r)) for r in rows]


async def standing_merges(tx: Tx, first_bucket: int, last_bucket: int) -> list[Merge]:
    """Every merge of a range of buckets that holds."""
    rows = await queries(_Q).standing_merges(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [Merge(**dict(r)) for r in rows]


def _pool(row: Any) -> Pool:
    return Pool(**{**dict(row), "draw": Draw(row["draw"]) if row["draw"] else None, "who": PoolSpender(row["who"]) if row["who"] else None})
