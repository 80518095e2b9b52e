"""What is made once and used again (goods, days, refusals, the fields an expression is shown) never changes an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cel_expr_python import cel

from praemia.rules import Cap, Facts, Period, compile_earning, verdict_to_json
from praemia.rules.core import counters, refusals, selections
from praemia.rules.core.checked_tree import fields_read
from tests.unit.rules.making import NOON, bought, counters_for, earning, line, of, outcome, spend, when


def test_goods_beyond_those_remembered_are_told_apart_too() -> None:
    rules = compile_earning(
        earning(spend("even", match=of(skus="G0 G2 G4")), spend("sweet", match=of(tags="sweet"), exclude=of(brands="own")))
    )
    goods = [f"G{number}" for number in range(selections.KEPT + 10)]
    for _ in range(2):
        for sku in goods:
            verdict = rules.judge(bought(line(100, sku, tags=("sweet",)), line(100, sku, tags=("sweet",), brand="own")), Facts())
            assert (outcome(verdict, "even").quanta, outcome(verdict, "sweet").quanta) == (2 * (sku in ("G0", "G2", "G4")), 1)


def test_counters_are_dated_by_their_own_day_however_many_days_there_are() -> None:
    rules = compile_earning(earning(spend(), caps=(Cap(quanta=5, per=Period.DAY, unit="pts"), Cap(quanta=9, per=Period.MONTH, unit="pts"))))
    days = [NOON + timedelta(days=number) for number in range(counters.KEPT + 5)]
    for at in days + days[::-1]:
        daily, monthly = counters_for(rules, bought(100, occurred_at=at))
        assert (daily.period, monthly.period) == (at.date(), at.date().replace(day=1))


def test_a_refusal_names_what_was_seen_however_much_was_seen() -> None:
    rules = compile_earning(earning(spend(when=when(channels=frozenset({"app"})))))
    channels = [f"shop-{number}" for number in range(refusals.KEPT + 5)]
    for channel in channels + channels[::-1]:
        assert outcome(rules.judge(bought(100, channel=channel), Facts()), "base").numbers == {"channel": channel}


def test_an_outcome_is_stored_without_an_empty_end() -> None:
    programme = earning(spend("a"), spend("b", enabled=False), spend("c", when=when(min_amount_minor=900)))
    assert verdict_to_json(compile_earning(programme).judge(bought(300), Facts()))["outcomes"] == [
        ("a", "pts", 3, None, {"basis_minor": 300}),
        ("b", "pts", 0, "disabled"),
        ("c", "pts", 0, "when.min_amount", {"amount_minor": 300, "least_minor": 900}),
    ]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("event.stars >= 4 && event.text != ''", {"stars", "text"}),
        ("has(event.channel) || member.tier == 'gold'", {"channel"}),
        ("event.lines.exists(l, l.sku == event.best)", {"lines", "best"}),
        ("event['stars'] == 4", None),
        ("'stars' in event", None),
        ("member.tier == 'gold'", set()),
    ],
)
def test_an_expression_is_shown_the_fields_it_reads_or_all(text: str, read: set[str] | None) -> None:
    record = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    tree = cel.NewEnv(variables={"event": record, "member": record}).compile(text).serialize()
    assert fields_read(tree, "event") == read
