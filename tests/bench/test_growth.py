"""Books that PostgreSQL multiplied are books: every proof holds over them, and everything is where the product looks for it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from bench.growth.comparing import compare
from bench.growth.multiplying import fill
from bench.growth.telling import keep
from bench.processes import outcome_of
from praemia import members
from praemia.foundation.db import connect
from praemia.foundation.ids import bucket_of, made_at
from tests.bench.made import report, window

ORIGINALS, MEMBERS, ENTRIES = 20, 120, 3000


async def test_the_books_of_copies_are_clean_and_their_verdicts_follow_from_what_was_sent(database: str, folder: Path) -> None:
    said: list[str] = []
    await fill(database, MEMBERS, ENTRIES, said.append, originals=ORIGINALS)
    env = {"DATABASE_URL": database, "PRAEMIA_STATE_DIR": str(folder / "state"), "TERM": "dumb", "COLUMNS": "200"}
    code, text = await outcome_of([sys.executable, "-m", "praemia", "verify", "--recompute"], env=env)
    assert code == 0, text
    conn = await asyncpg.connect(database)
    try:
        for table, per_original in await conn.fetch(
            "select 'members', count(*) from members union all select 'events', count(*) from events union all"
            " select 'event_keys', count(*) from event_keys union all select 'lot_states', count(*) from lot_states union all"
            " select 'allocations', count(*) from allocations union all select 'counters', count(*) from counters"
        ):
            assert per_original % (MEMBERS // ORIGINALS) == 0, f"{table}: some copies lack a row"
            assert per_original, table
        assert await conn.fetchval("select 2 * count(*) from transfers") == pytest.approx(ENTRIES, rel=0.1)
        assert await conn.fetchval("select sum(rows) from checkpoints") > ENTRIES // 3, "what the copies did is sealed"
    finally:
        await conn.close()


async def test_copies_lie_where_the_product_looks_for_them(database: str) -> None:
    await fill(database, MEMBERS, ENTRIES, lambda _: None, originals=ORIGINALS)
    conn = await asyncpg.connect(database)
    db = await connect(database, size=1)
    try:
        for row in await conn.fetch("select e.bucket, e.event_id, e.received_at, e.member_id from events e"):
            assert bucket_of(row["event_id"]) == bucket_of(row["member_id"]) == row["bucket"]
            assert made_at(row["event_id"]) == row["received_at"]
        months = await conn.fetchval("select count(distinct date_trunc('month', received_at)) from events")
        assert months >= 12, "arrival is spread over a year"
        assert len({row["bucket"] for row in await conn.fetch("select bucket from event_keys")}) > 500, "keys have buckets of their own"
        async with db.transaction(await conn.fetchval("select tenant_id from tenants")) as tx:
            program_id = await conn.fetchval("select program_id from programs")
            wanted = [f"M{n:07d}" for n in range(MEMBERS)]
            assert set(await members.find_members(tx, program_id, wanted)) == set(wanted)
    finally:
        await db.close()
        await conn.close()


def test_growth_is_a_ratio_of_the_same_round(tmp_path: Path) -> None:
    cpu = {"server": 0.1, "postgres": 0.1}
    young = report(*(window("earn-32", n, 1000, cpu=cpu) for n in (1, 2)), *(window("tpcb-32", n, 500, cpu=cpu) for n in (1, 2)))
    grown = report(*(window("earn-32", n, 900, cpu=cpu) for n in (1, 2)), *(window("tpcb-32", n, 400, cpu=cpu) for n in (1, 2)))
    young, grown = (replace(one, scale=replace(one.scale, members=m, entries=e)) for one, m, e in ((young, 10, 0), (grown, 100, 7)))
    found = {(one.goal.id, one.goal.over): one for one in compare([young, grown])}
    assert found["P12", "earn-32"].figure.median == pytest.approx(0.9)
    assert found["P12", "earn-32"].verdict == "ambition"
    assert found["P12", "tpcb-32"].verdict == "-"
    assert found["G1", "earn-32"].figure.median == pytest.approx(1 / 0.9)
    assert "100 members, 7 entries" in found["P12", "earn-32"].goal.title
    paths = keep([young, grown], list(found.values()), tmp_path)
    assert [path.name for path in paths] == [f"growth-2025-06-01T1200.{kind}" for kind in ("json", "svg", "txt")]
