"""Returns and orders to JSON. Shapes are those of bodies/returns.py; a test holds them equal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from praemia.orders import OrderView, Settlement
from praemia.rules import Explained
from praemia.web.presenting import Vocabulary, instant
from praemia.web.words import Lang


def settlement(one: Settlement, words: Vocabulary, lang: Lang | None = None, explained: Iterable[Explained] = ()) -> dict[str, Any]:
    """What a return did; `explained` are its sentences, where a language was asked for."""
    sentences = {line.rule: line.sentence for line in explained}
    return {
        "event": str(one.event_id),
        "kind": one.kind,
        "order": one.order,
        "member": one.member,
        "occurred_at": instant(one.occurred_at),
        "version": one.version,
        "replayed": one.replayed,
        "parked": one.parked,
        "refused": dict(one.refused) if one.refused else None,
        "claimed": words.amounts({unit: quanta for unit, quanta in one.claimed.items() if quanta}),
        "taken": words.amounts(one.taken),
        "restored": words.amounts(one.restored),
        "cards": [{"ends": ends, "amount_minor": amount} for ends, amount in one.cards],
        "left_minor": one.left_minor,
        "rules": [
            {
                "rule": outcome.rule,
                "name": words.names_in(lang).get(outcome.rule, ""),
                "fired": outcome.fired,
                "unit": outcome.unit,
                "amount": outcome.quanta,
                "clause": outcome.clause,
                **({"sentence": sentences[outcome.rule]} if outcome.rule in sentences else {}),
            }
            for outcome in one.verdict.outcomes
        ],
        "balances": words.amounts(one.balances),
    }


def explained_rules(lines: Iterable[Explained]) -> list[dict[str, Any]]:
    """The part of every rule of the purchase in a return, in words."""
    return [
        {
            "rule": line.rule,
            "name": line.name,
            "fired": line.fired,
            "unit": line.unit,
            "amount": line.quanta,
            "clause": line.clause,
            "sentence": line.sentence,
        }
        for line in lines
    ]


def order(view: OrderView, words: Vocabulary) -> dict[str, Any]:
    """An order as it stands."""
    return {
        "event": str(view.event_id),
        "order": view.order,
        "member": view.member,
        "occurred_at": instant(view.occurred_at),
        "version": view.version,
        "cancelled": view.cancelled,
        "value_minor": view.value_minor,
        "left_minor": view.left_minor,
        "lines": [dict(line) for line in view.lines],
        "earned": words.amounts(view.earned),
        "taken": words.amounts(view.taken),
        "spent": words.amounts(view.spent),
        "restored": words.amounts(view.restored),
        "cards": [{"ends": ends, "amount_minor": amount, "restored_minor": back} for ends, amount, back in view.cards],
        "returns": [settlement(one, words) for one in view.returns],
    }
