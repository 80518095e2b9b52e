"""How people look after their ways in, and how everything about them is taken out again.

Changing asks for a fresh session, and nobody takes out their last way in; `forget` is for accounts that end, `reset_ways` for support.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.vault import Vault
from praemia.identity import store
from praemia.identity.errors import LastWayIn, NotProved
from praemia.identity.model import Kind, Session, WaysIn
from praemia.identity.service import factors
from praemia.identity.service.contacts import contacts_of, erase_contact
from praemia.identity.service.sessions import end_sessions


async def ways_in(tx: Tx, subject_id: UUID) -> WaysIn:
    """How somebody may prove who they are."""
    return WaysIn(
        has_password=await store.password(tx, subject_id) is not None,
        passkeys=tuple(await store.passkeys(tx, subject_id)),
        has_totp=await factors.has_totp(tx, subject_id),
        recovery_left=await store.count_recovery_codes(tx, subject_id),
    )


def require_fresh(session: Session, *, now: datetime) -> None:
    """Refuses with NotProved when the session's proof is older than five minutes."""
    if not session.is_fresh(now):
        raise NotProved()


async def remove_passkey(tx: Tx, vault: Vault, session: Session, credential_id: bytes, *, now: datetime) -> None:
    """Take a passkey out. Raises NotProved, LastWayIn."""
    require_fresh(session, now=now)
    ways = await ways_in(tx, session.subject_id)
    left = [each for each in ways.passkeys if each.credential_id != credential_id]
    if not left and not ways.has_password and not await _has_mailbox(tx, vault, session):
        raise LastWayIn()
    await store.remove_passkey(tx, session.subject_id, credential_id, now)


async def put_factor_off(tx: Tx, subject_id: UUID, *, now: datetime) -> None:
    """Somebody was asked for a second factor and put it off; it counts once."""
    await store.skip_factor(tx, subject_id, now)


async def reset_factor(tx: Tx, subject_id: UUID, *, now: datetime) -> None:
    """Take somebody's second factor out and sign them out everywhere, since they lost it. Who may ask for this is checked and audited
    by the caller."""
    await factors.remove_totp(tx, subject_id, now=now)
    await end_sessions(tx, subject_id, now=now)


async def forget(tx: Tx, vault: Vault, subject_id: UUID, *, now: datetime) -> None:
    """Everything we know of somebody and every way in is taken out; signed out everywhere. Their id stays, and leads to nobody."""
    await erase_contact(tx, vault, subject_id, now=now)
    await store.set_password(tx, subject_id, None, now)
    await store.remove_passkey(tx, subject_id, None, now)
    await factors.remove_totp(tx, subject_id, now=now)
    await end_sessions(tx, subject_id, now=now)


async def is_claimed(tx: Tx, vault: Vault, subject_id: UUID) -> bool:
    """Whether an account is somebody's: it has a contact or a way in. An anonymous card has neither."""
    contact = (await contacts_of(tx, vault, [subject_id])).get(subject_id)
    ways = await ways_in(tx, subject_id)
    return bool(contact and contact.email) or ways.has_password or bool(ways.passkeys)


async def _has_mailbox(tx: Tx, vault: Vault, session: Session) -> bool:
    """Members get in by a code to their mailbox; staff do not."""
    contact = (await contacts_of(tx, vault, [session.subject_id])).get(session.subject_id)
    return session.kind is Kind.MEMBER and contact is not None and contact.verified_at is not None
