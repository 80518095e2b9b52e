"""Rows of the earning journey in, values out: a programme's clock. Events, keys and counters are the journal's."""

from __future__ import annotations

from datetime import date, datetime

from praemia.foundation.db import Tx
from praemia.foundation.sql import queries

_Q = "praemia.earning"


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
