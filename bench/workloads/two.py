"""The bench's purchases against a server of two processes on the same database.

It runs only around its windows, so that it costs the other loads nothing. Which process gets a connection is left to chance by the
kernel: of two connections both may go to one. So batches come over eight, and a quarter as long, so that as much is under way.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import replace

from bench.measuring import http_window
from bench.model import Window, Workload
from bench.processes import free_port, serving
from bench.stage import Stage, surroundings
from bench.traffic.order import Order
from bench.workloads import http

PROCESSES = 2
BULK_CONNECTIONS, BATCH = 8, 250
_WARM_SECONDS = 1.5  # both have to learn the programme, and every connection its statements


def _missing(_: Stage) -> str | None:
    return None if sys.platform.startswith("linux") else "several processes behind one port need Linux"


@contextlib.asynccontextmanager
async def _two(stage: Stage) -> AsyncIterator[tuple[int, int]]:
    """The port and the pid of the server."""
    port = free_port()
    command = [sys.executable, "-m", "praemia", "serve", "--port", str(port), "--processes", str(PROCESSES)]
    async with serving(command, port=port, log=stage.folder / "serve-two.log", env=surroundings(stage.cluster.dsn, stage.folder)) as server:
        yield port, server.pid


async def _window(stage: Stage, name: str, number: int, order: Order) -> Window:
    async with _two(stage) as (port, pid):
        order = replace(order, port=port, warm_seconds=max(order.warm_seconds, _WARM_SECONDS))
        return await http_window(stage, name, number, order, server_pid=pid)


async def _earn(stage: Stage, number: int) -> Window:
    return await _window(stage, EARN_32.name, number, http.purchases(stage, 32))


async def _bulk(stage: Stage, number: int) -> Window:
    return await _window(stage, BULK.name, number, http.batches(stage, BULK_CONNECTIONS, BATCH))


EARN_32 = Workload(
    name="earn-32-two",
    title=f"purchases, 32 connections, {PROCESSES} processes",
    unit="events",
    reference=False,
    run=_earn,
    missing=_missing,
)
BULK = Workload(
    name="bulk-two",
    title=f"purchases in batches of {BATCH}, {BULK_CONNECTIONS} connections, {PROCESSES} processes",
    unit="events",
    reference=False,
    run=_bulk,
    missing=_missing,
)
