"""The other side of the load generator: starts its process, hears its marks, answers what came of the order."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from bench.processes import environment
from bench.traffic.order import Order, Sent

Mark = Callable[[Process], Awaitable[None]]
_MOST_BYTES = 1 << 20


async def _unheard(_: Process) -> None:
    """Nobody listens to this mark."""


async def send(order: Order, *, begin: Mark = _unheard, end: Mark = _unheard) -> Sent:
    """Carry out an order in a process of its own; `begin` and `end` are called at the edges of the window."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.traffic", stdin=PIPE, stdout=PIPE, limit=_MOST_BYTES, env=environment({})
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        await process.stdin.drain()
        sent: Sent | None = None
        async for line in process.stdout:
            match line.strip():
                case b"begin":
                    await begin(process)
                case b"end":
                    await end(process)
                case said:
                    sent = Sent(**json.loads(said))
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code or sent is None:
        raise RuntimeError(f"the load generator ended with {code}")
    return sent
