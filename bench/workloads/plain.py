"""Purchases as plain as those our goals come from: plain.yaml gives one unit without cap and limit, and the order number is the only key.

An event leaves one transfer, one lot and one key and counts the member's purchases; those of the bench's own programme leave two
transfers, two lots and two keys and keep three counters.
"""

from __future__ import annotations

from bench.measuring import http_window
from bench.model import Window, Workload
from bench.stage import Stage, populate
from bench.workloads import http

PROGRAM = "plain"


async def _populate(stage: Stage) -> None:
    if PROGRAM not in stage.kept:
        await populate(stage, PROGRAM, "plain.yaml")
        stage.kept[PROGRAM] = True


async def _earn(stage: Stage, number: int) -> Window:
    return await http_window(stage, EARN_32.name, number, http.purchases(stage, 32, program=PROGRAM, keyed=False))


async def _bulk(stage: Stage, number: int) -> Window:
    return await http_window(stage, BULK.name, number, http.batches(stage, program=PROGRAM, keyed=False))


EARN_32 = Workload(
    name="earn-32-plain",
    title="plain purchases (one unit, no cap, no limit), 32 connections",
    unit="events",
    reference=False,
    run=_earn,
    prepare=_populate,
    apart=True,
)
BULK = Workload(
    name="bulk-plain",
    title=f"plain purchases in batches of {http.BATCH}, {http.BULK_CONNECTIONS} connections",
    unit="events",
    reference=False,
    run=_bulk,
    prepare=_populate,
    apart=True,
)
