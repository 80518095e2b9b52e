"""Rows of the tiers room in, values out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.sql import queries
from praemia.tiers.model import LIFETIME, Book, Change, Counts, Reason, TierState, Waiting

_Q = "praemia.tiers"
_NO_TIER = frozenset({""})  # what an empty list becomes on its way as text
_NO_TIERS: frozenset[str] = frozenset()


async def states(tx: Tx, owners: Sequence[UUID]) -> dict[UUID, tuple[TierState, int, datetime]]:
    """(state, version, instant of joining) by member; who has none is at the bottom."""
    rows = await queries(_Q).states(tx.conn, tenant_id=tx.tenant_id, **_owned(owners))
    return {r["owner_id"]: (_state(r), r["version"], r["joined_at"]) for r in rows}


async def counts(tx: Tx, first_days: Mapping[UUID, date]) -> dict[UUID, dict[date, Counts]]:
    """What was counted by day, from a day on; the sum of all days is under LIFETIME."""
    owners = list(first_days)
    rows = await queries(_Q).counts(tx.conn, tenant_id=tx.tenant_id, **_owned(owners), first_days=[first_days[o] for o in owners])
    found: dict[UUID, dict[date, Counts]] = {}
    for r in rows:
        found.setdefault(r["owner_id"], {})[r["day"]] = Counts(points=r["points"], spend_minor=r["spend_minor"], visits=r["visits"])
    return found


async def waiting(tx: Tx, owners: Sequence[UUID]) -> dict[UUID, dict[UUID, Waiting]]:
    """Points that will count later, by member and event."""
    found: dict[UUID, dict[UUID, Waiting]] = {}
    for r in await queries(_Q).waiting(tx.conn, tenant_id=tx.tenant_id, **_owned(owners)):
        one = Waiting(event_id=r["event_id"], day=r["day"], opens_on=r["opens_on"], points=r["points"])
        found.setdefault(r["owner_id"], {})[one.event_id] = one
    return found


async def changes_after(tx: Tx, instants: Mapping[UUID, datetime]) -> dict[UUID, tuple[tuple[datetime, str | None], ...]]:
    """(instant, tier before) of the changes after an instant, oldest first."""
    owners = list(instants)
    found: dict[UUID, tuple[tuple[datetime, str | None], ...]] = {}
    rows = await queries(_Q).changes_after(tx.conn, tenant_id=tx.tenant_id, **_owned(owners), instants=[instants[o] for o in owners])
    for r in rows:
        found[r["owner_id"]] = (*found.get(r["owner_id"], ()), (r["at"], r["was"]))
    return found


async def write(tx: Tx, books: Iterable[Book]) -> None:
    """What a batch did to its books: counts, waiting points, states and changes."""
    touched = sorted((b for b in books if b.touched), key=lambda b: (bucket_of(b.owner_id), b.owner_id))
    if touched:
        await _add_counts(tx, touched)
        await _write_waiting(tx, touched)
        await _put_states(tx, touched)
        await _insert_changes(tx, touched)


async def due_members(
    tx: Tx, program_id: int, day: date, version: int, *, buckets: tuple[int, int], after: UUID | None, limit: int
) -> list[UUID]:
    """Members of a range of buckets somebody has to look at by `day`, in the order of locks."""
    rows = await queries(_Q).due_members(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        buckets=list(range(buckets[0] if after is None else bucket_of(after), buckets[1] + 1)),
        day=day,
        version=version,
        after_bucket=-1 if after is None else bucket_of(after),
        after_owner=after or UUID(int=0),
        page=limit,
    )
    return [r["owner_id"] for r in rows]


async def next_due(tx: Tx, program_id: int, buckets: Sequence[int]) -> date | None:
    """The first day on which somebody has to look at anybody."""
    first: date | None = await queries(_Q).next_due(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, buckets=list(buckets))
    return first


async def changes_of(tx: Tx, owner_id: UUID, page: int) -> list[Change]:
    """A member's changes, newest first."""
    rows = await queries(_Q).changes_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, page=page)
    return [
        Change(at=r["at"], was=r["was"], becomes=r["becomes"], reason=Reason(r["because"]), figures=r["figures"], cause=r["event_id"])
        for r in rows
    ]


