"""Rows of the journal in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx, as_json
from praemia.foundation.ids import bucket_of, key_bucket, made_at, program_owner
from praemia.foundation.sql import queries
from praemia.foundation.values import of_rows
from praemia.journal.model import Decided, Identity, KnownKeys, OwnedCounter, StoredEvent
from praemia.rules import CounterKey, Scope, Usage

_Q = "praemia.journal"
_THERE = "journal.counters"  # counters that this transaction looked for under lock -> whether they are there


async def find_keys(tx: Tx, identities: Iterable[Identity]) -> KnownKeys:
    """Used keys among the identities."""
    wanted = list(identities)
    if not wanted:
        return {}
    rows = await tx.ask(_Q, "find_keys", tenant_id=tx.tenant_id, keys=[(i.bucket, i.key) for i in wanted])
    return {key: (event, content) for key, event, content in rows}


async def claim_keys(tx: Tx, claims: Sequence[tuple[Identity, UUID, UUID]]) -> None:
    """Use up (identity, content, event). Raises Contended when another transaction was first with one of them."""
    if not claims:
        return
    rows = [(identity.bucket, identity.key, content, event) for identity, content, event in claims]
    await tx.write(_Q, "claim_keys", tenant_id=tx.tenant_id, keys=rows)


async def insert_events(tx: Tx, events: Sequence[StoredEvent], buckets: Sequence[int]) -> None:
    """Append events."""
    rows = [
        (
            bucket,
            e.event_id,
            made_at(e.event_id),
            e.program_id,
            e.member_id,
            e.kind,
            e.occurred_at,
            e.posted_at,
            e.version,
            as_json(e.inputs),
            as_json(e.verdict),
        )
        for bucket, e in zip(buckets, events, strict=True)
    ]
    await tx.write(_Q, "insert_events", tenant_id=tx.tenant_id, events=rows)


async def events_by_id(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, StoredEvent]:
    """Events by id; unknown ids are absent."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = await queries(_Q).events_by_id(
        tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(i) for i in wanted], events=wanted, received=[made_at(i) for i in wanted]
    )
    return {event.event_id: event for event in of_rows(StoredEvent, rows)}


async def decided_by_id(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Decided]:
    """The same for those whose events are answered again."""
    wanted = list(ids)
    if not wanted:
        return {}
    places = [(bucket_of(i), i) for i in wanted]
    rows = await tx.ask(_Q, "decided_by_id", tenant_id=tx.tenant_id, events=places, first=made_at(min(wanted)), last=made_at(max(wanted)))
    return {event.event_id: event for event in of_rows(Decided, rows)}


async def member_counters(tx: Tx, wanted: Iterable[OwnedCounter]) -> dict[OwnedCounter, Usage]:
    """Counters of members whose accounts are locked; absent ones are unused."""
    keys = list(wanted)
    if not keys:
        return {}
    rows = await queries(_Q).member_counters(tx.conn, tenant_id=tx.tenant_id, counters=_places(keys))
    return {(r["owner_id"], _key(r, Scope.MEMBER)): Usage(used=r["used"], last_at=r["last_at"]) for r in rows}


async def lock_counters(tx: Tx, wanted: Iterable[OwnedCounter]) -> dict[OwnedCounter, Usage]:
    """Lock and read counters of one scope; absent ones are unused, and `spend_counters` begins them, or raises Contended.

    A member's counters are changed under the lock of their accounts. Where one statement locks both, these must be locked as well: it
    would show them as they were before it waited for the accounts.
    """
    keys = list(wanted)
    if not keys:
        return {}
    scope = keys[0][1].scope
    rows = await tx.ask(_Q, "lock_counters", tenant_id=tx.tenant_id, counters=_places(keys))
    found = {
        (owner, CounterKey(scope=scope, counter=counter, period=period)): Usage(used=used, last_at=last)
        for owner, counter, period, used, last in rows
    }
    _there(tx).update({key: key in found for key in keys})
    return found


