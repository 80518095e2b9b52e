"""Rows of redemptions in, values out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of
from praemia.foundation.sql import queries
from praemia.redemption.model import Redemption, State

_Q = "praemia.redemption"


async def insert_redemption(tx: Tx, made: Redemption) -> None:
    """A new redemption."""
    await tx.write(
        _Q,
        "insert_redemption",
        tenant_id=tx.tenant_id,
        bucket=bucket_of(made.redemption_id),
        redemption_id=made.redemption_id,
        program_id=made.program_id,
        member_id=made.member_id,
        reward=made.reward,
        version=made.version,
        state=made.state.value,
        times=made.times,
        unit=made.unit,
        quanta=made.quanta,
        cash_minor=made.cash_minor,
        terms=json.dumps(dict(made.terms), ensure_ascii=False),
        items=list(made.items),
        codes=list(made.codes),
        cards=list(made.cards),
        deadline=made.deadline,
        at=made.made_at,
    )


async def find_redemption(tx: Tx, redemption_id: UUID) -> Redemption | None:
    """A redemption by id, unlocked."""
    row = await queries(_Q).find_redemption(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(redemption_id), redemption_id=redemption_id)
    return None if row is None else _redemption(row)


async def lock_redemption(tx: Tx, redemption_id: UUID) -> Redemption:
    """A redemption that exists, locked."""
    row = await queries(_Q).lock_redemption(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(redemption_id), redemption_id=redemption_id)
    return _redemption(row)


async def write_redemption(tx: Tx, changed: Redemption) -> None:
    """Write what may change about a locked redemption."""
    await tx.write(
        _Q,
        "write_redemption",
        tenant_id=tx.tenant_id,
        bucket=bucket_of(changed.redemption_id),
        redemption_id=changed.redemption_id,
        state=changed.state.value,
        step=changed.step,
        codes=list(changed.codes),
        cards=list(changed.cards),
        deadline=changed.deadline,
        at=changed.changed_at,
    )


async def redemptions_of(tx: Tx, member_id: UUID, *, before: UUID | None, page: int) -> list[Redemption]:
    """A page of a member's redemptions, newest first."""
    rows = await queries(_Q).redemptions_of(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id, before=before, page=page
    )
    return [_redemption(r) for r in rows]


async def lapsed(tx: Tx, program_id: int, at: datetime, page: int) -> list[UUID]:
    """Holds whose deadline has come."""
    rows = await queries(_Q).lapsed(
        tx.conn, tenant_id=tx.tenant_id, program_id=program_id, first_bucket=0, last_bucket=BUCKETS - 1, at=at, page=page
    )
    return [r["redemption_id"] for r in rows]


async def wrong_holds(tx: Tx, first_bucket: int, last_bucket: int) -> list[dict[str, Any]]:
    """R1: accounts that hold something else than their held redemptions say."""
    rows = await queries(_Q).wrong_holds(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [dict(r) for r in rows]


async def wrong_stock(tx: Tx) -> list[dict[str, Any]]:
    """R2: items of which something else is gone than redemptions took."""
    rows = await queries(_Q).wrong_stock(tx.conn, tenant_id=tx.tenant_id, first_bucket=0, last_bucket=BUCKETS - 1)
    return [dict(r) for r in rows]


def _redemption(row: Any) -> Redemption:
    return Redemption(**{**dict(row), "state": State(row["state"])})
