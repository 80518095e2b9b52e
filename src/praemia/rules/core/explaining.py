"""Says a verdict in sentences: per rule whether it fired, by which clause, with which numbers. The words are in core.wording.

Works from the stored verdict and the programme version it was reached under; needs neither the happening nor the member's facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, get_currency_precision

from praemia.rules.core import wording
from praemia.rules.core.clauses import Clause
from praemia.rules.core.naming import one_of
from praemia.rules.core.tier_rates import tier_rules
from praemia.rules.core.wording import Language
from praemia.rules.model import Earning, Multiply, Outcome, Rule, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One rule's outcome for people: `sentence` says in one language whether it fired, by which clause, with which numbers."""

    rule: str
    name: str
    unit: str
    fired: bool
    quanta: int
    clause: str | None
    sentence: str


def explain(
    verdict: Verdict, earning: Earning, lang: Language = "de", unit_names: Mapping[str, str] | None = None
) -> tuple[Explained, ...]:
    """One sentence per rule, in the verdict's order. Units are called by their code unless `unit_names` says better."""
    speaker = _Speaker(verdict, earning, lang, unit_names or {})
    return tuple(speaker.explained(outcome) for outcome in verdict.outcomes)


class _Speaker:
    def __init__(self, verdict: Verdict, earning: Earning, lang: Language, unit_names: Mapping[str, str]) -> None:
        self._earning = earning
        self._lang: Language = lang
        self._locale = Locale.parse(lang)
        self._rules = {rule.id: rule for rule in (*earning.rules, *tier_rules(earning))}
        self._decimals = {unit.code: unit.decimals for unit in earning.units}
        self._unit_names = unit_names
        self._cut: dict[str, int] = {}
        for cut in verdict.cuts:
            self._cut[cut.rule] = self._cut.get(cut.rule, 0) + cut.quanta

    def explained(self, outcome: Outcome) -> Explained:
        rule = self._rules[outcome.rule]
        name = self._name(rule.id)
        if outcome.fired:
            what = wording.GAVE[type(rule.effect).__name__][self._lang].format(**self._gave(rule, outcome))
            if cut := self._cut.get(rule.id):
                what += wording.CUT[self._lang].format(points=self._points(cut, rule.unit))
            sentence = wording.FIRED[self._lang].format(name=name, what=what)
        else:
            why = wording.BECAUSE[Clause(outcome.clause or Clause.ZERO)][self._lang].format(**self._why(rule, outcome.numbers))
            sentence = wording.NOT_FIRED[self._lang].format(name=name, why=why)
        return Explained(
            rule=rule.id, name=name, unit=rule.unit, fired=outcome.fired, quanta=outcome.quanta, clause=outcome.clause, sentence=sentence
        )

    def _name(self, id: str) -> str:
        names = self._rules[id].name if id in self._rules else {}
        return names.get(self._lang) or names.get("en") or next(iter(names.values()), id)

    def _gave(self, rule: Rule, outcome: Outcome) -> dict[str, str]:
        numbers = outcome.numbers
        factor = rule.effect.factor if isinstance(rule.effect, Multiply) else Fraction(1)
        return {
            "points": self._points(outcome.quanta, rule.unit),
            "basis": self._money(numbers.get("basis_minor", 0)),
            "items": self._number(numbers.get("items", 0)),
            "thing": wording.ITEM[self._lang][numbers.get("items", 0) != 1],
            "value": self._number(numbers.get("value", 0)),
            "factor": self._factor(factor),
        }

    def _why(self, rule: Rule, numbers: Mapping[str, Any]) -> dict[str, str]:
        unknown = wording.UNKNOWN[self._lang]
        day = date.fromisoformat(numbers["day"]) if "day" in numbers else None
        least = numbers.get("least_minor")
        hours = rule.when.window.hours or (0, 0)
        return {
            "by": self._name(numbers.get("by", "")),
            "event": wording.EVENT.get(rule.trigger, wording.EVENT[""])[self._lang],
            "day": self._date(day) if day else unknown,
            "weekday": format_date(day, "EEEE", locale=self._locale) if day else unknown,
            "period": self._period(rule),
            "time": _clock(numbers.get("minute", 0)),
            "hours": f"{_clock(hours[0])}–{_clock(hours[1])}",
            "channel": numbers.get("channel", unknown),
            "location": numbers.get("location", unknown),
            "partner": numbers.get("partner", unknown),
            "tier": numbers.get("tier", wording.NONE[self._lang]),
            "amount": self._money(numbers.get("amount_minor", 0)),
            "least": self._money(least) if least is not None else self._number(numbers.get("least", 0)),
            "quantity": self._number(numbers.get("quantity", 0)),
            "condition": rule.when.expression or "",
            "field": numbers.get("field", ""),
            "used": self._number(numbers.get("used", 0)),
            "times": self._number(numbers.get("times", 0)),
            "last": self._moment(numbers["last_at"]) if "last_at" in numbers else unknown,
        }

    def _period(self, rule: Rule) -> str:
        first, last = rule.when.window.first_day, rule.when.window.last_day
        phrase = wording.PERIOD[first is not None, last is not None][self._lang]
        return phrase.format(first=self._date(first) if first else "", last=self._date(last) if last else "")

    def _points(self, quanta: int, unit: str) -> str:
        decimals = self._decimals[unit]
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        name = self._unit_names.get(unit, unit)
        called = one_of(name, self._lang) if quanta == 10**decimals else name
        return f"{format_decimal(Decimal(quanta).scaleb(-decimals), pattern, locale=self._locale)} {called}"

    def _money(self, minor: int) -> str:
        currency = self._earning.currency
        return format_currency(Decimal(minor).scaleb(-get_currency_precision(currency)), currency, locale=self._locale)

    def _number(self, value: int) -> str:
        return format_decimal(value, locale=self._locale)

    def _factor(self, factor: Fraction) -> str:
        return format_decimal(Decimal(factor.numerator) / factor.denominator, "0.####", locale=self._locale)

    def _date(self, day: date) -> str:
        return format_date(day, "medium", locale=self._locale)

    def _moment(self, text: str) -> str:
        return format_datetime(datetime.fromisoformat(text), "medium", tzinfo=self._earning.timezone, locale=self._locale)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
