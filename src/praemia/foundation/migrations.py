"""Applies the numbered SQL files in order, once each, under one lock, one transaction a file. Forward only.

The same files serve two layouts: `plain` (events split by month) and `partitioned` (every member-side table split by
hash of bucket, as a distributed PostgreSQL would); what speaks to the database is tested on both.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Literal

import asyncpg

from praemia.foundation.db import Database
from praemia.foundation.errors import DomainError

Layout = Literal["plain", "partitioned"]
_LOCK = 7_205_759_403  # any constant: the advisory lock all migrators of one database share
_PARTITIONS = 8
_LINE_COMMENT = re.compile(r"--[^\n]*")
_SPLIT_TABLE = re.compile(r"create table (\w+) \((?:(?!;).)*?/\* by bucket \*/", re.S)


class MigrationChanged(DomainError):
    """An applied file differs from the one in the package."""

    code = "migrations.changed"
    template = "migration {name} was changed after it was applied; restore the file or write a new migration"


class DatabaseTooNew(DomainError):
    """The database was migrated by a newer Praemia."""

    code = "migrations.too_new"
    template = "the database holds migration {name}, which this version of Praemia does not know; install the newer version"


def migration_files() -> list[tuple[str, str]]:
    """The migrations as (name, text), in order."""
    folder = files("praemia") / "migrations"
    return sorted((f.name, f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".sql"))


def migrations_digest() -> str:
    """A short digest of all migration files, for naming template databases."""
    return hashlib.sha256("".join(f"{n}\0{t}\0" for n, t in migration_files()).encode()).hexdigest()[:12]


def render(text: str, layout: Layout) -> str:
    """The text of a migration for a layout: its `by bucket` and `by month` marks become partition clauses or nothing."""
    if layout == "plain":
        return text.replace("/* by bucket */ /* by month */", "partition by range (received_at)").replace(" /* by bucket */", "")
    tables = _SPLIT_TABLE.findall(_LINE_COMMENT.sub("", text))
    # A partitioned table takes no storage parameters; its partitions would carry them.
    text = re.sub(r"with \(fillfactor = \d+\) /\* by bucket \*/", "/* by bucket */", text)
    text = text.replace(" /* by month */", "").replace("/* by bucket */", "partition by hash (bucket)")
    parts = [
        f"create table {table}_p{n} partition of {table} for values with (modulus {_PARTITIONS}, remainder {n});"
        for table in tables
        for n in range(_PARTITIONS)
    ]
    return text + "\n" + "\n".join(parts)


async def migrate(dsn: str, *, layout: Layout = "plain") -> list[str]:
    """Bring the database up to date and answer the names of the files applied now.

    Two at once are safe: one applies, the other waits. Refuses when an applied file was changed or is unknown here.
    """
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute("set lock_timeout = '30s'")
        await conn.execute("select pg_advisory_lock($1)", _LOCK)
        await conn.execute(
            "create table if not exists migrations (name text primary key, digest text not null, applied_at timestamptz not null)"
        )
        done = {row["name"]: row["digest"] for row in await conn.fetch("select name, digest from migrations order by name")}
        applied = await _apply_missing(conn, done, layout)
        await conn.execute("select open_event_months($1, 3)", datetime.now(UTC).date())
        return applied
    finally:
        await conn.close()


async def open_event_months(db: Database, day: date) -> None:
    """Make sure that events of the month of `day` and the two after it have a place. Cheap when it is there."""
    async with db.unscoped() as conn:
        await conn.execute("select open_event_months($1, 3)", day)


async def _apply_missing(conn: asyncpg.Connection, done: dict[str, str], layout: Layout) -> list[str]:
    known = migration_files()
    for name in done.keys() - {n for n, _ in known}:
        raise DatabaseTooNew(name=name)
    applied = []
    for name, text in known:
        digest = hashlib.sha256(text.encode()).hexdigest()
        if name in done:
            if done[name] != digest:
                raise MigrationChanged(name=name)
            continue
        async with conn.transaction():
            await conn.execute(render(text, layout))
            await conn.execute("insert into migrations values ($1, $2, $3)", name, digest, datetime.now(UTC))
        applied.append(name)
    return applied
