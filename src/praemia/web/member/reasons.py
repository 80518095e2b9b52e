"""Why a reward cannot be had yet, and what a redemption gives, in the member's language and with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from praemia.foundation.errors import DomainError
from praemia.rules import Reward
from praemia.web.member.seat import Seat


def reason_of(seat: Seat, refusal: DomainError, reward: Reward) -> str:
    """One sentence about what stands against a reward. A refusal we have no words for is told as it is: better than nothing."""
    key = f"why_{refusal.code.replace('.', '_')}"
    if key not in seat.words:
        return str(refusal)
    fields = {name: _told(seat, name, value, reward) for name, value in refusal.fields.items()}
    if refusal.code == "ledger.insufficient_points":
        fields["missing"] = seat.counted(int(refusal.fields["asked"]) - int(refusal.fields["available"]), reward.unit)
    return seat.words.f(key, **fields)


def gives_of(seat: Seat, terms: Mapping[str, Any]) -> str:
    """What was promised, in a few words."""
    kind = str(terms["gives"])
    figures = {name: _figure(seat, name, value) for name, value in terms.items()}
    key = f"gives_{kind}"
    return seat.words.f(key, n=terms.get("quantity"), **figures) if key in seat.words else str(terms.get("text", ""))


def tier_name(seat: Seat, tier: str | None) -> str:
    """What a tier is called."""
    levels = seat.policies.tiers.levels if seat.policies.tiers else ()
    level = next((one for one in levels if one.id == tier), None)
    return seat.speech.t(level.name, level.id) if level else tier or seat.words.no_tier


def _told(seat: Seat, name: str, value: Any, reward: Reward) -> str:
    match name:
        case "first_day" | "last_day":
            return seat.speech.date(date.fromisoformat(str(value)))
        case "tiers":
            return ", ".join(tier_name(seat, one.strip()) for one in str(value).split(","))
        case "per":
            return seat.words.get(f"per_{value}", str(value))
        case "asked" | "available":
            return seat.counted(int(value), reward.unit)
    return str(value)


def _figure(seat: Seat, name: str, value: Any) -> str:
    if name.endswith("_minor") or name == "value_minor_each":
        return seat.speech.money(int(value), seat.policies.rules.earning.currency)
    if name == "percent" and isinstance(value, list):
        whole, rest = divmod(value[0], value[1])
        return f"{whole} %" if not rest else f"{value[0]}/{value[1]} %"
    if name == "tier":
        return tier_name(seat, str(value))
    if name == "date":
        return seat.speech.date(date.fromisoformat(str(value)))
    return str(value)
