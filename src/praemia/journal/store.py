"""Rows of the journal in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx, as_json
from praemia.foundation.ids import bucket_of, key_bucket, made_at, program_owner
from praemia.foundation.sql import queries
from praemia.foundation.values import of_rows
from praemia.journal.model import Identity, KnownKeys, OwnedCounter, StoredEvent
from praemia.rules import CounterKey, Scope, Usage

_Q = "praemia.journal"


async def find_keys(tx: Tx, identities: Iterable[Identity]) -> KnownKeys:
    """Used keys among the identities."""
    wanted = list(identities)
    if not wanted:
        return {}
    rows = await queries(_Q).find_keys(tx.conn, tenant_id=tx.tenant_id, buckets=[i.bucket for i in wanted], keys=[i.key for i in wanted])
    return {r["key"]: (r["event_id"], r["content"]) for r in rows}


async def claim_keys(tx: Tx, claims: Sequence[tuple[Identity, UUID, UUID]]) -> None:
    """Use up (identity, content, event). Raises Contended when another transaction was first with one of them."""
    if not claims:
        return
    await tx.write(
        _Q,
        "claim_keys",
        tenant_id=tx.tenant_id,
        buckets=[i.bucket for i, _, _ in claims],
        keys=[i.key for i, _, _ in claims],
        contents=[content for _, content, _ in claims],
        events=[event for _, _, event in claims],
    )


async def insert_events(tx: Tx, events: Sequence[StoredEvent], buckets: Sequence[int]) -> None:
    """Append events."""
    await tx.write(
        _Q,
        "insert_events",
        tenant_id=tx.tenant_id,
        buckets=list(buckets),
        events=[e.event_id for e in events],
        received=[made_at(e.event_id) for e in events],
        programs=[e.program_id for e in events],
        members=[e.member_id for e in events],
        kinds=[e.kind for e in events],
        occurred=[e.occurred_at for e in events],
        posted=[e.posted_at for e in events],
        versions=[e.version for e in events],
        inputs=[as_json(e.inputs) for e in events],
        verdicts=[as_json(e.verdict) for e in events],
    )


async def events_by_id(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, StoredEvent]:
    """Events by id; unknown ids are absent."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = await queries(_Q).events_by_id(
        tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(i) for i in wanted], events=wanted, received=[made_at(i) for i in wanted]
    )
    return {event.event_id: event for event in of_rows(StoredEvent, rows)}


async def member_counters(tx: Tx, wanted: Iterable[OwnedCounter]) -> dict[OwnedCounter, Usage]:
    """Counters of members whose accounts are locked; absent ones are unused."""
    keys = list(wanted)
    if not keys:
        return {}
    rows = await queries(_Q).member_counters(tx.conn, tenant_id=tx.tenant_id, **_columns(keys))
    return {(r["owner_id"], _key(r, Scope.MEMBER)): Usage(used=r["used"], last_at=r["last_at"]) for r in rows}


async def lock_program_counters(tx: Tx, program_id: int, wanted: Iterable[CounterKey]) -> dict[CounterKey, Usage]:
    """Lock and read counters that the whole programme shares: budgets and limits for everybody."""
    keys = [(counter_owner(tx, program_id, key), key) for key in wanted]
    if not keys:
        return {}
    keys.sort(key=lambda key: (bucket_of(key[0]), key[0], key[1].counter, key[1].period))  # the one order of locks
    columns = _columns(keys)
    await queries(_Q).open_counters(tx.conn, tenant_id=tx.tenant_id, **columns)
    rows = await queries(_Q).lock_counters(tx.conn, tenant_id=tx.tenant_id, **columns)
    return {_key(r, Scope.PROGRAM): Usage(used=r["used"], last_at=r["last_at"]) for r in rows}


async def spend_counters(tx: Tx, spent: Mapping[OwnedCounter, tuple[int, datetime]]) -> None:
    """Add (increment, instant) to counters."""
    if not spent:
        return
    keys = list(spent)
    await tx.write(
        _Q,
        "spend_counters",
        tenant_id=tx.tenant_id,
        **_columns(keys),
        used=[spent[k][0] for k in keys],
        last=[spent[k][1] for k in keys],
    )


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


def _columns(keys: Sequence[OwnedCounter]) -> dict[str, list[Any]]:
    return {
        "buckets": [bucket_of(owner) for owner, _ in keys],
        "owners": [owner for owner, _ in keys],
        "counters": [key.counter for _, key in keys],
        "periods": [key.period for _, key in keys],
    }


def _key(row: Any, scope: Scope) -> CounterKey:
    return CounterKey(scope=scope, counter=row["counter"], period=row["period"])
