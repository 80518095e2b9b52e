"""From the originals' year to the size of a measurement: PostgreSQL writes the copies' rows, indexes are built afterwards, what follows by
itself in a year (seals, sums, statistics) is caught up on. `praemia verify` must find nothing over it."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from bench.growth.lives import YEAR, live_a_year
from bench.indexes import without_indexes
from bench.stage import PROGRAM, Say
from praemia import programs
from praemia.foundation import sql
from praemia.foundation.db import Database, connect
from praemia.foundation.ids import BUCKETS, key_bucket
from praemia.foundation.migrations import migrate
from praemia.worker.figures import carry_on
from praemia.worker.seals import seal_all

ORIGINALS = 2000
_MONTHS = 14  # those of a year that began in the middle of one, and the next
# Two writers, each with about half of the bytes.
_WRITERS = (
    ("events", "members", "member_profiles", "lookups", "accounts"),
    ("event_keys", "transfers", "lot_states", "allocations", "counters"),
)


def queries() -> Any:
    """The statements of growth, as functions of a connection."""
    return sql.queries("bench.growth")


async def fill(dsn: str, members: int, entries: int, say: Say, *, originals: int = ORIGINALS) -> None:
    """An empty database becomes one with so many members and about so many entries. `members` is a multiple of `originals`, or less."""
    originals = min(originals, members)
    if members % originals:
        raise ValueError(f"{members} members are no multiple of {originals}")
    await migrate(dsn)
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - YEAR - timedelta(hours=1)
    db = await connect(dsn, size=2)
    try:
        say(f"{originals:,} members live a year")
        tenant_id = await live_a_year(db, begin, originals, entries * originals // members)
        program_id = await _program_of(db, tenant_id)
        say(f"multiplying them to {members:,}, building indexes, looking at statistics")
        await _multiply(dsn, tenant_id, program_id, begin, originals, members)
        say("seals and sums of the year")
        now = datetime.now(UTC)
        await seal_all(db, now, None)
        await carry_on(db, now)
    finally:
        await db.close()
    await _rest(dsn)


async def _rest(dsn: str) -> None:
    """What is left to do when nothing is written for a while."""
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute("vacuum analyze seals, insight_days")
        await conn.execute("analyze")
        await conn.execute("checkpoint")
    finally:
        await conn.close()


async def _program_of(db: Database, tenant_id: int) -> int:
    async with db.transaction(tenant_id) as tx:
        return (await programs.open_program(tx, PROGRAM)).program_id


async def _multiply(dsn: str, tenant_id: int, program_id: int, begin: datetime, originals: int, members: int) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await queries().make_workbench(conn)
        await queries().steer(conn)
        await queries().open_months(conn, first=begin.date(), months=_MONTHS)
        span = await queries().tenant_span(conn, tenant_id=tenant_id)
        places = _places(tenant_id, program_id, span["first_bucket"], span["bucket_span"], originals, members)
        await conn.copy_records_to_table("places", schema_name="bench", records=places)
        await queries().place_members(conn, tenant_id=tenant_id)
        await queries().place_events(conn, tenant_id=tenant_id)
        await queries().look_at_workbench(conn)
        await asyncio.gather(*(_write(dsn, tables) for tables in _WRITERS))
        await queries().clear_workbench(conn)
    finally:
        await conn.close()


async def _write(dsn: str, tables: Sequence[str]) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await queries().steer(conn)
        async with without_indexes(conn, tables):
            for table in tables:
                await getattr(queries(), f"multiply_{table}")(conn)
        for table in tables:
            await conn.execute(f"vacuum analyze {table}")
    finally:
        await conn.close()


def _places(tenant_id: int, program_id: int, first: int, span: int, originals: int, members: int) -> Iterator[tuple[str, str, int, int]]:
    """For each copy: of whom, its own reference, the bucket it lives in and that of its reference, as the product would choose them."""
    for number in range(originals, members):
        reference = f"M{number:07d}"
        key = f"{program_id}:{reference}"
        bucket = (first + zlib.crc32(key.encode()) % span) % BUCKETS
        yield f"M{number % originals:07d}", reference, bucket, key_bucket(tenant_id, "reference", key)
