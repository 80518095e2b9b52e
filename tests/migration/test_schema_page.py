"""docs/schema.sql is what the migrations make."""

from __future__ import annotations

import asyncpg
import pytest

from praemia.foundation import postgres
from praemia.foundation.migrations import migrate
from tests.migration.schema import PAGE, dump, dumper


@pytest.fixture
def binaries(server: postgres.Server) -> postgres.Binaries:
    """Those of the running server's version."""
    found = dumper(server.major)
    if found is None:
        pytest.skip(f"there is no pg_dump of PostgreSQL {server.major} here")
    return found


async def test_the_page_is_what_the_migrations_make(empty_database: str, binaries: postgres.Binaries) -> None:
    await migrate(empty_database)
    assert dump(empty_database, binaries) == PAGE.read_text("utf-8"), "docs/schema.sql is old: run `make schema`"


async def test_a_changed_table_changes_the_page(empty_database: str, binaries: postgres.Binaries) -> None:
    await migrate(empty_database)
    conn = await asyncpg.connect(empty_database)
    await conn.execute("alter table lot_states add column colour text")
    await conn.close()
    assert dump(empty_database, binaries) != PAGE.read_text("utf-8")
