"""The conditions of a rule, each compiled to one small function. A gate answers None when it holds, else the rule's outcome.

Unknown or absent inputs never satisfy a condition. Gates run in the order of the clause table, the cheap ones first; what needs
the other rules (stop, exclusive, promotions) is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import reduce

from praemia.rules.core.clauses import Clause
from praemia.rules.core.conditions import Predicate, predicate
from praemia.rules.core.refusals import Refusal
from praemia.rules.core.showing import Shown
from praemia.rules.core.sight import Sight
from praemia.rules.model import PURCHASE, Outcome, Period, PerValue, Rule

Gate = Callable[[Sight], Outcome | None]


def gate_of(rule: Rule, selection: int, shown: Shown) -> Gate | None:
    """Every condition of a rule as one gate, tested in the order of the clause table; None when the rule asks nothing."""
    gates = [*_window(rule), *_places(rule), *_people(rule), *_purchase(rule, selection)]
    if rule.when.expression is not None:
        gates.append(_expression(Refusal(rule, Clause.EXPRESSION, "error"), predicate(rule.when.expression, shown)))
    if isinstance(rule.effect, PerValue):
        gates.append(_value(Refusal(rule, Clause.VALUE, "field"), rule.effect.value_field))
    if rule.limit is not None and rule.limit.per is not Period.ORDER:
        gates.append(_limit(Refusal(rule, Clause.LIMIT), limit_counter(rule), rule.limit.times))
    if rule.cooldown_seconds is not None:
        pause = timedelta(seconds=rule.cooldown_seconds)
        gates.append(_cooldown(Refusal(rule, Clause.COOLDOWN), cooldown_counter(rule), pause))
    return reduce(_both, gates) if gates else None


def limit_counter(rule: Rule) -> str:
    """The name of the counter behind a rule's limit; the period is part of it, so a changed limit starts a new count."""
    return f"limit:{rule.id}:{rule.limit.per if rule.limit else ''}"


def cooldown_counter(rule: Rule) -> str:
    """The name of the counter whose `last_at` a rule's cooldown looks at."""
    return f"cooldown:{rule.id}"


def _both(first: Gate, second: Gate) -> Gate:
    return lambda sight: first(sight) or second(sight)


def _window(rule: Rule) -> Iterator[Gate]:
    window = rule.when.window
    # A window over midnight belongs to the day on which it starts: before this minute, that is yesterday.
    belongs = window.hours[1] if window.hours is not None and window.hours[1] <= window.hours[0] else 0
    if window.first_day is not None or window.last_day is not None:
        yield _dates(Refusal(rule, Clause.DATES, "day"), window.first_day or date.min, window.last_day or date.max, belongs)
    if window.weekdays:
        yield _weekday(Refusal(rule, Clause.WEEKDAY, "day"), window.weekdays, belongs)
    if window.hours is not None:
        yield _hours(Refusal(rule, Clause.HOURS), *window.hours)


def _dates(refusal: Refusal, first: date, last: date, belongs: int) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        day = sight.day - _DAY if sight.minute < belongs else sight.day
        return None if first <= day <= last else refusal.seeing(sight.day)

    return test


def _weekday(refusal: Refusal, weekdays: frozenset[int], belongs: int) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        started = (sight.weekday - 1) % 7 if sight.minute < belongs else sight.weekday
        return None if started in weekdays else refusal.seeing(sight.day)

    return test


def _hours(refusal: Refusal, start: int, end: int) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        minute = sight.minute
        inside = start <= minute < end if start < end else minute >= start or minute < end
        return None if inside else refusal.with_numbers({"minute": minute})

    return test


def _places(rule: Rule) -> Iterator[Gate]:
    when = rule.when
    if when.channels:
        yield _one_of(Refusal(rule, Clause.CHANNELS, "channel"), when.channels, lambda sight: sight.happening.channel)
    if when.locations:
        yield _one_of(Refusal(rule, Clause.LOCATIONS, "location"), when.locations, lambda sight: sight.happening.location)
    if when.partners:
        yield _one_of(Refusal(rule, Clause.PARTNERS, "partner"), when.partners, lambda sight: sight.happening.partner)


def _people(rule: Rule) -> Iterator[Gate]:
    when = rule.when
    if when.members:
        yield _member(Refusal(rule, Clause.MEMBERS), when.members)
    if when.tiers:
        yield _one_of(Refusal(rule, Clause.TIERS, "tier"), when.tiers, lambda sight: sight.facts.tier)
    if when.segments:
        yield _segments(Refusal(rule, Clause.SEGMENTS), when.segments)


def _one_of(refusal: Refusal, wanted: frozenset[str], actual: Callable[[Sight], str | None]) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        value = actual(sight)
        return None if value in wanted else refusal.seeing(value)

    return test


def _member(refusal: Refusal, wanted: frozenset[str]) -> Gate:
    # Who the member is stays out of the figures: explanations are shown to others too.
    return lambda sight: None if sight.facts.reference in wanted else refusal.plain


def _segments(refusal: Refusal, wanted: frozenset[str]) -> Gate:
    return lambda sight: refusal.plain if wanted.isdisjoint(sight.facts.segments) else None


def _purchase(rule: Rule, selection: int) -> Iterator[Gate]:
    when = rule.when
    if when.first_purchase:
        yield _first_purchase(Refusal(rule, Clause.FIRST_PURCHASE, "before"))
    if when.min_amount_minor is not None:
        yield _min_amount(Refusal(rule, Clause.MIN_AMOUNT), when.min_amount_minor, when.min_amount_with_tax)
    if selection:
        yield _match(Refusal(rule, Clause.MATCH), selection)
    if when.min_quantity is not None:
        yield _min_quantity(Refusal(rule, Clause.MIN_QUANTITY), when.min_quantity, selection)


def _first_purchase(refusal: Refusal) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        before = sight.facts.purchases_before
        return None if before == 0 and sight.happening.trigger == PURCHASE else refusal.seeing(before)

    return test


def _match(refusal: Refusal, selection: int) -> Gate:
    return lambda sight: None if sight.basket.counted[selection] else refusal.plain


def _min_amount(refusal: Refusal, least: int, with_tax: bool) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        amount = sight.basket.goods_minor(with_tax)
        return None if amount >= least else refusal.with_numbers({"amount_minor": amount, "least_minor": least})

    return test


def _min_quantity(refusal: Refusal, least: int, selection: int) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        quantity = sight.basket.items[selection]
        return None if quantity >= least else refusal.with_numbers({"quantity": quantity, "least": least})

    return test


def _expression(refusal: Refusal, predicate: Predicate) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        met, error = predicate(sight)
        return None if met else refusal.seeing(error)

    return test


def _value(refusal: Refusal, field: str) -> Gate:
    # bool is an int to Python; a yes is no number.
    return lambda sight: None if type(sight.happening.fields.get(field)) is int else refusal.seeing(field)


def _limit(refusal: Refusal, counter: str, times: int) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        used = sight.usage(counter).used
        return None if used < times else refusal.with_numbers({"used": used, "times": times})

    return test


def _cooldown(refusal: Refusal, counter: str, pause: timedelta) -> Gate:
    def test(sight: Sight) -> Outcome | None:
        last = sight.usage(counter).last_at
        if last is None or abs(sight.happening.occurred_at - last) >= pause:
            return None
        return refusal.with_numbers({"last_at": last.isoformat()})

    return test


_DAY = timedelta(days=1)
