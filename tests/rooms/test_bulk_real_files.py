"""Real histories through the import, against figures known beforehand. Skipped where the files are not at hand (PRAEMIA_DATA)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from praemia import earning, programs
from praemia.access import create_tenant
from praemia.foundation.db import connect
from praemia.integrations.bulk import Order, Report, import_files

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
BASKETS = 116_769
POINTS = {"points": 3_022_660, "doubled": 3_022_660 + 374_753, "capped": 2_491_831}
STOP_AFTER_EVENTS = 15_000


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


async def test_online_retail_earns_a_point_per_whole_pound_of_known_customers(database: str) -> None:
    files_of("online_retail")
    report = await import_into(database, "online_retail", (EXAMPLES / "online_retail.program.yaml").read_text("utf-8"))
    assert report.points == {"points": 3_329_139}
    assert report.rows.without_member == 59_976
    assert report.rows.left_out == {"cancellation": 3_783, "stock adjustment": 651}
    assert (report.recorded, report.guests, report.refused) == (8_455, 1_045, 0)


@pytest.mark.skipif(os.environ.get("PRAEMIA_SCHEMA") == "partitioned", reason="the long replay runs once, on the plain layout")
async def test_nine_months_of_groceries_killed_in_the_middle_earn_exactly_what_they_should(database: str, tmp_path: Path) -> None:
    """One import, three ways to earn: plain, doubled on local Tuesdays, capped at 300 per household and local month."""
    folder = files_of("complete_journey")
    db = await connect(database, size=2)
    tenant_id = await create_tenant(db, "main", "Main", at=now())
    async with db.transaction(tenant_id) as tx:
        await programs.apply(tx, THREE_WAYS, at=now(), by="test")
    first = _command(database, folder, tmp_path)
    _wait_for_events(first, STOP_AFTER_EVENTS)
    first.send_signal(signal.SIGKILL)
    first.wait()
    mapping = (EXAMPLES / "complete_journey.yaml").read_text("utf-8")
    report = await import_files(db, tenant_id, Order(text=mapping, folder=folder, program="complete-journey"), clock=now)
    assert report.resumed_at is not None
    assert report.resumed_at >= STOP_AFTER_EVENTS
    assert (report.recorded, report.already_known, report.refused, report.enrolled) == (BASKETS, 0, 0, 2_446)
    assert report.points == POINTS
    async with db.rehearsal(tenant_id) as tx:
        assert [wrong async for _, wrong in earning.verify(tx) if wrong] == []
    await db.close()


def _command(dsn: str, folder: Path, place: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"DATABASE_URL": dsn, "PRAEMIA_STATE_DIR": str(place), "COLUMNS": "120"}
    arguments = [
        "import",
        str(EXAMPLES / "complete_journey.yaml"),
        "--data",
        str(folder),
        "--program",
        "complete-journey",
        "--batch",
        "500",
    ]
    return subprocess.Popen([sys.executable, "-m", "praemia", *arguments], env=environment, stdout=subprocess.PIPE, text=True)


def _wait_for_events(running: subprocess.Popen[str], events: int) -> None:
    assert running.stdout is not None
    begun = time.monotonic()
    for line in running.stdout:
        if int(line.split()[0].replace(",", "")) >= events:
            return
        assert time.monotonic() - begun < 300
    raise AssertionError(f"the import ended by itself: {running.wait()}")
