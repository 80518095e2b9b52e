"""The review in the night to a local day: everybody somebody has to look at, page by page. A page lived twice changes nothing.

Until points expire the night belongs to the day before: what ends with it can still be held, counted and ended by a review.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from praemia import journal, ledger
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of, new_id
from praemia.journal import StoredEvent
from praemia.programs import OpenProgram
from praemia.tiers import store
from praemia.tiers.core import climbing
from praemia.tiers.model import Book
from praemia.tiers.service.books import Accounts, read_books, write_books
from praemia.tiers.service.following import Ground, ground_of

REVIEW = "tier_review"  # the kind of the events that own what ends after a review
_PAGE = 2000


async def review(
    tx: Tx, program: OpenProgram, day: date, *, midnight: datetime, now: datetime, buckets: tuple[int, int], after: UUID | None = None
) -> tuple[int, UUID | None]:
    """Hold the reviews of the night to `day` for a page of the members in a range of buckets who are due.

    Answers how many there were, and after which one it stopped, None when it is done.
    """
    ground = await ground_of(tx, program, midnight)
    if ground is None:
        return 0, None
    owners = await store.due_members(tx, program.program_id, day, ground.version, buckets=buckets, after=after, limit=_PAGE)
    if not owners:
        return 0, None
    eve = day - timedelta(days=1)
    accounts: Accounts = {}
    if ground.policy.by_balance or ground.policy.expire_all:
        accounts = await ledger.lock_accounts(tx, owners)
    else:
        await ledger.lock_owners(tx, owners)  # whoever is welcomed to a tier has accounts read when it is posted
    books = await read_books(tx, [ground.wanted(owner, None, midnight) for owner in owners])
    if ground.policy.by_balance:
        await _weigh_on(tx, ground, books, accounts, eve)
    for book in books.values():
        _live(ground, book, day)
    await write_books(tx, books.values(), {program.program_id: program}, accounts, day=eve, now=now)
    await _end_points(tx, ground, [book for book in books.values() if book.expires_all], accounts, midnight=midnight, eve=eve, now=now)
    return len(owners), owners[-1] if len(owners) == _PAGE else None


async def next_due(tx: Tx, program_id: int) -> date | None:
    """The first day whose night has to look at anybody's tier."""
    return await store.next_due(tx, program_id, range(BUCKETS))


def _live(ground: Ground, book: Book, day: date) -> None:
    """The nights up to `day` that were missed, then this one; also for who is not due, but was last seen by another version."""
    while book.state.due_day is not None and book.state.due_day < day:
        climbing.live(ground.policy, book, book.state.due_day)
    climbing.live(ground.policy, book, day)


async def _weigh_on(tx: Tx, ground: Ground, books: dict[UUID, Book], accounts: Accounts, day: date) -> None:
    number = ground.program.units[ground.policy.unit].number
    ours = {key: account for key, account in accounts.items() if key[1] == number}
    for (owner, _), held in (await ledger.standing(tx, ours, day)).items():
        books[owner].balance = held.available + (held.pending if ground.policy.count_pending else 0)


async def _end_points(
    tx: Tx, ground: Ground, books: Sequence[Book], accounts: Accounts, *, midnight: datetime, eve: date, now: datetime
) -> None:
    """End every open lot of the unit that counts. One event for all members of a bucket."""
    program, number = ground.program, ground.program.units[ground.policy.unit].number
    events: dict[int, StoredEvent] = {}
    postings: list[ledger.Posting] = []
    for book in books:
        lots = await ledger.open_lots_of(tx, book.owner_id, number)
        usable = [lot for lot in lots if not lot.pending and (lot.last_day is None or lot.last_day >= eve)]
        if not usable:
            continue
        event = events.setdefault(bucket_of(book.owner_id), _ending(ground, bucket_of(book.owner_id), midnight, now))
        for line, lot in enumerate(usable):
            postings.append(
                ledger.Posting(
                    owner_id=book.owner_id,
                    event_id=event.event_id,
                    line=line,
                    unit=number,
                    program_id=program.program_id,
                    kind=ledger.Kind.EXPIRE,
                    amount=lot.remaining,
                    day=eve,
                    occurred_at=midnight,
                    posted_at=program.now(now),
                    of=(lot.event_id, lot.line),
                )
            )
    if events:
        await journal.insert_events(tx, list(events.values()), list(events))
        await ledger.post(tx, postings, accounts)


def _ending(ground: Ground, bucket: int, midnight: datetime, now: datetime) -> StoredEvent:
    return StoredEvent(
        event_id=new_id(bucket),
        program_id=ground.program.program_id,
        kind=REVIEW,
        member_id=None,
        occurred_at=midnight,
        posted_at=ground.program.now(now),
        version=ground.version,
        inputs={"day": ground.day_of(midnight).isoformat()},
        verdict={"awards": {}, "verdict": {"awards": {}, "outcomes": []}, "after": {}},
    )
