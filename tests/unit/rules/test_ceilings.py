"""Limits, caps and budgets: how much is left, who loses what, and which counters move."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from praemia.rules import (
    SIGNUP,
    Add,
    Budget,
    Cap,
    CounterKey,
    Cut,
    Facts,
    Limit,
    OnExceed,
    Period,
    PerItem,
    Scope,
    Unit,
    Usage,
    Verdict,
    compile_earning,
)
from tests.unit.rules.making import (
    bought,
    by_rule,
    counters_for,
    did,
    earning,
    judged,
    line,
    moment,
    of,
    once,
    outcome,
    points,
    rule,
    spend,
    times,
)


def _cap(quanta: int, per: Period, on_exceed: OnExceed = OnExceed.CUT) -> Cap:
    return Cap(quanta=quanta, per=per, unit="pts", on_exceed=on_exceed)


def _after(*verdicts: Verdict) -> Facts:
    """The counters as those verdicts left them."""
    used: dict[CounterKey, Usage] = {}
    for verdict in verdicts:
        for key, more in verdict.spent.items():
            used[key] = Usage(used=used.get(key, Usage()).used + more)
    return Facts(used=used)


@pytest.mark.parametrize(("cents", "expected"), [(25000, 100), (9900, 99)])
def test_an_order_cap_cuts_one_order(cents: int, expected: int) -> None:
    assert points(earning(spend(), caps=(_cap(100, Period.ORDER),)), bought(cents)) == expected


def test_a_cap_that_refuses_gives_nothing_at_all() -> None:
    programme = earning(spend(), once("hello", 5), caps=(_cap(100, Period.ORDER, OnExceed.REFUSE),))
    verdict = judged(programme, bought(9600))
    assert (verdict.awards, by_rule(verdict)) == ({}, {"base": 0, "hello": 0})
    assert outcome(verdict, "base").clause == "cap"
    assert points(programme, bought(9500)) == 100


@pytest.mark.parametrize(("balance", "expected"), [(900, 100), (600, 400), (1200, 0)])
def test_a_balance_cap_counts_what_is_held(balance: int, expected: int) -> None:
    programme = earning(spend(), caps=(_cap(1000, Period.BALANCE),))
    assert compile_earning(programme).needs_balances
    assert points(programme, bought(100_000), Facts(balances={"pts": balance})) == min(expected, 1000)


def test_a_rules_own_monthly_cap_cuts_that_rule_only_and_opens_next_month() -> None:
    bread = rule("bread", PerItem(quanta=10), match=of(categories="bread"), cap=_cap(50, Period.MONTH))
    programme = earning(spend(), bread)
    basket = {"lines": (line(600, quantity=3, categories=("bread",)),)}
    first = judged(programme, bought(**basket, occurred_at=moment("2025-03-04T10:00:00+00:00")))
    second = judged(programme, bought(**basket, occurred_at=moment("2025-03-31T21:00:00+00:00")), _after(first))
    third = judged(programme, bought(**basket, occurred_at=moment("2025-04-01T10:00:00+00:00")), _after(first, second))
    assert [by_rule(one) for one in (first, second, third)] == [
        {"base": 6, "bread": 30},
        {"base": 6, "bread": 20},
        {"base": 6, "bread": 30},
    ]


def test_a_day_cap_belongs_to_the_day_of_the_event() -> None:
    programme = earning(spend(), caps=(_cap(100, Period.DAY),))
    a1 = judged(programme, bought(8000, occurred_at=moment("2025-01-06T10:00:00+00:00")))
    a2 = judged(programme, bought(15000, occurred_at=moment("2025-01-05T20:00:00+00:00")), _after(a1))
    a3 = judged(programme, bought(5000, occurred_at=moment("2025-01-06T12:00:00+00:00")), _after(a1, a2))
    assert [one.awards for one in (a1, a2, a3)] == [{"pts": 80}, {"pts": 100}, {"pts": 20}]


@pytest.mark.parametrize(
    ("per", "first"),
    [
        (Period.DAY, date(2025, 3, 5)),
        (Period.WEEK, date(2025, 3, 3)),
        (Period.MONTH, date(2025, 3, 1)),
        (Period.YEAR, date(2025, 1, 1)),
        (Period.LIFETIME, date(1, 1, 1)),
    ],
)
def test_a_counter_is_named_by_the_first_day_of_its_period(per: Period, first: date) -> None:
    key = CounterKey(scope=Scope.MEMBER, counter=f"cap:pts:{per}", period=first)
    rules = compile_earning(earning(spend(), caps=(_cap(100, per),)))
    assert counters_for(rules, bought(1000)) == (key,)
    assert rules.judge(bought(1000), Facts()).spent == {key: 10}


def test_cuts_come_from_the_last_rules_first_and_are_written_down() -> None:
    programme = earning(spend("a"), spend("b"), rule("plus", Add(quanta=4)), caps=(_cap(15, Period.ORDER),))
    verdict = judged(programme, bought(1000))
    assert by_rule(verdict) == {"a": 10, "b": 5, "plus": 0}
    assert verdict.cuts == (
        Cut(by="cap:pts:order", rule="plus", unit="pts", quanta=4, room=15),
        Cut(by="cap:pts:order", rule="b", unit="pts", quanta=5, room=15),
    )


def test_rule_caps_come_before_programme_caps_before_budgets() -> None:
    programme = earning(
        spend("a", cap=_cap(8, Period.ORDER)),
        caps=(_cap(6, Period.ORDER),),
        budgets=(Budget(id="b", rules=("a",), unit="pts", quanta=4),),
    )
    verdict = judged(programme, bought(1000))
    assert [(cut.by, cut.quanta) for cut in verdict.cuts] == [("cap:rule:a:order", 2), ("cap:pts:order", 2), ("budget:b:lifetime", 2)]
    assert verdict.awards == {"pts": 4}


def test_programme_caps_leave_sign_up_alone_but_a_rules_own_cap_does_not() -> None:
    hello = once("hello", 250, trigger=SIGNUP)
    assert points(earning(hello, caps=(_cap(100, Period.DAY),)), did(SIGNUP)) == 250
    assert points(earning(once("hello", 250, trigger=SIGNUP, cap=_cap(100, Period.LIFETIME))), did(SIGNUP)) == 100


def test_a_limit_counts_firings_not_tries() -> None:
    programme = earning(spend("x", limit=Limit(times=1, per=Period.DAY)))
    nothing = judged(programme, bought(50))
    assert nothing.spent == {}
    first = judged(programme, bought(1000), _after(nothing))
    assert first.awards == {"pts": 10}
    assert judged(programme, bought(1000), _after(nothing, first)).awards == {}


def test_a_programme_limit_is_kept_for_everybody_together() -> None:
    rules = compile_earning(earning(once("x", 5, limit=Limit(times=100, scope=Scope.PROGRAM))))
    assert [key.scope for key in counters_for(rules, bought(100))] == [Scope.PROGRAM]


def test_a_rule_cut_to_nothing_has_not_fired() -> None:
    programme = earning(spend("x", limit=Limit(times=1)), caps=(_cap(0, Period.ORDER),))
    verdict = judged(programme, bought(1000))
    assert (verdict.awards, verdict.spent) == ({}, {})


def test_a_money_budget_buys_the_whole_quanta_that_fit() -> None:
    worth = Unit(code="pts", value_minor=Fraction(3, 2))
    budget = Budget(id="b", rules=("x",), unit="pts", money_minor=100)
    programme = earning(spend("x"), spend("other"), units=(worth,), budgets=(budget,))
    first = judged(programme, bought(5000))
    second = judged(programme, bought(5000), _after(first))
    assert [by_rule(one)["x"] for one in (first, second)] == [50, 16]
    assert by_rule(second)["other"] == 50


def test_a_budget_that_refuses_gives_its_rules_nothing_and_leaves_the_others() -> None:
    budget = Budget(id="b", rules=("x2",), unit="pts", quanta=5, on_exceed=OnExceed.REFUSE)
    verdict = judged(earning(spend(), times("x2", "2"), budgets=(budget,)), bought(1000))
    assert by_rule(verdict) == {"base": 10, "x2": 0}
    assert outcome(verdict, "x2").clause == "budget"


def test_a_multiplier_below_one_takes_no_more_than_a_cap_left() -> None:
    base = spend(cap=_cap(2, Period.ORDER))
    verdict = judged(earning(times("nothing", "0"), base), bought(500))
    assert verdict.awards == {}
    assert by_rule(verdict) == {"nothing": -2, "base": 2}
