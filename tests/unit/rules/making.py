"""Short ways to write programmes, purchases and their verdicts in the tests of the rules."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from praemia.rules import (
    PURCHASE,
    CounterKey,
    Earning,
    Effect,
    Facts,
    Fixed,
    Happening,
    Line,
    Multiply,
    Outcome,
    PerAmount,
    Rule,
    RuleSet,
    Selection,
    Unit,
    Verdict,
    Window,
    compile_earning,
)
from praemia.rules import Conditions as When

POINTS = Unit(code="pts")
NOON = datetime(2025, 3, 5, 12, 0, tzinfo=UTC)  # a Wednesday


def earning(*rules: Rule, **settings: Any) -> Earning:
    """A programme in UTC and euros with one unit of whole points, unless told otherwise."""
    given: dict[str, Any] = {"timezone": ZoneInfo("UTC"), "currency": "EUR", "units": (POINTS,), **settings}
    return Earning(rules=rules, **given)


def rule(id: str, effect: Effect, **more: Any) -> Rule:
    """An earning rule on purchases, paid in points, unless told otherwise."""
    given: dict[str, Any] = {"trigger": PURCHASE, "unit": "pts", **more}
    return Rule(id=id, effect=effect, **given)


def spend(id: str = "base", quanta: int | str = 1, per: int = 100, *, with_: dict[str, Any] | None = None, **more: Any) -> Rule:
    """`quanta` points for every `per` cents; `with_` reaches into the effect (accrual, round_at, basis)."""
    return rule(id, PerAmount(quanta=Fraction(quanta), per_minor=per, **(with_ or {})), **more)


def times(id: str, factor: str, **more: Any) -> Rule:
    return rule(id, Multiply(factor=Fraction(factor)), **more)


def once(id: str, quanta: int, **more: Any) -> Rule:
    return rule(id, Fixed(quanta=quanta), **more)


def line(amount: int = 0, sku: str = "A", **more: Any) -> Line:
    return Line(sku=sku, amount_minor=amount, **more)


def bought(*lines: Line | int, **more: Any) -> Happening:
    """A purchase on a Wednesday at noon; a bare number is a line of that many cents."""
    made = tuple(one if isinstance(one, Line) else line(one) for one in lines)
    return Happening(**{"trigger": PURCHASE, "occurred_at": NOON, "lines": made, **more})


def did(trigger: str, at: datetime = NOON, **fields: Any) -> Happening:
    return Happening(trigger=trigger, occurred_at=at, fields=fields)


def counters_for(rules: RuleSet, happening: Happening) -> tuple[CounterKey, ...]:
    """The counters of the happening's own local day."""
    return tuple(rules.counters_on(happening.occurred_at.astimezone(rules.earning.timezone).date(), happening.trigger))


def judged(programme: Earning, happening: Happening, facts: Facts | None = None) -> Verdict:
    return compile_earning(programme).judge(happening, facts or Facts())


def points(programme: Earning, happening: Happening, facts: Facts | None = None) -> int:
    """The award in points."""
    return judged(programme, happening, facts).awards.get("pts", 0)


def by_rule(verdict: Verdict) -> dict[str, int]:
    return {outcome.rule: outcome.quanta for outcome in verdict.outcomes}


def outcome(verdict: Verdict, id: str) -> Outcome:
    return next(one for one in verdict.outcomes if one.rule == id)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def of(**sets: str) -> Selection:
    """A selection by one word each: of(categories="food bread")."""
    return Selection(**{name: frozenset(words.split()) for name, words in sets.items()})


def when(**conditions: Any) -> When:
    """Conditions; the fields of a window may be given directly."""
    window = {name: conditions.pop(name) for name in ("first_day", "last_day", "weekdays", "hours") if name in conditions}
    return When(window=Window(**window), **conditions)
