"""Our loads, through HTTP like everybody's; and the two references that share their path: bare route and fdatasync."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from bench import meters
from bench.figures import percentile
from bench.measuring import Edges, http_window, window_of
from bench.model import Window, Workload
from bench.stage import Stage
from bench.traffic.client import send
from bench.traffic.order import Order

BATCH = 1000
BULK_CONNECTIONS = 2
HOT_MEMBERS = 100
HOLDERS = 1000  # members who redeem
REPEATED = 20  # batches that the replay load goes round and round
_ROOM = 10_000_000  # event numbers one window may use: more than any machine records in it
_FDATASYNC_SECONDS = 1.0


def purchases(stage: Stage, connections: int, **wishes: Any) -> Order:
    """Purchases that nobody sent before, one a request."""
    return stage.order(stream="purchases", connections=connections, first=stage.claim(_ROOM), **wishes)


def batches(stage: Stage, connections: int = BULK_CONNECTIONS, size: int = BATCH, **wishes: Any) -> Order:
    """The same in batches."""
    return stage.order(stream="batches", connections=connections, first=stage.claim(_ROOM), batch=_batch(stage, size), **wishes)


def _earning(name: str, connections: int, title: str, **wishes: Any) -> Workload:
    async def run(stage: Stage, number: int) -> Window:
        return await http_window(stage, name, number, purchases(stage, connections, **wishes))

    return Workload(name=name, title=title, unit="events", reference=False, run=run)


def _batch(stage: Stage, size: int = BATCH) -> int:
    return size // 10 if stage.scale.quick else size


async def _bulk(stage: Stage, number: int) -> Window:
    return await http_window(stage, "bulk", number, batches(stage))


async def _post_what_is_repeated(stage: Stage) -> None:
    size = _batch(stage)
    total = size * (2 if stage.scale.quick else REPEATED)
    first = stage.claim(total)
    span = {"first": first, "last": first + total, "batch": size}
    sent = await send(stage.order(stream="batches", connections=1, seconds=600.0, warm_seconds=0.0, **span))
    if sent.units != total:
        raise RuntimeError(f"the batches to repeat were not recorded: {sent.complaint}")
    stage.kept["repeated"] = span


async def _replay(stage: Stage, number: int) -> Window:
    order = stage.order(stream="replays", connections=BULK_CONNECTIONS, **stage.kept["repeated"])
    return await http_window(stage, "replay", number, order)


async def _give_points(stage: Stage) -> None:
    """Points for those who redeem: a few purchases each."""
    total = HOLDERS if stage.scale.quick else HOLDERS * 5
    first = stage.claim(total)
    order = stage.order(stream="batches", connections=1, seconds=600.0, warm_seconds=0.0, first=first, last=first + total, members=HOLDERS)
    sent = await send(order)
    if sent.units != total:
        raise RuntimeError(f"nobody has points to redeem: {sent.complaint}")


async def _redeem(stage: Stage, number: int) -> Window:
    order = stage.order(stream="redemptions", connections=32, first=stage.claim(_ROOM), members=HOLDERS)
    return await http_window(stage, "redeem-32", number, order)


async def _balance(stage: Stage, number: int) -> Window:
    return await http_window(stage, "balance", number, stage.order(stream="balances", connections=32))


async def _balance_during_bulk(stage: Stage, number: int) -> Window:
    """One reader while two connections post batches: the bulk load starts first and ends last."""
    scale = stage.scale
    order = replace(batches(stage), warm_seconds=0.0, seconds=scale.seconds + scale.warm_seconds + 1.0)
    under = asyncio.create_task(send(order))
    try:
        await asyncio.sleep(0.5)
        edges = Edges(stage)
        sent = await send(stage.order(stream="balances", connections=1), begin=edges.take, end=edges.take)
    finally:
        loaded = await under
    window = window_of("balance-during-bulk", number, sent, edges)
    # The clocks saw both loads: no cost of a read can be told from them.
    return replace(
        window,
        cpu={},
        wal_bytes=None,
        other_cpus=None,
        refused=window.refused + loaded.refused,
        complaint=window.complaint or loaded.complaint,
    )


async def _bare(stage: Stage, number: int) -> Window:
    assert stage.bare is not None
    order = stage.order(stream="bare", connections=32, port=stage.bare_port)
    return await http_window(stage, "bare-route", number, order, server_pid=stage.bare.pid)


async def _fdatasync(stage: Stage, number: int) -> Window:
    seconds = min(_FDATASYNC_SECONDS, stage.scale.seconds)
    times = await asyncio.to_thread(meters.fdatasync_times, stage.folder, seconds)
    return Window(
        workload="fdatasync",
        round=number,
        seconds=sum(times) / 1000,
        units=len(times),
        p50_ms=percentile(times, 0.50),
        p99_ms=percentile(times, 0.99),
    )


EARN_1 = _earning("earn-1", 1, "purchases, 1 connection")
EARN_8 = _earning("earn-8", 8, "purchases, 8 connections")
EARN_32 = _earning("earn-32", 32, "purchases, 32 connections")
EARN_128 = _earning("earn-128", 128, "purchases, 128 connections")
HOT = _earning("hot", 32, f"purchases of {HOT_MEMBERS} members, 32 connections", members=HOT_MEMBERS)
BULK = Workload(
    name="bulk", title=f"purchases in batches of {BATCH}, {BULK_CONNECTIONS} connections", unit="events", reference=False, run=_bulk
)
REPLAY = Workload(
    name="replay", title="the same batches again", unit="events", reference=False, run=_replay, prepare=_post_what_is_repeated
)
REDEEM = Workload(
    name="redeem-32",
    title="points held and captured, 32 connections",
    unit="redemptions",
    reference=False,
    run=_redeem,
    prepare=_give_points,
)
BALANCE = Workload(name="balance", title="balance reads, 32 connections", unit="reads", reference=False, run=_balance)
BALANCE_DURING_BULK = Workload(
    name="balance-during-bulk", title="balance reads, 1 connection, during bulk", unit="reads", reference=False, run=_balance_during_bulk
)
BARE = Workload(
    name="bare-route", title="a route of the framework that does nothing, 32 connections", unit="requests", reference=True, run=_bare
)
FDATASYNC = Workload(name="fdatasync", title="write 8 KiB and fdatasync, one after the other", unit="syncs", reference=True, run=_fdatasync)
