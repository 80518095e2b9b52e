"""Questions about a whole programme: how it is doing, and what happened last."""

from __future__ import annotations

from datetime import datetime, timedelta

from praemia import programs
from praemia.foundation.db import Tx
from praemia.insight import store
from praemia.insight.core.flows import stretches, totals_by_unit
from praemia.insight.model import Happening, Pulse, Totals
from praemia.insight.service.counting import SILENT, census_of
from praemia.insight.service.folding import first_open
from praemia.programs import OpenProgram

_BY_DAY = 31  # a chart of more days than this is drawn by week
_WEEK = 7
_LATELY = timedelta(days=35)


async def pulse_of(tx: Tx, program: OpenProgram, *, days: int, now: datetime) -> Pulse:
    """How the programme is doing, over the last `days` local days with today. `now` is the wall clock.

    Sums are exact to this moment: what is carried on by day, and what arrived since. Counts of members are as old as they say.
    The chart is of the programme's first unit.
    """
    rules = await programs.ruleset_of(tx, program, program.version_at(program.now(now)))
    today = await programs.local_day(tx, program, now)
    since = today - timedelta(days=days - 1)
    step = 1 if days <= _BY_DAY else _WEEK
    # A week that the period begins in is drawn whole.
    flows = await store.flows(
        tx,
        program.program_id,
        since=since - timedelta(days=step - 1),
        zone=rules.earning.timezone.key,
        first_event=await first_open(tx),
    )
    shown = min(unit.number for unit in program.units.values())
    dated = [flow for flow in flows if flow.day is not None]
    ever = totals_by_unit(flow for flow in flows if flow.day is None)
    period = totals_by_unit(flow for flow in dated if flow.day is not None and since <= flow.day <= today)
    nothing = {unit.number: Totals() for unit in program.units.values()}
    return Pulse(
        since=since,
        today=today,
        shown=shown,
        period=nothing | period,
        ever=nothing | ever,
        stretches=stretches([flow for flow in dated if flow.unit == shown], since=since, today=today, days=step),
        stretch_days=step,
        census=await census_of(tx, program, now=now),
    )


async def latest(tx: Tx, program: OpenProgram, *, now: datetime, page: int = 12) -> list[Happening]:
    """What happened last, in the order of arrival, newest first; of the last five weeks. Guests' events are not in it."""
    span = await store.span_of(tx)
    return await store.latest(tx, program.program_id, span, received_since=now - _LATELY, silent=SILENT, page=page)
