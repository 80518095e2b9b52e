"""The load generator's process: an order on stdin, the marks `begin` and `end` and then what came of it on stdout."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

from bench.figures import percentile
from bench.traffic.order import Order, Sent
from bench.traffic.streams import accepted, following, requests_of
from bench.traffic.wire import Tally, Wire

DRAIN_SECONDS = 30.0


async def drive(order: Order) -> Sent:
    """Carry out an order: open the connections, warm up, count for the window, let the last answers come in."""
    loop = asyncio.get_running_loop()
    requests, next_number = requests_of(order)
    tally = Tally(
        requests,
        lambda status, body, units: accepted(order, status, body, units),
        lambda status, body: following(order, status, body),
    )
    wires = [
        (await loop.create_connection(lambda: Wire(tally, order.pause_seconds), "127.0.0.1", order.port))[1]
        for _ in range(order.connections)
    ]
    ended = asyncio.gather(*(wire.closed for wire in wires))
    if order.warm_seconds:
        await _pass(order.warm_seconds, tally, ended)
    print("begin", flush=True)
    start, used = time.perf_counter(), time.process_time()
    tally.counting = True
    await _pass(order.seconds, tally, ended)
    deadline = time.perf_counter() + DRAIN_SECONDS
    while not tally.units and not ended.done() and time.perf_counter() < deadline:  # a capture needs two answers
        await _pass(0, tally, ended)
    tally.counting = False
    seconds, used = time.perf_counter() - start, time.process_time() - used
    print("end", flush=True)
    tally.stopping = True
    await asyncio.wait([ended], timeout=DRAIN_SECONDS)
    latencies = sorted(tally.latencies)
    p50, p99 = percentile(latencies, 0.50), percentile(latencies, 0.99)
    return Sent(
        units=tally.units,
        seconds=seconds,
        p50_ms=None if p50 is None else p50 * 1000,
        p99_ms=None if p99 is None else p99 * 1000,
        refused=tally.refused,
        complaint=tally.complaint,
        next=next_number(),
        cpu_seconds=used,
        statuses=dict(tally.statuses),
    )


async def _pass(seconds: float, tally: Tally, ended: asyncio.Future[list[None]]) -> None:
    """Let that much time pass, and what is left until the next answer; less when the stream ends before."""
    await asyncio.wait([ended], timeout=seconds)
    if not ended.done():
        answer = asyncio.create_task(tally.next_answer())
        await asyncio.wait([answer], timeout=DRAIN_SECONDS)
        answer.cancel()


def main() -> None:
    """Read the order, drive, answer."""
    order = Order(**json.loads(sys.stdin.readline()))
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        print(json.dumps(asdict(runner.run(drive(order)))), flush=True)


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where there is one."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
