"""The verbs of access: issue, revoke, list, authenticate, and the two questions asked of a principal.

A key is looked up by its digest before the tenant is known; everything else happens inside a tenant's transaction.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from praemia.access import store
from praemia.access.core.keys import SECRET_BYTES, digest_of, mode_of, shown_prefix, spell_key
from praemia.access.core.permissions import covers, expand, likely_meant
from praemia.access.errors import (
    KeyExpired,
    KeyInvalid,
    KeyMissing,
    KeyNotFound,
    KeyRevoked,
    PermissionMissing,
    ProgramOutOfReach,
    RoleOutOfReach,
    SandboxOnly,
)
from praemia.access.model import NOBODY, Actor, ApiKey, IssuedKey, Mode, Principal
from praemia.access.service.auditing import note
from praemia.foundation.db import Database, Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.ids import new_id

NAME_LENGTH = 100
# A verified key is believed for this long without asking again. A till sends many requests a second, and each would
# cost a round trip; the price is that a key revoked by another process works up to five seconds longer.
CACHE_TTL = timedelta(seconds=5)
CACHE_SIZE = 4096


async def issue(
    tx: Tx,
    *,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    mode: Mode = Mode.LIVE,
    program_id: int | None = None,
    expires_at: datetime | None = None,
    giver: Collection[str] | None = None,
    by: Actor = NOBODY,
) -> IssuedKey:
    """Make a key and answer its text, once. `scopes` are permissions, patterns or role names; nobody gives what goes beyond their own
    (`giver`; None: the command line). Audited.

    Refuses, naming every fault: an empty name, no scopes, scopes that cover nothing, an expiry that has passed. Raises RoleOutOfReach.
    """
    granted = _granted(name, list(scopes), expires_at, now)
    beyond = sorted(scope for scope in granted if giver is not None and not covers(giver, scope))
    if beyond:
        raise RoleOutOfReach(actor=by.name, role=beyond[0])
    secret = spell_key(mode, secrets.token_bytes(SECRET_BYTES))
    key = ApiKey(
        key_id=new_id(0),
        tenant_id=tx.tenant_id,
        name=name.strip(),
        mode=mode,
        shown_prefix=shown_prefix(secret),
        scopes=granted,
        program_id=program_id,
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
        issued_by=by.staff_id,
    )
    await store.insert_key(tx, key, digest_of(secret))
    new = {"name": key.name, "mode": mode.value, "scopes": sorted(granted), "expires_at": expires_at.isoformat() if expires_at else None}
    await note(tx, by, "access.key.issued", str(key.key_id), at=now, program_id=program_id, new=new)
    return IssuedKey(key=key, secret=secret)


async def revoke(tx: Tx, key_id: UUID, *, now: datetime, by: Actor = NOBODY) -> datetime:
    """End a key's life; doing it twice changes nothing. Answers since when it is revoked. Refuses an unknown id. Audited."""
    revoked_at = await store.revoke_key(tx, key_id, now)
    if revoked_at is None:
        raise KeyNotFound(key_id=str(key_id))
    await note(tx, by, "access.key.revoked", str(key_id), at=now, new={"revoked_at": revoked_at.isoformat()})
    return revoked_at


async def keys_of(tx: Tx) -> list[ApiKey]:
    """Every key of the tenant, newest first, revoked ones included."""
    return await store.keys_of(tx)


@dataclass(frozen=True, slots=True)
class _Seen:
    row: Any
    principal: Principal
    at: datetime


