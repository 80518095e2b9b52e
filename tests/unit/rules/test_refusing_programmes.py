"""Impossible programmes are refused when they are compiled, with every fault, its place and what was probably meant."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from praemia.foundation.errors import InvalidInput
from praemia.rules import (
    ActivityType,
    Budget,
    Cap,
    Earning,
    Limit,
    Period,
    PerItem,
    PerValue,
    Rule,
    Selection,
    check_expression,
    compile_earning,
)
from tests.unit.rules.making import bought, earning, judged, once, rule, spend, times, when

WALK = (ActivityType(name="walk", fields={"steps": "int", "place": "string", "quantity": "int"}),)


def _places(programme: Earning) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        compile_earning(programme)
    return {fault.path: fault.code for fault in refusal.value.faults}


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (spend(unit="points"), "/rules/0/unit"),
        (spend(trigger="purchas"), "/rules/0/trigger"),
        (spend(per=0), "/rules/0/effect/per_minor"),
        (spend(quanta=-1), "/rules/0/effect/quanta"),
        (once("x", -5), "/rules/0/effect/quanta"),
        (times("x", "-1"), "/rules/0/effect/factor"),
        (rule("x", PerItem(quanta=1), trigger="visit"), "/rules/0/effect"),
        (rule("x", PerValue(quanta=Fraction(1), per=1), trigger="walk"), "/rules/0/effect/value_field"),
        (rule("x", PerValue(quanta=Fraction(1), per=1)), "/rules/0/effect/value_field"),
        (once("x", 5, trigger="walk", match=Selection(skus=frozenset({"A"}))), "/rules/0/match"),
        (once("x", 5, trigger="signup", when=when(first_purchase=True)), "/rules/0/when/first_purchase"),
        (spend(match=Selection()), "/rules/0/match"),
        (spend(when=when(first_day=date(2025, 2, 1), last_day=date(2025, 1, 1))), "/rules/0/when/window/first_day"),
        (spend(when=when(hours=(1500, 10))), "/rules/0/when/window/hours"),
        (spend(limit=Limit(times=0)), "/rules/0/limit/times"),
        (spend(cap=Cap(quanta=1, per=Period.DAY, unit="qp")), "/rules/0/cap/unit"),
        (times("x", "2", exclusive=True), "/rules/0/exclusive"),
        (spend(when=when(expression="event.amont > 1")), "/rules/0/when/expression"),
    ],
)
def test_an_impossible_rule_is_refused_at_its_place(wrong: Rule, path: str) -> None:
    assert path in _places(earning(wrong, activities=WALK))


def test_every_fault_is_told_at_once() -> None:
    budget = Budget(id="b", rules=("bse",), unit="pts", money_minor=1)
    cap = Cap(quanta=1, per=Period.DAY, unit="pts")
    assert _places(earning(spend(), spend(), budgets=(budget,), caps=(cap, cap))) == {
        "/rules/1": "repeated",
        "/caps/1": "repeated",
        "/budgets/0/money_minor": "impossible",
        "/budgets/0/rules/0": "unknown",
    }


@pytest.mark.parametrize(
    ("text", "column", "suggestion"),
    [
        ("event.amont_minor > 3", 7, "amount_minor"),
        ("event.lines.exists(l, l.categry == 'a')", 25, "categories"),
        ("channel == 'app'", 1, "event.channel"),
        ("evnt.channel == 'app'", 1, "event"),
        ("event.lines.exsts(l, true)", 13, "exists"),
        ("event.amount_minor > 'x'", 20, None),
        ("event.amount_minor >", 21, None),
        ("event.amount_minor + 1", 1, None),
        ("member.teir == 'gold'", 8, "tier"),
    ],
)
def test_a_wrong_condition_is_told_with_its_column_and_what_was_meant(text: str, column: int, suggestion: str | None) -> None:
    fault, *_ = check_expression(text, earning(), "purchase")
    assert (fault.line, fault.column, fault.suggestion) == (1, column, suggestion)


def test_the_line_of_a_fault_counts_inside_the_condition() -> None:
    fault, *_ = check_expression("true &&\n  event.chanel == 'x'", earning(), "purchase")
    assert (fault.line, fault.column, fault.suggestion) == (2, 9, "channel")


def test_a_condition_sees_the_declared_fields_of_its_activity_only() -> None:
    programme = earning(activities=WALK)
    assert check_expression("event.steps > 10 && event.place == 'park' && event.quantity > 1", programme, "walk") == []
    assert check_expression("event.steps > 10", programme, "purchase")
    assert check_expression("event.amount_minor > 10", programme, "walk")
    assert check_expression("member.attributes.age > 10 && 'vip' in member.segments", programme, "walk") == []


@pytest.mark.parametrize(
    "costly",
    [
        "event.lines.map(l, l.sku + l.sku).size() > 1",
        "event.lines.all(a, event.lines.all(b, event.lines.all(c, true)))",
        "event.lines.filter(l, true).filter(l, true).exists(l, true)",
        "event.lines.map(l, l.tags + l.tags).size() > 1",
        "true || " * 250 + "true",
    ],
)
def test_a_condition_that_could_cost_too_much_is_refused(costly: str) -> None:
    (fault,) = check_expression(costly, earning(), "purchase")
    assert fault.code in {"too_costly", "too_long"}


def test_lists_may_be_filtered_mapped_and_summed_over_numbers() -> None:
    fine = "event.lines.map(l, l.quantity + 1).exists(q, q > 2)"
    assert check_expression(fine, earning(), "purchase") == []
    assert judged(earning(spend(when=when(expression=fine))), bought(1000)).awards == {}
