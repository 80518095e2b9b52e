"""Counts of a programme's members. Counting reads every member, so it is done now and then: the longer it took, the less often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic_ns

from praemia import programs
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.insight import store
from praemia.insight.model import Census
from praemia.programs import Mode, OpenProgram

PERIOD = timedelta(days=30)
_LEAST_AGE = timedelta(seconds=5)
_TIMES_ITS_COST = 300  # so counting takes at most a third of a per cent of one processor
_WHILE_WAITING_MS = 150  # what somebody who looks at the page may be asked to wait for
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
SILENT = (
    "adjustment",
    "anniversary",
    "birthday",
    "gift_card",
    "merge",
    "night",
    "parting",
    "reinstatement",
    "tier_assignment",
    "tier_at_risk",
    "tier_credit",
    "tier_entry",
    "tier_review",
)
"""Kinds of events that happen by themselves or by staff: who has only these did nothing."""


def is_stale(census: Census | None, now: datetime) -> bool:
    """Whether it is time to count again."""
    if census is None:
        return True
    return now - census.taken_at >= max(_LEAST_AGE, timedelta(milliseconds=census.cost_ms) * _TIMES_ITS_COST)


async def census_of(tx: Tx, program: OpenProgram, *, now: datetime) -> Census:
    """The newest count; counted anew when it is time and was quick, or when nobody ever counted. `now` is the wall clock."""
    known = await store.census(tx, program.program_id)
    if known is not None and (known.cost_ms > _WHILE_WAITING_MS or not is_stale(known, now)):
        return known
    return await take_census(tx, program, now=now)


async def refresh_census(tx: Tx, slug: str, *, now: datetime) -> bool:
    """Count anew when it is time, however long it takes: for whoever has time. Answers whether it counted."""
    program = await programs.open_program(tx, slug)
    known = await store.census(tx, program.program_id)
    if known is not None and known.cost_ms <= _WHILE_WAITING_MS:
        return False  # whoever looks counts
    if not is_stale(known, now):
        return False
    await take_census(tx, program, now=now)
    return True


async def take_census(tx: Tx, program: OpenProgram, *, now: datetime, ticks: Callable[[], int] = monotonic_ns) -> Census:
    """Count and keep. A sandbox's events may have occurred at any time of its own, so there arrival says nothing."""
    began = ticks()
    at, today = program.now(now), await programs.local_day(tx, program, now)
    span, since = await store.span_of(tx), at - PERIOD
    received_since = since if program.mode is Mode.LIVE else _EVER
    counts = await store.count_members(tx, program.program_id, span, since)
    active = await store.count_active(tx, program.program_id, span, since=since, received_since=received_since, silent=SILENT)
    counted = Census(
        taken_at=now,
        cost_ms=0,
        active=active,
        tiers=await store.count_tiers(tx, program.program_id, span),
        expiring=await store.count_expiring(tx, program.program_id, span, today, today + PERIOD),
        **counts,
    )
    counted = replace(counted, cost_ms=(ticks() - began) // 1_000_000)
    await store.write_census(tx, program.program_id, counted)
    return counted
