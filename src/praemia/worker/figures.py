"""Carries the console's sums on and counts members anew where counting takes long, so that nobody who looks has to wait for it.

Any number of processes may run it: of two at once the second finds the work done. Nothing is wrong where none does: looking costs more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from praemia import insight, programs
from praemia.access import all_tenants
from praemia.foundation.db import Database, Tx

_EVERY_SECONDS = 60
_FIRST_AFTER_SECONDS = 20  # a server that starts has more urgent things to do
log = logging.getLogger(__name__)


async def keep_figures(db: Database) -> None:
    """Carry on every minute, for ever. A failure is logged and tried again."""
    await asyncio.sleep(_FIRST_AFTER_SECONDS)
    while True:
        try:
            await carry_on(db, datetime.now(UTC))
        except Exception:
            log.exception("figures.failed")
        await asyncio.sleep(_EVERY_SECONDS)


async def carry_on(db: Database, now: datetime) -> int:
    """Bring the sums of every tenant up to the cut and count where it is time; answers how many tenants had something to carry on."""
    folded = 0
    for tenant_id in await all_tenants(db):
        folded += await db.run(tenant_id, lambda tx: insight.fold(tx, now=now))
        async with db.transaction(tenant_id) as tx:
            slugs = [program.slug for program in await programs.list_programs(tx)]
        for slug in slugs:
            await db.run(tenant_id, _count(slug, now))
    return folded


def _count(slug: str, now: datetime) -> Callable[[Tx], Awaitable[bool]]:
    async def work(tx: Tx) -> bool:
        return await insight.refresh_census(tx, slug, now=now)

    return work
