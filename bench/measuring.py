"""A window around a load: the clocks of all processes, the log's position and the machine's other work, before and after."""

from __future__ import annotations

from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from bench import meters
from bench.model import BOOKS, Window
from bench.queries import queries
from bench.stage import Stage
from bench.traffic.client import send
from bench.traffic.order import Order, Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One edge of a window."""

    reading: meters.Reading
    wal: int


class Edges:
    """Takes the edges of one window, for a load that says itself when it begins and ends, or around a call."""

    def __init__(self, stage: Stage, *, server_pid: int | None = None) -> None:
        self._stage = stage
        self._server_pid = stage.server.pid if server_pid is None else server_pid
        self._taken: list[Edge] = []

    async def wal_books_bytes(self) -> int | None:
        """How much of the log between the edges went into the books; None where there is no log, or nothing that can read it."""
        q, probe = queries(), self._stage.probe
        before, after = self._taken
        if before.wal == after.wal or not await q.can_read_log(probe):
            return None
        await q.make_log_reader(probe)
        found: int = await q.wal_of(probe, first=before.wal, last=after.wal, tables=list(BOOKS))
        return found

    async def take(self, load: Process | None = None) -> None:
        """Read the clocks now; call it twice."""
        reading = meters.read(
            server_pid=self._server_pid, postmaster_pid=self._stage.cluster.pid, load_pid=load.pid if load is not None else None
        )
        self._taken.append(Edge(reading=reading, wal=await queries().wal_position(self._stage.probe)))

    def between(self) -> dict[str, Any]:
        """What lay between the two edges, as fields of a Window."""
        before, after = self._taken
        return {
            "cpu": meters.spent(before.reading, after.reading),
            "wal_bytes": after.wal - before.wal,
            "other_cpus": meters.others(before.reading, after.reading),
        }


async def http_window(stage: Stage, name: str, number: int, order: Order, *, server_pid: int | None = None) -> Window:
    """Send an order to a server and measure its window."""
    edges = Edges(stage, server_pid=server_pid)
    sent = await send(order, begin=edges.take, end=edges.take)
    return replace(window_of(name, number, sent, edges), wal_books_bytes=await edges.wal_books_bytes())


def window_of(name: str, number: int, sent: Sent, edges: Edges) -> Window:
    """What the load generator counted, with what the clocks say."""
    between = edges.between()
    return Window(
        workload=name,
        round=number,
        seconds=sent.seconds,
        units=sent.units,
        p50_ms=sent.p50_ms,
        p99_ms=sent.p99_ms,
        refused=sent.refused,
        complaint=sent.complaint,
        wal_bytes=between["wal_bytes"],
        other_cpus=between["other_cpus"],
        cpu={**between["cpu"], "load": sent.cpu_seconds},
    )


async def window_around(stage: Stage, name: str, number: int, work: Callable[[], Awaitable[tuple[int, float]]]) -> Window:
    """Measure a load that runs from start to end: `work` answers its units and how long they took by its own clock."""
    edges = Edges(stage)
    before = meters.children_seconds()
    await edges.take()
    units, seconds = await work()
    await edges.take()
    between = edges.between()
    cpu = {**between["cpu"], "load": meters.children_seconds() - before}
    cpu.pop("server", None)  # it was idle
    return Window(
        workload=name, round=number, seconds=seconds, units=units, cpu=cpu, wal_bytes=between["wal_bytes"], other_cpus=between["other_cpus"]
    )