async def lock_program_counters(tx: Tx, program_id: int, wanted: Iterable[CounterKey]) -> dict[CounterKey, Usage]:
    """Lock and read counters that the whole programme shares: budgets and limits for everybody."""
    keys = sorted(((counter_owner(tx, program_id, key), key) for key in wanted), key=_order_of_locks)
    if not keys:
        return {}
    await queries(_Q).open_counters(tx.conn, tenant_id=tx.tenant_id, counters=_places(keys))
    return {key: usage for (_, key), usage in (await lock_counters(tx, keys)).items()}


async def spend_counters(tx: Tx, spent: Mapping[OwnedCounter, tuple[int, datetime]]) -> None:
    """Add (increment, instant) to counters. Raises Contended when another transaction began one that was absent when it was looked for."""
    there = _there(tx)
    for scope in Scope:
        await lock_counters(tx, sorted((key for key in spent if key not in there and key[1].scope is scope), key=_order_of_locks))
    rows = [(key, (bucket_of(key[0]), key[0], key[1].counter, key[1].period, used, last)) for key, (used, last) in spent.items()]
    for name, begun in (("begin_counters", False), ("add_to_counters", True)):
        counters = [row for key, row in rows if there[key] is begun]
        if counters:
            await tx.write(_Q, name, tenant_id=tx.tenant_id, counters=counters)
    there.update(dict.fromkeys(spent, True))


async def counters_of(tx: Tx, owner_id: UUID) -> dict[CounterKey, Usage]:
    """Every counter of a member whose accounts are locked."""
    rows = await queries(_Q).counters_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id)
    return {_key(r, Scope.MEMBER): Usage(used=r["used"], last_at=r["last_at"]) for r in rows}


async def wind_back_counters(tx: Tx, owner_id: UUID, added: Mapping[CounterKey, tuple[int, datetime | None, datetime | None]]) -> None:
    """Take (increment, instant added, instant before) back from counters; an instant that moved on since stays."""
    if not added:
        return
    keys = list(added)
    await queries(_Q).wind_back_counters(
        tx.conn,
        tenant_id=tx.tenant_id,
        **_columns([(owner_id, key) for key in keys]),
        used=[added[key][0] for key in keys],
        seen=[added[key][1] for key in keys],
        was=[added[key][2] for key in keys],
    )


def counter_owner(tx: Tx, program_id: int, key: CounterKey) -> UUID:
    """The owner of a shared counter: the programme, in the counter's own bucket."""
    return program_owner(program_id, key_bucket(tx.tenant_id, "counter", f"{program_id}:{key.counter}"))


async def unexplained(tx: Tx, first_bucket: int, last_bucket: int) -> list[dict[str, Any]]:
    """J2: rows where verdict and transfers disagree."""
    rows = await queries(_Q).unexplained(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [dict(r) for r in rows]


async def orphan_keys(tx: Tx) -> list[dict[str, Any]]:
    """J1: keys that lead to no event."""
    return [dict(r) for r in await queries(_Q).orphan_keys(tx.conn, tenant_id=tx.tenant_id)]


def _there(tx: Tx) -> dict[OwnedCounter, bool]:
    there: dict[OwnedCounter, bool] = tx.known.setdefault(_THERE, {})
    return there


def _order_of_locks(owned: OwnedCounter) -> tuple[int, UUID, str, date]:
    """The one order in which everybody locks counters."""
    owner, key = owned
    return bucket_of(owner), owner, key.counter, key.period


def _places(keys: Sequence[OwnedCounter]) -> list[tuple[int, UUID, str, date]]:
    return [(bucket_of(owner), owner, key.counter, key.period) for owner, key in keys]


def _columns(keys: Sequence[OwnedCounter]) -> dict[str, list[Any]]:
    return {
        "buckets": [bucket_of(owner) for owner, _ in keys],
        "owners": [owner for owner, _ in keys],
        "counters": [key.counter for _, key in keys],
        "periods": [key.period for _, key in keys],
    }


def _key(row: Any, scope: Scope) -> CounterKey:
    return CounterKey(scope=scope, counter=row["counter"], period=row["period"])
