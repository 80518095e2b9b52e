"""Staff come in: the first owner, and whoever was invited. What they may do is the business of access; here is who they are."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from praemia import access, messaging
from praemia.access import NOBODY, Actor, Staff
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.ids import bucket_of
from praemia.foundation.vault import Vault
from praemia.identity.core.letters import letter
from praemia.identity.service.contacts import contacts_of, keep_contact
from praemia.identity.service.passwords import set_password
from praemia.messaging import Mail

INVITATION_MAIL = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody who was invited, and the link that lets them in, once; it is in their mail as well."""

    staff: Staff
    link: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What an invitation says besides: what the programme is called, and how a token becomes a link."""

    name: str
    lang: str | None
    link_of: Callable[[str], str]


async def found_owner(
    tx: Tx,
    vault: Vault,
    *,
    name: str,
    email: str,
    hashed: str | None,
    now: datetime,
    lang: str | None = None,
    by: Actor = NOBODY,
    only_first: bool = False,
) -> Staff:
    """An owner with an address of mail and, unless they get in by a link or a passkey, a hashed password.

    Raises InvalidInput, EmailTaken, OwnerExists (`only_first`: when there is one).
    """
    person = await access.create_owner(tx, name=name, now=now, by=by, only_first=only_first)
    await keep_contact(tx, vault, person.staff_id, program_id=None, email=_needed(email), name=person.name, lang=lang, now=now)
    if hashed is not None:
        await set_password(tx, person.staff_id, hashed, now=now)
    return person


async def invite_staff(
    tx: Tx,
    vault: Vault,
    head: Letterhead,
    *,
    name: str,
    email: str,
    roles: Iterable[str],
    program_id: int | None,
    now: datetime,
    granted: Collection[str] | None = None,
    by: Actor = NOBODY,
) -> Invitation:
    """Somebody new with roles; their mail with the link waits in the outbox. `granted` are the scopes of who invites.

    Raises InvalidInput, RoleOutOfReach, EmailTaken.
    """
    invited = await access.invite(tx, name=name, roles=roles, program_id=program_id, now=now, granted=granted, by=by)
    person = invited.staff
    await keep_contact(tx, vault, person.staff_id, program_id=None, email=_needed(email), name=person.name, lang=head.lang, now=now)
    return await _sent(tx, vault, head, invited, by, now)


async def invite_again(
    tx: Tx, vault: Vault, head: Letterhead, staff_id: UUID, *, now: datetime, granted: Collection[str] | None = None, by: Actor = NOBODY
) -> Invitation:
    """A new link for somebody who has not joined or has lost every way in; older links open nothing any more.

    Raises StaffUnknown, RoleOutOfReach.
    """
    return await _sent(tx, vault, head, await access.invite_again(tx, staff_id, now=now, granted=granted, by=by), by, now)


def setup_token(vault: Vault, tenant: str) -> str:
    """The token with which the first owner of a tenant is made, until there is one. All processes of an installation agree on it."""
    return base64.b32encode(vault.hash("setup", tenant)[:15]).decode().lower()


def is_setup_token(vault: Vault, tenant: str, token: str) -> bool:
    """Whether it is the token; compared in constant time."""
    return hmac.compare_digest(setup_token(vault, tenant).encode(), token.strip().lower().encode())


async def _sent(tx: Tx, vault: Vault, head: Letterhead, invited: access.Invited, by: Actor, now: datetime) -> Invitation:
    person, link = invited.staff, head.link_of(invited.token)
    contact = (await contacts_of(tx, vault, [person.staff_id])).get(person.staff_id)
    if contact is not None and contact.email:
        lang = contact.lang or head.lang
        until = invited.expires_at.date().isoformat()
        subject, text = letter("invitation", lang, name=head.name, person=person.name, inviter=by.name, link=link, until=until)
        mail = Mail(to=contact.email, subject=subject, text=text, sender_name=head.name, until=invited.expires_at)
        await messaging.post(tx, vault, mail, kind=INVITATION_MAIL, program_id=None, bucket=bucket_of(person.staff_id), now=now)
    return Invitation(staff=person, link=link, expires_at=invited.expires_at)


def _needed(email: str) -> str:
    if not email.strip():
        raise InvalidInput([Fault(path="/email", message="An e-mail address is needed.", code="no_email")])
    return email
