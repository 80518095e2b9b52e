"""What opens at a midnight, and what has expired by it. One event per bucket and page owns all of it.

Not one per bucket and night: an event is written in the transaction of its transfers, so that whoever seals or copies what is
older than the longest transaction finds all of it.
"""

from __future__ import annotations

from uuid import UUID

from praemia import journal, ledger
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.journal import StoredEvent
from praemia.nights.model import NIGHT, Night, Page, Step
from praemia.nights.service.reviewing import follow
from praemia.rules import Verdict, verdict_to_json

_OWNERS = 2000


async def open_waiting(tx: Tx, night: Night, page: Page, last_bucket: int) -> tuple[int, UUID | None]:
    """Pending points whose day has come become usable."""
    return await _settle(tx, night, page, last_bucket, opening_only=True)


async def expire(tx: Tx, night: Night, page: Page, last_bucket: int) -> tuple[int, UUID | None]:
    """Points whose last day is over are gone."""
    return await _settle(tx, night, page, last_bucket, opening_only=False)


async def _settle(tx: Tx, night: Night, page: Page, last_bucket: int, *, opening_only: bool) -> tuple[int, UUID | None]:
    owners = await ledger.due_owners(
        tx,
        night.program.program_id,
        night.day,
        buckets=(page.bucket, last_bucket),
        after=page.after,
        waiting=opening_only,
        limit=_OWNERS,
    )
    if not owners:
        return 0, None
    events = {bucket: new_id(bucket) for bucket in {bucket_of(owner) for owner in owners}}
    used = sorted(await ledger.settle_owners(tx, owners, events, _cause(night), opening_only=opening_only))
    if used:
        await journal.insert_events(tx, [_event(night, event, page.step) for event in used], [bucket_of(event) for event in used])
    await follow(tx, night, owners, day=night.day_before if opening_only else night.day)
    return len(owners), owners[-1] if len(owners) == _OWNERS else None


def _cause(night: Night) -> ledger.Posting:
    nobody = UUID(int=0)
    return ledger.Posting(
        owner_id=nobody,
        event_id=nobody,
        line=0,
        unit=0,
        program_id=night.program.program_id,
        kind=ledger.Kind.EXPIRE,
        amount=0,
        day=night.day,
        occurred_at=night.midnight,
        posted_at=night.program.now(night.now),
    )


def _event(night: Night, event_id: UUID, step: Step) -> StoredEvent:
    return StoredEvent(
        event_id=event_id,
        program_id=night.program.program_id,
        kind=NIGHT,
        member_id=None,
        occurred_at=night.midnight,
        posted_at=night.program.now(night.now),
        version=night.version,
        inputs={"day": night.day.isoformat(), "step": step.value},
        verdict={"awards": {}, "verdict": verdict_to_json(Verdict(awards={}, outcomes=())), "facts": {}, "after": {}},
    )
