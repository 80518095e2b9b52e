"""The verbs about staff: invited, joined, given roles, ended. Every one is audited.

Nobody gives, takes or ends what goes beyond their own scopes (`granted`; None: the command line, where whoever sits owns the machine),
and somebody always stays the owner. How people prove who they are is not here.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from difflib import get_close_matches
from uuid import UUID

from praemia.access import store
from praemia.access.core.permissions import STAFF_ROLES, may_give, staff_scopes
from praemia.access.core.tokens import SECRET_BYTES, read_token, spell_token, token_digest
from praemia.access.errors import InvitationInvalid, LastOwner, OwnerExists, RoleOutOfReach, StaffUnknown
from praemia.access.model import NOBODY, Actor, Invited, Staff
from praemia.access.service.auditing import note
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.ids import new_id
from praemia.foundation.values import replace

INVITATION_LASTS = timedelta(days=7)
NAME_LENGTH = 100
OWNER = "owner"


async def staff_of(tx: Tx) -> list[Staff]:
    """Everybody of the tenant, in the order of their coming, those who may do nothing any more included."""
    return await store.staff(tx)


async def find_staff(tx: Tx, staff_id: UUID) -> Staff | None:
    """One person, or None."""
    return next(iter(await store.staff(tx, staff_id)), None)


async def get_staff(tx: Tx, staff_id: UUID) -> Staff:
    """One person. Raises StaffUnknown."""
    found = await find_staff(tx, staff_id)
    if found is None:
        raise StaffUnknown(staff=str(staff_id))
    return found


def scopes_of(person: Staff, program_id: int | None) -> frozenset[str]:
    """What a person may do in a programme (None: in the tenant itself); nothing when not joined, or ended."""
    return staff_scopes(person.roles_in(program_id)) if person.is_active else frozenset()


async def has_owner(tx: Tx) -> bool:
    """Whether the tenant has an owner who can act."""
    return any(_owns(person) for person in await store.staff(tx))


async def create_owner(tx: Tx, *, name: str, now: datetime, by: Actor = NOBODY, only_first: bool = False) -> Staff:
    """An owner of everything, joined at once: at the first start (`only_first`: refuses when there is one) or from the command line.

    Raises InvalidInput, OwnerExists.
    """
    await store.lock_staff(tx)
    if only_first and await has_owner(tx):
        raise OwnerExists()
    person = Staff(staff_id=new_id(0), name=_named(name), invited_at=now, joined_at=now, roles={None: frozenset({OWNER})})
    await _keep(tx, person, now, by, "access.staff.created")
    return person


async def invite(
    tx: Tx,
    *,
    name: str,
    roles: Iterable[str],
    program_id: int | None,
    now: datetime,
    granted: Collection[str] | None = None,
    by: Actor = NOBODY,
) -> Invited:
    """Somebody new with roles in a programme (None: in all), who joins by the token, once, within a week.

    Raises InvalidInput (no name, no or unknown roles), RoleOutOfReach.
    """
    wanted = _known(roles)
    _allow(granted, wanted, by)
    person = Staff(staff_id=new_id(0), name=_named(name), invited_at=now, roles={program_id: wanted})
    token = await _keep(tx, person, now, by, "access.staff.invited", invited=True)
    return Invited(staff=person, token=token, expires_at=now + INVITATION_LASTS)


async def invite_again(tx: Tx, staff_id: UUID, *, now: datetime, granted: Collection[str] | None = None, by: Actor = NOBODY) -> Invited:
    """A new token for somebody who has not joined, or who lost every way in; older ones open nothing any more.

    Raises StaffUnknown, RoleOutOfReach.
    """
    person = await get_staff(tx, staff_id)
    _allow(granted, _all_roles(person), by)
    token = await _new_token(tx, staff_id, now)
    await note(tx, by, "access.staff.invited", str(staff_id), at=now)
    return Invited(staff=person, token=token, expires_at=now + INVITATION_LASTS)


async def invited_by(tx: Tx, token: str, *, now: datetime) -> Staff:
    """Who a token was made for, as long as it counts; locks it. Raises InvitationInvalid."""
    return (await _opened(tx, token, now))[1]


async def join(tx: Tx, token: str, *, now: datetime, origin: str = "") -> Staff:
    """Use a token up: its person has joined. Raises InvitationInvalid."""
    invitation_id, person = await _opened(tx, token, now)
    await store.use_invitation(tx, invitation_id, now)
    joined = replace(person, joined_at=person.joined_at or now)
    await store.set_staff(tx, joined)
    by = Actor(name=person.name, origin=origin, staff_id=person.staff_id)
    await note(tx, by, "access.staff.joined", str(person.staff_id), at=now)
    return joined


async def give_roles(
    tx: Tx,
    staff_id: UUID,
    *,
    program_id: int | None,
    roles: Iterable[str],
    now: datetime,
    granted: Collection[str] | None = None,
    by: Actor = NOBODY,
) -> Staff:
    """Exactly these roles in a programme (None: in all) from now on; none takes them away.

    Raises StaffUnknown, InvalidInput (unknown roles), RoleOutOfReach (a role given, or taken, beyond one's own), LastOwner.
    """
    await store.lock_staff(tx)
    person = await get_staff(tx, staff_id)
    wanted = _known(roles, none_is_fine=True)
    held = person.roles.get(program_id, frozenset())
    _allow(granted, wanted ^ held, by)
    changed = replace(person, roles={**person.roles, program_id: wanted})
    await _someone_owns(tx, changed)
    await store.set_roles(tx, staff_id, program_id, wanted, now)
    old, new = {"roles": sorted(held)}, {"roles": sorted(wanted)}
    await note(tx, by, "access.staff.changed", str(staff_id), at=now, program_id=program_id, old=old, new=new)
    return changed


async def disable(tx: Tx, staff_id: UUID, *, now: datetime, granted: Collection[str] | None = None, by: Actor = NOBODY) -> Staff:
    """End somebody's access at once; done twice it changes nothing. Raises StaffUnknown, RoleOutOfReach, LastOwner."""
    await store.lock_staff(tx)
    person = await get_staff(tx, staff_id)
    _allow(granted, _all_roles(person), by)
    ended = replace(person, disabled_at=person.disabled_at or now)
    await _someone_owns(tx, ended)
    await store.set_staff(tx, ended)
    await store.revoke_invitations(tx, staff_id, now)
    await note(tx, by, "access.staff.disabled", str(staff_id), at=now)
    return ended


async def enable(tx: Tx, staff_id: UUID, *, now: datetime, granted: Collection[str] | None = None, by: Actor = NOBODY) -> Staff:
    """Give access back, in the same roles. Raises StaffUnknown, RoleOutOfReach."""
    person = await get_staff(tx, staff_id)
    _allow(granted, _all_roles(person), by)
    again = replace(person, disabled_at=None)
    await store.set_staff(tx, again)
    await note(tx, by, "access.staff.enabled", str(staff_id), at=now)
    return again


async def _keep(tx: Tx, person: Staff, now: datetime, by: Actor, action: str, *, invited: bool = False) -> str:
    await store.insert_staff(tx, person)
    for program_id, roles in person.roles.items():
        await store.set_roles(tx, person.staff_id, program_id, roles, now)
    token = await _new_token(tx, person.staff_id, now) if invited else ""
    program_id, roles = next(iter(person.roles.items()))
    await note(tx, by, action, str(person.staff_id), at=now, program_id=program_id, new={"name": person.name, "roles": sorted(roles)})
    return token


async def _new_token(tx: Tx, staff_id: UUID, now: datetime) -> str:
    invitation_id = new_id(0)
    token = spell_token(tx.tenant_id, invitation_id, secrets.token_bytes(SECRET_BYTES))
    await store.insert_invitation(tx, invitation_id, staff_id, token_digest(token), now, now + INVITATION_LASTS)
    return token


async def _opened(tx: Tx, token: str, now: datetime) -> tuple[UUID, Staff]:
    read = read_token(token)
    if read is None or read[0] != tx.tenant_id:
        raise InvitationInvalid()
    _, invitation_id, digest = read
    row = await store.lock_invitation(tx, invitation_id)
    if row is None or not hmac.compare_digest(row["digest"], digest) or row["used_at"] or row["revoked_at"] or now >= row["expires_at"]:
        raise InvitationInvalid()
    person = await find_staff(tx, row["staff_id"])
    if person is None or person.disabled_at is not None:
        raise InvitationInvalid()
    return invitation_id, person


async def _someone_owns(tx: Tx, changed: Staff) -> None:
    before = await store.staff(tx)
    after = [changed if person.staff_id == changed.staff_id else person for person in before]
    if any(_owns(person) for person in before) and not any(_owns(person) for person in after):
        raise LastOwner()


def _owns(person: Staff) -> bool:
    return person.is_active and OWNER in person.roles.get(None, frozenset())


def _all_roles(person: Staff) -> frozenset[str]:
    return frozenset().union(*person.roles.values())


def _allow(granted: Collection[str] | None, roles: Iterable[str], by: Actor) -> None:
    for role in sorted(roles):
        if granted is not None and role in STAFF_ROLES and not may_give(granted, role):
            raise RoleOutOfReach(actor=by.name, role=role)


def _named(name: str) -> str:
    if not 0 < len(name.strip()) <= NAME_LENGTH:
        raise InvalidInput([Fault(path="/name", message=f"A name has 1 to {NAME_LENGTH} characters.", code="name_length")])
    return name.strip()


def _known(roles: Iterable[str], *, none_is_fine: bool = False) -> frozenset[str]:
    wanted = list(roles)
    faults = [] if wanted or none_is_fine else [Fault(path="/roles", message="At least one role is needed.", code="no_roles")]
    for place, role in enumerate(wanted):
        if role not in STAFF_ROLES:
            meant = next(iter(get_close_matches(role, STAFF_ROLES, n=1)), None)
            message = f"“{role}” is no role; there are {', '.join(STAFF_ROLES)}."
            faults.append(Fault(path=f"/roles/{place}", message=message, code="unknown_role", suggestion=meant))
    if faults:
        raise InvalidInput(faults)
    return frozenset(wanted)
