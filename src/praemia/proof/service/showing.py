"""Questions to the proof: the newest checkpoints and how they are signed, and one of them with all it takes to check it elsewhere."""

from __future__ import annotations

from praemia.foundation.db import Tx
from praemia.proof import store
from praemia.proof.errors import NothingSealed
from praemia.proof.model import Checkpoint, Exported, Head, Signature


async def newest_checkpoints(tx: Tx, limit: int = 10) -> list[tuple[Checkpoint, list[Signature]]]:
    """The newest checkpoints with their signatures, newest first."""
    newest = await store.newest_checkpoint(tx)
    if newest is None:
        return []
    found = await store.checkpoints_after(tx, newest.number - limit, limit)
    signed = await store.signatures(tx, newest.number - limit + 1, newest.number)
    return [(c, [s for s in signed if s.number == c.number]) for c in reversed(found)]


async def export(tx: Tx) -> Exported:
    """The newest checkpoint, whole. Raises NothingSealed."""
    newest = await store.newest_checkpoint(tx)
    if newest is None:
        raise NothingSealed()
    signatures = await store.signatures(tx, newest.number, newest.number)
    known = await store.keys(tx)
    heads: list[Head] = sorted((await store.heads(tx)).values(), key=lambda head: head.bucket)
    return Exported(
        tenant=tx.tenant_id,
        checkpoint=newest,
        heads=heads,
        signatures=signatures,
        keys={s.key_id: known[s.key_id] for s in signatures},
    )
