"""An hour of quiet mixed load, and the memory of the server minute by minute:

    python -m bench.soak [--minutes N] [--members N] [--disk DIR] [--out DIR]

Purchases one by one and in lists, holds with their captures and balance reads, each at a pace of its own that leaves the machine
mostly idle: some 300 events a second, a million an hour. Exit code 1 when something was refused or `praemia verify` was not clean
afterwards; never because of a figure.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import meters
from bench.options import RESULTS
from bench.queries import queries
from bench.report.table import WIDTH
from bench.rounds import software, verify
from bench.scale import Scale
from bench.soak import Flow, Minute, Soaked
from bench.soak.telling import keep, said_of, show
from bench.stage import Say, Stage, open_stage
from bench.traffic.client import send
from bench.traffic.order import Sent
from bench.workloads.http import HOLDERS, REDEEM

# Each connection waits that long after an answer before it asks again.
TRAFFIC: dict[str, dict[str, Any]] = {
    "purchases": {"stream": "purchases", "connections": 2, "pause_seconds": 0.1},
    "lists": {"stream": "batches", "connections": 1, "pause_seconds": 0.85, "batch": 300},
    "redemptions": {"stream": "redemptions", "connections": 1, "pause_seconds": 0.25, "members": HOLDERS},
    "balances": {"stream": "balances", "connections": 2, "pause_seconds": 0.1},
}
_ROOM = 10_000_000  # event numbers one kind of traffic may use


async def soak(members: int, minutes: int, say: Say, *, parent: Path | None = None) -> Soaked:
    """Let the traffic flow for that long, reading the meters every minute."""
    scale = Scale(rounds=1, seconds=60.0 * minutes, warm_seconds=0.0, members=members, pgbench_scale=1)
    async with open_stage(scale, say, parent=parent) as stage:
        await REDEEM.prepare(stage)
        started = datetime.now(UTC)
        flows, read = await asyncio.gather(_flow(stage), _read_every_minute(stage, minutes, say))
        say("praemia verify")
        return Soaked(
            started_at=started.isoformat(timespec="seconds"),
            members=members,
            machine={**meters.machine(), **await software(stage)},
            minutes=tuple(read),
            flows=tuple(flows),
            events=await queries().event_count(stage.probe),
            proof=await verify(stage),
        )


async def _flow(stage: Stage) -> list[Flow]:
    sent: list[Sent] = await asyncio.gather(*(send(stage.order(first=stage.claim(_ROOM), **wishes)) for wishes in TRAFFIC.values()))
    return [
        Flow(name=name, units=one.units, refused=one.refused, p50_ms=one.p50_ms, p99_ms=one.p99_ms, complaint=one.complaint)
        for name, one in zip(TRAFFIC, sent, strict=True)
    ]


async def _read_every_minute(stage: Stage, minutes: int, say: Say) -> list[Minute]:
    """The meters now and at the end of each minute."""
    loop = asyncio.get_running_loop()
    start, found = loop.time(), []
    before = _read(stage)
    for number in range(minutes + 1):
        await asyncio.sleep(start + 60 * number - loop.time())
        now = _read(stage)
        used = meters.spent(before, now)
        found.append(
            Minute(
                number=number,
                resident_kib=round((meters.resident_mib(stage.server.pid) or 0) * 1024),
                server_ms=round(used.get("server", 0) * 1000),
                postgres_ms=round(used.get("postgres", 0) * 1000),
            )
        )
        before = now
        say(said_of(found[-1]))
    return found


def _read(stage: Stage) -> meters.Reading:
    return meters.read(server_pid=stage.server.pid, postmaster_pid=stage.cluster.pid)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks; answers the exit code."""
    given = _parser().parse_args(argv)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)

    def say(text: str) -> None:
        console.print(text, style="dim", highlight=False, markup=False)

    done = asyncio.run(soak(given.members, given.minutes, say, parent=given.disk))
    show(done, console)
    for path in keep(done, given.out):
        console.print(f"[dim]kept {path}[/dim]", highlight=False, soft_wrap=True)
    return 0 if done.sound else 1


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__, formatter_class=plain)
    parser.add_argument("--minutes", type=int, default=60, metavar="N", help="for how long (default 60)")
    parser.add_argument("--members", type=int, default=100_000, metavar="N", help="members, in thousands (default 100,000)")
    parser.add_argument("--disk", type=Path, metavar="DIR", help="a folder on the disk to use (default: the temporary folder)")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="where the results are kept (default bench/results)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
