"""Row-level security, tried with rows: without a tenant nothing is seen, with one only its own, and nothing is written for another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.architecture.connecting import as_application, as_owner

NAMED_VALUES: dict[str, Any] = {
    "mode": "live", "because": "fell", "status": "active", "state": "held", "kind": "earn", "import_key": "k", "carrier": "qr",
    "condition": "active", "reservations.state": "reserved", "sessions.kind": "staff", "till_events.state": "conflict",
}  # fmt: skip
"""For columns whose check wants a certain word, of every table or of one. A new table that refuses its sample row needs an entry here."""


@pytest.fixture
async def filled(database: str) -> str:
    """Every table with a tenant_id holds a row of tenant 1 and one of tenant 2."""
    async with as_owner(database) as conn:
        await conn.execute("set session_replication_role = replica")  # samples need no parents
        for table in await _tenant_tables(conn):
            for tenant in (1, 2):
                await _insert(conn, table, tenant)
    return database


async def test_every_table_with_a_tenant_has_a_policy(kept_database: str) -> None:
    async with as_owner(kept_database) as conn:
        assert await _open_tables(conn) == []


@pytest.mark.parametrize(
    "planted",
    [
        "select 1",
        "alter table leak enable row level security",
        "create policy p on leak to praemia_app using (tenant_id = current_setting('app.tenant_id')::int)",
        "alter table leak enable row level security; create policy p on leak to praemia_app using (true)",
    ],
    ids=["nothing", "no policy", "not enabled", "lets everything through"],
)
async def test_a_table_without_a_policy_is_found(planted: str, database: str) -> None:
    async with as_owner(database) as conn:
        await conn.execute(f"create table leak (tenant_id int); {planted}")
        assert await _open_tables(conn) == ["leak"]


async def test_without_a_tenant_nothing_is_seen(filled: str) -> None:
    async with as_owner(filled) as conn:
        for table in [*await _tenant_tables(conn), "entries"]:
            assert await conn.fetchval(f"select count(*) from {table}") >= 2, table  # noqa: S608
            async with as_application(conn, None):
                assert await conn.fetchval(f"select count(*) from {table}") == 0, table  # noqa: S608


async def test_a_tenant_sees_only_its_own(filled: str) -> None:
    async with as_owner(filled) as conn:
        for table in [*await _tenant_tables(conn), "entries"]:
            async with as_application(conn, 2):
                seen = await conn.fetch(f"select distinct tenant_id from {table}")  # noqa: S608
            assert [row["tenant_id"] for row in seen] == [2], table


async def test_a_tenant_writes_nothing_for_another(database: str) -> None:
    async with as_owner(database) as conn:
        for table in await _tenant_tables(conn):
            for tenant in (2, None):
                async with as_application(conn, tenant):
                    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                        await _insert(conn, table, 1)


async def test_the_application_is_bound_by_its_policies(kept_database: str) -> None:
    async with as_owner(kept_database) as conn:
        role = await conn.fetchrow("select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'praemia_app'")
        assert not any(role.values())
        owned = await conn.fetchval("select count(*) from pg_class where pg_get_userbyid(relowner) = 'praemia_app'")
        assert owned == 0


async def _tenant_tables(conn: Any) -> list[str]:
    """Tables with a tenant_id, parents before children of the foreign keys' order of making; partitions count as their table."""
    rows = await conn.fetch(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by c.oid"
    )
    return [row["relname"] for row in rows]


async def _open_tables(conn: Any) -> list[str]:
    rows = await conn.fetch(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition"
        " and not (c.relrowsecurity and exists (select from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname"
        "          and p.roles = array['praemia_app']::name[] and p.qual like '(tenant_id = ( SELECT %app.tenant_id%' and p.cmd = 'ALL'))"
    )
    return [row["relname"] for row in rows]


async def _insert(conn: Any, table: str, tenant: int) -> None:
    """A sample row: something plausible in every column that must be filled."""
    columns = await conn.fetch(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and column_default is null order by ordinal_position",
        table,
    )
    values = [_sample(table, c["column_name"], c["data_type"], tenant) for c in columns]
    names = ", ".join(c["column_name"] for c in columns)
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await conn.execute(f"insert into {table} ({names}) values ({places})", *values)  # noqa: S608


def _sample(table: str, column: str, kind: str, tenant: int) -> Any:
    named = NAMED_VALUES.get(f"{table}.{column}", NAMED_VALUES.get(column))
    if named is not None:
        return named
    samples = {
        "integer": tenant if column == "tenant_id" else 1,
        "smallint": 1,
        "bigint": 1,
        "text": f"{column}-{tenant}",
        "uuid": uuid4(),
        "bytea": f"{column}-{tenant}".encode(),
        "timestamp with time zone": datetime.now(UTC),
        "date": datetime.now(UTC).date(),
        "json": "{}",
        "jsonb": "{}",
        "boolean": False,
        "ARRAY": [],
    }
    return samples[kind]
