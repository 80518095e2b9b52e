"""How long a night takes, as a process: a live programme in which points open, points end and tiers are looked at.

For each size a crowd (see bench.crowds) on the eve of the night: `ordinary`, a first of a month on which about a third of the members
have something due, or `worst`, a new year's night that opens, ends and reviews something of everybody. Run as
`python -m bench.nights [--dsn DSN] [--members N]... [--kind KIND]...`; without a dsn on a PostgreSQL of its own. Answers a line of JSON
for each: `units` are members, `again_seconds` the same night lived once more, `idle_seconds` the next one, `rss_mib` the most memory
this process ever held (PostgreSQL's apart).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from bench import meters
from bench.crowds import KINDS, SLUG, Kind, gather, multiply
from bench.queries import queries
from praemia.foundation import postgres
from praemia.foundation.db import Database, connect
from praemia.foundation.migrations import migrate
from praemia.worker.nights import live_program

SIZES = (10_000, 100_000)


async def live(db: Database, tenant_id: int, now: datetime) -> float:
    """Live what is due as the worker does; how many seconds it took."""
    start = time.perf_counter()
    await live_program(db, tenant_id, SLUG, now)
    return time.perf_counter() - start


async def measure(dsn: str, members: int, kind: Kind, postmaster: int | None) -> dict[str, Any]:
    """One size of one kind, in a tenant of its own."""
    db = await connect(dsn, size=4)
    probe = await asyncpg.connect(dsn)
    try:
        tenant_id = await gather(db, f"nights-{members}-{time.time_ns()}", kind, lambda tenant, at: live(db, tenant, at))
        await multiply(dsn, tenant_id, members)
        midnight = kind.midnight
        due = dict(await queries().due_in_a_night(probe, tenant_id=tenant_id, day=midnight.date()))
        before = meters.read(server_pid=None, postmaster_pid=postmaster) if postmaster else None
        own = time.process_time()
        busy = await live(db, tenant_id, midnight)
        found = {"units": members, "kind": kind.name, "due": due, "seconds": round(busy, 3)}
        found["python_seconds"] = round(time.process_time() - own, 2)
        if before is not None and postmaster is not None:
            after = meters.read(server_pid=None, postmaster_pid=postmaster)
            found |= {
                "postgres_seconds": round(meters.spent(before, after)["postgres"], 2),
                "others_busy": _rounded(meters.others(before, after)),
            }
        found["again_seconds"] = round(await live(db, tenant_id, midnight), 4)
        found["left"] = dict(await queries().due_in_a_night(probe, tenant_id=tenant_id, day=midnight.date()))["anything"]
        found["idle_seconds"] = round(await live(db, tenant_id, midnight + timedelta(days=1)), 4)
        found["rss_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        found["shared_buffers"] = await probe.fetchval("show shared_buffers")
        return found
    finally:
        await probe.close()
        await db.close()


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


@contextlib.contextmanager
def _server(dsn: str | None) -> Iterator[tuple[str, int | None]]:
    if dsn is not None:
        asyncio.run(migrate(dsn))
        yield dsn, None
        return
    with tempfile.TemporaryDirectory(prefix="praemia-nights-") as folder:
        Path(folder).chmod(0o755)  # below root the server runs as another account
        with postgres.running(Path(folder) / "postgres") as server:
            asyncio.run(migrate(server.dsn))
            yield server.dsn, server.pid


async def _measure_all(dsn: str, postmaster: int | None, sizes: Sequence[int], kinds: Sequence[str]) -> None:
    for members in sizes:
        for kind in kinds:
            print(json.dumps(await measure(dsn, members, KINDS[kind], postmaster)), flush=True)


def main() -> None:
    """Measure and answer."""
    parser = argparse.ArgumentParser(prog="python -m bench.nights", description=__doc__)
    parser.add_argument("--dsn", help="a database, migrated or empty (default: on a PostgreSQL of its own)")
    parser.add_argument("--members", type=int, action="append", metavar="N", help=f"may be repeated (default {SIZES})")
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), help="may be repeated (default: ordinary)")
    given = parser.parse_args()
    with _server(given.dsn) as (dsn, postmaster):
        asyncio.run(_measure_all(dsn, postmaster, given.members or SIZES, given.kind or ["ordinary"]))


if __name__ == "__main__":
    main()
