"""One function per named query: rows in, values out."""

from __future__ import annotations

from typing import Any

from praemia.foundation.db import Tx
from praemia.foundation.sql import queries
from praemia.pictures.model import Picture

_Q = "praemia.pictures"


async def insert_picture(tx: Tx, program_id: int, picture: Picture, content: bytes) -> None:
    """Keep a picture; one that is kept already stays as it is."""
    await queries(_Q).insert_picture(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        digest=bytes.fromhex(picture.digest),
        width=picture.width,
        height=picture.height,
        content=content,
        made_at=picture.made_at,
    )


async def list_pictures(tx: Tx, program_id: int) -> list[Picture]:
    """The newest pictures of a programme."""
    rows = await queries(_Q).list_pictures(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    return [Picture(digest=r["digest"].hex(), width=r["width"], height=r["height"], made_at=r["made_at"]) for r in rows]


async def find_picture(conn: Any, address: str, digest: bytes) -> bytes | None:
    """The bytes of a picture, on a connection without a tenant."""
    found = await queries(_Q).find_picture(conn, address=address, digest=digest)
    return bytes(found) if found is not None else None
