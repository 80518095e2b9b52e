"""The life of points in a file: what it says becomes the rule language's policy, what it may not say is refused at its place."""

from __future__ import annotations

import pytest

from praemia.foundation.errors import InvalidInput
from praemia.programs import read_program, to_earning
from praemia.rules import Earning, EndOf, Expiry, LotPolicy, Pending


def earning(unit: str, rule: str = "") -> Earning:
    return to_earning(
        read_program(
            f"program: cafe\nunits: {{points: {{{unit}}}}}\nactivities: {{review: {{}}}}\n"
            f"earning: {{rules: [{{id: base, trigger: purchase, earn: {{points: 1}}{rule}}}]}}"
        ).file
    )


def policy(unit: str) -> LotPolicy:
    return earning(unit).units[0].lots


def refused(unit: str, rule: str = "") -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        earning(unit, rule)
    return [(fault.path, fault.code) for fault in refusal.value.faults]


def test_points_that_nobody_says_anything_about_open_at_once_and_never_end() -> None:
    assert policy("") == LotPolicy(pending=None, expiry=Expiry(), oldest_first=False, reinstate_days=None)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("pending: {days: 14}", LotPolicy(pending=Pending(days=14))),
        ("pending: {until: fulfilled}", LotPolicy(pending=Pending())),
        ("spend_order: oldest_earned", LotPolicy(oldest_first=True)),
        ("spend_order: soonest_expiry", LotPolicy()),
        ("reinstate_days: 30", LotPolicy(reinstate_days=30)),
        ("expiry: {days: 90, counts_from: earned}", LotPolicy(expiry=Expiry(days=90, from_available=False))),
        ("expiry: {months: 12, round_up: end_of_month}", LotPolicy(expiry=Expiry(months=12, round_up_to_month=True))),
        ("expiry: {end_of: year}", LotPolicy(expiry=Expiry(end_of=EndOf.YEAR))),
        ("expiry: {end_of: month}", LotPolicy(expiry=Expiry(end_of=EndOf.MONTH))),
        ("expiry: {each_year: 03-31}", LotPolicy(expiry=Expiry(each_year=(3, 31)))),
        ("expiry: {days: 9, extend_on: [earn, review]}", LotPolicy(expiry=Expiry(days=9, extend_on=frozenset({"earn", "review"})))),
        ("expiry: {inactivity_months: 6}", LotPolicy(expiry=Expiry(inactivity_months=6))),
        ("expiry: {inactivity_months: 6, resets_on: visit}", LotPolicy(expiry=Expiry(inactivity_months=6, resets_on=frozenset({"visit"})))),
    ],
)
def test_what_a_unit_says_is_what_the_rules_take(said: str, meant: LotPolicy) -> None:
    assert policy(said) == meant


def test_a_rule_may_say_otherwise_for_its_own_points() -> None:
    assert earning("expiry: {days: 9}").rules[0].expiry is None
    assert earning("expiry: {days: 9}", ", expiry: none").rules[0].expiry == Expiry()
    assert earning("expiry: {days: 9}", ", expiry: {months: 1}").rules[0].expiry == Expiry(months=1)


@pytest.mark.parametrize(
    ("unit", "faults"),
    [
        ("pending: {}", [("/units/points/pending", "one_of")]),
        ("pending: {days: 1, until: fulfilled}", [("/units/points/pending", "one_of")]),
        ("pending: {until: christmas}", [("/units/points/pending/until", "choice")]),
        ("expiry: {}", [("/units/points/expiry", "one_of")]),
        ("expiry: {round_up: end_of_month}", [("/units/points/expiry", "one_of")]),
        ("expiry: {days: 1, months: 1}", [("/units/points/expiry/months", "one_of")]),
        ("expiry: {months: 0}", [("/units/points/expiry/months", "range")]),
        ("expiry: {each_year: 02-30}", [("/units/points/expiry/each_year", "date")]),
        ("expiry: {each_year: 3-31}", [("/units/points/expiry/each_year", "date")]),
        ("expiry: {days: 1, resets_on: earn}", [("/units/points/expiry/resets_on", "misplaced")]),
        ("expiry: {inactivity_months: 1, extend_on: earn}", [("/units/points/expiry/extend_on", "misplaced")]),
        ("expiry: {days: 1, extend_on: [revue]}", [("/units/points/expiry/extend_on", "unknown_name")]),
        ("spend_order: newest", [("/units/points/spend_order", "choice")]),
        ("reinstate_days: 0", [("/units/points/reinstate_days", "range")]),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(unit: str, faults: list[tuple[str, str]]) -> None:
    assert refused(unit) == faults


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (", expiry: never", ("", "type")),
        (", expiry: {}", ("", "one_of")),
        (", expiry: {inactivity_months: 1}", ("/inactivity_months", "unknown_key")),
        (", expiry: {days: 1, extend_on: earn}", ("/extend_on", "unknown_key")),
    ],
)
def test_a_rule_cannot_say_what_belongs_to_the_whole_balance(rule: str, fault: tuple[str, str]) -> None:
    assert refused("", rule)[0] == (f"/earning/rules/0/expiry{fault[0]}", fault[1])


def test_an_activity_nobody_declared_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(InvalidInput) as refusal:
        earning("expiry: {days: 1, extend_on: [reveiw]}")
    assert refusal.value.faults[0].suggestion == "did you mean 'review'?"
