"""The tier: what is held and until when, what is missing to the next, what each gives, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import tiers
from praemia.foundation.db import Tx
from praemia.rules import Level, Measure, Tiers
from praemia.tiers import View
from praemia.web import tier_presenting
from praemia.web.doors import member_page
from praemia.web.frame import render
from praemia.web.member.reasons import tier_name
from praemia.web.member.seat import Seat, looking
from praemia.web.sessions import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How far one measure is on the way to the next tier, in its own figures and in words."""

    label: str
    now: int
    goal: int
    now_text: str
    goal_text: str
    missing_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A level of the programme: what it asks for and what it gives."""

    name: str
    asks: tuple[str, ...]
    factor: str
    benefits: tuple[str, ...]
    is_mine: bool


@member_page
async def status(visit: Visit, request: Request) -> Response:
    """The member's tier and the ladder."""

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        found = await tiers.tier_of(tx, seat.program, seat.member, now=seat.now)
        if found is None:
            raise HTTPException(404)
        policy, view = found
        scales = await tier_presenting.scales_of(tx, seat.program, policy, seat.now)
        return {
            "seat": seat,
            "view": view,
            "tier": tier_name(seat, view.state.tier),
            "next_tier": tier_name(seat, view.next_tier.tier) if view.next_tier else None,
            "falls_to": tier_name(seat, view.at_risk.to) if view.at_risk else None,
            "ways": _ways(seat, policy, view, scales),
            "rungs": [_rung(seat, policy, level, view, scales) for level in policy.levels],
            "changes": [
                (one, tier_name(seat, one.was), tier_name(seat, one.becomes))
                for one in await tiers.changes_of(tx, seat.member, owners=seat.owners)
            ],
            "every": policy.every_criterion,
        }

    return render(request, "member/status.html", words="member", here_tab="points", **await looking(visit, request, read))


def _ways(seat: Seat, policy: Tiers, view: View, scales: tier_presenting.Scales) -> list[Way]:
    following = view.next_tier
    if following is None:
        return []
    level = next(one for one in policy.levels if one.id == following.tier)
    ways = []
    for measure, goal in level.at.items():
        now = view.figures.get(measure.value, 0)
        missing = following.missing.get(measure.value, max(goal - now, 0))
        ways.append(
            Way(
                label=seat.words[f"measure_{measure.value}"],
                now=max(now, 0),
                goal=goal,
                now_text=_figure(seat, policy, measure, now, scales),
                goal_text=_figure(seat, policy, measure, goal, scales),
                missing_text=_figure(seat, policy, measure, missing, scales) if missing else "",
            )
        )
    return ways


def _rung(seat: Seat, policy: Tiers, level: Level, view: View, scales: tier_presenting.Scales) -> Rung:
    factor = level.factor
    shown = "" if factor == 1 else seat.speech.amount(int(factor * 100), 2).rstrip("0").rstrip(",.") + " ×"
    return Rung(
        name=seat.speech.t(level.name, level.id),
        asks=tuple(_figure(seat, policy, measure, goal, scales) for measure, goal in level.at.items() if goal),
        factor=shown,
        benefits=tuple(seat.speech.t(one, "") for one in level.benefits),
        is_mine=level.id == view.state.tier,
    )


def _figure(seat: Seat, policy: Tiers, measure: Measure, quanta: int, scales: tier_presenting.Scales) -> str:
    if measure is Measure.SPEND:
        return seat.speech.money(quanta, seat.policies.rules.earning.currency)
    if measure is Measure.VISITS:
        return seat.words.f("visits", n=quanta)
    return f"{seat.speech.amount(quanta, scales[measure])} {seat.name_of(policy.unit)}"
