"""Contacts: who people are to us, encrypted and apart from points; an address of mail belongs to one person per programme, or of the staff.

Look-ups go by keyed hash. Erasing takes everything out and overwrites the hash as well; nothing leads back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.ids import key_bucket
from praemia.foundation.vault import Vault
from praemia.identity import store
from praemia.identity.core.spelling import email_of
from praemia.identity.errors import EmailTaken
from praemia.identity.model import Contact

NAME_LENGTH = 100
_STAFF = 0


async def keep_contact(
    tx: Tx,
    vault: Vault,
    subject_id: UUID,
    *,
    program_id: int | None,
    now: datetime,
    email: str = "",
    name: str = "",
    lang: str | None = None,
    verified_at: datetime | None = None,
) -> Contact:
    """Who somebody is to us, from now on exactly this. `program_id` None: staff.

    Raises InvalidInput (no address of mail, a name too long), EmailTaken.
    """
    wanted = _checked(email, name)
    before = (await contacts_of(tx, vault, [subject_id])).get(subject_id)
    realm = program_id or _STAFF
    if before is not None and before.email and before.email != wanted:
        await _free(tx, vault, realm, before.email, subject_id)
    if wanted:
        key = email_key(vault, wanted)
        if await store.claim_key(tx, realm, _bucket(tx, realm, key), key, subject_id) != subject_id:
            raise EmailTaken()
    place = ("contacts", tx.tenant_id, subject_id)
    await store.set_contact(
        tx,
        subject_id,
        realm,
        email=vault.seal(wanted, *place, "email") if wanted else None,
        name=vault.seal(name.strip(), *place, "name") if name.strip() else None,
        lang=lang,
        verified_at=verified_at,
        at=now,
    )
    return Contact(
        subject_id=subject_id, program_id=program_id, email=wanted, name=name.strip(), lang=lang, verified_at=verified_at, erased_at=None
    )


async def contacts_of(tx: Tx, vault: Vault, subjects: Sequence[UUID]) -> Mapping[UUID, Contact]:
    """Who these people are to us; those we know nothing about are absent."""
    return {row["subject_id"]: _opened(tx, vault, row) for row in await store.contacts(tx, subjects)}


async def find_by_email(tx: Tx, vault: Vault, *, program_id: int | None, email: str) -> UUID | None:
    """Whose address it is, among a programme's members or (None) the tenant's staff."""
    wanted = email_of(email)
    if wanted is None:
        return None
    key, realm = email_key(vault, wanted), program_id or _STAFF
    return await store.find_key(tx, realm, _bucket(tx, realm, key), key)


async def erase_contact(tx: Tx, vault: Vault, subject_id: UUID, *, now: datetime) -> None:
    """Forget who somebody is: their address is free again, and nothing of it stays."""
    contact = (await contacts_of(tx, vault, [subject_id])).get(subject_id)
    if contact is None:
        return
    if contact.email:
        await _free(tx, vault, contact.program_id or _STAFF, contact.email, subject_id)
    await store.erase_contact(tx, subject_id, now)


def email_key(vault: Vault, email: str) -> bytes:
    """The keyed hash under which an address is looked up. It names no tenant, since staff are looked up before theirs is known."""
    return vault.hash("email", email)


async def _free(tx: Tx, vault: Vault, realm: int, email: str, subject_id: UUID) -> None:
    key = email_key(vault, email)
    await store.free_key(tx, realm, _bucket(tx, realm, key), key, subject_id, secrets.token_bytes(32))


def _bucket(tx: Tx, realm: int, key: bytes) -> int:
    return key_bucket(tx.tenant_id, "email", f"{realm}:{key.hex()}") if realm != _STAFF else 0


def _opened(tx: Tx, vault: Vault, row: Any) -> Contact:
    place = ("contacts", tx.tenant_id, row["subject_id"])
    return Contact(
        subject_id=row["subject_id"],
        program_id=row["program_id"] or None,
        email=vault.open(row["email"], *place, "email") if row["email"] else "",
        name=vault.open(row["name"], *place, "name") if row["name"] else "",
        lang=row["lang"],
        verified_at=row["verified_at"],
        erased_at=row["erased_at"],
    )


def _checked(email: str, name: str) -> str:
    wanted = email_of(email) if email.strip() else ""
    faults = []
    if wanted is None:
        faults.append(Fault(path="/email", message="This is no e-mail address.", code="no_email"))
    if len(name.strip()) > NAME_LENGTH:
        faults.append(Fault(path="/name", message=f"A name has at most {NAME_LENGTH} characters.", code="name_length"))
    if faults or wanted is None:
        raise InvalidInput(faults)
    return wanted
