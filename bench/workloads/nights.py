"""An ordinary first of a month: for 30 % of the members something opens, ends or is looked at."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from bench.measuring import window_around
from bench.model import Window, Workload
from bench.processes import said_by
from bench.queries import queries
from bench.stage import Stage

_MOST = 10_000  # the crowd is gathered anew for every window; larger ones: python -m bench.nights


async def _make_database(stage: Stage) -> None:
    await queries().make_nights_database(stage.probe)


async def _run(stage: Stage, number: int) -> Window:
    members = min(stage.scale.members, _MOST)

    async def work() -> tuple[int, float]:
        said = await said_by([sys.executable, "-m", "bench.nights", "--dsn", stage.dsn_of("nights"), "--members", str(members)])
        counted = json.loads(said.splitlines()[-1])
        return counted["units"], counted["seconds"]

    window = await window_around(stage, NIGHT.name, number, work)
    return replace(window, cpu={}, wal_bytes=None)  # most of both went into gathering the crowd


NIGHT = Workload(
    name="night",
    title="a night with something due for 30 % of the members, pages of 2000",
    unit="members",
    reference=False,
    run=_run,
    prepare=_make_database,
)
