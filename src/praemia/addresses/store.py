"""One function per named query: rows in, values out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from praemia.addresses.model import Addressed
from praemia.foundation.db import Tx
from praemia.foundation.sql import queries

_Q = "praemia.addresses"


async def find_addressed(conn: Any, address: str) -> Addressed | None:
    """The programme of an address, on a connection without a tenant."""
    row = await queries(_Q).find_addressed(conn, address=address)
    if row is None:
        return None
    return Addressed(
        tenant_id=row["tenant_id"],
        program_id=row["program_id"],
        slug=row["slug"],
        sandbox=row["mode"] == "sandbox",
        preferred=row["preferred"],
    )


async def address_of(tx: Tx, program_id: int) -> str:
    """The address a programme goes by."""
    return str(await queries(_Q).address_of(tx.conn, tenant_id=tx.tenant_id, program_id=program_id))


async def claim(tx: Tx, program_id: int, address: str, at: datetime) -> None:
    """Take an address if nobody has it."""
    await queries(_Q).claim(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, address=address, at=at)


async def prefer(tx: Tx, program_id: int, address: str, at: datetime) -> bool:
    """Go by an address; False when it belongs to another programme."""
    found = await queries(_Q).prefer(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, address=address, at=at)
    return found is not None
