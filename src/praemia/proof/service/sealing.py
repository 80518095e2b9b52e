"""The verb `seal`: take what has arrived since the last checkpoint into seals and chain a new checkpoint over them.

The cut lies before everything that is still being written, so that nothing arrives behind it: an event's id carries its time and is made
within the transaction that writes the event and all its transfers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from praemia import access
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.foundation.values import replace
from praemia.proof import store
from praemia.proof.core.chains import FIRST, root_of_checkpoint, root_of_seal
from praemia.proof.core.leaves import KEY, KEY_BYTES, first_id_at, leaves_of
from praemia.proof.core.signing import key_id_of, public_of, sign
from praemia.proof.model import Checkpoint, Head, Seal, Sealed, Signature
from praemia.proof.service.keys import introduce

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of the machines may be apart, the database's among them. What arrived later than this ago waits."""
_AT_ONCE = timedelta(days=1)  # a longer gap is read along the key, bucket by bucket, not by its time of arrival
_STRETCH = 16
_LEAVES = 50_000  # in one seal; more go into several


async def seal(tx: Tx, *, now: datetime, key: Ed25519PrivateKey | None = None, clocks_differ: timedelta = CLOCKS_DIFFER) -> Sealed:
    """Seal what arrived since the last run, and sign the newest checkpoint if there is a key. `now` is the wall clock.

    Makes a checkpoint when there was something to seal, or none was made that day (UTC). Run twice it does the second time
    nothing; killed, nothing is left of it. Two at once: the second raises Contended, for `Database.run` to do it again.
    """
    newest = await store.newest_checkpoint(tx)
    began = await store.oldest_transaction(tx)
    cut = min(now, began or now) - clocks_differ
    made, rows = await _chain(tx, newest, cut, now) if newest is None or cut > newest.cut else (None, 0)
    current = made or newest
    if key is not None and current is not None:
        await _sign(tx, key, current, now)
    return Sealed(
        checkpoint=current,
        rows=rows,
        is_new=made is not None,
        is_signed=key is not None and current is not None,
        held_back=began if began and began < now - clocks_differ else None,
    )


async def _chain(tx: Tx, newest: Checkpoint | None, cut: datetime, now: datetime) -> tuple[Checkpoint | None, int]:
    number = newest.number + 1 if newest else 1
    heads = await store.heads(tx)
    rows = 0
    async for bucket, records in _arrivals(tx, newest.cut if newest else None, cut):
        before = heads.get(bucket, Head(bucket=bucket, number=0, root=FIRST))
        draft = Seal(bucket=bucket, number=before.number + 1, checkpoint=number, cut=cut, previous=before.root, leaves=leaves_of(records))
        made = replace(draft, root=root_of_seal(tx.tenant_id, draft))
        await store.insert_seal(tx, made, len(records))
        heads[bucket] = Head(bucket=bucket, number=made.number, root=made.root)
        rows += len(records)
    if not rows and newest is not None and newest.made_at.date() >= now.date():
        return None, 0
    audited, audit = await access.audit_head(tx)
    checkpoint = Checkpoint(
        number=number,
        cut=cut,
        made_at=now,
        previous=newest.root if newest else FIRST,
        rows=rows + (newest.rows if newest else 0),
        audited=audited,
        audit=audit,
    )
    checkpoint = replace(checkpoint, root=root_of_checkpoint(tx.tenant_id, checkpoint, heads.values()))
    await store.insert_checkpoint(tx, checkpoint)
    return checkpoint, rows


async def _arrivals(tx: Tx, since: datetime | None, cut: datetime) -> AsyncIterator[tuple[int, list[bytes]]]:
    """What arrived between two cuts, in portions of one bucket that fit into a seal."""
    first, end = UUID(int=0) if since is None else first_id_at(since), first_id_at(cut)
    if since is not None and cut - since <= _AT_ONCE:
        for bucket in range(0, BUCKETS, _STRETCH):
            for each, records in (await store.arrived(tx, (bucket, bucket + _STRETCH - 1), first, end)).items():
                for at in range(0, len(records), _LEAVES):
                    yield each, records[at : at + _LEAVES]
        return
    for bucket in await store.inhabited(tx):
        after = bytes(KEY_BYTES)
        while page := await store.records(tx, bucket, after, _LEAVES, first_event=first, end_event=end):
            yield bucket, page
            after = page[-1][KEY]


async def _sign(tx: Tx, key: Ed25519PrivateKey, checkpoint: Checkpoint, now: datetime) -> None:
    """Sign; a key that signs for the first time is made known."""
    public = public_of(key)
    key_id = key_id_of(public)
    await introduce(tx, public, name=key_id, now=now, by=access.NOBODY)
    signature = Signature(number=checkpoint.number, key_id=key_id, signature=sign(key, checkpoint.root), signed_at=now)
    await store.insert_signature(tx, signature)
