"""The loads that growth is measured by: the bench's own, and those two whose log depends on what a checkpoint left behind."""

from __future__ import annotations

from dataclasses import replace

from bench.model import Window, Workload
from bench.stage import Stage
from bench.workloads import http, pgbench


def _after_checkpoint(load: Workload) -> Workload:
    """The same right after a checkpoint: the first change of each page goes into the log with the whole page."""
    name = f"{load.name}-fresh"

    async def run(stage: Stage, number: int) -> Window:
        await stage.probe.execute("checkpoint")
        return replace(await load.run(stage, number), workload=name)

    return replace(load, name=name, title=f"{load.title}, right after a checkpoint", run=run)


LOADS = (
    pgbench.TPCB_32,
    http.EARN_32,
    http.BULK,
    http.REPLAY,
    http.REDEEM,
    http.BALANCE,
    _after_checkpoint(http.EARN_32),
    _after_checkpoint(http.BULK),
)
