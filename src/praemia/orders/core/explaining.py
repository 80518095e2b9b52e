"""Says a return in sentences: per rule of the purchase how much less it gives now, and why. German and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision

from praemia.orders.model import Settled
from praemia.rules import EarnedBack, Earning, Explained, Outcome, Verdict, explain, verdict_from_json

Language = Literal["de", "en"]
Phrase = Mapping[Language, str]

_STAYS: Phrase = {"de": "{name}: bleibt bei {kept}.", "en": "{name}: stays at {kept}."}
_WHOLE: Phrase = {"de": "{name}: {now} zurück, denn es wird nichts behalten.", "en": "{name}: {now} taken back, because nothing is kept."}
_LESS: Mapping[EarnedBack, Phrase] = {
    EarnedBack.RECOMPUTE: {
        "de": "{name}: {now} zurück; von {bought} für den Kauf bleiben {kept} für das Behaltene.",
        "en": "{name}: {now} taken back; of {bought} for the purchase {kept} stay for what is kept.",
    },
    EarnedBack.BY_VALUE: {
        "de": "{name}: {now} zurück; behalten wird Ware für {left} von {value}.",
        "en": "{name}: {now} taken back; goods for {left} of {value} are kept.",
    },
    EarnedBack.FLOOR_STEPS_EACH: {
        "de": "{name}: {now} zurück, in ganzen Schritten dieser Rückgabe.",
        "en": "{name}: {now} taken back, in whole steps of this return.",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One rule of the purchase: what it gave, what is left of that after this return, and what this return took of it."""

    rule: str
    unit: str
    bought: int
    kept: int
    now: int

    def outcome(self) -> Outcome:
        """The rule's part in the return's verdict."""
        return Outcome(rule=self.rule, unit=self.unit, quanta=-self.now, numbers={"bought": self.bought, "kept": self.kept})

    def to_json(self) -> dict[str, Any]:
        """As an event keeps it."""
        return {"rule": self.rule, "unit": self.unit, "bought": self.bought, "kept": self.kept, "now": self.now}


def parts_of(bought: Verdict, before: Settled, after: Settled) -> list[Part]:
    """The part of every rule that gave something, in the purchase's order."""
    return [
        Part(
            rule=outcome.rule,
            unit=outcome.unit,
            bought=outcome.quanta,
            kept=outcome.quanta - after.by_rule.get(outcome.rule, 0),
            now=after.by_rule.get(outcome.rule, 0) - before.by_rule.get(outcome.rule, 0),
        )
        for outcome in bought.outcomes
        if outcome.quanta
    ]


def explain_return(told: Mapping[str, Any], earning: Earning, lang: Language, unit_names: Mapping[str, str]) -> tuple[Explained, ...]:
    """A sentence for every rule of the purchase, from what the return's event keeps (its `order`)."""
    speaker = _Speaker(told, earning, lang, unit_names)
    return tuple(speaker.said(Part(**part)) for part in told["rules"])


class _Speaker:
    def __init__(self, told: Mapping[str, Any], earning: Earning, lang: Language, unit_names: Mapping[str, str]) -> None:
        self._told = told
        self._currency = earning.currency
        self._lang: Language = lang
        self._locale = Locale.parse(lang)
        self._decimals = {unit.code: unit.decimals for unit in earning.units}
        self._unit_names = unit_names
        self._names = {rule.id: rule.name for rule in earning.rules}
        kept = Verdict(awards={}, outcomes=()) if told["kept"] is None else verdict_from_json(told["kept"])
        self._kept = {line.rule: line for line in explain(kept, earning, lang, unit_names)}

    def said(self, part: Part) -> Explained:
        line = self._kept.get(part.rule)
        name = self._name(part.rule)
        sentence = self._phrase(part).format(
            name=name,
            now=self._points(part.now, part.unit),
            bought=self._points(part.bought, part.unit),
            kept=self._points(part.kept, part.unit),
            left=self._money(self._told["left_minor"]),
            value=self._money(self._told["value_minor"]),
        )
        if part.now and part.kept == 0 and line is not None and line.clause is not None:
            sentence = f"{sentence} {line.sentence}"
        return Explained(rule=part.rule, name=name, unit=part.unit, fired=part.now != 0, quanta=-part.now, clause=None, sentence=sentence)

    def _phrase(self, part: Part) -> str:
        if not part.now:
            return _STAYS[self._lang]
        method = EarnedBack(self._told["method"])
        if self._told["kept"] is None and (method is not EarnedBack.FLOOR_STEPS_EACH or part.kept == 0):
            return _WHOLE[self._lang]
        return _LESS[method][self._lang]

    def _name(self, rule: str) -> str:
        names = self._names.get(rule) or {}
        return names.get(self._lang) or names.get("en") or next(iter(names.values()), rule)

    def _points(self, quanta: int, unit: str) -> str:
        decimals = self._decimals[unit]
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return f"{format_decimal(Decimal(quanta).scaleb(-decimals), pattern, locale=self._locale)} {self._unit_names.get(unit, unit)}"

    def _money(self, minor: int) -> str:
        return format_currency(Decimal(minor).scaleb(-get_currency_precision(self._currency)), self._currency, locale=self._locale)
