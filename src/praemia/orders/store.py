"""Rows of the orders in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from praemia.foundation.db import Contended, Tx
from praemia.foundation.ids import bucket_of
from praemia.foundation.sql import queries
from praemia.journal import Identity

_Q = "praemia.orders"


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
