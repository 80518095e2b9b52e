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

_ROOM = 1000


async def _make_tables(stage: Stage) -> None:
    """The tables to copy into, and one real purchase to learn its size from."""
    if "copying" in stage.kept:
        return
    await queries().make_copy_tables(stage.probe)
    sent = await send(stage.order(stream="purchases", connections=1, seconds=0.2, warm_seconds=0.0, first=stage.claim(_ROOM)))
    sample = await queries().sample_event(stage.probe)
    if sample is None:
        raise RuntimeError(f"no purchase was recorded to take the size of: {sent.complaint}")
    lots = await queries().awarded_units(stage.probe)
    stage.kept["copying"] = {**dict(sample), "lots": lots, "owners": stage.scale.members}


def _load(name: str, title: str, *, whole: bool) -> Workload:
    async def run(stage: Stage, number: int) -> Window:
        async def work() -> tuple[int, float]:
            order = CopyOrder(dsn=stage.cluster.dsn, whole=whole, seconds=stage.scale.seconds, **stage.kept["copying"])
            said = await said_by([sys.executable, "-m", "bench.copying"], stdin=as_line(order))
            counted = json.loads(said.splitlines()[-1])
            return counted["units"], counted["seconds"]

        return await window_around(stage, name, number, work)

    return Workload(name=name, title=title, unit="rows" if not whole else "events", reference=True, run=run, prepare=_make_tables)


TRANSFERS = _load("copy-transfers", f"COPY of transfer rows, three indexes, chunks of {CHUNK}, 1 connection", whole=False)
ALL_ROWS = _load("copy-all", f"COPY of every row an event leaves, our indexes, chunks of {CHUNK}, 1 connection", whole=True)