async def wrong_lifetimes(tx: Tx, first_bucket: int, last_bucket: int) -> list[dict[str, Any]]:
    """T1: sums that are none."""
    rows = await queries(_Q).wrong_lifetimes(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [dict(r) for r in rows]


async def unexplained_tiers(tx: Tx, first_bucket: int, last_bucket: int) -> list[dict[str, Any]]:
    """T2: tiers that no change explains."""
    rows = await queries(_Q).unexplained_tiers(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [dict(r) for r in rows]


async def _add_counts(tx: Tx, books: Sequence[Book]) -> None:
    rows: list[tuple[UUID, date, Counts]] = []
    for book in books:
        total = Counts()
        for day, more in sorted(book.added.items()):
            rows.append((book.owner_id, day, more))
            total = total.plus(more)
        if book.added:
            rows.append((book.owner_id, LIFETIME, total))
    if rows:
        await queries(_Q).add_counts(
            tx.conn,
            tenant_id=tx.tenant_id,
            **_owned([owner for owner, _, _ in rows]),
            days=[day for _, day, _ in rows],
            points=[c.points for _, _, c in rows],
            spend=[c.spend_minor for _, _, c in rows],
            visits=[c.visits for _, _, c in rows],
        )


async def _write_waiting(tx: Tx, books: Sequence[Book]) -> None:
    gone = [(b.owner_id, event) for b in books for event in sorted(b.came | {e for e, w in b.put_off.items() if not w.points})]
    if gone:
        events = [event for _, event in gone]
        await queries(_Q).end_waiting(tx.conn, tenant_id=tx.tenant_id, **_owned([owner for owner, _ in gone]), events=events)
    later = [(b.owner_id, w) for b in books for w in b.put_off.values() if w.points]
    if later:
        await queries(_Q).put_off(
            tx.conn,
            tenant_id=tx.tenant_id,
            **_owned([owner for owner, _ in later]),
            events=[w.event_id for _, w in later],
            days=[w.day for _, w in later],
            opens=[w.opens_on for _, w in later],
            points=[w.points for _, w in later],
        )


async def _put_states(tx: Tx, books: Sequence[Book]) -> None:
    known = [b for b in books if b.stored]
    if known:
        await queries(_Q).update_states(tx.conn, tenant_id=tx.tenant_id, **_owned([b.owner_id for b in known]), **_changing(known))
    new = [b for b in books if not b.stored]
    if new:
        await queries(_Q).put_states(
            tx.conn,
            tenant_id=tx.tenant_id,
            **_owned([b.owner_id for b in new]),
            programs=[b.program_id for b in new],
            joined=[b.joined_at for b in new],
            **_changing(new),
        )


def _changing(books: Sequence[Book]) -> dict[str, list[Any]]:
    held = [b.state for b in books]
    return {
        "versions": [b.version for b in books],
        "tiers": [s.tier for s in held],
        "since": [s.since for s in held],
        "seen": [s.seen_on for s in held],
        "earned": [s.earned for s in held],
        "held": [s.held_until for s in held],
        "graces": [s.grace_until for s in held],
        "grace_tos": [s.grace_to for s in held],
        "assigned": [s.assigned for s in held],
        "assigned_untils": [s.assigned_until for s in held],
        "fixed": [s.is_fixed for s in held],
        "warned": [s.warned_of for s in held],
        "entered": [",".join(sorted(s.entered)) for s in held],
        "dues": [s.due_day for s in held],
    }


async def _insert_changes(tx: Tx, books: Sequence[Book]) -> None:
    made = [(b, change) for b in books for change in b.changes]
    if not made:
        return
    await queries(_Q).insert_changes(
        tx.conn,
        tenant_id=tx.tenant_id,
        **_owned([b.owner_id for b, _ in made]),
        changes=[new_id(bucket_of(b.owner_id)) for b, _ in made],
        programs=[b.program_id for b, _ in made],
        versions=[b.version for b, _ in made],
        instants=[c.at for _, c in made],
        was=[c.was for _, c in made],
        becomes=[c.becomes for _, c in made],
        reasons=[c.reason.value for _, c in made],
        figures=[json.dumps(dict(c.figures)) for _, c in made],
        events=[c.cause for _, c in made],
    )


def _owned(owners: Sequence[UUID]) -> dict[str, list[Any]]:
    return {"buckets": [bucket_of(owner) for owner in owners], "owners": list(owners)}


def _state(row: Any) -> TierState:
    """In the order of the statement `states`: a night reads millions."""
    _, _, _, tier, since, seen_on, earned, held, grace, grace_to, assigned, assigned_until, is_fixed, warned_of, entered, due_day = row
    return TierState(
        tier=tier,
        since=since,
        seen_on=seen_on,
        earned=earned,
        held_until=held,
        grace_until=grace,
        grace_to=grace_to,
        assigned=assigned,
        assigned_until=assigned_until,
        is_fixed=is_fixed,
        warned_of=warned_of,
        entered=frozenset(entered) - _NO_TIER if entered else _NO_TIERS,
        due_day=due_day,
    )
