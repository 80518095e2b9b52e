"""Rows of the proof in, values out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from praemia.foundation.db import Contended, Tx
from praemia.foundation.ids import BUCKETS
from praemia.foundation.sql import queries
from praemia.proof.model import Checkpoint, Head, ProofKey, Seal, Signature

_Q = "praemia.proof"
_EVERYWHERE = list(range(BUCKETS))
_NOTHING = UUID(int=0)
_END = UUID(int=2**128 - 1)


async def oldest_transaction(tx: Tx) -> datetime | None:
    """When the oldest open transaction of others began."""
    began: datetime | None = await queries(_Q).oldest_transaction(tx.conn)
    return began


async def arrived(tx: Tx, buckets: tuple[int, int], first_event: UUID, end_event: UUID) -> dict[int, list[bytes]]:
    """The records of a stretch of buckets that arrived between two ids, in the order of keys."""
    rows = await queries(_Q).arrived(
        tx.conn,
        tenant_id=tx.tenant_id,
        first_bucket=buckets[0],
        last_bucket=buckets[1],
        first_event=first_event,
        end_event=end_event,
    )
    found: dict[int, list[bytes]] = {}
    for row in rows:
        found.setdefault(row["bucket"], []).append(row["record"])
    return found


async def records(tx: Tx, bucket: int, after: bytes, page: int, *, first_event: UUID = _NOTHING, end_event: UUID = _END) -> list[bytes]:
    """A page of a bucket's records after a key, of those that arrived between two ids."""
    rows = await queries(_Q).records(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket,
        owner_id=UUID(bytes=after[:16]),
        event_id=UUID(bytes=after[16:32]),
        line=int.from_bytes(after[32:], "big", signed=True),
        first_event=first_event,
        end_event=end_event,
        page=page,
    )
    return [row["record"] for row in rows]


async def inhabited(tx: Tx) -> list[int]:
    """The buckets that have transfers or seals."""
    return [row["bucket"] for row in await queries(_Q).inhabited(tx.conn, tenant_id=tx.tenant_id, buckets=_EVERYWHERE)]


async def heads(tx: Tx) -> dict[int, Head]:
    """The newest seal of each bucket that has one."""
    rows = await queries(_Q).heads(tx.conn, tenant_id=tx.tenant_id, buckets=_EVERYWHERE)
    return {row["bucket"]: Head(**dict(row)) for row in rows}


async def insert_seal(tx: Tx, seal: Seal, rows: int) -> None:
    """Append a seal. Raises Contended when another run was first."""
    made = await queries(_Q).insert_seal(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=seal.bucket,
        number=seal.number,
        checkpoint=seal.checkpoint,
        cut=seal.cut,
        previous=seal.previous,
        rows=rows,
        leaves=seal.leaves,
        root=seal.root,
    )
    if made is None:
        raise Contended


async def seals_of(tx: Tx, bucket: int) -> list[Seal]:
    """The seals of a bucket, in order."""
    return [Seal(**dict(row)) for row in await queries(_Q).seals_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket)]


async def seal_roots(tx: Tx, first: int, last: int) -> list[tuple[int, Head, int]]:
    """Checkpoint, seal and rows of what some checkpoints sealed, in order."""
    rows = await queries(_Q).seal_roots(tx.conn, tenant_id=tx.tenant_id, buckets=_EVERYWHERE, first=first, last=last)
    return [(row["checkpoint"], Head(bucket=row["bucket"], number=row["number"], root=row["root"]), row["rows"]) for row in rows]


async def newest_checkpoint(tx: Tx) -> Checkpoint | None:
    """The newest checkpoint."""
    row = await queries(_Q).newest_checkpoint(tx.conn, tenant_id=tx.tenant_id)
    return Checkpoint(**dict(row)) if row else None


async def checkpoints_after(tx: Tx, after: int, page: int) -> list[Checkpoint]:
    """A page of checkpoints, oldest first."""
    return [Checkpoint(**dict(row)) for row in await queries(_Q).checkpoints_after(tx.conn, tenant_id=tx.tenant_id, after=after, page=page)]


async def insert_checkpoint(tx: Tx, checkpoint: Checkpoint) -> None:
    """Append a checkpoint. Raises Contended when another run was first."""
    made = await queries(_Q).insert_checkpoint(
        tx.conn,
        tenant_id=tx.tenant_id,
        number=checkpoint.number,
        cut=checkpoint.cut,
        made_at=checkpoint.made_at,
        previous=checkpoint.previous,
        rows=checkpoint.rows,
        audited=checkpoint.audited,
        audit=checkpoint.audit,
        root=checkpoint.root,
    )
    if made is None:
        raise Contended


async def insert_key(tx: Tx, key: ProofKey) -> None:
    """Keep a public key."""
    await queries(_Q).insert_key(tx.conn, tenant_id=tx.tenant_id, key_id=key.key_id, name=key.name, public=key.public, made_at=key.made_at)


async def keys(tx: Tx) -> dict[str, ProofKey]:
    """The public keys of the tenant."""
    return {row["key_id"]: ProofKey(**dict(row)) for row in await queries(_Q).keys(tx.conn, tenant_id=tx.tenant_id)}


async def insert_signature(tx: Tx, signature: Signature) -> None:
    """Keep a signature."""
    await queries(_Q).insert_signature(
        tx.conn,
        tenant_id=tx.tenant_id,
        number=signature.number,
        key_id=signature.key_id,
        signature=signature.signature,
        signed_at=signature.signed_at,
    )


async def signatures(tx: Tx, first: int, last: int) -> list[Signature]:
    """The signatures of some checkpoints."""
    rows = await queries(_Q).signatures(tx.conn, tenant_id=tx.tenant_id, first=first, last=last)
    return [Signature(**dict(row)) for row in rows]
