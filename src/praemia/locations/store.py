"""One function per statement: rows in, values out."""

from __future__ import annotations

from praemia.foundation.db import Tx
from praemia.foundation.sql import queries
from praemia.locations.model import Location

_Q = "praemia.locations"


async def locations_of(tx: Tx, program_id: int) -> list[Location]:
    """Every place of a programme."""
    return [Location(**dict(r)) for r in await queries(_Q).locations_of(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)]


async def lock_location(tx: Tx, program_id: int, code: str) -> Location | None:
    """One place, locked."""
    row = await queries(_Q).lock_location(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, code=code)
    return Location(**dict(row)) if row else None


async def insert_location(tx: Tx, program_id: int, place: Location) -> bool:
    """Register; False when somebody was first."""
    made = await queries(_Q).insert_location(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        code=place.code,
        name=place.name,
        address=place.address,
        region=place.region,
        made_at=place.made_at,
    )
    return made is not None


async def change_location(tx: Tx, program_id: int, place: Location) -> None:
    """Write what a place is now."""
    await queries(_Q).change_location(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        code=place.code,
        name=place.name,
        address=place.address,
        region=place.region,
        closed_at=place.closed_at,
    )
