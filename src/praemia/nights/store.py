"""Rows of the nights in, values out: a programme's clock, and how far a night has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from praemia.foundation.db import Tx
from praemia.foundation.sql import queries
from praemia.nights.model import Lane, Page, Step

_Q = "praemia.nights"


async def lock_clock(tx: Tx, program_id: int) -> tuple[datetime | None, date | None]:
    """Lock a programme's clock; answers (clock, last local day whose night is done)."""
    row = await queries(_Q).lock_program(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    return row["clock"], row["lived_until"]


async def set_clock(tx: Tx, program_id: int, clock: datetime, lived_until: date) -> None:
    """Move a sandbox programme's clock."""
    await queries(_Q).set_clock(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, clock=clock, lived_until=lived_until)


async def note_night(tx: Tx, program_id: int, lived_until: date) -> None:
    """Note that a live programme's nights are done up to a local day."""
    await queries(_Q).note_night(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, lived_until=lived_until)


async def find_lived(tx: Tx, program_id: int) -> date | None:
    """The last local day whose night is done, unlocked."""
    day: date | None = await queries(_Q).find_lived(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    return day


async def take_lane(tx: Tx, program_id: int, day: date) -> Lane | None:
    """A lane of the night to `day` with something left and nobody at work, locked; None: there is none."""
    row = await queries(_Q).take_lane(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, day=day)
    return None if row is None else _lane(row)


async def lock_lanes(tx: Tx, program_id: int) -> list[Lane]:
    """Every lane of the programme, locked; waits for those who are at work."""
    return [_lane(row) for row in await queries(_Q).lock_lanes(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)]


async def find_lanes(tx: Tx, program_id: int) -> list[Lane]:
    """Every lane of the programme, unlocked."""
    return [_lane(row) for row in await queries(_Q).find_lanes(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)]


async def keep_lanes(tx: Tx, program_id: int, lanes: Sequence[Lane]) -> None:
    """Note where lanes go on."""
    await queries(_Q).keep_lanes(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        lanes=[lane.number for lane in lanes],
        days=[lane.page.day for lane in lanes],
        steps=[lane.page.step.value for lane in lanes],
        buckets=[lane.page.bucket for lane in lanes],
        after_owners=[lane.page.after for lane in lanes],
        last_buckets=[lane.last_bucket for lane in lanes],
    )


def _lane(row: Mapping[str, Any]) -> Lane:
    page = Page(day=row["day"], step=Step(row["step"]), bucket=row["from_bucket"], after=row["after_owner"])
    return Lane(number=row["lane"], page=page, last_bucket=row["to_bucket"])
