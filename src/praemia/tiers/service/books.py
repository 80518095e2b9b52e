"""Books of members: read under the lock of their accounts, written back with the events that a change makes.

The lock is the caller's: whoever reads a book has locked the member's accounts before (`ledger.lock_accounts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from praemia import journal, ledger, programs
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.values import Value
from praemia.journal import StoredEvent
from praemia.programs import OpenProgram
from praemia.rules import LotPolicy, Tiers, joins, terms_of, waits
from praemia.tiers import store
from praemia.tiers.core.windows import ONE_DAY, window_start
from praemia.tiers.model import LIFETIME, Book, Counts, Entry, TierState

ENTRY = "tier_entry"  # the kind of the event that welcomes to a tier
AT_RISK = "tier_at_risk"  # the kind of the event that warns of a fall

Accounts = dict[ledger.AccountKey, ledger.Account]


class Wanted(Value):
    """A member whose book is read: by which version's tiers, and from which instant on things may have happened to them.

    Without `joined_at` a member who never had anything that counts has no book.
    """

    owner_id: UUID
    joined_at: datetime | None
    program_id: int
    policy: Tiers
    version: int
    zone: ZoneInfo
    since: datetime


async def read_books(tx: Tx, wanted: Sequence[Wanted]) -> dict[UUID, Book]:
    """The books of members whose accounts are locked, by member. One look into each table for all of them."""
    if not wanted:
        return {}
    owners = [w.owner_id for w in wanted]
    known = await store.states(tx, owners)
    wanted = [w for w in wanted if w.joined_at is not None or w.owner_id in known]
    books = {w.owner_id: _opened(w, known.get(w.owner_id)) for w in wanted}
    counted = await store.counts(tx, {w.owner_id: _first_day(w, books[w.owner_id]) for w in wanted})
    later = await store.waiting(tx, owners)
    late = {w.owner_id: w.since for w in wanted if w.since < books[w.owner_id].state.since}
    past = await store.changes_after(tx, late) if late else {}
    for owner, book in books.items():
        book.days = counted.get(owner, {})
        book.lifetime = book.days.pop(LIFETIME, Counts())
        book.waiting = later.get(owner, {})
        book.past = past.get(owner, ())
    return books


async def write_books(
    tx: Tx, books: Iterable[Book], opened: Mapping[int, OpenProgram], accounts: Accounts, day: date, now: datetime
) -> None:
    """Write what a batch did to its books, and its events: points that welcome to a tier, warnings. Points are posted on `day`."""
    ours = list(books)
    await store.write(tx, ours)
    events: list[StoredEvent] = []
    postings: list[ledger.Posting] = []
    for book in ours:
        program = opened[book.program_id]
        for entry in book.entries:
            event, posting = await _welcome(tx, book, program, entry, day, now)
            events.append(event)
            postings.append(posting)
        events += [
            stored_event(book, AT_RISK, program.now(now), {"tier": book.state.tier, "falls_on": on.isoformat(), "to": to})
            for on, to in book.warnings
        ]
    if events:
        await journal.insert_events(tx, events, [bucket_of(e.event_id) for e in events])
        await ledger.post(tx, postings, accounts)


def stored_event(
    book: Book,
    kind: str,
    at: datetime,
    inputs: Mapping[str, Any],
    *,
    occurred_at: datetime | None = None,
    awards: Mapping[str, int] | None = None,
) -> StoredEvent:
    """An event about somebody's tier. Nothing judged it, so there is nothing to judge again."""
    granted = dict(awards or {})
    return StoredEvent(
        event_id=new_id(bucket_of(book.owner_id)),
        program_id=book.program_id,
        kind=kind,
        member_id=book.owner_id,
        occurred_at=occurred_at or at,
        posted_at=at,
        version=book.version,
        inputs=inputs,
        verdict={"awards": granted, "verdict": {"awards": granted, "outcomes": []}, "after": {}},
    )


async def _welcome(tx: Tx, book: Book, program: OpenProgram, entry: Entry, day: date, now: datetime) -> tuple[StoredEvent, ledger.Posting]:
    """The points for reaching a tier, as an event and its transfer. They live as other points of their unit do."""
    rules = await programs.ruleset_of(tx, program, book.version)
    # A unit that the version does not know has no policy.
    lots = next((unit.lots for unit in rules.earning.units if unit.code == entry.unit), LotPolicy())
    at = entry.cause.at
    event = stored_event(book, ENTRY, program.now(now), {"tier": entry.tier}, occurred_at=at, awards={entry.unit: entry.quanta})
    event.verdict["verdict"]["outcomes"].append([f"tier-entry:{entry.tier}", entry.unit, entry.quanta])
    terms = terms_of(lots, None, entry.cause.day, waits=waits(lots, ENTRY))
    posting = ledger.Posting(
        owner_id=book.owner_id,
        event_id=event.event_id,
        line=0,
        unit=program.units[entry.unit].number,
        program_id=program.program_id,
        kind=ledger.Kind.PROMISE if terms.pending else ledger.Kind.EARN,
        amount=entry.quanta,
        day=day,
        occurred_at=at,
        posted_at=program.now(now),
        last_day=terms.last_day,
        opens_on=terms.opens_on,
        oldest_first=lots.oldest_first,
        joins=joins(lots, ENTRY),
    )
    return event, posting


def _opened(wanted: Wanted, known: tuple[TierState, int, datetime] | None) -> Book:
    joined_at = known[2] if known else wanted.joined_at
    assert joined_at is not None, "only members who have a tier are read without their day of joining"
    return Book(
        owner_id=wanted.owner_id,
        program_id=wanted.program_id,
        joined_at=joined_at,
        zone=wanted.zone,
        state=known[0] if known else _at_the_bottom(wanted, joined_at),
        version=max(wanted.version, known[1] if known else 0),
        stored=known is not None,
        touched=known is not None and known[1] < wanted.version,
    )


def _at_the_bottom(wanted: Wanted, joined_at: datetime) -> TierState:
    start = wanted.policy.named(wanted.policy.bottom)
    return TierState(tier=start, since=joined_at, seen_on=joined_at.astimezone(wanted.zone).date(), earned=start)


def _first_day(wanted: Wanted, book: Book) -> date:
    """The first day that can still matter: for the window of the day before anything was last looked at, or happens now."""
    first = min(book.state.seen_on if book.stored else date.max, wanted.since.astimezone(wanted.zone).date())
    return max(window_start(wanted.policy, first - ONE_DAY, book.joined_on), LIFETIME + ONE_DAY) if first > LIFETIME + ONE_DAY else first
