"""Real histories through the import, against figures known beforehand. Skipped where the files are not at hand (PRAEMIA_DATA)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import duckdb
import pytest

from praemia import earning, orders, programs
from praemia.access import create_tenant
from praemia.foundation.db import connect
from praemia.integrations.bulk import Order, Report, Window, import_files

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "imports"
FILES = Path(os.environ.get("PRAEMIA_DATA", ROOT.parent / "shared" / "data"))
ELIGIBLE = (
    'trigger: purchase, exclude: { category: [FUEL, COUPON/MISC ITEMS], tag: unknown-product }, earn: { points: 1, per_amount: "1.00" }'
)
THREE_WAYS = f"""
program: complete-journey
timezone: America/New_York
currency: USD
units: {{ points: {{}}, doubled: {{}}, capped: {{}} }}
earning:
  accrual: whole_steps
  rules:
    - {{ id: base, {ELIGIBLE} }}
    - {{ id: to-double, to: doubled, {ELIGIBLE} }}
    - {{ id: tuesday, trigger: purchase, to: doubled, multiply: 2, when: {{ days: [tue] }} }}
    - {{ id: to-cap, to: capped, {ELIGIBLE} }}
  caps: [{{ unit: capped, points: 300, per: month }}]
"""
NINE_MONTHS = (116_769, {"points": 3_022_660, "doubled": 3_022_660 + 374_753, "capped": 2_491_831})
ORACLE = """
with baskets as (
    select household_id, (min(transaction_timestamp) at time zone 'America/New_York')::date as day,
           greatest(0, sum(case when p.product_id is not null and department <> 'FUEL'
                                     and product_category is distinct from 'COUPON/MISC ITEMS'
                                then round(sales_value * 100)::bigint - round(coupon_disc * 100)::bigint else 0 end)) // 100 as points
    from 'transactions.parquet' t left join 'products.parquet' p using (product_id)
    group by basket_id, household_id
    having day <= ?::date
), months as (
    select least(300, sum(points)) as capped from baskets group by household_id, date_trunc('month', day)
)
select count(*), sum(points), sum(points * case when isodow(day) = 2 then 2 else 1 end), (select sum(capped) from months) from baskets
"""
EVERYTHING = os.environ.get("PRAEMIA_REPLAY") == "all"
ONE_MONTH, ALL_MONTHS = date(2017, 1, 31), date(2017, 12, 31)


def files_of(name: str) -> Path:
    if not (FILES / name).is_dir():
        pytest.skip(f"the files of {name} are not at {FILES / name}; set PRAEMIA_DATA to the folder that holds them")
    return FILES / name


def now() -> datetime:
    return datetime.now(UTC)


async def import_into(dsn: str, name: str, programme: str) -> Report:
    """Apply the programme and import the history by its example mapping."""
    db = await connect(dsn, size=2)
    try:
        tenant_id = await create_tenant(db, "main", "Main", at=now())
        async with db.transaction(tenant_id) as tx:
            applied = await programs.apply(tx, programme, at=now(), by="test")
        text = (EXAMPLES / f"{name}.yaml").read_text("utf-8")
        order = Order(text=text, folder=files_of(name), program=applied.version.program)
        return await import_files(db, tenant_id, order, clock=now)
    finally:
        await db.close()


@pytest.mark.once
async def test_online_retail_earns_a_point_per_whole_pound_and_takes_them_back_with_cancellations(database: str) -> None:
    files_of("online_retail")
    report = await import_into(database, "online_retail", (EXAMPLES / "online_retail.program.yaml").read_text("utf-8"))
    assert (report.points, report.taken) == ({"points": 3_329_139}, {"points": 211_247})
    assert report.rows.without_member == 59_976
    assert report.rows.left_out == {"stock adjustment": 651}
    assert report.refused == 0
    db = await connect(database, size=1)
    async with db.rehearsal(1) as tx:
        held = [row["available"] for row in await tx.conn.fetch("select available from accounts")]
        assert [wrong async for _, wrong in orders.verify(tx) if wrong] == []
    await db.close()
    assert (sum(held), sum(one < 0 for one in held)) == (3_117_892, 58)


@pytest.mark.once
@pytest.mark.parametrize(
    "until",
    [
        pytest.param(ONE_MONTH, id="one-month"),
        pytest.param(
            ALL_MONTHS, id="nine-months", marks=pytest.mark.skipif(not EVERYTHING, reason="takes minutes: PRAEMIA_REPLAY=all runs it")
        ),
    ],
)
async def test_groceries_killed_in_the_middle_earn_exactly_what_they_should(database: str, tmp_path: Path, until: date) -> None:
    """One import, three ways to earn: plain, doubled on local Tuesdays, capped at 300 per household and local month."""
    folder = files_of("complete_journey")
    baskets, points = figures(folder, until)
    assert until == ONE_MONTH or (baskets, points) == NINE_MONTHS
    db = await connect(database, size=2)
    tenant_id = await create_tenant(db, "main", "Main", at=now())
    async with db.transaction(tenant_id) as tx:
        await programs.apply(tx, THREE_WAYS, at=now(), by="test")
    with _command(database, folder, tmp_path, until) as first:
        await _wait_for_position(database, first, baskets // 4)
        first.send_signal(signal.SIGKILL)
    mapping = (EXAMPLES / "complete_journey.yaml").read_text("utf-8")
    order = Order(text=mapping, folder=folder, program="complete-journey", window=Window(last_day=until))
    report = await import_files(db, tenant_id, order, clock=now)
    assert report.resumed_at is not None
    assert baskets // 4 <= report.resumed_at < baskets
    assert (report.recorded, report.already_known, report.refused) == (baskets, 0, 0)
    assert report.points == points
    async with db.rehearsal(tenant_id) as tx:
        assert [wrong async for _, wrong in earning.verify(tx) if wrong] == []
    await db.close()


def figures(folder: Path, until: date) -> tuple[int, dict[str, int]]:
    """Baskets and points by a query of its own over the files, sharing nothing with the import."""
    with duckdb.connect() as duck:
        duck.execute("set file_search_path = '" + str(folder) + "'")
        row = duck.execute(ORACLE, [until]).fetchone()
    assert row is not None
    return row[0], {"points": int(row[1]), "doubled": int(row[2]), "capped": int(row[3])}


def _command(dsn: str, folder: Path, place: Path, until: date) -> subprocess.Popen[str]:
    environment = os.environ | {"DATABASE_URL": dsn, "PRAEMIA_STATE_DIR": str(place)}
    mapping = str(EXAMPLES / "complete_journey.yaml")
    options = ["--data", str(folder), "--program", "complete-journey", "--until-date", until.isoformat(), "--batch", "500"]
    command = [sys.executable, "-m", "praemia", "import", mapping, *options]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, text=True)


async def _wait_for_position(dsn: str, running: subprocess.Popen[str], position: int) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        while (await conn.fetchval("select max(position) from imports") or 0) < position:
            assert running.poll() is None, "the import ended by itself"
            await asyncio.sleep(0.02)
    finally:
        await conn.close()
