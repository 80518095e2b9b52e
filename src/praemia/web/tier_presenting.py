"""A member's tier as JSON, for the tier itself and for the member it belongs to. Shapes are those of bodies/answers.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from praemia import programs, tiers
from praemia.foundation.db import Tx
from praemia.members import Member
from praemia.programs import MINOR_DIGITS, OpenProgram
from praemia.rules import Measure, Tiers
from praemia.tiers import View
from praemia.web.presenting import instant

Scales = Mapping[str, int]
"""The decimals of every measure."""


async def tier_of(tx: Tx, program: OpenProgram, member: Member, now: datetime, lang: str | None) -> dict[str, Any] | None:
    """The member's tier now; None: the programme has no tiers."""
    found = await tiers.tier_of(tx, program, member, now=now)
    return None if found is None else _shown(*found, await scales_of(tx, program, found[0], now), lang)


async def scales_of(tx: Tx, program: OpenProgram, policy: Tiers, now: datetime) -> Scales:
    """The decimals in which the programme's measures are counted."""
    rules = await programs.ruleset_of(tx, program, program.version_at(program.now(now)))
    unit = program.units[policy.unit].decimals
    return {Measure.POINTS: unit, Measure.BALANCE: unit, Measure.SPEND: MINOR_DIGITS[rules.earning.currency], Measure.VISITS: 0}


def measures(figures: Mapping[str, int], scales: Scales) -> list[dict[str, Any]]:
    """Figures by measure, each with its decimals."""
    return [{"measure": name, "amount": amount, "decimals": scales[name]} for name, amount in figures.items()]


def _shown(policy: Tiers, view: View, scales: Scales, lang: str | None) -> dict[str, Any]:
    state = view.state
    level = next((level for level in policy.levels if level.id == state.tier), None)
    until = None if state.assigned_until is None else state.assigned_until.isoformat()
    assigned = {"tier": state.assigned, "as": "fixed" if state.is_fixed else "floor", "until": until}
    return {
        "tier": state.tier,
        "name": _word(level.name, lang) if level else "",
        "since": instant(state.since),
        "until": view.until.isoformat() if view.until else None,
        "multiplier": _exact(level.factor) if level else "1",
        "benefits": [_word(benefit, lang) for benefit in level.benefits] if level else [],
        "assigned": assigned if state.assigned is not None else None,
        "figures": measures(view.figures, scales),
        "next": None if view.next_tier is None else {"tier": view.next_tier.tier, "missing": measures(view.next_tier.missing, scales)},
        "at_risk": None if view.at_risk is None else {"on": view.at_risk.day.isoformat(), "becomes": view.at_risk.to},
    }


def _word(names: Mapping[str, str], lang: str | None) -> str:
    return names.get(lang or "en") or next(iter(names.values()), "")


def _exact(factor: Fraction) -> str:
    whole, rest = divmod(factor, 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{whole}.{digits}" if digits else str(whole)
