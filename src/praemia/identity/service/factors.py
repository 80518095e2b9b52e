"""The second factor: one-time passwords of an app (RFC 6238), of which each time step counts once, and recovery codes on paper."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pyotp
from pyotp.exceptions import OTPVerificationError

from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.vault import Vault
from praemia.identity import store
from praemia.identity.core.spelling import RECOVERY_CODES, RECOVERY_LENGTH, read_code, recovery_digest, spell_recovery
from praemia.identity.errors import SignInRefused, TicketInvalid
from praemia.identity.model import Means

_WINDOW = 1  # a step before and after: half a minute of crooked clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAuthenticator:
    """What the app is given: the secret, to type, and the address for its camera (`otpauth://…`)."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


async def begin_totp(tx: Tx, vault: Vault, subject_id: UUID, *, account: str, issuer: str, now: datetime) -> NewAuthenticator:
    """A new secret for somebody's app, which counts once `confirm_totp` has seen a code of it. Raises TicketInvalid when one counts
    already: it has to be taken out first, or whoever gives up half-way would be left without."""
    if await has_totp(tx, subject_id):
        raise TicketInvalid()
    secret = pyotp.random_base32()
    await store.set_authenticator(tx, subject_id, vault.seal(secret, "authenticators", tx.tenant_id, subject_id), now)
    return NewAuthenticator(secret=secret, uri=pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


async def confirm_totp(tx: Tx, vault: Vault, subject_id: UUID, code: str, *, now: datetime) -> Sequence[str]:
    """The app works: from now on it is asked for. Answers ten recovery codes, once.

    Raises InvalidInput (the code is wrong), TicketInvalid (an app counts already).
    """
    row = await store.lock_authenticator(tx, subject_id)
    if row is not None and row["confirmed_at"] is not None:
        raise TicketInvalid()  # else a code could be guessed here without end
    step = _step_of(tx, vault, subject_id, row, code, now)
    if step is None:
        raise InvalidInput([Fault(path="/code", message="This is not the code that the app shows now.", code="wrong_code")])
    await store.step_authenticator(tx, subject_id, step, now)
    return await new_recovery_codes(tx, subject_id, now=now)


async def pending_totp(tx: Tx, vault: Vault, subject_id: UUID, *, account: str, issuer: str) -> NewAuthenticator | None:
    """The secret that waits for its first code, to be shown again; None when there is none, or when it counts already."""
    row = await store.lock_authenticator(tx, subject_id)
    if row is None or row["confirmed_at"] is not None:
        return None
    secret = vault.open(row["secret"], "authenticators", tx.tenant_id, subject_id)
    return NewAuthenticator(secret=secret, uri=pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


async def has_totp(tx: Tx, subject_id: UUID) -> bool:
    """Whether one-time passwords are asked for."""
    row = await store.lock_authenticator(tx, subject_id)
    return row is not None and row["confirmed_at"] is not None


async def remove_totp(tx: Tx, subject_id: UUID, *, now: datetime) -> None:
    """No one-time passwords any more, and no recovery codes either."""
    await store.set_authenticator(tx, subject_id, None, now)
    await store.replace_recovery_codes(tx, subject_id, [], now)


async def new_recovery_codes(tx: Tx, subject_id: UUID, *, now: datetime) -> Sequence[str]:
    """Ten fresh codes, shown once; those before open nothing any more."""
    codes = [spell_recovery([secrets.randbelow(31) for _ in range(RECOVERY_LENGTH)]) for _ in range(RECOVERY_CODES)]
    await store.replace_recovery_codes(tx, subject_id, [recovery_digest(code) for code in codes], now)
    return codes


async def check(tx: Tx, vault: Vault, subject_id: UUID, code: str, *, now: datetime) -> Means:
    """Use a one-time password or a recovery code up. Raises SignInRefused: wrong, or used before."""
    row = await store.lock_authenticator(tx, subject_id)
    if row is None or row["confirmed_at"] is None:
        raise SignInRefused()
    step = _step_of(tx, vault, subject_id, row, code, now)
    if step is not None:
        await store.step_authenticator(tx, subject_id, step, row["confirmed_at"])
        return Means.TOTP
    if await store.use_recovery_code(tx, subject_id, recovery_digest(code), now):
        return Means.RECOVERY
    raise SignInRefused()


def _step_of(tx: Tx, vault: Vault, subject_id: UUID, row: Any, code: str, now: datetime) -> int | None:
    """The time step whose password this is, if it is newer than the last that counted."""
    if row is None:
        return None
    secret = vault.open(row["secret"], "authenticators", tx.tenant_id, subject_id)
    digits = read_code(code)
    if len(digits) != 6 or not hmac.compare_digest(digits, code.replace(" ", "")):
        return None
    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=now, valid_window=_WINDOW)
    except OTPVerificationError:
        return None
    return step if step > row["last_step"] else None
