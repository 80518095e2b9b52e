"""The nights of a live programme, a page in each transaction: whoever is killed in between, the next one goes on from there.

The programme's row is locked through a page, so that several processes take turns instead of living a night twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from praemia import programs
from praemia.foundation.db import Tx
from praemia.nights import store
from praemia.nights.model import Lived
from praemia.nights.service.night import first_page, live, night_of
from praemia.programs import Mode

_SPAN = 8  # buckets looked at together: of a small tenant, whose members live in 64, an eighth of those whose day it is
_OWNERS = 2000


async def live_page(tx: Tx, slug: str, *, now: datetime, owners: int = _OWNERS) -> Lived:
    """Live the next page of the nights that are due at `now`: about so many `owners` of something due. Call it again, in a
    transaction of its own, while there is more.

    The first call for a programme starts the count today. A sandbox has no nights but by its clock.
    """
    program = await programs.open_program(tx, slug)
    if program.mode is not Mode.LIVE:
        return Lived()
    _, lived_until = await store.lock_clock(tx, program.program_id)
    zone = (await programs.ruleset_of(tx, program, program.version_at(now))).earning.timezone
    today = now.astimezone(zone).date()
    if lived_until is None:
        await store.note_night(tx, program.program_id, today)
    if lived_until is None or lived_until >= today:
        return Lived()
    day = lived_until + timedelta(days=1)
    page = await store.find_page(tx, program.program_id)
    if page is None or page.day != day:
        page = first_page(day)
    coming = await live(tx, await night_of(tx, program, day, zone, now), page, span=_SPAN, enough=owners)
    if coming is not None:
        await store.keep_page(tx, program.program_id, coming)
        return Lived(more=True)
    await store.note_night(tx, program.program_id, day)
    return Lived(nights=1, more=day < today)
