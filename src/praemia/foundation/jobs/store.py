"""Rows of jobs in, values out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of, key_bucket, new_id
from praemia.foundation.sql import queries

_Q = "praemia.foundation.jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed job: ours until `locked_until`. `attempts` counts this one."""

    job_id: UUID
    kind: str
    job_key: str
    body: Mapping[str, Any]
    attempts: int
    locked_until: datetime | None
    last_error: str | None


async def insert_jobs(tx: Tx, jobs: Sequence[tuple[str, str, datetime, Mapping[str, Any]]]) -> None:
    """Write jobs as (kind, key, run at, body), each in the bucket of its key."""
    buckets = [key_bucket(tx.tenant_id, "job", f"{kind}:{key}") for kind, key, _, _ in jobs]
    await tx.write(
        _Q,
        "insert_jobs",
        tenant_id=tx.tenant_id,
        buckets=buckets,
        jobs=[new_id(bucket) for bucket in buckets],
        kinds=[kind for kind, _, _, _ in jobs],
        job_keys=[key for _, key, _, _ in jobs],
        bodies=[json.dumps(dict(body)) for _, _, _, body in jobs],
        run_at=[run_at for _, _, run_at, _ in jobs],
    )


async def claim_jobs(tx: Tx, *, now: datetime, until: datetime, page: int) -> list[Job]:
    """Lease due jobs."""
    rows = await queries(_Q).claim_jobs(
        tx.conn, tenant_id=tx.tenant_id, first_bucket=0, last_bucket=BUCKETS - 1, at=now, until=until, page=page
    )
    return [Job(**dict(r)) for r in rows]


async def lock_job(tx: Tx, job: Job) -> bool:
    """Whether the lease still holds; locks the row."""
    row = await queries(_Q).lock_job(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(job.job_id), job_id=job.job_id, locked_until=job.locked_until
    )
    return row is not None


async def finish_job(tx: Tx, job: Job, now: datetime) -> None:
    """Note that it is done."""
    await queries(_Q).finish_job(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(job.job_id), job_id=job.job_id, at=now)


async def fail_job(tx: Tx, job: Job, error: str, run_at: datetime, dead_at: datetime | None) -> None:
    """Give the lease back with the error."""
    await queries(_Q).fail_job(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket_of(job.job_id),
        job_id=job.job_id,
        locked_until=job.locked_until,
        error=error,
        run_at=run_at,
        dead_at=dead_at,
    )


async def dead_jobs(tx: Tx, page: int) -> list[Job]:
    """Jobs given up."""
    rows = await queries(_Q).dead_jobs(tx.conn, tenant_id=tx.tenant_id, first_bucket=0, last_bucket=BUCKETS - 1, page=page)
    return [Job(**dict(r)) for r in rows]


async def sweep_jobs(conn: Any, before: datetime, page: int) -> int:
    """Forget up to a page of jobs that were done before an instant."""
    return int(await queries(_Q).sweep_jobs(conn, before=before, page=page))


async def revive_job(tx: Tx, job_id: UUID, now: datetime) -> None:
    """Open a dead job again."""
    await queries(_Q).revive_job(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(job_id), job_id=job_id, at=now)
