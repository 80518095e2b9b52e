"""Rows of redemptions in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx, as_json
from praemia.foundation.ids import BUCKETS, bucket_of
from praemia.foundation.sql import queries
from praemia.foundation.values import of_rows, replace
from praemia.redemption.model import Redemption, State

_Q = "praemia.redemption"


async def insert_redemptions(tx: Tx, made: Sequence[Redemption]) -> None:
    """New redemptions."""
    await tx.write(
        _Q,
        "insert_redemptions",
        tenant_id=tx.tenant_id,
        **_names([one.redemption_id for one in made]),
        programs=[one.program_id for one in made],
        members=[one.member_id for one in made],
        rewards=[one.reward for one in made],
        versions=[one.version for one in made],
        states=[one.state.value for one in made],
        times=[one.times for one in made],
        units=[one.unit for one in made],
        quanta=[one.quanta for one in made],
        cash=[one.cash_minor for one in made],
        terms=[as_json(dict(one.terms)) for one in made],
        items=[_array(one.items) for one in made],
        codes=[_array(one.codes) for one in made],
        cards=[_array(one.cards) for one in made],
        deadlines=[one.deadline for one in made],
        made=[one.made_at for one in made],
    )


async def find_redemptions(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Redemption]:
    """Redemptions by id, unlocked; unknown ids are absent."""
    wanted = list(ids)
    rows = await queries(_Q).find_redemptions(tx.conn, tenant_id=tx.tenant_id, **_names(wanted)) if wanted else ()
    return {one.redemption_id: one for one in _redemptions(rows)}


async def who_redeemed(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, tuple[int, UUID]]:
    """The programme of redemptions and who redeemed, by id; unknown ids are absent."""
    wanted = list(ids)
    rows = await queries(_Q).who_redeemed(tx.conn, tenant_id=tx.tenant_id, **_names(wanted)) if wanted else ()
    return {redemption: (program, member) for redemption, program, member in rows}


async def lock_redemptions(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Redemption]:
    """Redemptions that exist, locked in the one order."""
    wanted = sorted(set(ids), key=lambda one: (bucket_of(one), one))
    rows = await queries(_Q).lock_redemptions(tx.conn, tenant_id=tx.tenant_id, **_names(wanted)) if wanted else ()
    return {one.redemption_id: one for one in _redemptions(rows)}


async def write_redemptions(tx: Tx, changed: Sequence[Redemption]) -> None:
    """Write what may change about locked redemptions."""
    await tx.write(
        _Q,
        "write_redemptions",
        tenant_id=tx.tenant_id,
        **_names([one.redemption_id for one in changed]),
        states=[one.state.value for one in changed],
        steps=[one.step for one in changed],
        codes=[_array(one.codes) for one in changed],
        cards=[_array(one.cards) for one in changed],
        deadlines=[one.deadline for one in changed],
        changed=[one.changed_at for one in changed],
    )


async def redemptions_of(tx: Tx, member_id: UUID, *, before: UUID | None, page: int) -> list[Redemption]:
    """A page of a member's redemptions, newest first."""
    rows = await queries(_Q).redemptions_of(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id, before=before, page=page
    )
    return _redemptions(rows)


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


def _names(ids: Sequence[UUID]) -> dict[str, list[Any]]:
    return {"buckets": [bucket_of(one) for one in ids], "redemptions": list(ids)}


def _array(values: Sequence[Any]) -> str:
    """A list as PostgreSQL writes an array (documentation, 8.15.6)."""
    quoted = (str(value).replace("\\", r"\\").replace('"', r"\"") for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}" if values else "{}"


def _redemptions(rows: Sequence[Any]) -> list[Redemption]:
    return [replace(one, state=State(one.state)) for one in of_rows(Redemption, rows)]
