"""The verbs of the register: register, close, open again, list. Instants are the wall clock's."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime

from praemia import access
from praemia.access import Actor
from praemia.foundation.db import Contended, Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.values import replace
from praemia.locations import store
from praemia.locations.errors import LocationUnknown
from praemia.locations.model import Location, NewLocation

_CODE = re.compile(r"[^\s/?#][^/?#\r\n\t]{0,63}")
_LONGEST = {"name": 100, "address": 300, "region": 100}


async def register_location(tx: Tx, program_id: int, wish: NewLocation, *, by: Actor, now: datetime) -> Location:
    """Register a place, or change the name, address and region of one that is known. The same again changes nothing. Audited.

    Raises InvalidInput with every fault.
    """
    wish = _checked(wish)
    before = await store.lock_location(tx, program_id, wish.code)
    if before is None:
        made = Location(code=wish.code, name=wish.name, address=wish.address, region=wish.region, made_at=now)
        if not await store.insert_location(tx, program_id, made):
            raise Contended
        await access.note(tx, by, "locations.location.registered", made.code, at=now, program_id=program_id, new=asdict(wish))
        return made
    after = replace(before, name=wish.name, address=wish.address, region=wish.region)
    if after != before:
        await store.change_location(tx, program_id, after)
        old = {"name": before.name, "address": before.address, "region": before.region}
        await access.note(tx, by, "locations.location.changed", after.code, at=now, program_id=program_id, old=old, new=asdict(wish))
    return after


async def close_location(tx: Tx, program_id: int, code: str, *, by: Actor, now: datetime) -> Location:
    """The place is not in use any more; closing again changes nothing. Audited. Raises LocationUnknown."""
    return await _turn(tx, program_id, code, now, "locations.location.closed", by, now)


async def open_location(tx: Tx, program_id: int, code: str, *, by: Actor, now: datetime) -> Location:
    """The place is in use again. Audited. Raises LocationUnknown."""
    return await _turn(tx, program_id, code, None, "locations.location.opened", by, now)


async def locations_of(tx: Tx, program_id: int) -> list[Location]:
    """Every place of a programme, open ones first, by name."""
    return await store.locations_of(tx, program_id)


async def names_of(tx: Tx, program_id: int) -> dict[str, str]:
    """What the places of a programme are called, by code; closed ones too, since sales of theirs are still read."""
    return {each.code: each.name for each in await store.locations_of(tx, program_id)}


async def get_location(tx: Tx, program_id: int, code: str) -> Location:
    """One place, locked until the transaction ends. Raises LocationUnknown."""
    found = await store.lock_location(tx, program_id, code)
    if found is None:
        raise LocationUnknown(location=code)
    return found


async def _turn(tx: Tx, program_id: int, code: str, closed_at: datetime | None, action: str, by: Actor, now: datetime) -> Location:
    before = await get_location(tx, program_id, code)
    if before.is_open == (closed_at is None):
        return before
    after = replace(before, closed_at=closed_at)
    await store.change_location(tx, program_id, after)
    await access.note(tx, by, action, code, at=now, program_id=program_id)
    return after


def _checked(wish: NewLocation) -> NewLocation:
    clean = NewLocation(code=wish.code.strip(), name=wish.name.strip(), address=wish.address.strip(), region=wish.region.strip())
    faults = []
    if not _CODE.fullmatch(clean.code):
        message = "A code has 1 to 64 characters, without / ? # and line breaks."
        faults.append(Fault(path="/code", message=message, code="location_code"))
    if not clean.name:
        faults.append(Fault(path="/name", message="A location needs a name.", code="missing"))
    for field, longest in _LONGEST.items():
        if len(getattr(clean, field)) > longest:
            faults.append(Fault(path=f"/{field}", message=f"At most {longest} characters.", code="location_too_long"))
    if faults:
        raise InvalidInput(faults)
    return clean
