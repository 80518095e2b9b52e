"""Rewards and redemptions to JSON. Shapes are those of bodies/redemptions.py; a test holds them equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from praemia import redemption
from praemia.catalogue import GiftCard
from praemia.ledger import InsufficientPoints
from praemia.programs import OpenProgram
from praemia.redemption import Done, Offer, ShownCode
from praemia.rules import Reward
from praemia.web.presenting import instant

_KEPT_FOR_US = frozenset({"name", "times", "steps", "automatic", "limit", "code", "option"})


def reward(one: Reward, left: int | None, program: OpenProgram, *, cost: int | None = None) -> dict[str, Any]:
    """A reward as everybody sees it."""
    return {
        "reward": one.id,
        "name": dict(one.name),
        "description": dict(one.description),
        "unit": one.unit,
        "decimals": program.units[one.unit].decimals,
        "cost": one.price.quanta if cost is None else cost,
        "options": [{"points": option.quanta, "cash_minor": option.cash_minor} for option in one.options],
        "gives": _gives(redemption.promise_of(one)),
        "value_minor": one.value_minor,
        "left": left,
    }


def offer(one: Offer, program: OpenProgram) -> dict[str, Any]:
    """A reward as one member sees it."""
    missing = next((r.fields["asked"] - r.fields["available"] for r in one.against if isinstance(r, InsufficientPoints)), 0)
    return {
        **reward(one.reward, one.left, program, cost=one.price.quanta),
        "available": not one.against,
        "missing": missing,
        "reasons": [{"code": r.code, "detail": str(r), "fields": r.fields} for r in one.against],
    }


def done(what: Done, program: OpenProgram) -> dict[str, Any]:
    """A redemption, and what an act did with it."""
    found = what.redemption
    unit = next(u for u in program.units.values() if u.number == found.unit)
    return {
        "redemption": str(found.redemption_id),
        "event": str(what.event_id) if what.event_id else None,
        "member": what.member,
        "reward": found.reward,
        "name": dict(found.terms["name"]),
        "state": found.state.value,
        "times": found.times,
        "gives": _gives(found.terms),
        "unit": unit.code,
        "decimals": unit.decimals,
        "points": found.quanta,
        "spent": what.spent,
        "returned": what.returned,
        "cash_due_minor": found.cash_minor,
        "codes": [_code(code) for code in what.codes],
        "gift_cards": [_code(card) for card in what.cards],
        "fulfilment": _fulfilment(what),
        "deadline": instant(found.deadline) if found.deadline else None,
        "made_at": instant(found.made_at),
        "changed_at": instant(found.changed_at),
        "balances": [{"unit": code, "amount": amount, "decimals": program.units[code].decimals} for code, amount in what.after.items()],
        "replayed": what.replayed,
    }


def card(one: GiftCard, event: UUID | None = None, *, replayed: bool = False) -> dict[str, Any]:
    """A gift card."""
    return {
        "number": one.spelled,
        "ends": one.ends,
        "value_minor": one.value_minor,
        "balance_minor": one.balance_minor,
        "last_day": one.last_day.isoformat() if one.last_day else None,
        "event": str(event) if event else None,
        "replayed": replayed,
    }


def _code(code: ShownCode) -> dict[str, Any]:
    return {"code": code.spelled, "ends": code.ends}


def _fulfilment(what: Done) -> dict[str, Any] | None:
    state = redemption.fulfilment_of(what.redemption)
    if state is None:
        return None
    return {"state": state, "next": redemption.next_step(what.redemption), "steps": what.redemption.terms["steps"]}


def _gives(terms: Mapping[str, Any]) -> dict[str, Any]:
    """What is promised, in the words of a client: `kind` and its figures."""
    return {("kind" if key == "gives" else key): value for key, value in terms.items() if key not in _KEPT_FOR_US}
