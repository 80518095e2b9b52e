"""How the programme is doing: figures, two pictures, and what is happening right now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response

from praemia import insight, locations
from praemia.foundation.db import Tx
from praemia.insight import Happening, Pulse, Totals
from praemia.web.console.desk import Desk, at_desk, show
from praemia.web.doors import see, staff_page
from praemia.web.frame import render
from praemia.web.sessions import Visit
from praemia.web.speech import LOCALES

PERIODS = (30, 90, 365)
_SHORT = {"en": "d MMM", "de": "d. MMM"}


@staff_page("insight:figure:read")
async def overview(visit: Visit, request: Request) -> Response:
    """The first page of the console."""
    days = _days_of(request)

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        pulse = await insight.pulse_of(tx, desk.program, days=days, now=desk.now)
        latest = await insight.latest(tx, desk.program, now=desk.now)
        return {
            "days": days,
            "pulse": pulse,
            "units": [_unit(desk, pulse, unit.number) for unit in desk.unit_list],
            "chart": _chart(desk, pulse),
            "tiers": _tiers(desk, pulse),
            "share_active": insight.percent(pulse.census.active, pulse.census.members),
            "live": await _lines(tx, desk, latest),
            "tabs": [(desk.words[f"period_{choice}"], f"{desk.root}/?days={choice}", choice == days) for choice in PERIODS],
        }

    found = await at_desk(visit, request, read)
    return show(request, visit, "console/overview.html", here="overview", **found)


@staff_page("access:console:open")
async def bare(visit: Visit, request: Request) -> Response:
    """The address without its last stroke."""
    return see(f"/console/{visit.address}/")


@staff_page("insight:figure:read")
async def live(visit: Visit, request: Request) -> Response:
    """The live list alone, for a page that asks again and again."""

    async def read(tx: Tx, desk: Desk) -> list[dict[str, Any]]:
        return await _lines(tx, desk, await insight.latest(tx, desk.program, now=desk.now))

    return render(request, "console/live.html", words="console", live=await at_desk(visit, request, read))


def _days_of(request: Request) -> int:
    asked = request.query_params.get("days", "")
    return int(asked) if asked.isdigit() and int(asked) in PERIODS else PERIODS[0]


def _unit(desk: Desk, pulse: Pulse, number: int) -> dict[str, Any]:
    """The figures of one unit."""
    period, ever = pulse.period[number], pulse.ever[number]
    return {
        "name": desk.units[desk.unit(number).code],
        "decimals": desk.unit(number).decimals,
        "period": period,
        "ever": ever,
        "rate": insight.redemption_percent(ever),
        "expiring": pulse.census.expiring.get(number, 0),
        "is_unused": ever == Totals(),
    }


def _chart(desk: Desk, pulse: Pulse) -> dict[str, Any]:
    words = desk.words
    return {
        "label": words.chart_by_day if pulse.stretch_days == 1 else words.chart_by_week,
        "labels": [_short(stretch.first_day, desk) for stretch in pulse.stretches],
        "series": [
            (words.issued, [max(stretch.totals.issued, 0) for stretch in pulse.stretches]),
            (words.redeemed, [max(stretch.totals.redeemed, 0) for stretch in pulse.stretches]),
        ],
        "decimals": desk.unit(pulse.shown).decimals,
        "is_empty": not any(stretch.totals.issued or stretch.totals.redeemed for stretch in pulse.stretches),
    }


def _tiers(desk: Desk, pulse: Pulse) -> Sequence[Mapping[str, Any]]:
    """From the highest to the bottom; nothing where the programme has no tiers."""
    if desk.policies.tiers is None:
        return ()
    levels = desk.policies.tiers.levels
    held = dict(pulse.census.tiers)
    if desk.bottom and "" in held:
        held[desk.bottom] = held.get(desk.bottom, 0) + held.pop("")
    order = [level.id for level in reversed(levels)]
    shown = [tier for tier in order if tier in held] + [tier for tier in held if tier and tier not in order] + [""]
    return [
        {"name": desk.tier(tier), "members": held.get(tier, 0), "share": insight.percent(held.get(tier, 0), pulse.census.members) or 0}
        for tier in shown
        if tier or held.get("")
    ]


async def _lines(tx: Tx, desk: Desk, latest: Sequence[Happening]) -> list[dict[str, Any]]:
    places = await locations.names_of(tx, desk.program.program_id)
    return [
        {
            "event": one.event_id,
            "kind": desk.kind(one.kind),
            "at": one.occurred_at,
            "member": one.reference,
            "where": places.get(one.location or "", one.location),
            "moved": ", ".join(desk.points(amount, unit, signed=True) for unit, amount in one.moved.items() if amount),
            "root": desk.root,
        }
        for one in latest
    ]


def _short(day: date, desk: Desk) -> str:
    return str(format_date(day, _SHORT[desk.lang], locale=LOCALES[desk.lang]))
