"""The rules written by hand are a fair reference only while they award what the programme awards."""

from __future__ import annotations

from bench.evaluation import ruleset, verdicts


def test_rules_by_hand_award_what_the_programme_awards() -> None:
    judged = verdicts(ruleset())
    assert [(dict(verdict.awards), by_hand) for verdict, by_hand in judged if dict(verdict.awards) != by_hand] == []


def test_every_rule_of_the_programme_fires_on_some_basket_and_rests_on_another() -> None:
    rules = ruleset()
    outcomes = [outcome for verdict, _ in verdicts(rules) for outcome in verdict.outcomes]
    fired = {outcome.rule for outcome in outcomes if outcome.fired}
    assert fired == {rule.id for rule in rules.earning.rules}
    assert len(rules.earning.rules) == 10
    assert {outcome.rule for outcome in outcomes if not outcome.fired} >= fired - {"base"}
