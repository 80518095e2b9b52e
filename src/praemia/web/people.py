"""What happens to staff and keys, in one place for the API and the console: ending access, helping back in, keys within one's reach.

`granted` are the scopes of who asks; nobody gives, takes or ends what goes beyond them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from praemia import access, identity
from praemia.access import Actor, ApiKey, KeyNotFound, ProgramOutOfReach, Staff
from praemia.foundation.db import Tx
from praemia.foundation.vault import Vault
from praemia.identity import Invitation, Letterhead


async def end_access(tx: Tx, staff_id: UUID, *, granted: Collection[str], by: Actor, now: datetime) -> Staff:
    """Somebody may do nothing any more, and is signed out everywhere."""
    ended = await access.disable(tx, staff_id, now=now, granted=granted, by=by)
    await identity.end_sessions(tx, staff_id, now=now)
    return ended


async def reset_sign_in(
    tx: Tx, vault: Vault, head: Letterhead, staff_id: UUID, *, granted: Collection[str], by: Actor, now: datetime
) -> Invitation:
    """For somebody who lost every way in: the second factor goes, and a new link is sent. The link is asked for first: it is refused
    where their role is beyond reach, and then nothing is reset."""
    invited = await identity.invite_again(tx, vault, head, staff_id, now=now, granted=granted, by=by)
    await identity.reset_factor(tx, staff_id, now=now)
    await access.note(tx, by, "access.staff.factor_reset", str(staff_id), at=now)
    return invited


async def works_beyond(tx: Tx, staff_id: UUID, program_id: int) -> bool:
    """Whether somebody has roles beyond a programme: who only runs that one must not end them or let them in. Raises StaffUnknown."""
    roles = (await access.get_staff(tx, staff_id)).roles
    return any(held for place, held in roles.items() if place != program_id)


async def keys_here(tx: Tx, program_id: int) -> list[ApiKey]:
    """The keys that reach a programme: its own, and those of all programmes; newest first."""
    return [key for key in await access.keys_of(tx) if key.program_id in (None, program_id)]


async def revoke_key(tx: Tx, key_id: UUID, *, program_id: int, may_everywhere: bool, by: Actor, now: datetime) -> datetime:
    """End a key's life. One of all programmes is ended by who may do so in all of them. Raises KeyNotFound, ProgramOutOfReach."""
    key = next((each for each in await keys_here(tx, program_id) if each.key_id == key_id), None)
    if key is None:
        raise KeyNotFound(key_id=str(key_id))
    if key.program_id is None and not may_everywhere:
        raise ProgramOutOfReach(key_name=by.name)
    return await access.revoke(tx, key_id, now=now, by=by)