class Doorkeeper:
    """Authenticates keys for one process, remembering the verified ones for a few seconds.

    Unknown keys are not remembered: a key must work the moment it is issued. Expiry is checked every time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[bytes, _Seen] = {}
        self._asking: dict[bytes, asyncio.Task[_Seen]] = {}

    async def authenticate(self, secret: str | None, *, now: datetime) -> Principal:
        """Who this key speaks for. Refuses a missing, unknown, expired or revoked key, in that order."""
        if not secret:
            raise KeyMissing()
        digest = digest_of(secret)
        seen = self._seen.get(digest)
        if seen is None or not seen.at <= now < seen.at + CACHE_TTL:
            seen = await self._ask_once(digest, secret, now)
        expires_at = seen.row["expires_at"]
        if expires_at is not None and now >= expires_at:
            raise KeyExpired(shown_prefix=shown_prefix(secret), expired_at=expires_at.isoformat())
        return seen.principal

    def forget(self, key_id: UUID) -> None:
        """Stop believing a key at once, in this process: called after it was revoked."""
        self._seen = {digest: seen for digest, seen in self._seen.items() if seen.principal.key_id != key_id}

    async def _ask_once(self, digest: bytes, secret: str, now: datetime) -> _Seen:
        """All who wait for the same key share one question, or a busy till would ask a hundred times whenever the memory ends."""
        mode = mode_of(secret)
        if mode is None:
            raise KeyInvalid()
        asking = self._asking.get(digest)
        if asking is None:
            asking = self._asking[digest] = asyncio.create_task(self._look_up(digest, secret, mode, now))
            asking.add_done_callback(lambda _: self._asking.pop(digest, None))
        return await asyncio.shield(asking)  # one who leaves must not take the answer from the others

    async def _look_up(self, digest: bytes, secret: str, mode: Mode, now: datetime) -> _Seen:
        async with self._database.unscoped() as conn:
            row = await store.find_key(conn, digest)
        if row is None:
            raise KeyInvalid()
        if row["revoked_at"] is not None:
            self._seen.pop(digest, None)
            raise KeyRevoked(shown_prefix=shown_prefix(secret), revoked_at=row["revoked_at"].isoformat())
        principal = Principal(
            tenant_id=row["tenant_id"],
            key_id=row["key_id"],
            name=row["name"],
            mode=mode,
            scopes=frozenset(row["scopes"]),
            program_id=row["program_id"],
            issued_by=row["issued_by"],
        )
        if len(self._seen) >= CACHE_SIZE:
            self._seen.clear()
        seen = self._seen[digest] = _Seen(row, principal, now)
        return seen


class Bearer(Protocol):
    """Whoever holds scopes: the key of a request, a person at a page."""

    @property
    def name(self) -> str: ...
    @property
    def scopes(self) -> frozenset[str]: ...


def require(principal: Bearer, permission: str) -> None:
    """Refuses when the key or the person lacks the permission."""
    if not covers(principal.scopes, permission):
        raise PermissionMissing(key_name=principal.name, permission=permission)


def require_program(principal: Principal, *, program: str, program_id: int, sandbox: bool) -> None:
    """Refuses when the key is restricted to another programme, or is a test key and the programme is live."""
    if principal.program_id is not None and principal.program_id != program_id:
        raise ProgramOutOfReach(key_name=principal.name)
    if principal.mode is Mode.TEST and not sandbox:
        raise SandboxOnly(key_name=principal.name, program=program)


def _granted(name: str, scopes: list[str], expires_at: datetime | None, now: datetime) -> frozenset[str]:
    faults: list[Fault] = []
    if not 0 < len(name.strip()) <= NAME_LENGTH:
        faults.append(Fault(path="/name", message=f"A key needs a name of 1 to {NAME_LENGTH} characters.", code="name_length"))
    if not scopes:
        faults.append(Fault(path="/scopes", message="A key needs at least one permission or role.", code="no_scopes"))
    if expires_at is not None and expires_at <= now:
        faults.append(Fault(path="/expires_at", message="The key would have expired already.", code="past"))
    granted: set[str] = set()
    for place, scope in enumerate(scopes):
        expanded = expand(scope)
        if expanded is None:
            meant = likely_meant(scope)
            hint = f" Did you mean “{meant}”?" if meant else ""
            message = f"“{scope}” is neither a permission nor a role.{hint}"
            faults.append(Fault(path=f"/scopes/{place}", message=message, code="unknown_scope", suggestion=meant))
        else:
            granted |= expanded
    if faults:
        raise InvalidInput(faults)
    return frozenset(granted)
