"""The table `imports`: rows in, values out."""

from __future__ import annotations

from datetime import datetime

from praemia.foundation.db import Tx
from praemia.foundation.sql import queries
from praemia.integrations.bulk.core.tally import Tally, tally_from_json
from praemia.integrations.bulk.errors import ImportMoved

_Q = "praemia.integrations.bulk"


async def find_import(tx: Tx, program_id: int, import_key: str) -> tuple[int, Tally] | None:
    """The position and the tally of an import that was begun."""
    row = await queries(_Q).find_import(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, import_key=import_key)
    return None if row is None else (row["position"], tally_from_json(row["outcome"]))


async def note_import(tx: Tx, program_id: int, import_key: str, *, expected: int, position: int, tally: Tally, at: datetime) -> None:
    """Move an import from `expected` to `position`. Raises ImportMoved when it stands elsewhere: somebody else is at it."""
    noted = await queries(_Q).note_import(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        import_key=import_key,
        expected=expected,
        position=position,
        outcome=tally.to_json(),
        at=at,
    )
    if noted is None:
        raise ImportMoved(expected=expected)
