"""Every clause can stop a rule, says so, and has words in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from praemia.rules import (
    ActivityType,
    Add,
    Budget,
    Cap,
    Clause,
    CounterKey,
    Earning,
    Facts,
    Happening,
    Limit,
    MultiplierStacking,
    Period,
    PerValue,
    PromotionStacking,
    Scope,
    Stacking,
    Usage,
    compile_earning,
    explain,
)
from praemia.rules.core import wording
from tests.unit.rules.making import (
    NOON,
    bought,
    counters_for,
    did,
    earning,
    judged,
    line,
    moment,
    of,
    once,
    outcome,
    rule,
    spend,
    times,
    when,
)

LIFETIME = date(1, 1, 1)


def _used(counter: str, used: int = 0, period: date = LIFETIME, **more: Any) -> Facts:
    scope = more.pop("scope", Scope.MEMBER)
    return Facts(used={CounterKey(scope=scope, counter=counter, period=period): Usage(used=used, **more)})


def _only(*names: str) -> frozenset[str]:
    return frozenset(names)


STEPS = (ActivityType(name="walk", fields={"value": "int"}),)
BEST = Stacking(promotions=PromotionStacking.BEST)
BEST_FACTOR = Stacking(multipliers=MultiplierStacking.BEST)

REFUSED: dict[Clause, tuple[Earning, Happening, Facts]] = {
    Clause.DISABLED: (earning(spend("x", enabled=False)), bought(1000), Facts()),
    Clause.STOP: (earning(spend("s", stop=True), spend("x")), bought(1000), Facts()),
    Clause.DATES: (earning(spend("x", when=when(first_day=date(2099, 1, 1)))), bought(1000), Facts()),
    Clause.WEEKDAY: (earning(spend("x", when=when(weekdays=frozenset({1})))), bought(1000), Facts()),
    Clause.HOURS: (earning(spend("x", when=when(hours=(960, 1080)))), bought(1000), Facts()),
    Clause.CHANNELS: (earning(spend("x", when=when(channels=_only("app")))), bought(1000, channel="shop"), Facts()),
    Clause.LOCATIONS: (earning(spend("x", when=when(locations=_only("bonn")))), bought(1000), Facts()),
    Clause.PARTNERS: (earning(spend("x", when=when(partners=_only("fuel")))), bought(1000, partner="bank"), Facts()),
    Clause.MEMBERS: (earning(spend("x", when=when(members=_only("ann")))), bought(1000), Facts(reference="bob")),
    Clause.TIERS: (earning(spend("x", when=when(tiers=_only("gold")))), bought(1000), Facts(tier="silver")),
    Clause.SEGMENTS: (earning(spend("x", when=when(segments=_only("vip")))), bought(1000), Facts(segments=_only("new"))),
    Clause.FIRST_PURCHASE: (earning(spend("x", when=when(first_purchase=True))), bought(1000), Facts(purchases_before=1)),
    Clause.MIN_AMOUNT: (earning(spend("x", when=when(min_amount_minor=1001))), bought(1000), Facts()),
    Clause.MATCH: (earning(spend("x", match=of(skus="B"))), bought(1000), Facts()),
    Clause.MIN_QUANTITY: (earning(spend("x", when=when(min_quantity=2))), bought(1000), Facts()),
    Clause.EXPRESSION: (earning(spend("x", when=when(expression="event.channel == 'app'"))), bought(1000), Facts()),
    Clause.VALUE: (earning(rule("x", PerValue(quanta=Fraction(1), per=1), trigger="walk"), activities=STEPS), did("walk"), Facts()),
    Clause.LIMIT: (earning(once("x", 5, limit=Limit(times=2))), bought(1000), _used("limit:x:lifetime", 2)),
    Clause.COOLDOWN: (earning(once("x", 5, cooldown_seconds=3600)), bought(1000), _used("cooldown:x", 1, last_at=NOON)),
    Clause.EXCLUSIVE: (earning(spend("x"), spend("alone", exclusive=True)), bought(1000), Facts()),
    Clause.NO_BASE: (earning(spend(), rule("x", Add(quanta=3))), bought(50), Facts()),
    Clause.PROMOTIONS: (earning(spend(), rule("x", Add(quanta=3)), times("best", "2"), stacking=BEST), bought(1000), Facts()),
    Clause.MULTIPLIERS: (earning(spend(), times("x", "2"), times("best", "3"), stacking=BEST_FACTOR), bought(1000), Facts()),
    Clause.ZERO: (earning(spend("x")), bought(99), Facts()),
    Clause.CAP: (
        earning(spend("x"), caps=(Cap(quanta=100, per=Period.DAY, unit="pts"),)),
        bought(1000),
        _used("cap:pts:day", 100, NOON.date()),
    ),
    Clause.BUDGET: (
        earning(spend("x"), budgets=(Budget(id="b", rules=("x",), unit="pts", quanta=50),)),
        bought(1000),
        _used("budget:b:lifetime", 50, scope=Scope.PROGRAM),
    ),
}


def test_every_clause_has_a_case_here_and_words_in_both_languages() -> None:
    assert set(REFUSED) == set(Clause) == set(wording.BECAUSE)
    for phrase in wording.BECAUSE.values():
        assert set(phrase) == {"de", "en"}


@pytest.mark.parametrize("clause", list(Clause))
def test_a_refused_rule_gives_nothing_and_names_its_clause(clause: Clause) -> None:
    programme, happening, facts = REFUSED[clause]
    refused = outcome(judged(programme, happening, facts), "x")
    assert (refused.fired, refused.quanta, refused.clause) == (False, 0, clause)


@pytest.mark.parametrize("clause", list(Clause))
@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_refusal_is_said_without_gaps(clause: Clause, lang: wording.Language) -> None:
    programme, happening, facts = REFUSED[clause]
    said = {one.rule: one for one in explain(judged(programme, happening, facts), programme, lang)}["x"]
    assert said.sentence.startswith("x: nicht, denn " if lang == "de" else "x: no, because ")
    assert "{" not in said.sentence
    assert "  " not in said.sentence


def _said(programme: Earning, happening: Happening, id: str, lang: wording.Language, facts: Facts | None = None) -> str:
    return {one.rule: one.sentence for one in explain(judged(programme, happening, facts), programme, lang, {"pts": "Punkte"})}[id]


def test_explanations_read_like_a_sentence_with_the_figures() -> None:
    name = {"de": "Doppelte Punkte am Dienstag", "en": "Double points on Tuesday"}
    programme = earning(spend(), times("tue", "2", name=name, when=when(weekdays=frozenset({1}))), times("x15", "1.5"))
    assert _said(programme, bought(1999), "tue", "de") == (
        "Doppelte Punkte am Dienstag: nicht, denn der Kauf war an einem Mittwoch (05.03.2025)."
    )
    assert _said(programme, bought(1999), "tue", "en") == (
        "Double points on Tuesday: no, because the purchase was on a Wednesday (Mar 5, 2025)."
    )
    assert _said(programme, bought(1999), "base", "de") == "base: 19 Punkte auf 19,99\xa0€."
    assert _said(programme, bought(1999), "x15", "de") == "x15: 9 Punkte durch Faktor 1,5."


def test_an_explanation_tells_what_a_cap_took() -> None:
    programme = earning(spend(), caps=(Cap(quanta=100, per=Period.ORDER, unit="pts"),))
    assert _said(programme, bought(25000), "base", "de") == "base: 100 Punkte auf 250,00\xa0€, um 150 Punkte gekürzt."


def test_minimum_amount_is_inclusive_after_discounts_and_without_tax_unless_asked() -> None:
    least = earning(spend(when=when(min_amount_minor=2000)))
    with_tax = earning(spend(when=when(min_amount_minor=2000, min_amount_with_tax=True)))
    assert judged(least, bought(2000)).awards
    assert not judged(least, bought(2100, order_discount_minor=101)).awards
    assert not judged(least, bought(line(1900, tax_minor=100))).awards
    assert judged(with_tax, bought(line(1900, tax_minor=100))).awards


def test_an_absent_place_never_satisfies_a_condition() -> None:
    for field in ("channels", "locations", "partners"):
        assert not judged(earning(spend(when=when(**{field: _only("a")}))), bought(1000)).awards
    assert not judged(earning(spend(when=when(tiers=_only("a")))), bought(1000)).awards


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-03-04T20:59:59+00:00", 10),
        ("2025-03-04T21:00:00+00:00", 20),
        ("2025-03-04T22:59:59+00:00", 20),
        ("2025-03-04T23:00:00+00:00", 10),
        ("2025-03-05T21:30:00+00:00", 10),
    ],
)
def test_happy_hour_starts_inside_and_ends_outside(at: str, expected: int) -> None:
    happy = times("happy", "2", when=when(weekdays=frozenset({1}), hours=(960, 1080)))
    verdict = judged(earning(spend(), happy, timezone=ZoneInfo("America/New_York")), bought(1000, occurred_at=moment(at)))
    assert verdict.awards == {"pts": expected}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-01-02T22:30:00+00:00", 10),
        ("2025-01-02T23:30:00+00:00", 30),
        ("2025-01-04T21:30:00+00:00", 20),
        ("2025-01-05T00:30:00+00:00", 20),
        ("2025-01-05T01:00:00+00:00", 10),
        ("2025-01-05T22:00:00+00:00", 10),
    ],
)
def test_a_window_over_midnight_belongs_to_the_local_day_it_starts_on(at: str, expected: int) -> None:
    programme = earning(
        spend(),
        times("friday", "3", when=when(weekdays=frozenset({4}))),
        times("late", "2", when=when(weekdays=frozenset({5}), hours=(1320, 120))),
        timezone=ZoneInfo("Europe/Berlin"),
    )
    assert judged(programme, bought(1000, occurred_at=moment(at))).awards == {"pts": expected}


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2025-10-26T00:30:00+00:00", True),  # 02:30 the first time
        ("2025-10-26T01:30:00+00:00", True),  # 02:30 again
        ("2025-03-30T00:59:00+00:00", False),  # 01:59, then the clock skips to 03:00
        ("2025-03-30T01:00:00+00:00", False),
    ],
)
def test_the_repeated_hour_counts_twice_and_the_skipped_never(at: str, inside: bool) -> None:
    programme = earning(spend(when=when(hours=(120, 180))), timezone=ZoneInfo("Europe/Berlin"))
    assert bool(judged(programme, bought(1000, occurred_at=moment(at))).awards) is inside


def test_dates_include_the_whole_last_day_and_the_night_that_began_on_it() -> None:
    march = earning(spend(when=when(first_day=date(2025, 3, 1), last_day=date(2025, 3, 5))))
    assert judged(march, bought(1000, occurred_at=moment("2025-03-05T23:59:59+00:00"))).awards
    assert not judged(march, bought(1000, occurred_at=moment("2025-03-06T00:00:00+00:00"))).awards
    night = earning(spend(when=when(last_day=date(2025, 3, 5), hours=(1320, 120))))
    assert judged(night, bought(1000, occurred_at=moment("2025-03-06T01:00:00+00:00"))).awards


def test_a_cooldown_looks_both_ways_and_ends_exactly() -> None:
    programme = earning(once("x", 5, cooldown_seconds=3600))
    for distance, fires in ((3600, True), (3599, False), (-3599, False), (-3600, True)):
        facts = _used("cooldown:x", 1, last_at=NOON - timedelta(seconds=distance))
        assert bool(judged(programme, bought(100), facts).awards) is fires


def test_conditions_in_cel_see_lines_fields_and_member() -> None:
    coffee = "event.lines.exists(l, 'coffee' in l.categories && l.amount_minor >= 300) && member.tier in ['gold']"
    programme = earning(spend(when=when(expression=coffee)))
    basket = bought(line(300, categories=("coffee",)))
    assert judged(programme, basket, Facts(tier="gold")).awards == {"pts": 3}
    assert judged(programme, basket, Facts(tier="silver")).awards == {}
    unknown = outcome(judged(programme, basket), "base")
    assert unknown.clause == "when.if"
    assert "tier" in unknown.numbers["error"]


def test_every_counter_a_verdict_touches_was_announced() -> None:
    for programme, happening, facts in REFUSED.values():
        rules = compile_earning(programme)
        assert set(rules.judge(happening, facts).spent) <= set(counters_for(rules, happening))
        assert set(facts.used) <= set(counters_for(rules, happening))
