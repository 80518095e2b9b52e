"""COPY as the ceiling of any bulk posting: of the transfer rows alone, and of every row an event leaves."""

from __future__ import annotations

import json
import sys

from bench.copying import CHUNK, CopyOrder, as_line
from bench.measuring import window_around
from bench.model import Window, Workload
from bench.processes import said_by
from bench.queries import queries
from bench.stage import Stage
from bench.traffic.client import send

_ENOUGH = 200  # purchases to pick a typical one from


async def _make_tables(stage: Stage) -> None:
    """The tables to copy into, and a real purchase to learn its rows from."""
    if "typical" in stage.kept:
        return
    await queries().make_copy_tables(stage.probe)
    first = stage.claim(_ENOUGH)
    sent = await send(stage.order(stream="purchases", connections=8, seconds=60.0, warm_seconds=0.0, first=first, last=first + _ENOUGH))
    found = await queries().typical_purchase(stage.probe)
    if found is None or sent.refused:
        raise RuntimeError(f"no purchase was recorded to take the rows of: {sent.complaint}")
    stage.kept["typical"] = {table: json.loads(rows) for table, rows in found.items() if rows}


def _load(name: str, title: str, unit: str, *, whole: bool) -> Workload:
    async def run(stage: Stage, number: int) -> Window:
        rows = stage.kept["typical"] if whole else {}
        order = CopyOrder(dsn=stage.cluster.dsn, seconds=stage.scale.seconds, owners=stage.scale.members, rows=rows)

        async def work() -> tuple[int, float]:
            said = await said_by([sys.executable, "-m", "bench.copying"], stdin=as_line(order))
            counted = json.loads(said.splitlines()[-1])
            return counted["units"], counted["seconds"]

        return await window_around(stage, name, number, work)

    return Workload(name=name, title=title, unit=unit, reference=True, run=run, prepare=_make_tables)


TRANSFERS = _load(
    "copy-transfers", f"COPY of one transfer row an event, three indexes, chunks of {CHUNK}, 1 connection", "rows", whole=False
)
ALL_ROWS = _load("copy-all", f"COPY of every row an event leaves, our indexes, chunks of {CHUNK}, 1 connection", "events", whole=True)
