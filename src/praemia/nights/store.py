"""Rows of the nights in, values out: a programme's clock, and how far a night has come."""

from __future__ import annotations

from datetime import date, datetime

from praemia.foundation.db import Tx
from praemia.foundation.sql import queries
from praemia.nights.model import Page, Step

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


async def find_page(tx: Tx, program_id: int) -> Page | None:
    """Where the programme's newest night goes on, or ended."""
    row = await queries(_Q).find_page(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    return None if row is None else Page(day=row["day"], step=Step(row["step"]), bucket=row["from_bucket"], after=row["after_owner"])


async def keep_page(tx: Tx, program_id: int, page: Page) -> None:
    """Note where the night goes on."""
    await queries(_Q).keep_page(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        day=page.day,
        step=page.step.value,
        bucket=page.bucket,
        after_owner=page.after,
    )
