"""The verbs of addresses: find the programme of one, and take another."""

from __future__ import annotations

import re
from datetime import datetime

from praemia.addresses import store
from praemia.addresses.errors import AddressTaken
from praemia.addresses.model import Addressed
from praemia.foundation.db import Database, Tx
from praemia.foundation.errors import Fault, InvalidInput

_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


async def find_addressed(db: Database, address: str) -> Addressed | None:
    """The programme of an address, also of one it went by before; None when there is none."""
    if not _SHAPE.fullmatch(address):
        return None
    async with db.unscoped() as conn:
        return await store.find_addressed(conn, address)


async def address_of(tx: Tx, program_id: int) -> str:
    """The address a programme of the tenant goes by."""
    return await store.address_of(tx, program_id)


async def claim(tx: Tx, program_id: int, address: str, *, at: datetime) -> None:
    """Let a programme go by an address from now on; older ones go on leading to it. `at` is the wall clock.

    Raises InvalidInput (not the shape of one), AddressTaken.
    """
    if not _SHAPE.fullmatch(address):
        message = "An address has 1 to 64 small letters, digits and hyphens, no hyphen at an end."
        raise InvalidInput([Fault(path="/address", code="address", message=message)])
    await store.claim(tx, program_id, address, at)
    if not await store.prefer(tx, program_id, address, at):
        raise AddressTaken(address=address)
