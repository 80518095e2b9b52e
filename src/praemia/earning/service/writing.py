"""The end of `record`: keys, events, transfers and counters, all in the transaction that grants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from praemia import ledger
from praemia.earning import store
from praemia.earning.model import ADJUSTMENT, StoredEvent
from praemia.earning.service.job import Job
from praemia.earning.store import OwnedCounter
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of
from praemia.rules import verdict_to_json


async def write(
    tx: Tx,
    jobs: list[Job],
    accounts: dict[ledger.AccountKey, ledger.Account],
    spent: Mapping[OwnedCounter, tuple[int, datetime]],
    now: datetime,
) -> None:
    """E5: everything in this transaction."""
    await store.claim_keys(tx, [(i, j.content, j.event) for j in jobs for i in j.identities])
    events = [_stored(j, now) for j in jobs]
    await store.insert_events(tx, events, [bucket_of(e.event_id) for e in events])
    await ledger.post(tx, [p for j in jobs for p in _postings(j, now)], accounts)
    await store.spend_counters(tx, spent)


def _stored(job: Job, now: datetime) -> StoredEvent:
    return StoredEvent(
        event_id=job.event,
        program_id=job.program.program_id,
        kind=job.command.kind,
        member_id=job.member.member_id if job.member else None,
        occurred_at=job.occurred_at,
        posted_at=job.program.now(now),
        version=job.version,
        inputs=job.command.inputs,
        verdict={
            "awards": dict(job.judged.awards),
            "verdict": verdict_to_json(job.judged),
            "facts": job.facts,
            "after": job.after,
        },
    )


def _postings(job: Job, now: datetime) -> Iterable[ledger.Posting]:
    for line, (unit, quanta) in enumerate(job.judged.awards.items()):
        assert job.member is not None
        yield ledger.Posting(
            owner_id=job.member.member_id,
            event_id=job.event,
            line=line,
            unit=job.program.units[unit].number,
            program_id=job.program.program_id,
            kind=_kind(job.command.kind, quanta),
            amount=abs(quanta),
            may_owe=quanta < 0,  # judged before: covered, or allowed
            occurred_at=job.occurred_at,
            posted_at=job.program.now(now),
        )


def _kind(trigger: str, quanta: int) -> ledger.Kind:
    if trigger != ADJUSTMENT:
        return ledger.Kind.EARN
    return ledger.Kind.CREDIT if quanta > 0 else ledger.Kind.DEBIT
