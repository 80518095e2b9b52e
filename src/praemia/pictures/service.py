"""The verbs of pictures: keep one, list them, find one."""

from __future__ import annotations

import asyncio
from datetime import datetime

from praemia.foundation.db import Database, Tx
from praemia.pictures import store
from praemia.pictures.core.drawing import draw
from praemia.pictures.model import Picture

_DIGEST_LENGTH = 64


async def keep(tx: Tx, program_id: int, upload: bytes, *, at: datetime) -> Picture:
    """Take in an upload of a programme; the same again is the same picture. Raises PictureUnreadable. `at` is the wall clock."""
    drawn = await asyncio.to_thread(draw, upload)
    picture = Picture(digest=drawn.digest, width=drawn.width, height=drawn.height, made_at=at)
    await store.insert_picture(tx, program_id, picture, drawn.content)
    return picture


async def list_pictures(tx: Tx, program_id: int) -> list[Picture]:
    """What was uploaded for a programme, newest first, at most 500."""
    return await store.list_pictures(tx, program_id)


async def find_picture(db: Database, address: str, digest: str) -> bytes | None:
    """The WebP of that name, if the programme of the address has it."""
    if len(digest) != _DIGEST_LENGTH or not set(digest) <= set("0123456789abcdef"):
        return None
    async with db.unscoped() as conn:
        return await store.find_picture(conn, address, bytes.fromhex(digest))
