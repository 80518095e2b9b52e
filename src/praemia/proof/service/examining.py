"""The verb `verify`: recompute everything from the rows, and name what does not fit.

First the chain of checkpoints, their signatures and the audit log, then bucket after bucket the seals and the rows. Reads one bucket's
leaves and a page of rows at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from uuid import UUID

from praemia import access, journal, ledger
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.proof import store
from praemia.proof.core.chains import FIRST, root_of_checkpoint, root_of_seal
from praemia.proof.core.comparing import NAMED, BucketComparison
from praemia.proof.core.leaves import KEY, KEY_BYTES, event_of, first_id_at, micros
from praemia.proof.core.signing import is_signed
from praemia.proof.model import Checkpoint, Examined, Exported, Finding, Head, ProofKey, Seal

_PAGE = 500
_ROWS = 20_000
_EXPLAINED = 20  # changed rows whose earlier content is looked for; it costs a fifth of a second each
_NOWHERE = -1
_LAST = 2**62


async def verify(tx: Tx, *, trusted: bytes | None = None, copy: Exported | None = None) -> AsyncIterator[Examined]:
    """Examine the whole tenant; yields how far it has come, with all findings so far.

    `trusted` is a public key from the operator's own hand: then only its signatures count, whatever keys are stored. `copy` is a
    checkpoint exported earlier: it must be in the chain as it was.
    """
    state = Examined()
    seals = await _examine_chain(tx, state, trusted, copy)
    await _examine_audit(tx, state)
    await _examine_approvals(tx, state)
    yield state
    first_unsealed = first_id_at(state.cut) if state.cut else UUID(int=0)
    for bucket in sorted({*await store.inhabited(tx), *seals}):
        await _examine_bucket(tx, state, bucket, first_unsealed, seals.get(bucket, 0))
        state.buckets = bucket + 1
        yield state
    state.buckets = BUCKETS
    await _examine_rest(tx, state)
    yield state


async def verify_chains(tx: Tx) -> Examined:
    """Examine only what lies over all buckets: checkpoints, signatures, the audit log, and that what was approved was booked."""
    state = Examined()
    await _examine_chain(tx, state, None, None)
    await _examine_audit(tx, state)
    await _examine_approvals(tx, state)
    return state


async def verify_bucket(tx: Tx, bucket: int) -> Examined:
    """Examine one bucket: its seals against the chain of checkpoints, and its rows against the seals."""
    state = Examined()
    seals = await _examine_chain(tx, state, None, None)
    state.findings.clear()  # what is wrong with the chain itself is no fault of the bucket
    first_unsealed = first_id_at(state.cut) if state.cut else UUID(int=0)
    await _examine_bucket(tx, state, bucket, first_unsealed, seals.get(bucket, 0))
    return state


async def _examine_chain(tx: Tx, state: Examined, trusted: bytes | None, copy: Exported | None) -> dict[int, int]:
    """Every checkpoint from the first; answers how many seals each bucket must have by them."""
    keys = await store.keys(tx)
    heads: dict[int, Head] = {}
    before: Checkpoint | None = None
    while page := await store.checkpoints_after(tx, before.number if before else 0, _PAGE):
        first, last = page[0].number, page[-1].number
        sealed: dict[int, list[tuple[Head, int]]] = {}
        for number, head, rows in await store.seal_roots(tx, first, last):
            sealed.setdefault(number, []).append((head, rows))
        good = await _good_signatures(tx, state, page, keys, trusted)
        for checkpoint in page:
            heads |= {head.bucket: head for head, _ in sealed.get(checkpoint.number, [])}
            rows = sum(rows for _, rows in sealed.get(checkpoint.number, []))
            for says in _faults_of(tx.tenant_id, checkpoint, before, heads, rows):
                state.findings.append(Finding(what="checkpoint", bucket=_NOWHERE, row=f"checkpoint={checkpoint.number}", says=says))
            if checkpoint.number in good:
                state.signed = checkpoint.number
            before = checkpoint
            if copy is not None and copy.checkpoint.number == checkpoint.number:
                _compare_copy(state, copy, checkpoint)
    if before is not None:
        state.newest, state.cut = before.number, before.cut
    if copy is not None and copy.checkpoint.number > state.newest:
        _note(state, "copy", f"checkpoint={copy.checkpoint.number}", "was exported, and is gone: newer history was cut off")
    return {bucket: head.number for bucket, head in heads.items()}


def _faults_of(tenant: int, checkpoint: Checkpoint, before: Checkpoint | None, heads: Mapping[int, Head], rows: int) -> list[str]:
    expected = before.number + 1 if before else 1
    faults = []
    if checkpoint.number != expected:
        faults.append(f"checkpoints {expected} to {checkpoint.number - 1} are missing")
    if checkpoint.previous != (before.root if before else FIRST):
        faults.append("does not follow from the checkpoint before it")
    if before is not None and checkpoint.cut < before.cut:
        faults.append("its cut lies before the one of the checkpoint before it")
    if checkpoint.rows != rows + (before.rows if before else 0):
        faults.append(f"counts {checkpoint.rows} transfers, its seals hold {rows + (before.rows if before else 0)}")
    if checkpoint.root != root_of_checkpoint(tenant, checkpoint, heads.values()):
        faults.append("its hash is not the one of its content and of its seals")
    return faults


async def _good_signatures(
    tx: Tx, state: Examined, page: list[Checkpoint], keys: Mapping[str, ProofKey], trusted: bytes | None
) -> set[int]:
    """Numbers of the checkpoints that a key that counts has signed; what pretends to be a signature is a finding."""
    roots = {checkpoint.number: checkpoint.root for checkpoint in page}
    good = set()
    for signature in await store.signatures(tx, page[0].number, page[-1].number):
        key = keys.get(signature.key_id)
        if key is None or not is_signed(key.public, roots.get(signature.number, b""), signature.signature):
            _note(state, "signature", f"checkpoint={signature.number} key={signature.key_id}", "is not that key's over that checkpoint")
        elif trusted is None or key.public == trusted:
            good.add(signature.number)
    return good


def _compare_copy(state: Examined, copy: Exported, checkpoint: Checkpoint) -> None:
    if copy.checkpoint.root != checkpoint.root:
        _note(state, "copy", f"checkpoint={checkpoint.number}", "is another one than was exported: history was rewritten")


async def _examine_audit(tx: Tx, state: Examined) -> None:
    known: dict[int, bytes] = {}
    after = 0
    while page := await store.checkpoints_after(tx, after, _PAGE):
        known |= {checkpoint.audited: checkpoint.audit for checkpoint in page}
        after = page[-1].number
    async for entry, says in access.verify_audit(tx, known):
        _note(state, "audit", f"entry={entry.number} action={entry.action}" if entry else "the end of the log", says)


async def _examine_approvals(tx: Tx, state: Examined) -> None:
    """What was approved was booked."""
    approved = {event: approval async for approval, event in access.approved_events(tx)}
    events = await journal.events_by_id(tx, [event for event in approved if event is not None])
    for event, approval in approved.items():
        if event not in events:
            _note(state, "approval", f"approval={approval}", f"was approved, but its event {event} is not there")


async def _examine_bucket(tx: Tx, state: Examined, bucket: int, first_unsealed: UUID, sealed: int) -> None:
    seals = [seal for seal in await store.seals_of(tx, bucket) if seal.checkpoint <= state.newest]
    for says in _seal_faults(tx.tenant_id, seals, sealed):
        state.findings.append(Finding(what="seal", bucket=bucket, row=f"bucket={bucket}", says=says))
    comparison = BucketComparison(bucket, seals, first_unsealed, state)
    after = bytes(KEY_BYTES)
    while page := await store.records(tx, bucket, after, _ROWS):
        comparison.page(page)
        after = page[-1][KEY]
    comparison.finish()
    if len(state.findings) >= _EXPLAINED:
        comparison.changed.clear()
    times = await _event_times(tx, comparison)
    state.findings += comparison.findings(times, [kind.value for kind in ledger.Kind])


def _seal_faults(tenant: int, seals: list[Seal], sealed: int) -> list[str]:
    faults = []
    before: Seal | None = None
    for seal in seals:
        if seal.number != (before.number + 1 if before else 1):
            faults.append(f"a seal before number {seal.number} is missing")
        if seal.previous != (before.root if before else FIRST) or seal.root != root_of_seal(tenant, seal):
            faults.append(f"seal {seal.number} does not follow from its content and the seal before it")
        before = seal
    have = before.number if before else 0
    if have != sealed:
        faults.append(f"has {have} seals, its checkpoints say {sealed}")
    return faults


async def _examine_rest(tx: Tx, state: Examined) -> None:
    """Seals of checkpoints that came while we were looking are right; those of checkpoints that are not there are not."""
    later = {checkpoint for checkpoint, _, _ in await store.seal_roots(tx, state.newest + 1, _LAST)}
    newest = await store.newest_checkpoint(tx)
    for number in sorted(n for n in later if newest is None or n > newest.number):
        _note(state, "checkpoint", f"checkpoint={number}", "has seals, but is gone")


async def _event_times(tx: Tx, comparison: BucketComparison) -> dict[UUID, tuple[int, int]]:
    """When the events of changed rows occurred and were posted, to guess what the rows were."""
    wanted = {event_of(record[KEY]) for record, _ in comparison.changed[:NAMED]}
    events = await journal.events_by_id(tx, wanted)
    return {event.event_id: (micros(event.occurred_at), micros(event.posted_at)) for event in events.values()}


def _note(state: Examined, what: str, row: str, says: str) -> None:
    state.findings.append(Finding(what=what, bucket=_NOWHERE, row=row, says=says))
