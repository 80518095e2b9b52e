"""One function per statement of access: rows in, values out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.access.model import ApiKey, Mode
from praemia.foundation.db import Tx
from praemia.foundation.sql import queries

_SQL = "praemia.access"


async def insert_key(tx: Tx, key: ApiKey, digest: bytes) -> None:
    """Keep a new key and the digest of its text."""
    await queries(_SQL).insert_key(
        tx.conn,
        tenant_id=key.tenant_id,
        key_id=key.key_id,
        name=key.name,
        prefix=key.shown_prefix,
        digest=digest,
        scopes=sorted(key.scopes),
        program_id=key.program_id,
        created_at=key.created_at,
        expires_at=key.expires_at,
    )


async def find_key(conn: Any, digest: bytes) -> Any:
    """The bare row of a key, or None. `conn` belongs to no tenant yet."""
    return await queries(_SQL).find_key(conn, digest=digest)


async def keys_of(tx: Tx) -> list[ApiKey]:
    """Every key of the tenant, newest first."""
    rows = await queries(_SQL).keys_of(tx.conn, tenant_id=tx.tenant_id)
    return [_key(row) for row in rows]


async def revoke_key(tx: Tx, key_id: UUID, at: datetime) -> datetime | None:
    """The instant since which the key is revoked, or None when there is no such key."""
    revoked_at: datetime | None = await queries(_SQL).revoke_key(tx.conn, tenant_id=tx.tenant_id, key_id=key_id, at=at)
    return revoked_at


def _key(row: Any) -> ApiKey:
    return ApiKey(
        key_id=row["key_id"],
        tenant_id=row["tenant_id"],
        name=row["name"],
        mode=Mode(row["prefix"].split("_")[1]),
        shown_prefix=row["prefix"],
        scopes=frozenset(row["scopes"]),
        program_id=row["program_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )
