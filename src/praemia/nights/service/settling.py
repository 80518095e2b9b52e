"""What opens at a midnight, and what has expired by it. One event per bucket and night owns all of it.

The transfers of an owner are told apart by their lines: those that open come first, those that expire from `_EXPIRING` on.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from praemia import journal, ledger
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.journal import StoredEvent
from praemia.nights.model import NIGHT, Night, Page
from praemia.nights.service.reviewing import follow
from praemia.rules import Verdict, verdict_to_json

_OWNERS = 2000
_EXPIRING = 16_384  # half of what a line number holds


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
    accounts = await ledger.lock_accounts(tx, owners)
    events = await _events(tx, night, sorted({bucket_of(owner) for owner in owners}))
    causes = [_cause(night, owner, events[bucket_of(owner)], 0 if opening_only else _EXPIRING) for owner in owners]
    await ledger.settle(tx, causes, accounts, opening_only=opening_only)
    await follow(tx, night, owners, accounts)
    return len(owners), owners[-1] if len(owners) == _OWNERS else None


def _cause(night: Night, owner: UUID, event: UUID, first_line: int) -> ledger.Posting:
    return ledger.Posting(
        owner_id=owner,
        event_id=event,
        line=first_line,
        unit=0,
        program_id=night.program.program_id,
        kind=ledger.Kind.EXPIRE,
        amount=0,
        day=night.day,
        occurred_at=night.midnight,
        posted_at=night.program.now(night.now),
    )


async def _events(tx: Tx, night: Night, buckets: Iterable[int]) -> dict[int, UUID]:
    """The night's event of every bucket, made by the first page that needs it."""
    program_id, day = night.program.program_id, night.day.isoformat()
    names = {bucket: journal.identity_of(tx, program_id, NIGHT, f"{day}:{bucket}") for bucket in buckets}
    known = await journal.find_keys(tx, names.values())
    made = {bucket: new_id(bucket) for bucket, name in names.items() if name.key not in known}
    content = journal.content_of(NIGHT, [day], None)
    await journal.claim_keys(tx, [(names[bucket], content, event) for bucket, event in made.items()])
    if made:
        await journal.insert_events(tx, [_event(night, event) for event in made.values()], list(made))
    return made | {bucket: known[name.key][0] for bucket, name in names.items() if name.key in known}


def _event(night: Night, event_id: UUID) -> StoredEvent:
    return StoredEvent(
        event_id=event_id,
        program_id=night.program.program_id,
        kind=NIGHT,
        member_id=None,
        occurred_at=night.midnight,
        posted_at=night.program.now(night.now),
        version=night.version,
        inputs={"day": night.day.isoformat()},
        verdict={"awards": {}, "verdict": verdict_to_json(Verdict(awards={}, outcomes=())), "facts": {}, "after": {}},
    )
