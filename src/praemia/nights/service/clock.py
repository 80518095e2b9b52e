"""A sandbox programme's own clock: moving it lives every local midnight on the way, all in one transaction."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta

from praemia import ledger, programs, redemption, tiers
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.foundation.values import replace
from praemia.nights import store
from praemia.nights.errors import ClockBackwards, ClockTooFar, NotASandbox
from praemia.nights.model import Night, Page
from praemia.nights.service.night import first_page, has_more_than_lots, live, night_of
from praemia.programs import Mode, OpenProgram

AT_ONCE = timedelta(days=5 * 366)
END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)  # calendars end a thousand years later: whatever a programme adds to it is a day
_A_DAY = timedelta(days=1)
_EVERYBODY = sys.maxsize


async def set_clock(tx: Tx, slug: str, to: datetime, *, now: datetime) -> int:
    """Move a sandbox programme's clock forward to `to`, living every local midnight on the way; answers how many. Holds whose
    deadline has come by then are released.

    Nights in which nothing can happen cost nothing. `now` is the wall clock. Raises NotASandbox, ClockBackwards, and ClockTooFar for
    more than five years at once.
    """
    program = await programs.open_program(tx, slug)
    clock, lived_until = await store.lock_clock(tx, program.program_id)
    if program.mode is not Mode.SANDBOX or clock is None:
        raise NotASandbox(program=slug)
    if to < clock:
        raise ClockBackwards(clock=clock.isoformat(), to=to.isoformat())
    latest = min(clock + AT_ONCE, END_OF_TIME)
    if to > latest:
        raise ClockTooFar(clock=clock.isoformat(), to=to.isoformat(), latest=latest.isoformat())
    zone = (await programs.ruleset_of(tx, program, program.version_at(clock))).earning.timezone
    day = lived_until or clock.astimezone(zone).date()
    last = to.astimezone(zone).date()
    nights = 0
    due = await _next_due(tx, program)
    while day < last:
        day += timedelta(days=1)
        nights += 1
        night = await night_of(tx, program, day, zone, now)
        version_began = night.version != program.version_at(night.midnight - _A_DAY)
        if has_more_than_lots(night) or version_began or (due is not None and due <= day):
            await store.set_clock(tx, program.program_id, night.midnight, day)
            programs.forget(tx, slug)
            await _live_whole(tx, replace(night, program=replace(program, clock=night.midnight)))
            due = await _next_due(tx, program)
    await store.set_clock(tx, program.program_id, to, max(day, last))
    programs.forget(tx, slug)
    while await redemption.lapse_holds(tx, slug, await redemption.overdue_holds(tx, slug, now=now), now=now):
        pass
    return nights


async def _next_due(tx: Tx, program: OpenProgram) -> date | None:
    """The first day on which a lot opens or has expired, or somebody has to look at a tier."""
    days = (await ledger.next_due(tx, program.program_id), await tiers.next_due(tx, program.program_id))
    return min((day for day in days if day is not None), default=None)


async def _live_whole(tx: Tx, night: Night) -> None:
    page: Page | None = first_page(night.day)
    while page is not None:
        page = await live(tx, night, page, span=BUCKETS, enough=_EVERYBODY)
