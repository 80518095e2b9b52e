"""The conditions of a rule, each compiled to one small function. A gate answers None when it holds, else the figures it saw.

Unknown or absent inputs never satisfy a condition. Gates run in the order of the clause table, the cheap ones first; what needs
the other rules (stop, exclusive, promotions) is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from praemia.rules.clauses import Clause
from praemia.rules.core.conditions import Predicate
from praemia.rules.core.sight import Sight
from praemia.rules.model import PURCHASE, Conditions, Period, PerValue, Rule, Scope, Window

Seen = Mapping[str, Any]
Test = Callable[[Sight], Seen | None]
Gate = tuple[Clause, Test]

NOTHING: Seen = {}


def gates_of(rule: Rule, selection: int, predicate: Predicate | None) -> tuple[Gate, ...]:
    """Every condition of a rule in the order in which it is tested; a rule that asks nothing has no gates."""
    gates = [*_window(rule.when.window), *_places(rule.when), *_people(rule.when), *_purchase(rule, selection)]
    if predicate is not None:
        gates.append((Clause.EXPRESSION, _expression(predicate)))
    if isinstance(rule.effect, PerValue):
        gates.append((Clause.VALUE, _value(rule.effect.value_field)))
    if rule.limit is not None and rule.limit.per is not Period.ORDER:
        gates.append((Clause.LIMIT, _limit(limit_counter(rule), rule.limit.times, rule.limit.per, rule.limit.scope)))
    if rule.cooldown_seconds is not None:
        gates.append((Clause.COOLDOWN, _cooldown(cooldown_counter(rule), timedelta(seconds=rule.cooldown_seconds))))
    return tuple(gates)


def limit_counter(rule: Rule) -> str:
    """The name of the counter behind a rule's limit; the period is part of it, so a changed limit starts a new count."""
    return f"limit:{rule.id}:{rule.limit.per if rule.limit else ''}"


def cooldown_counter(rule: Rule) -> str:
    """The name of the counter whose `last_at` a rule's cooldown looks at."""
    return f"cooldown:{rule.id}"


def _window(window: Window) -> list[Gate]:
    gates: list[Gate] = []
    overnight = window.hours is not None and window.hours[1] <= window.hours[0]
    end = window.hours[1] if window.hours is not None and overnight else 0
    first, last, weekdays = window.first_day, window.last_day, window.weekdays

    def dates(sight: Sight) -> Seen | None:
        day = sight.day - _DAY if overnight and sight.minute < end else sight.day
        if (first is None or day >= first) and (last is None or day <= last):
            return None
        return {"day": sight.day.isoformat()}

    def weekday(sight: Sight) -> Seen | None:
        start = (sight.weekday - 1) % 7 if overnight and sight.minute < end else sight.weekday
        return None if start in weekdays else {"day": sight.day.isoformat()}

    if first is not None or last is not None:
        gates.append((Clause.DATES, dates))
    if weekdays:
        gates.append((Clause.WEEKDAY, weekday))
    if window.hours is not None:
        gates.append((Clause.HOURS, _hours(*window.hours)))
    return gates


def _hours(start: int, end: int) -> Test:
    def test(sight: Sight) -> Seen | None:
        minute = sight.minute
        inside = start <= minute < end if start < end else minute >= start or minute < end
        return None if inside else {"minute": minute}

    return test


def _places(when: Conditions) -> list[Gate]:
    gates: list[Gate] = []
    if when.channels:
        gates.append((Clause.CHANNELS, _one_of("channel", when.channels, lambda sight: sight.happening.channel)))
    if when.locations:
        gates.append((Clause.LOCATIONS, _one_of("location", when.locations, lambda sight: sight.happening.location)))
    if when.partners:
        gates.append((Clause.PARTNERS, _one_of("partner", when.partners, lambda sight: sight.happening.partner)))
    return gates


def _people(when: Conditions) -> list[Gate]:
    gates: list[Gate] = []
    if when.members:
        gates.append((Clause.MEMBERS, _one_of("", when.members, lambda sight: sight.facts.reference)))
    if when.tiers:
        gates.append((Clause.TIERS, _one_of("tier", when.tiers, lambda sight: sight.facts.tier)))
    if when.segments:
        segments = when.segments
        gates.append((Clause.SEGMENTS, lambda sight: NOTHING if segments.isdisjoint(sight.facts.segments) else None))
    return gates


def _one_of(name: str, wanted: frozenset[str], actual: Callable[[Sight], str | None]) -> Test:
    def test(sight: Sight) -> Seen | None:
        value = actual(sight)
        if value in wanted:
            return None
        return {name: value} if name and value is not None else NOTHING

    return test


def _purchase(rule: Rule, selection: int) -> list[Gate]:
    gates: list[Gate] = []
    when = rule.when
    if when.first_purchase:
        gates.append((Clause.FIRST_PURCHASE, _first_purchase))
    if when.min_amount_minor is not None:
        gates.append((Clause.MIN_AMOUNT, _min_amount(when.min_amount_minor, when.min_amount_with_tax)))
    if selection:
        gates.append((Clause.MATCH, lambda sight: None if sight.basket.chosen(selection).has_items else NOTHING))
    if when.min_quantity is not None:
        gates.append((Clause.MIN_QUANTITY, _min_quantity(when.min_quantity, selection)))
    return gates


def _first_purchase(sight: Sight) -> Seen | None:
    before = sight.facts.purchases_before
    return None if before == 0 and sight.happening.trigger == PURCHASE else {"before": before}


def _min_amount(least: int, with_tax: bool) -> Test:
    def test(sight: Sight) -> Seen | None:
        amount = sight.basket.goods_minor(with_tax)
        return None if amount >= least else {"amount_minor": amount, "least_minor": least}

    return test


def _min_quantity(least: int, selection: int) -> Test:
    def test(sight: Sight) -> Seen | None:
        quantity = sight.basket.chosen(selection).items
        return None if quantity >= least else {"quantity": quantity, "least": least}

    return test


def _expression(predicate: Predicate) -> Test:
    def test(sight: Sight) -> Seen | None:
        met, error = predicate(sight.activation())
        if met:
            return None
        return {"error": error} if error else NOTHING

    return test


def _value(field: str) -> Test:
    def test(sight: Sight) -> Seen | None:
        value = sight.happening.fields.get(field)
        return None if type(value) is int else {"field": field}

    return test


def _limit(name: str, times: int, per: Period, scope: Scope) -> Test:
    def test(sight: Sight) -> Seen | None:
        used = sight.usage(scope, name, per).used
        return None if used < times else {"used": used, "times": times}

    return test


def _cooldown(name: str, pause: timedelta) -> Test:
    def test(sight: Sight) -> Seen | None:
        last = sight.usage(Scope.MEMBER, name, Period.LIFETIME).last_at
        if last is None or abs(sight.happening.occurred_at - last) >= pause:
            return None
        return {"last_at": last.isoformat()}

    return test


_DAY = timedelta(days=1)
