"""Does jobs: claims what is due for every tenant, does each in one transaction that also says so, and puts back what failed.

Any number of processes may run it. A process that is killed leaves leases behind; when they run out somebody else goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from praemia import insight, messaging, redemption
from praemia.access import all_tenants
from praemia.foundation import jobs
from praemia.foundation.db import Database, Tx
from praemia.foundation.jobs import Job, LeaseLost
from praemia.redemption import Act, NotHeld, NothingToFulfil, StepOutOfTurn

_EVERY_SECONDS = 1
_AT_ONCE = 20
log = logging.getLogger(__name__)

Step = Callable[[str, str, str], Awaitable[None]]
"""What carries out an automatic step of fulfilment in the world: step, redemption, and a key under which the world may tell a
repetition. It may be called again for a step that was carried out, when the process died before it could say so."""


Post = Callable[[int, Mapping[str, Any], datetime], Awaitable[None]]
"""What sends a mail of the outbox: tenant, the job's body, now. It may be called again for a mail that was sent."""


async def kept_in_the_outbox(_tenant_id: int, _body: Mapping[str, Any], _now: datetime) -> None:
    """Without a mail server mail stays where it is, for pages to say so."""


async def nothing_to_do(_step: str, _redemption: str, _key: str) -> None:
    """Without a connection to anybody a step that needs nobody is done by saying so."""


async def do_jobs(db: Database, *, step: Step = nothing_to_do, post: Post = kept_in_the_outbox) -> None:
    """Look every second, for ever. A failure of looking is logged and looked at again."""
    while True:
        try:
            if await do_due(db, datetime.now(UTC), step=step, post=post):
                continue
        except Exception:
            log.exception("jobs.failed")
        await asyncio.sleep(_EVERY_SECONDS)


async def do_due(
    db: Database, now: datetime, *, step: Step = nothing_to_do, post: Post = kept_in_the_outbox, lease: timedelta = jobs.LEASE
) -> int:
    """Claim and do what is due at `now`, of every tenant; answers how many jobs were taken up."""
    taken = 0
    for tenant_id in await all_tenants(db):
        claimed = await db.run(tenant_id, lambda tx: jobs.claim(tx, now=now, limit=_AT_ONCE, lease=lease))
        taken += len(claimed)
        for job in claimed:
            await _do(db, tenant_id, job, now, step, post)
    return taken


async def _do(db: Database, tenant_id: int, job: Job, now: datetime, step: Step, post: Post) -> None:
    try:
        if job.kind == redemption.STEP_JOB:
            await step(job.body["step"], job.body["redemption"], job.job_key)
        elif job.kind == messaging.MAIL_JOB:
            await post(tenant_id, job.body, now)
        await db.run(tenant_id, lambda tx: _in_one(tx, job, now))
    except LeaseLost:
        log.warning("job.lease_lost", extra={"kind": job.kind, "key": job.job_key})
    except Exception as error:
        log.warning("job.failed", extra={"kind": job.kind, "key": job.job_key, "attempts": job.attempts, "error": repr(error)})
        said = f"{type(error).__name__}: {error}"
        await db.run(tenant_id, lambda tx: _put_back(tx, job, said, now))


async def _in_one(tx: Tx, job: Job, now: datetime) -> None:
    await jobs.hold(tx, job)
    await _WORK[job.kind](tx, job.body, now)
    await jobs.finish(tx, job, now=now)


async def _put_back(tx: Tx, job: Job, error: str, now: datetime) -> None:
    """Try again later; a step that cannot be done after all gives the points back, in the transaction that gives it up."""
    dead = await jobs.fail(tx, job, error, now=now)
    if dead and job.kind == redemption.STEP_JOB:
        await _take_step(tx, job.body, now, failed=True)


async def _take_step(tx: Tx, body: Mapping[str, Any], now: datetime, *, failed: bool = False) -> None:
    act = Act(program=body["program"], redemption=body["redemption"], step=body["step"], failed=failed)
    try:
        await redemption.take_step(tx, act, now=now)
    except (NotHeld, NothingToFulfil, StepOutOfTurn) as refusal:
        # Refused before anything was written: somebody released it by hand, and nothing is left for the job.
        log.info("job.overtaken", extra={"code": refusal.code, "redemption": body["redemption"]})


async def _do_step(tx: Tx, body: Mapping[str, Any], now: datetime) -> None:
    await _take_step(tx, body, now)


async def _examine(tx: Tx, body: Mapping[str, Any], now: datetime) -> None:
    await insight.examine(tx, body, now=now)


async def _done_already(_tx: Tx, _body: Mapping[str, Any], _now: datetime) -> None:
    """What had to be done in the world was done before the transaction."""


_WORK: Mapping[str, Callable[[Tx, Mapping[str, Any], datetime], Awaitable[None]]] = {
    redemption.STEP_JOB: _do_step,
    insight.EXAMINATION_JOB: _examine,
    messaging.MAIL_JOB: _done_already,
}
