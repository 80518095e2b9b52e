"""The nights of a live programme, a page in each transaction: whoever is killed in between, the next one goes on from there.

A night with more than a page to do is split into lanes, ranges of buckets that are lived by several at once; each is locked by whoever
is at work in it. The next step begins when every lane is done. Order of locks: lanes, then the programme's row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from praemia import programs
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.foundation.values import replace
from praemia.nights import store
from praemia.nights.model import Lane, Lived, Night, Page, Step
from praemia.nights.service.night import after_step, first_page, live, live_step, night_of
from praemia.programs import Mode, OpenProgram

_SPAN = 8  # buckets looked at together: of a small tenant, whose members live in 64, an eighth of those whose day it is
_CLOSER_SPAN = 4  # where there is much to do, so that little more than a page is looked for at a time
_OWNERS = 2000
_LANES = 8  # more than there are hands, so that nobody is left waiting for long at the end of a step
_APART = frozenset({Step.OPEN, Step.REVIEW, Step.EXPIRE})
"""Steps in which nobody's turn matters to anybody else. What rewards and celebrates may come to the end of a stock or a budget, and
who gets the last of it does not depend on how many hands are at work."""


async def live_page(tx: Tx, slug: str, *, now: datetime, owners: int = _OWNERS) -> Lived:
    """Live the next page of the nights that are due at `now`: about so many `owners` of something due. Call it again, in a
    transaction of its own, while there is more; several may do so at once.

    The first call for a programme starts the count today. A sandbox has no nights but by its clock.
    """
    program = await programs.open_program(tx, slug)
    if program.mode is not Mode.LIVE:
        return Lived()
    zone = (await programs.ruleset_of(tx, program, program.version_at(now))).earning.timezone
    today = now.astimezone(zone).date()
    lived_until = await store.find_lived(tx, program.program_id)
    if lived_until is not None:
        if lived_until >= today:
            return Lived()
        day = lived_until + timedelta(days=1)
        lane = await store.take_lane(tx, program.program_id, day)
        if lane is not None:
            return await _live_lane(tx, await night_of(tx, program, day, zone, now), lane, owners, today)
    return await _take_turn(tx, program, zone, now, owners, today)


async def _take_turn(tx: Tx, program: OpenProgram, zone: ZoneInfo, now: datetime, owners: int, today: date) -> Lived:
    """What one does for all: begin a night, or go on to its next step when every lane is done. Waits for those who are at work."""
    lanes = await store.lock_lanes(tx, program.program_id)
    _, lived_until = await store.lock_clock(tx, program.program_id)
    if lived_until is None:
        await store.note_night(tx, program.program_id, today)
    if lived_until is None or lived_until >= today:
        return Lived()
    day = lived_until + timedelta(days=1)
    if not lanes and await store.find_lanes(tx, program.program_id):
        return Lived(more=True)  # somebody was first to begin
    if not lanes or lanes[0].page.day != day:
        page: Page | None = first_page(day)
    elif all(lane.is_done for lane in lanes):
        page = after_step(lanes[0].page)
    else:
        return Lived(more=True)
    night = await night_of(tx, program, day, zone, now)
    if page is None:
        return await _end(tx, night, today)
    return await _live_lane(tx, night, Lane(number=0, page=page, last_bucket=BUCKETS - 1), owners, today)


async def _live_lane(tx: Tx, night: Night, lane: Lane, owners: int, today: date) -> Lived:
    program_id = night.program.program_id
    if not lane.is_whole:
        page, _ = await live_step(tx, night, lane.page, last_bucket=lane.last_bucket, span=_CLOSER_SPAN, enough=owners)
        await store.keep_lanes(tx, program_id, [replace(lane, page=page)])
        return Lived(more=True)
    coming = await live(tx, night, lane.page, span=_SPAN, enough=owners)
    if coming is None:
        return await _end(tx, night, today)
    await store.keep_lanes(tx, program_id, _split(replace(lane, page=coming)))
    return Lived(more=True)


async def _end(tx: Tx, night: Night, today: date) -> Lived:
    await store.note_night(tx, night.program.program_id, night.day)
    return Lived(nights=1, more=night.day < today)


def _split(whole: Lane) -> Sequence[Lane]:
    """The lanes that the rest of a step is lived in."""
    page = whole.page
    if page.step not in _APART or BUCKETS - page.bucket < _LANES * _SPAN:
        return [whole]
    return list(_lanes(page))


def _lanes(page: Page) -> Iterator[Lane]:
    bounds = [page.bucket + (BUCKETS - page.bucket) * n // _LANES for n in range(_LANES + 1)]
    for number, (first, beyond) in enumerate(pairwise(bounds)):
        yield Lane(number=number, page=replace(page, bucket=first, after=page.after if number == 0 else None), last_bucket=beyond - 1)
