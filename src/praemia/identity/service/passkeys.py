"""Passkeys (WebAuthn level 3): discoverable, so that nobody types who they are, and with user verification, so that a device alone opens
nothing. The account's handle in the device is random or an id, never personal; it leads to the account by keyed hash.
The library is loaded when the first passkey is shown: ten megabytes that a server without passkeys does without.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import key_bucket
from praemia.foundation.vault import Vault
from praemia.identity import store
from praemia.identity.errors import SignInRefused, TicketInvalid
from praemia.identity.model import Entrant, Means, NewPasskey, Passkey, Realm, Site
from praemia.identity.service import limits
from praemia.identity.service.desk import Desk, may_enter, read_ticket, write_ticket

_ADD, _ENTER = "add a passkey", "enter by passkey"
_HANDLE_BYTES = 24  # tenant, programme, and 128 bits of an id or of chance
NAME_LENGTH = 60


def options_to_add(
    desk: Desk,
    site: Site,
    realm: Realm,
    *,
    tenant_id: int,
    account: str,
    subject_id: UUID | None,
    existing: Sequence[Passkey] = (),
    content: Mapping[str, Any] | None = None,
    now: datetime,
) -> tuple[dict[str, Any], str]:
    """What the browser needs to make a passkey, and the ticket it hands back with it. Without a subject: of somebody who is joining.
    `account` is what the device shows; `content` is kept in the ticket."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    chance = subject_id.bytes if subject_id is not None else secrets.token_bytes(16)
    handle = tenant_id.to_bytes(4, "big") + (realm.program_id or 0).to_bytes(4, "big") + chance
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=handle,
        user_name=account,
        user_display_name=account,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in existing],
    )
    kept = {"challenge": _text(options.challenge), "handle": _text(handle), "content": dict(content or {})}
    return json.loads(webauthn.options_to_json(options)), write_ticket(desk.vault, _ADD, kept, now=now)


async def check_new(desk: Desk, site: Site, ticket: str, credential: Mapping[str, Any], *, name: str, now: datetime) -> NewPasskey:
    """A passkey that was just made and answers to the ticket's challenge. Raises TicketInvalid, SignInRefused."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    kept = read_ticket(desk.vault, _ADD, ticket, now=now)
    try:
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=_bytes(kept["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except WebAuthnException:
        raise SignInRefused() from None
    await limits.use_once(desk.db, desk.vault, kept["id"], now=now)
    passkey = Passkey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name.strip()[:NAME_LENGTH] or "Passkey",
        made_at=now,
    )
    return NewPasskey(passkey=passkey, handle=_bytes(kept["handle"]), content=kept["content"])


async def keep_passkey(tx: Tx, vault: Vault, subject_id: UUID, new: NewPasskey) -> None:
    """It opens this account from now on. Raises SignInRefused: its handle was made for another account, or realm."""
    program_id = _program_of(new.handle)
    key = vault.hash("handle", new.handle)
    owner = await store.claim_key(tx, program_id, _bucket(tx, program_id, key), key, subject_id)
    if owner != subject_id or _tenant_of(new.handle) != tx.tenant_id or not await store.insert_passkey(tx, subject_id, new.passkey):
        raise SignInRefused()


def options_to_enter(desk: Desk, site: Site, *, now: datetime) -> tuple[dict[str, Any], str]:
    """What the browser needs to sign in, and the ticket it hands back with it."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED)
    return json.loads(webauthn.options_to_json(options)), write_ticket(desk.vault, _ENTER, {"challenge": _text(options.challenge)}, now=now)


async def by_passkey(
    desk: Desk, realm: Realm, site: Site, ticket: str, credential: Mapping[str, Any], *, origin: str, now: datetime
) -> Entrant:
    """Who this is, by a passkey. Raises TicketInvalid, SignInRefused, TooOften."""
    await limits.attempt(desk.db, desk.vault, limits.FROM_ADDRESS, limits.network_of(origin), now=now)
    kept = read_ticket(desk.vault, _ENTER, ticket, now=now)
    handle, credential_id = _claimed(credential)
    tenant_id, program_id = _tenant_of(handle), _program_of(handle)
    if program_id != (realm.program_id or 0) or realm.tenant_id not in (None, tenant_id):
        raise SignInRefused()
    async with desk.db.transaction(tenant_id) as tx:
        key = desk.vault.hash("handle", handle)
        subject_id = await store.find_key(tx, program_id, _bucket(tx, program_id, key), key)
        if subject_id is None:
            raise SignInRefused()
        found = next((each for each in await store.passkeys(tx, subject_id) if each.credential_id == credential_id), None)
        if found is None:
            raise SignInRefused()
        sign_count = _verified(site, kept["challenge"], credential, found)
        entrant = Entrant(kind=realm.kind, tenant_id=tenant_id, program_id=realm.program_id, subject_id=subject_id, means=Means.PASSKEY)
        if not await may_enter(tx, entrant):
            raise SignInRefused()
        await store.use_passkey(tx, subject_id, credential_id, sign_count, now)
    await limits.use_once(desk.db, desk.vault, kept["id"], now=now)
    return entrant


async def passkeys_of(tx: Tx, subject_id: UUID) -> list[Passkey]:
    """The passkeys of somebody, the oldest first."""
    return await store.passkeys(tx, subject_id)


def _verified(site: Site, challenge: str, credential: Mapping[str, Any], passkey: Passkey) -> int:
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except WebAuthnException:
        raise SignInRefused() from None


def _claimed(credential: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Handle and credential id as the browser names them; nothing is believed yet. Raises TicketInvalid for another shape."""
    try:
        handle = _bytes(credential["response"]["userHandle"])
        credential_id = _bytes(credential["rawId"])
    except (KeyError, TypeError, ValueError):
        raise TicketInvalid() from None
    if len(handle) != _HANDLE_BYTES:
        raise SignInRefused()
    return handle, credential_id


def _tenant_of(handle: bytes) -> int:
    return int.from_bytes(handle[:4], "big") & 0x7FFFFFFF


def _program_of(handle: bytes) -> int:
    return int.from_bytes(handle[4:8], "big") & 0x7FFFFFFF


def _bucket(tx: Tx, program_id: int, key: bytes) -> int:
    return key_bucket(tx.tenant_id, "handle", key.hex()) if program_id else 0


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
