"""What became of the offers of an order, kept as JSON and said in sentences, German and English.

A promotion's conditions are explained in the words of rules; what only prices know (limits, budgets, what goes with what) is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, get_currency_precision

from praemia.foundation.values import replace
from praemia.rules.core.clauses import Clause
from praemia.rules.core.explaining import explain
from praemia.rules.core.pricing import BEST, BUDGET, INCOMPATIBLE, LIMIT, NOTHING, rule_of
from praemia.rules.core.wording import Language, Phrase
from praemia.rules.model import Discounts, Earning, OfferKind, Outcome, Rule, Taken, Verdict

TAKEN: Phrase = {"de": "{name}: {amount} weniger{where}.", "en": "{name}: {amount} off{where}."}
WHERE: dict[bool, Phrase] = {
    True: {"de": " auf die ganze Bestellung", "en": " the whole order"},
    False: {"de": " auf {lines} Positionen", "en": " {lines} lines"},
}
GIVEN: Phrase = {"de": "{name}: eingelöst.", "en": "{name}: used."}
NOT_TAKEN: Phrase = {"de": "{name}: nicht, denn {why}.", "en": "{name}: no, because {why}."}
WHY: dict[str, Phrase] = {
    LIMIT: {"de": "sie galt schon {used}-mal, höchstens {times}-mal", "en": "it was used {used} of {times} times"},
    BUDGET: {"de": "das Budget „{budget}“ reicht nicht", "en": "the budget “{budget}” does not reach"},
    INCOMPATIBLE: {"de": "sie verträgt sich nicht mit „{by}“", "en": "it does not go with “{by}”"},
    BEST: {"de": "„{by}“ nimmt mehr weg", "en": "“{by}” takes off more"},
    NOTHING: {"de": "sie hätte nichts weggenommen", "en": "it would have taken nothing off"},
}
OTHERWISE: Phrase = {"de": "{clause}", "en": "{clause}"}


def explain_prices(taken: Sequence[Taken], earning: Earning, discounts: Discounts, lang: Language = "de") -> tuple[str, ...]:
    """One sentence per offer, in their order."""
    promotions = {promotion.id: rule_of(promotion, earning) for promotion in discounts.promotions}
    names = {one.id: _name(one, lang) for one in taken}
    return tuple(_sentence(one, promotions, names, earning, lang) for one in taken)


def taken_to_json(taken: Taken) -> dict[str, Any]:
    """A compact form; empty parts are left out."""
    kept: dict[str, Any] = {"kind": taken.kind.value, "id": taken.id}
    for key, value in (("name", dict(taken.name)), ("code", taken.code), ("whole", taken.whole), ("numbers", dict(taken.numbers))):
        if value:
            kept[key] = value
    if taken.applied:
        kept["amount_minor"] = taken.amount_minor
        kept["by_line"] = [[line, amount] for line, amount in taken.by_line.items()]
    if taken.clause is not None:
        kept["clause"] = taken.clause
    return kept


def taken_from_json(kept: Mapping[str, Any]) -> Taken:
    """The inverse; the counters are kept elsewhere."""
    return Taken(
        kind=OfferKind(kept["kind"]),
        id=kept["id"],
        name=kept.get("name", {}),
        code=kept.get("code"),
        whole=kept.get("whole", False),
        applied="amount_minor" in kept,
        amount_minor=kept.get("amount_minor", 0),
        by_line=dict(_pairs(kept.get("by_line", ()))),
        clause=kept.get("clause"),
        numbers=kept.get("numbers", {}),
    )


def _pairs(kept: Iterable[Sequence[int]]) -> Iterable[tuple[int, int]]:
    return ((line, amount) for line, amount in kept)


def _sentence(one: Taken, promotions: Mapping[str, Rule], names: Mapping[str, str], earning: Earning, lang: Language) -> str:
    name = names[one.id]
    if one.applied and not one.amount_minor:
        return GIVEN[lang].format(name=name)
    if one.applied:
        where = WHERE[one.whole][lang].format(lines=len(one.by_line))
        return TAKEN[lang].format(name=name, amount=_money(one.amount_minor, earning, lang), where=where)
    if one.clause in WHY:
        told = {**one.numbers, "by": names.get(one.numbers.get("by", ""), one.numbers.get("by", ""))}
        return NOT_TAKEN[lang].format(name=name, why=WHY[one.clause][lang].format_map(_Unknown(told)))
    rule = promotions.get(one.id) if one.kind is OfferKind.PROMOTION else None
    if rule is None or one.clause not in set(Clause):
        return NOT_TAKEN[lang].format(name=name, why=one.numbers.get("why") or OTHERWISE[lang].format(clause=one.clause))
    refused = Outcome(rule=rule.id, unit=rule.unit, clause=one.clause, numbers=one.numbers)
    (said,) = explain(Verdict(awards={}, outcomes=(refused,)), replace(earning, rules=(rule,)), lang)
    return said.sentence


def _name(one: Taken, lang: Language) -> str:
    return one.name.get(lang) or one.name.get("en") or next(iter(one.name.values()), one.id)


def _money(minor: int, earning: Earning, lang: Language) -> str:
    digits = get_currency_precision(earning.currency)
    return format_currency(Decimal(minor).scaleb(-digits), earning.currency, locale=lang)


class _Unknown(dict[str, Any]):
    """Figures of a phrase; what is missing is left blank."""

    def __missing__(self, key: str) -> str:
        return ""
