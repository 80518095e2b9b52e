"""What an order cost, as JSON. Shapes are those of bodies/prices.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praemia.rules import Discounts, Earning, explain_prices, taken_from_json
from praemia.web.words import Lang


def checkout(
    kept: Mapping[str, Any], earning: Earning, discounts: Discounts, decimals: Mapping[str, int], lang: Lang | None
) -> dict[str, Any]:
    """What an order cost, from what its event keeps; with a language, a sentence for every discount."""
    taken = [taken_from_json(one) for one in kept["taken"]]
    sentences = explain_prices(taken, earning, discounts, lang) if lang else ()
    drawn: list[dict[str, Any]] = [
        {
            "kind": one.kind.value,
            "id": one.id,
            "name": one.name.get(lang or "en") or next(iter(one.name.values()), ""),
            "code": one.code,
            "applied": one.applied,
            "whole": one.whole,
            "amount_minor": one.amount_minor,
            "clause": one.clause,
        }
        for one in taken
    ]
    for one_drawn, sentence in zip(drawn, sentences, strict=False):
        one_drawn["sentence"] = sentence
    return {
        "lines": list(kept["lines"]),
        "discounts": drawn,
        "discount_minor": kept["discount_minor"],
        "total_minor": kept["total_minor"],
        "paid": [{**one, "decimals": decimals[one["unit"]]} if one["by"] == "unit" else dict(one) for one in kept["paid"]],
        "due_minor": kept["due_minor"],
    }
