"""Jobs: what has to happen after a commit, at least once tried, exactly once done.

A job is written in the transaction that makes it necessary. Whoever works claims it with a lease (`claim`), does it in one
transaction that also says so (`finish`), or puts it back (`fail`). A worker that dies leaves a lease that runs out. What a job of a
kind means is the business of the room that wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from praemia.foundation.db import Database, Tx
from praemia.foundation.jobs import store
from praemia.foundation.jobs.store import Job

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)
_SWEPT_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """Something to do from `run_at` (wall clock) on. While a job of the same kind and key is open, another is not added."""

    kind: str
    key: str
    run_at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)


class LeaseLost(Exception):
    """Somebody else has the job by now, or has done it. Whoever sees this gives up his transaction."""


async def enqueue(tx: Tx, wanted: Sequence[NewJob]) -> None:
    """Write jobs; one whose kind and key are open already is left as it is."""
    if wanted:
        await store.insert_jobs(tx, [(job.kind, job.key, job.run_at, job.body) for job in wanted])


async def claim(tx: Tx, *, now: datetime, limit: int = 20, lease: timedelta = LEASE) -> list[Job]:
    """Take up to `limit` due jobs of the tenant until the lease ends; commit before doing them. Others skip what is taken."""
    return await store.claim_jobs(tx, now=now, until=now + lease, page=limit)


async def hold(tx: Tx, job: Job) -> None:
    """Lock the job at the start of the transaction that does it. Raises LeaseLost."""
    if not await store.lock_job(tx, job):
        raise LeaseLost


async def finish(tx: Tx, job: Job, *, now: datetime) -> None:
    """Say in the transaction that does the job that it is done."""
    await store.finish_job(tx, job, now)


async def fail(tx: Tx, job: Job, error: str, *, now: datetime) -> bool:
    """Put a job back, to be tried again after a pause; answers whether it is dead now instead, for people to look at."""
    dead = job.attempts >= MOST_ATTEMPTS
    await store.fail_job(tx, job, error[:500], now + pause_after(job.attempts), now if dead else None)
    return dead


def pause_after(attempts: int) -> timedelta:
    """The pause after so many attempts: it doubles, up to an hour."""
    pause: timedelta = _FIRST_PAUSE * (1 << min(max(attempts - 1, 0), 20))
    return min(pause, _LONGEST_PAUSE)


async def dead_jobs(tx: Tx, *, limit: int = 100) -> list[Job]:
    """Jobs that were given up, oldest first."""
    return await store.dead_jobs(tx, limit)


async def sweep(db: Database, *, before: datetime) -> int:
    """Forget the jobs of every tenant that were done before an instant, page by page; answers how many. Dead ones stay."""
    gone = 0
    while True:
        async with db.unscoped() as conn:
            page = await store.sweep_jobs(conn, before, _SWEPT_AT_ONCE)
        gone += page
        if page < _SWEPT_AT_ONCE:
            return gone


async def revive(tx: Tx, job_id: UUID, *, now: datetime) -> None:
    """Try a dead job again, from the first attempt."""
    await store.revive_job(tx, job_id, now)


__all__ = [
    "LEASE",
    "MOST_ATTEMPTS",
    "Job",
    "LeaseLost",
    "NewJob",
    "claim",
    "dead_jobs",
    "enqueue",
    "fail",
    "finish",
    "hold",
    "pause_after",
    "revive",
    "sweep",
]
