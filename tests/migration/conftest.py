"""A database with nothing in it, for tests that migrate it themselves."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest

from praemia.foundation import postgres


@pytest.fixture
async def empty_database(server: postgres.Server) -> AsyncIterator[str]:
    """The dsn of a database no migration has touched."""
    name = f"empty_{uuid.uuid4().hex}"
    conn = await asyncpg.connect(server.dsn)
    try:
        await conn.execute(f'create database "{name}"')
        yield server.dsn.replace("@/praemia?", f"@/{name}?")
        await conn.execute(f'drop database "{name}" with (force)')
    finally:
        await conn.close()
