"""Says to members, in German or English, what a rule of a programme gives, when, and how often. Pure; the phrases are in guide_words.

Every key of a rule that changes what a member gets has words here: a test takes every rule of every example, and one rule of each kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from praemia.programs.core.blocks import SelectionBlock, WhenBlock
from praemia.programs.core.currencies import MINOR_DIGITS
from praemia.programs.core.expression_words import spoken_condition
from praemia.programs.core.guide_words import Lang, phrase
from praemia.programs.core.lots_blocks import RuleExpiryBlock
from praemia.programs.core.schema import LeapDay, ProgramFile, RuleBlock
from praemia.programs.core.showing import exact
from praemia.programs.core.translate import default_unit
from praemia.rules import BUILT_IN_TRIGGERS, Accrual, Period, Scope, one_of

_LOCALES = {"de": "de_DE", "en": "en_GB"}
_ADVERBS = {
    "de": ("montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonntags"),
    "en": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
}
_DURATIONS = ((7 * 86_400, "w"), (86_400, "d"), (3600, "h"), (60, "m"))


class Saying:
    """Speaks about one programme file in one language."""

    def __init__(self, file: ProgramFile, lang: Lang) -> None:
        self.file = file
        self.lang: Lang = lang
        self._budgeted = {rule for budget in file.earning.budgets for rule in budget.rules}

    # Values ------------------------------------------------------------------------------------------------------------

    def say(self, key: str, **filled: object) -> str:
        """A phrase in this language."""
        return phrase(key, self.lang, **filled)

    def named(self, names: Mapping[str, str] | None, otherwise: str) -> str:
        """The name in this language, else in any."""
        return (names or {}).get(self.lang) or next(iter((names or {}).values()), otherwise)

    def unit(self, code: str | None, count: Fraction | None = None) -> str:
        """What a unit is called in the middle of a sentence; with a count of one in the singular, where the word is known."""
        code = code or default_unit(self.file)
        block = self.file.units.get(code)
        name = self.named(block.name if block else None, code)
        if self.lang == "en" and not name.isupper():
            name = name[0].lower() + name[1:]
        return one_of(name, self.lang) if count == 1 else name

    def points(self, count: Fraction, code: str | None) -> str:
        """So many of a unit: `50 points`; of a unit that is money, the money."""
        if self.is_money(code):
            return f"{self.money(count)} {self.unit(code)}"
        return f"{self.number(count)} {self.unit(code, count)}"

    def times(self, factor: Fraction, code: str | None) -> str:
        """A multiple of a unit."""
        return self.say("multiply_money" if self.is_money(code) else "multiply", factor=self.number(factor), unit=self.unit(code))

    def is_money(self, code: str | None) -> bool:
        """Whether one of the unit is one of the currency."""
        block = self.file.units.get(code or default_unit(self.file))
        return block is not None and (block.money or (block.value == 1 and block.decimals > 0))

    def money(self, amount: Fraction) -> str:
        """An amount of the programme's currency."""
        return str(format_currency(Decimal(exact(amount)), self.file.currency, locale=_LOCALES[self.lang]))

    def number(self, amount: Fraction | int) -> str:
        """A number, exact."""
        return str(format_decimal(Decimal(exact(Fraction(amount))), "#,##0.#########", locale=_LOCALES[self.lang]))

    def percent(self, share: Fraction) -> str:
        """A share of hundred."""
        return f"{self.number(share)} %" if self.lang == "de" else f"{self.number(share)}%"

    def day(self, day: date) -> str:
        """A day."""
        return str(format_date(day, "d. MMMM y" if self.lang == "de" else "d MMMM y", locale=_LOCALES[self.lang]))

    def listed(self, names: Iterable[str], key: str = "or") -> str:
        """a, b or c."""
        found = list(names)
        return self.say(key).join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)

    def quoted(self, names: Iterable[str], key: str = "or") -> str:
        """“a”, “b” or “c”, sorted."""
        return self.listed((self.say("quoted", name=name) for name in sorted(names)), key)

    def tiers(self, ids: Iterable[str]) -> str:
        """Tiers by their names."""
        levels = {level.id: level for level in self.file.tiers.levels} if self.file.tiers else {}
        return self.listed(self.named(levels[id].name, id) if id in levels else id for id in sorted(ids))

    def often(self, times: int) -> str:
        """once, 3 times."""
        return self.say("once_word") if times == 1 else self.say("times_word", count=self.number(times))

    # Rules -------------------------------------------------------------------------------------------------------------

    def rule(self, rule: RuleBlock) -> str:
        """Everything a rule says, in a few sentences."""
        return " ".join(self.sentences(rule))

    def sentences(self, rule: RuleBlock) -> list[str]:
        """The same, one by one: first what it gives and when, then its limits."""
        conditions = ", ".join(self.conditions(rule.when, rule.trigger))
        gift = self.gift(rule)
        first = f"{gift}, {conditions}." if conditions else f"{gift}."
        return [first[0].upper() + first[1:], *self._limits(rule)]

    def gift(self, rule: RuleBlock) -> str:
        """What it gives, and on what."""
        on = self._selected("match", rule.match) + self._selected("exclude", rule.exclude)
        if rule.multiply is not None:
            return self.times(rule.multiply, rule.to) + on
        if rule.add is not None:
            return self.say("add", points=self.points(rule.add, rule.to), occasion=self._occasion(rule.trigger)) + on
        if rule.earn is None:
            return ""
        earn = rule.earn
        points = self.points(earn.points, rule.to)
        if earn.per_amount is not None and self.is_money(rule.to):
            return self.say("percent", percent=self.percent(Fraction(100 * earn.points, earn.per_amount)), unit=self.unit(rule.to)) + on
        if earn.per_amount is not None:
            return self.say("per_amount", points=points, amount=self.money(earn.per_amount)) + on
        if earn.per_item:
            return self.say("per_item", points=points) + self._selected("match_items", rule.match) + self._selected("exclude", rule.exclude)
        if earn.per_value is not None:
            if earn.per_value.step == 1 and self._step(rule.trigger, earn.per_value.field, Fraction(1))[1]:
                return self.say("per_value_one", points=points, field=earn.per_value.field, event=self.event(rule.trigger)) + on
            step, field = self._step(rule.trigger, earn.per_value.field, earn.per_value.step)
            return self.say("per_value", points=points, step=step, field=field, event=self.event(rule.trigger)).replace("  ", " ") + on
        return self.say("once", points=points, occasion=self._occasion(rule.trigger)) + on

    def agreed(self, text: str, code: str | None) -> str:
        """The verb as the unit wants it: points expire, cashback expires."""
        if self.lang == "de" or not self.is_money(code):
            return text
        for many, one in ((" expire ", " expires "), (" do not expire", " does not expire"), ("do my ", "does my ")):
            text = text.replace(many, one)
        return text.replace("does not expires", "does not expire").replace(" expires?", " expire?")

    def event(self, trigger: str) -> str:
        """What an activity is called."""
        block = self.file.activities.get(trigger)
        return self.named(block.name if block else None, trigger)

    def conditions(self, when: WhenBlock, trigger: str) -> Iterator[str]:
        """Each thing that must hold for something that happened."""
        if when.first_day and when.last_day:
            yield self.say("from_until", first=self.day(when.first_day), last=self.day(when.last_day))
        elif when.first_day:
            yield self.say("from", first=self.day(when.first_day))
        elif when.last_day:
            yield self.say("until", last=self.day(when.last_day))
        if when.days:
            yield self.say("days", names=self.listed((_ADVERBS[self.lang][day] for day in sorted(when.days)), "and"))
        if when.hours:
            yield self.say("hours", start=_clock(when.hours[0]), end=_clock(when.hours[1]))
        if when.min_amount is not None:
            yield self.say("min_amount", amount=self.money(when.min_amount)) + self.say("tax_in" if when.min_amount_tax else "tax_out")
        if when.min_quantity is not None:
            yield self.say("min_quantity", count=self.number(when.min_quantity))
        if when.tiers:
            yield self.say("tiers", names=self.tiers(when.tiers))
        for key in ("segments", "channels", "locations", "partners"):
            if names := getattr(when, key):
                yield self.say(key, names=self.quoted(names))
        if when.members:
            yield self.say("members")
        if when.first_purchase:
            yield self.say("first_purchase")
        if when.expression is not None:
            condition = spoken_condition(when.expression, self.lang, self.listed, lambda field, text: self._valued(trigger, field, text))
            yield self.say("if", condition=condition) if condition else self.say("raw_if", condition=when.expression)

    def per(self, period: Period) -> str:
        """a day, a month, in all."""
        return self.say(period.value)

    def expiry(self, block: RuleExpiryBlock, unit: str) -> str:
        """When points end, as one sentence about `unit` (a name)."""
        start = self.say("start_available" if block.counts_from else "start_earned")
        rounded = self.say("rounded") if block.round_up else ""
        if block.days is not None:
            return self.say("expiry_days", unit=unit, count=self.number(block.days), start=start, rounded=rounded)
        if block.months is not None:
            return self.say("expiry_months", unit=unit, count=self.number(block.months), start=start, rounded=rounded)
        if block.end_of is not None:
            return self.say(f"expiry_end_of_{block.end_of.value}", unit=unit)
        if block.each_year is not None:
            pattern = "d. MMMM" if self.lang == "de" else "d MMMM"
            day = format_date(date(2024, *block.each_year), pattern, locale=_LOCALES[self.lang])
            return self.say("expiry_each_year", unit=unit, day=day)
        return self.say("no_expiry", unit=unit)

    def _limits(self, rule: RuleBlock) -> Iterator[str]:
        if (
            rule.earn
            and (rule.earn.per_amount or rule.earn.per_value)
            and (rule.accrual or self.file.earning.accrual) is Accrual.WHOLE_STEPS
        ):
            yield self.say("whole_steps")
        if rule.limit is not None:
            key = "limit_all" if rule.limit.scope is Scope.PROGRAM else "limit"
            yield self.say(key, times=self.often(rule.limit.times), per=self.per(rule.limit.per))
        if rule.cooldown is not None:
            count, unit = _duration(rule.cooldown)
            yield self.say("cooldown", duration=self.say(f"duration_{unit}", count=self.number(count)))
        if rule.cap is not None:
            yield self.say("cap", points=self.points(rule.cap.points, rule.to), per=self.per(rule.cap.per))
        expiry: object = rule.expiry  # a block, or the word for never
        if isinstance(expiry, RuleExpiryBlock):
            yield self.expiry(expiry, self.say("these", unit=self.unit(rule.to)))
        elif expiry is not None:
            yield self.say("own_expiry_never", unit=self.unit(rule.to))
        if rule.leap_day is LeapDay.MAR1 and rule.trigger == "birthday":
            yield self.say("leap_day")
        if rule.exclusive:
            yield self.say("exclusive")
        if rule.stop:
            yield self.say("stop")
        if rule.id in self._budgeted:
            yield self.say("budget")

    def _occasion(self, trigger: str) -> str:
        if trigger in BUILT_IN_TRIGGERS:
            return self.say(trigger)
        return self.say("activity", event=self.event(trigger))

    def _step(self, trigger: str, field: str, step: Fraction) -> tuple[str, str]:
        block = self.file.activities.get(trigger)
        if block is not None and field in block.fields and block.fields[field].value == "money":
            return self.money(step), ""
        return self.number(step), field

    def _valued(self, trigger: str, field: str, text: str) -> str:
        """A number a field is compared with; money is in minor units there."""
        block = self.file.activities.get(trigger)
        if field.endswith("_minor") or (block is not None and field in block.fields and block.fields[field].value == "money"):
            return self.money(Fraction(int(text), 10 ** MINOR_DIGITS.get(self.file.currency, 2)))
        return self.number(int(text))

    def _selected(self, key: str, block: SelectionBlock | None) -> str:
        if block is None:
            return ""
        kinds = ((kind, getattr(block, kind)) for kind in ("sku", "category", "brand", "tag"))
        things = [self.say(kind, names=self.quoted(names)) for kind, names in kinds if names]
        return self.say(key, things=self.listed(things)) if things else ""


def _duration(seconds: int) -> tuple[int, str]:
    """In the largest unit of which there are several: 24 hours, not 1 day."""
    return next((seconds // size, unit) for size, unit in _DURATIONS if seconds % size == 0 and (seconds > size or unit == "m"))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
