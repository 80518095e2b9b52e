"""Deeds about how a programme appears, in one place for the API and for pages: its pictures, its public address; and the audit log."""

from __future__ import annotations

from datetime import datetime

from praemia import access, addresses, pictures
from praemia.access import Actor
from praemia.foundation.db import Tx
from praemia.pictures import Picture


async def upload(tx: Tx, program_id: int, content: bytes, *, by: Actor, now: datetime) -> Picture:
    """Take in a picture. Raises PictureUnreadable."""
    picture = await pictures.keep(tx, program_id, content, at=now)
    await access.note(tx, by, "pictures.picture.kept", picture.digest, at=now, program_id=program_id)
    return picture


async def go_by(tx: Tx, program_id: int, address: str, *, by: Actor, now: datetime) -> None:
    """Let the programme go by another address. Raises InvalidInput, AddressTaken."""
    old = await addresses.address_of(tx, program_id)
    await addresses.claim(tx, program_id, address, at=now)
    await access.note(tx, by, "addresses.address.claimed", address, at=now, program_id=program_id, old={"address": old})
