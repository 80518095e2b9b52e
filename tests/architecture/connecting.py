"""How these tests speak to a database: as its owner, or as the application role of one tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


@asynccontextmanager
async def as_owner(dsn: str) -> AsyncIterator[Any]:
    """A connection that may do anything and that row-level security does not bind."""
    conn = await asyncpg.connect(dsn)
    try:
        yield conn
    finally:
        await conn.close()


@asynccontextmanager
async def as_application(conn: Any, tenant_id: int | None) -> AsyncIterator[Any]:
    """The same connection as praemia_app with a tenant, or without any, in a transaction that is rolled back."""
    transaction = conn.transaction()
    await transaction.start()
    try:
        await conn.execute("set local role praemia_app")
        if tenant_id is not None:
            await conn.execute(f"set local app.tenant_id = '{tenant_id}'")
        yield conn
    finally:
        await transaction.rollback()
