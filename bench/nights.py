"""How long a night takes, as a process: a live programme in which one night opens and ends something of every member.

For each size: members enrolled, one purchase each, then a night without anything due, and the night in which every member's stamp
opens and every member's points end. Run as `python -m bench.nights [--dsn DSN] [--members N]...`; without a dsn on a PostgreSQL of
its own. Answers a line of JSON for each size; `units` are members, `rss_mib` the most memory this process ever held.
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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from praemia import access, nights, programs
from praemia.earning import Command, Recorded, record
from praemia.foundation import postgres
from praemia.foundation.db import Database, connect
from praemia.foundation.ids import BUCKETS
from praemia.foundation.migrations import migrate
from praemia.journal import ORDER
from praemia.members import Enrolment

SIZES = (10_000, 100_000)
BATCH = 1000
FILE = """
program: nights
units: {points: {expiry: {days: 1}}, stamps: {pending: {days: 2}}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: stamp, trigger: purchase, to: stamps, earn: {points: 1}}
"""
START = datetime(2025, 3, 1, 9, tzinfo=UTC)
IDLE, BUSY = START + timedelta(days=1), START + timedelta(days=2)


@dataclass(slots=True)
class Crowd:
    """A tenant whose members have something due in the night to BUSY."""

    db: Database
    tenant_id: int
    members: int

    async def gather(self) -> None:
        """Enrol everybody, and let everybody buy once."""
        async with self.db.transaction(self.tenant_id) as tx:
            await programs.apply(tx, FILE, at=START, by="bench")
        await self.night(START)
        for first in range(0, self.members, BATCH):
            names = [f"M{n:07d}" for n in range(first, min(first + BATCH, self.members))]
            await self._record([_sign_up(name) for name in names])
            await self._record([_purchase(name) for name in names])

    async def night(self, now: datetime) -> float:
        """Live what is due; how many seconds it took."""
        start, more = time.perf_counter(), True
        while more:
            more = (await self.db.run(self.tenant_id, lambda tx: nights.live_page(tx, "nights", now=now))).more
        return time.perf_counter() - start

    async def _record(self, commands: Sequence[Command]) -> None:
        answers = await self.db.run(self.tenant_id, lambda tx: record(tx, commands, now=START))
        assert all(isinstance(answer, Recorded) for answer in answers)


async def measure(db: Database, members: int) -> dict[str, float]:
    """One size, in a tenant of its own."""
    slug = f"nights-{members}-{time.time_ns()}"
    crowd = Crowd(db, await access.create_tenant(db, slug, slug, at=START, bucket_span=BUCKETS), members)
    await crowd.gather()
    idle, busy = await crowd.night(IDLE), await crowd.night(BUSY)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"units": members, "seconds": round(busy, 3), "idle_seconds": round(idle, 4), "rss_mib": round(peak)}


def _sign_up(name: str) -> Command:
    wish = Enrolment(reference=name, enrolled_at=START)
    return Command(program="nights", kind="signup", member=name, occurred_at=START, enrolment=wish)


def _purchase(name: str) -> Command:
    inputs = {"order": name, "lines": [{"sku": "tea", "amount_minor": 1000}]}
    return Command(program="nights", kind="purchase", member=name, inputs=inputs, identities=((ORDER, name),), occurred_at=START)


@contextlib.contextmanager
def _server(dsn: str | None) -> Iterator[str]:
    if dsn is not None:
        asyncio.run(migrate(dsn))
        yield dsn
        return
    with tempfile.TemporaryDirectory(prefix="praemia-nights-") as folder:
        Path(folder).chmod(0o755)  # below root the server runs as another account
        with postgres.running(Path(folder) / "postgres") as server:
            asyncio.run(migrate(server.dsn))
            yield server.dsn


async def _measure_all(dsn: str, sizes: Sequence[int]) -> None:
    db = await connect(dsn, size=2)
    try:
        for members in sizes:
            print(json.dumps(await measure(db, members)), flush=True)
    finally:
        await db.close()


def main() -> None:
    """Measure and answer."""
    parser = argparse.ArgumentParser(prog="python -m bench.nights", description=__doc__)
    parser.add_argument("--dsn", help="a database, migrated or empty (default: on a PostgreSQL of its own)")
    parser.add_argument("--members", type=int, action="append", metavar="N", help=f"may be repeated (default {SIZES})")
    given = parser.parse_args()
    with _server(given.dsn) as dsn:
        asyncio.run(_measure_all(dsn, given.members or SIZES))


if __name__ == "__main__":
    main()
