"""Lives the nights of live programmes: what opens, is celebrated and expires at local midnight, and ends holds and reservations whose
deadline has come; all seen within a minute.

Any number of processes may run it: they take turns page by page, and a page that is lived twice changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from praemia import nights, orders, programs, redemption
from praemia.access import all_tenants
from praemia.foundation.db import CONTENDED, UNREACHABLE, Database, Tx
from praemia.foundation.migrations import open_event_months

_EVERY_SECONDS = 60
_HANDS = 2
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deadline:
    """What of a programme ends by itself: the look for a page of what is overdue, the verb that ends it, how many of a page one
    transaction takes, and what the log calls one that could not be ended."""

    overdue: Callable[..., Awaitable[Sequence[str]]]
    end: Callable[..., Awaitable[int]]
    at_once: int
    failure: str


HOLDS = Deadline(redemption.overdue_holds, redemption.lapse_holds, 200, "hold.not_released")
RESERVATIONS = Deadline(orders.overdue_reservations, orders.lapse_reservations, 1, "reservation.not_released")


async def live_nights(db: Database) -> None:
    """Look every minute, for ever. A failure is logged and tried again at the next look."""
    months_opened: date | None = None
    while True:
        try:
            now = datetime.now(UTC)
            if months_opened != now.date():
                await open_event_months(db, now.date())
                months_opened = now.date()
            await live_due(db, now)
        except Exception:
            log.exception("nights.failed")
        await asyncio.sleep(_EVERY_SECONDS)


async def live_due(db: Database, now: datetime) -> int:
    """Live every night that is due at `now`, of every tenant and live programme; answers how many."""
    lived = 0
    for tenant_id in await all_tenants(db):
        async with db.transaction(tenant_id) as tx:
            slugs = [p.slug for p in await programs.list_programs(tx) if p.mode == "live"]
        for slug in slugs:
            try:
                lived += await live_program(db, tenant_id, slug, now)
                for deadline in (HOLDS, RESERVATIONS):
                    await end_overdue(db, tenant_id, slug, deadline, now)
            except UNREACHABLE:
                raise
            except Exception:  # the others' nights do not wait for it
                log.exception("night.failed", extra={"tenant_id": tenant_id, "program": slug})
    return lived


async def live_program(db: Database, tenant_id: int, slug: str, now: datetime) -> int:
    """The nights of one programme; answers how many. A second hand helps where one page is not enough: while PostgreSQL works for the
    one, we work for the other."""
    first = await db.run(tenant_id, _page(slug, now))
    if not first.more:
        return first.nights
    return first.nights + sum(await asyncio.gather(*(_live_on(db, tenant_id, slug, now) for _ in range(_HANDS))))


async def _live_on(db: Database, tenant_id: int, slug: str, now: datetime) -> int:
    lived, more = 0, True
    while more:
        page = await db.run(tenant_id, _page(slug, now))
        lived += page.nights
        more = page.more
    return lived


async def end_overdue(db: Database, tenant_id: int, slug: str, deadline: Deadline, now: datetime) -> int:
    """End what is overdue in a programme, page by page; answers how many."""
    ended = 0
    while overdue := await db.run(tenant_id, lambda tx: deadline.overdue(tx, slug, now=now)):
        parts = [overdue[start : start + deadline.at_once] for start in range(0, len(overdue), deadline.at_once)]
        of_page = sum([await _end(db, tenant_id, slug, deadline, part, now) for part in parts])
        if not of_page:
            break
        ended += of_page
    return ended


async def _end(db: Database, tenant_id: int, slug: str, deadline: Deadline, overdue: Sequence[str], now: datetime) -> int:
    """Together; where one cannot be ended, each half by itself, down to the one that is to blame."""
    try:
        return await db.run(tenant_id, lambda tx: deadline.end(tx, slug, overdue, now=now))
    except (*CONTENDED, *UNREACHABLE):
        raise
    except Exception:
        if len(overdue) == 1:
            log.exception(deadline.failure, extra={"tenant_id": tenant_id, "program": slug, "overdue": overdue[0]})
            return 0
    half = len(overdue) // 2
    return sum([await _end(db, tenant_id, slug, deadline, part, now) for part in (overdue[:half], overdue[half:])])


def _page(slug: str, now: datetime) -> Callable[[Tx], Awaitable[nights.Lived]]:
    async def work(tx: Tx) -> nights.Lived:
        return await nights.live_page(tx, slug, now=now)

    return work
