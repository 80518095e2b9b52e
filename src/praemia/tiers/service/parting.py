"""Undoing a merge of tiers: what was counted and held goes back to where it was, as far as nothing else happened since.

The caller keeps what `remember` answers before and after the merge, and has locked the accounts of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.members import Member
from praemia.programs import OpenProgram
from praemia.tiers import store
from praemia.tiers.core.keeping import Record, from_json, holds_the_same, to_json
from praemia.tiers.model import LIFETIME, Book, Cause, Change, Counts, Reason, Waiting
from praemia.tiers.service.books import read_books
from praemia.tiers.service.following import Ground, ground_of

_NEVER_OLD = 2**31 - 1  # no version of a programme makes anybody look at this member


async def remember(tx: Tx, program: OpenProgram, members: Sequence[Member], cause: Cause) -> dict[str, Any]:
    """What members have counted and hold, as JSON by member id; empty where the programme has no tiers."""
    ground = await ground_of(tx, program, cause.at)
    if ground is None:
        return {}
    return {str(owner): to_json(record) for owner, record in (await _records(tx, ground, members, cause)).items()}


async def lay_aside(tx: Tx, program: OpenProgram, member: Member, cause: Cause) -> None:
    """Nobody looks at this member's tier any more: the membership became part of another."""
    ground = await ground_of(tx, program, cause.at)
    if ground is None:
        return
    record = (await _records(tx, ground, [member], cause))[member.member_id]
    book = _book(ground, member.member_id, record)
    book.state, book.version = replace(book.state, due_day=None), _NEVER_OLD
    await store.write(tx, [book])


async def part(
    tx: Tx, program: OpenProgram, keep: Member, drop: UUID, before: Mapping[str, Any], after: Mapping[str, Any], cause: Cause
) -> None:
    """Give back to `drop` what it brought, and to `keep` the tier from before, unless that has changed since: then the next night
    looks at it. `before` and `after` are what `remember` answered then."""
    ground = await ground_of(tx, program, cause.at)
    if ground is None or not before:
        return
    was_kept, was_dropped, merged = (
        from_json(told) for told in (before[str(keep.member_id)], before[str(drop)], after[str(keep.member_id)])
    )
    now_dropped = replace(keep, member_id=drop, enrolled_at=was_dropped.joined_at)
    records = await _records(tx, ground, [keep, now_dropped], cause)
    kept, dropped = (_book(ground, owner, records[owner]) for owner in (keep.member_id, drop))
    for day, counts in merged.days.items():
        kept.added[day] = was_kept.days.get(day, Counts()).minus(counts)
    for day in {*was_dropped.days, *records[drop].days} - {LIFETIME}:
        dropped.added[day] = was_dropped.days.get(day, Counts()).minus(records[drop].days.get(day, Counts()))
    for waiting in merged.waiting.values():
        if waiting.event_id not in was_kept.waiting:
            _wait_again(kept, dropped, waiting, records[keep.member_id])
    dropped.state, dropped.version = was_dropped.state, was_dropped.version
    _stand_again(kept, was_kept, merged, cause)
    await store.write(tx, [kept, dropped])


def _wait_again(kept: Book, dropped: Book, waiting: Waiting, now: Record) -> None:
    """Points that still wait go on waiting where they came from; those that count since count there."""
    left = now.waiting.get(waiting.event_id)
    if left is not None and left.points:
        kept.put_off[waiting.event_id] = replace(waiting, points=0)
        dropped.put_off[waiting.event_id] = left
        return
    counted = Counts(points=waiting.points)
    kept.added[waiting.day] = kept.added.get(waiting.day, Counts()).minus(counted)
    dropped.added[waiting.day] = dropped.added.get(waiting.day, Counts()).plus(counted)


def _stand_again(kept: Book, before: Record, merged: Record, cause: Cause) -> None:
    now = kept.state
    if not holds_the_same(now, merged.state):
        kept.state = replace(now, due_day=cause.day if now.due_day is None else min(now.due_day, cause.day))
        return
    kept.state = replace(before.state, entered=now.entered, seen_on=max(now.seen_on, before.state.seen_on))
    if kept.state.tier != now.tier:
        kept.state = replace(kept.state, since=cause.at)
        kept.changes.append(Change(at=cause.at, was=now.tier, becomes=kept.state.tier, reason=Reason.MERGED, cause=cause.event))


async def _records(tx: Tx, ground: Ground, members: Sequence[Member], cause: Cause) -> dict[UUID, Record]:
    owners = [member.member_id for member in members]
    books = await read_books(tx, [ground.wanted(m.member_id, m.enrolled_at, cause.at) for m in members])
    counted = await store.counts(tx, dict.fromkeys(owners, LIFETIME))
    return {
        owner: Record(
            state=book.state, version=book.version, joined_at=book.joined_at, days=counted.get(owner, {}), waiting=dict(book.waiting)
        )
        for owner, book in books.items()
    }


def _book(ground: Ground, owner: UUID, record: Record) -> Book:
    """A book that writes what is put into it, and nothing else."""
    return Book(
        owner_id=owner,
        program_id=ground.program.program_id,
        joined_at=record.joined_at,
        zone=ground.zone,
        state=record.state,
        version=record.version,
        stored=True,
        touched=True,
    )
