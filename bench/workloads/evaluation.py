"""Rule evaluation on one core, and the same rules by hand beside it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from bench.measuring import window_around
from bench.model import Window, Workload
from bench.processes import said_by
from bench.stage import Stage


def _load(name: str, title: str, *, reference: bool) -> Workload:
    async def run(stage: Stage, number: int) -> Window:
        async def work() -> tuple[int, float]:
            said = await said_by([sys.executable, "-m", "bench.evaluation", name, str(stage.scale.seconds)])
            counted = json.loads(said.splitlines()[-1])
            return counted["units"], counted["seconds"]

        window = await window_around(stage, name, number, work)
        return replace(window, cpu={"load": window.cpu["load"]}, wal_bytes=None)  # PostgreSQL was doing something else

    return Workload(name=name, title=title, unit="purchases", reference=reference, run=run)


RULES = _load("rules", "rules judged and explained, ten rules, five lines, one core", reference=False)
BY_HAND = _load("rules-by-hand", "the same ten rules written by hand, unexplained, one core", reference=True)
