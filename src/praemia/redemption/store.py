"""Rows of redemptions in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of
from praemia.foundation.sql import queries
from praemia.foundation.values import of_rows, replace
from praemia.redemption.model import Redemption, State

_Q = "praemia.redemption"


async def insert_redemptions(tx: Tx, made: Sequence[Redemption]) -> None:
    """New redemptions."""
    await tx.write(_Q, "insert_redemptions", tenant_id=tx.tenant_id, redemptions=[_row(one) for one in made])


async def find_redemptions(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Redemption]:
    """Redemptions by id, unlocked; unknown ids are absent."""
    places = _places(ids)
    rows = await tx.ask(_Q, "find_redemptions", tenant_id=tx.tenant_id, redemptions=places) if places else ()
    return {one.redemption_id: one for one in _redemptions(rows)}


async def who_redeemed(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, tuple[int, UUID]]:
    """The programme of redemptions and who redeemed, by id; unknown ids are absent."""
    places = _places(ids)
    rows = await tx.ask(_Q, "who_redeemed", tenant_id=tx.tenant_id, redemptions=places) if places else ()
    return {redemption: (program, member) for redemption, program, member in rows}


async def lock_redemptions(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Redemption]:
    """Redemptions that exist, locked in the one order."""
    places = sorted(set(_places(ids)))
    rows = await tx.ask(_Q, "lock_redemptions", tenant_id=tx.tenant_id, redemptions=places) if places else ()
    return {one.redemption_id: one for one in _redemptions(rows)}


async def write_redemptions(tx: Tx, changed: Sequence[Redemption]) -> None:
    """Write what may change about locked redemptions."""
    acts = [
        (bucket_of(r.redemption_id), r.redemption_id, r.state.value, r.step, r.codes, r.cards, r.deadline, r.changed_at) for r in changed
    ]
    await tx.write(_Q, "write_redemptions", tenant_id=tx.tenant_id, acts=acts)


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


def _places(ids: Iterable[UUID]) -> list[tuple[int, UUID]]:
    return [(bucket_of(one), one) for one in ids]


def _row(r: Redemption) -> tuple[Any, ...]:
    name, terms = r.redemption_id, dict(r.terms)
    what = (r.reward, r.version, r.state.value, r.times, r.unit, r.quanta, r.cash_minor, terms, r.items, r.codes, r.cards)
    return (bucket_of(name), name, r.program_id, r.member_id, *what, r.deadline, r.made_at)


def _redemptions(rows: Sequence[Any]) -> list[Redemption]:
    return [replace(one, state=State(one.state)) for one in of_rows(Redemption, rows)]
