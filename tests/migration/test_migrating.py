"""Migrating: once, in order, whole or not at all, whoever else is at it, and never over a change or a newer version."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from praemia.foundation import migrations
from praemia.foundation.migrations import DatabaseTooNew, Layout, MigrationChanged, migrate, migration_files, render
from tests.architecture.connecting import as_owner

NAMES = [name for name, _ in migration_files()]
LAYOUTS: list[Layout] = ["plain", "partitioned"]


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_migrating_twice_is_migrating_once(layout: Layout, empty_database: str) -> None:
    assert await migrate(empty_database, layout=layout) == NAMES
    before = await _catalogue(empty_database)
    assert await migrate(empty_database, layout=layout) == []
    assert await _catalogue(empty_database) == before


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_of_two_at_once_one_applies_and_the_other_waits(layout: Layout, empty_database: str) -> None:
    applied = await asyncio.gather(*(migrate(empty_database, layout=layout) for _ in range(4)))
    assert sorted(applied) == [[], [], [], NAMES]


async def test_a_file_changed_after_it_was_applied_is_refused(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await migrate(empty_database)
    before = await _catalogue(empty_database)
    changed = [(name, text + "create table surprise (n int);") for name, text in migration_files()]
    monkeypatch.setattr(migrations, "migration_files", lambda: changed)
    with pytest.raises(MigrationChanged, match=NAMES[0]):
        await migrate(empty_database)
    assert await _catalogue(empty_database) == before


async def test_a_database_of_a_newer_version_is_refused(empty_database: str) -> None:
    await migrate(empty_database)
    async with as_owner(empty_database) as conn:
        await conn.execute("insert into migrations values ('9999_from_the_future.sql', 'digest', '2030-01-01Z')")
    with pytest.raises(DatabaseTooNew, match="9999_from_the_future"):
        await migrate(empty_database)


async def test_a_file_that_fails_leaves_nothing_of_itself(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [*migration_files(), ("9998_broken.sql", "create table half (n int); select nonsense;")]
    monkeypatch.setattr(migrations, "migration_files", lambda: broken)
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(empty_database)
    async with as_owner(empty_database) as conn:
        assert await conn.fetchval("select to_regclass('half')") is None
        assert [row["name"] for row in await conn.fetch("select name from migrations order by name")] == NAMES
    monkeypatch.undo()
    assert await migrate(empty_database) == []


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_a_split_table_has_its_parts(layout: Layout, empty_database: str) -> None:
    await migrate(empty_database, layout=layout)
    async with as_owner(empty_database) as conn:
        parts = await conn.fetch(
            "select c.relname, count(i.inhrelid) as parts from pg_class c left join pg_inherits i on i.inhparent = c.oid"
            " where c.relkind = 'p' and c.relnamespace = 'public'::regnamespace group by c.relname"
        )
    assert parts
    assert [row["relname"] for row in parts if not row["parts"]] == []


async def test_the_split_layout_splits_every_member_side_table(empty_database: str) -> None:
    await migrate(empty_database, layout="partitioned")
    async with as_owner(empty_database) as conn:
        whole = await conn.fetch(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'bucket'"
            " where c.relkind = 'r' and not c.relispartition and c.relnamespace = 'public'::regnamespace"
        )
    assert whole == []


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_every_key_of_a_member_side_table_begins_with_the_bucket(layout: Layout, empty_database: str) -> None:
    await migrate(empty_database, layout=layout)
    async with as_owner(empty_database) as conn:
        keys = await conn.fetch(
            "select c.relname, array_agg(a.attname::text order by k.n) as columns from pg_class c"
            " join pg_attribute b on b.attrelid = c.oid and b.attname = 'bucket'"
            " join pg_index i on i.indrelid = c.oid cross join lateral unnest(i.indkey::int[]) with ordinality as k(attnum, n)"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum"
            " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace group by c.relname, i.indexrelid"
        )
    assert len(keys) >= 10
    assert [(row["relname"], row["columns"]) for row in keys if row["columns"][:2] != ["bucket", "tenant_id"]] == []


def test_every_migration_opens_with_why_and_which_locks() -> None:
    for name, text in migration_files():
        opening = text.split("\n\n")[0]
        assert opening.startswith(f"-- {name[:4]}: "), name
        assert "Why: " in opening, name
        assert "Locks: " in opening, name


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_mark_of_a_layout_is_left_in_what_runs(layout: Layout) -> None:
    for name, text in migration_files():
        statements = "\n".join(line.partition("--")[0] for line in render(text, layout).splitlines())
        assert "/* by " not in statements, name


async def _catalogue(dsn: str) -> list[tuple[str, str, str]]:
    """Every column of every table, to see whether anything changed."""
    async with as_owner(dsn) as conn:
        rows = await conn.fetch(
            "select table_name::text, column_name::text, data_type::text from information_schema.columns"
            " where table_schema = 'public' order by 1, ordinal_position"
        )
    return [tuple(row) for row in rows]
