"""Rows of the orders in, values out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Contended, Tx
from praemia.foundation.ids import BUCKETS, bucket_of, key_bucket
from praemia.foundation.sql import queries
from praemia.foundation.values import Value
from praemia.journal import Identity, OwnedCounter
from praemia.rules import CounterKey, Scope

_Q = "praemia.orders"


class Kept(Value):
    """The row of a reservation."""

    event_id: UUID
    program_id: int
    order_number: str
    member_id: UUID | None
    state: str
    content: UUID
    kept: Mapping[str, Any]
    deadline: datetime
    made_at: datetime


async def returns_of(tx: Tx, order_event: UUID) -> list[UUID]:
    """The events of an order's returns, in turn."""
    rows = await queries(_Q).returns_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(order_event), order_event=order_event)
    return [r["event_id"] for r in rows]


async def add_return(tx: Tx, order_event: UUID, number: int, event_id: UUID) -> None:
    """Append a return. Raises Contended when another one has this number."""
    added = await queries(_Q).add_return(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(order_event), order_event=order_event, number=number, event_id=event_id
    )
    if added is None:
        raise Contended


async def open_gates(tx: Tx, orders: Iterable[Identity]) -> dict[UUID, list[UUID]]:
    """Lock the gates of orders until the transaction ends; answers the returns that wait, by the order's key, where some do."""
    wanted = list(orders)
    rows = await queries(_Q).open_gates(tx.conn, tenant_id=tx.tenant_id, buckets=[i.bucket for i in wanted], keys=[i.key for i in wanted])
    return {r["key"]: list(r["parked"]) for r in rows if r["parked"]}


async def park(tx: Tx, order: Identity, event_id: UUID) -> None:
    """Let a return wait at the gate of its order, which is locked."""
    await queries(_Q).park(tx.conn, tenant_id=tx.tenant_id, bucket=order.bucket, key=order.key, event_id=event_id)


async def wrong_returns(tx: Tx, first_bucket: int, last_bucket: int) -> list[dict[str, Any]]:
    """O1, O2: orders whose returns do not fit."""
    rows = await queries(_Q).wrong_returns(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [dict(r) for r in rows]


async def find_reservation(tx: Tx, place: Identity, *, lock: bool) -> Kept | None:
    """The reservation of an order number, locked where it is to be changed."""
    query = queries(_Q).lock_reservation if lock else queries(_Q).find_reservation
    row = await query(tx.conn, tenant_id=tx.tenant_id, bucket=place.bucket, key=place.key)
    return None if row is None else Kept(**dict(row))


async def insert_reservation(tx: Tx, place: Identity, made: Kept) -> None:
    """A first reservation of an order number. Raises Contended when somebody else was first."""
    added = await queries(_Q).insert_reservation(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=place.bucket,
        key=place.key,
        program_id=made.program_id,
        order_number=made.order_number,
        event_id=made.event_id,
        member_id=made.member_id,
        content=made.content,
        kept=_json(made.kept),
        deadline=made.deadline,
        at=made.made_at,
    )
    if added is None:
        raise Contended


async def write_reservation(tx: Tx, place: Identity, changed: Kept, at: datetime) -> None:
    """Write a reservation that is locked."""
    await queries(_Q).write_reservation(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=place.bucket,
        key=place.key,
        event_id=changed.event_id,
        member_id=changed.member_id,
        state=changed.state,
        content=changed.content,
        kept=_json(changed.kept),
        deadline=changed.deadline,
        at=at,
    )


async def lapsed_reservations(tx: Tx, program_id: int, at: datetime, page: int) -> list[str]:
    """Order numbers whose reservation is over."""
    rows = await queries(_Q).lapsed_reservations(
        tx.conn, tenant_id=tx.tenant_id, program_id=program_id, first_bucket=0, last_bucket=BUCKETS - 1, at=at, page=page
    )
    return [r["order_number"] for r in rows]


def code_bucket(tx: Tx, digest: UUID) -> int:
    """Where the uses of a code are kept: found by its digest alone."""
    return key_bucket(tx.tenant_id, "code", digest.hex)


async def insert_use(tx: Tx, digest: UUID, use_id: UUID, program_id: int, member_id: UUID | None) -> None:
    """Note a use of a coupon's code."""
    await queries(_Q).insert_use(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=code_bucket(tx, digest),
        digest=digest,
        use_id=use_id,
        program_id=program_id,
        member_id=member_id,
    )


async def lock_uses(tx: Tx, digest: UUID, member_id: UUID | None) -> list[UUID]:
    """The uses of a code that stand, of one member where one is named; the newest first, locked."""
    rows = await queries(_Q).lock_uses(tx.conn, tenant_id=tx.tenant_id, bucket=code_bucket(tx, digest), digest=digest, member_id=member_id)
    return [r["use_id"] for r in rows]


async def void_use(tx: Tx, digest: UUID, use_id: UUID, void_id: UUID) -> None:
    """Note that a use was made void."""
    await queries(_Q).void_use(
        tx.conn, tenant_id=tx.tenant_id, bucket=code_bucket(tx, digest), digest=digest, use_id=use_id, void_id=void_id
    )


async def wrong_counted(tx: Tx) -> list[dict[str, Any]]:
    """O10: counters of prices that are not the sum of what events added."""
    return [dict(r) for r in await queries(_Q).wrong_counted(tx.conn, tenant_id=tx.tenant_id)]


async def wrong_reserved(tx: Tx, first_bucket: int, last_bucket: int) -> list[dict[str, Any]]:
    """O11: reservations that hold other points than they should."""
    rows = await queries(_Q).wrong_reserved(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [dict(r) for r in rows]


async def event_counts(tx: Tx) -> dict[int, int]:
    """How many events every bucket holds; empty buckets are absent."""
    rows = await queries(_Q).event_counts(tx.conn, tenant_id=tx.tenant_id, first_bucket=0, last_bucket=BUCKETS - 1)
    return {r["bucket"]: r["events"] for r in rows}


async def event_page(tx: Tx, bucket: int, after: UUID | None, page: int) -> list[UUID]:
    """A page of a bucket's events in the order in which they arrived."""
    rows = await queries(_Q).event_page(tx.conn, tenant_id=tx.tenant_id, bucket=bucket, after=after, page=page)
    return [r["event_id"] for r in rows]


async def all_counters(tx: Tx) -> list[tuple[OwnedCounter, int]]:
    """Every counter that was used, with how much; all under one scope, as rows do not say theirs."""
    rows = await queries(_Q).all_counters(tx.conn, tenant_id=tx.tenant_id, first_bucket=0, last_bucket=BUCKETS - 1)
    return [((r["owner_id"], CounterKey(scope=Scope.MEMBER, counter=r["counter"], period=r["period"])), r["used"]) for r in rows]


async def merge_stands(tx: Tx, merge_id: UUID) -> bool:
    """Whether a merge was not undone."""
    return bool(await queries(_Q).merge_stands(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(merge_id), merge_id=merge_id))


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
