"""Goods that come back without their order: what they would earn as a purchase of that day is taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from praemia.earning.core.portions import Portion
from praemia.foundation.values import replace
from praemia.ledger import InsufficientPoints
from praemia.rules import PURCHASE, Facts, Happening, LotTerms, Outcome, RuleSet, Shortfall, Verdict


def as_bought(what: Happening) -> Happening:
    """The goods as if they were bought."""
    return replace(what, trigger=PURCHASE)


def seen_alone(facts: Facts) -> Facts:
    """The member's facts without what other purchases used up: nobody knows which purchase this was, so limits and caps hold as if it
    were the only one, and no welcome to a first purchase goes."""
    return replace(facts, used={}, balances={}, purchases_before=max(facts.purchases_before, 1))


def taken_back(earned: Verdict, held: Mapping[str, int], shortfall: Shortfall) -> Verdict | InsufficientPoints:
    """The verdict with the sign turned, by the programme's word on what is missing. `held`: what can be used, by unit."""
    there = {unit: max(held.get(unit, 0), 0) for unit in earned.awards}
    short = {unit: quanta - there[unit] for unit, quanta in earned.awards.items() if quanta > there[unit]}
    if short and shortfall is Shortfall.REFUSE:
        unit = next(iter(short))
        return InsufficientPoints(asked=earned.awards[unit], available=there[unit])
    if shortfall is Shortfall.NEGATIVE:
        short = {}
    outcomes: list[Outcome] = []
    for outcome in reversed(earned.outcomes):
        missing = min(short.get(outcome.unit, 0), max(outcome.quanta, 0))
        if missing:
            short[outcome.unit] -= missing
            outcome = outcome._replace(numbers={**outcome.numbers, "missing": missing})
        quanta = missing - outcome.quanta
        outcomes.append(outcome._replace(quanta=quanta))
    awards: dict[str, int] = {}
    for outcome in outcomes:
        awards[outcome.unit] = awards.get(outcome.unit, 0) + outcome.quanta
    return Verdict(awards={unit: quanta for unit, quanta in awards.items() if quanta}, outcomes=tuple(reversed(outcomes)))


def taken_portions(verdict: Verdict) -> tuple[Portion, ...]:
    """What goes, by unit: from whichever lots end soonest."""
    return tuple(Portion(unit=unit, quanta=quanta, terms=LotTerms()) for unit, quanta in verdict.awards.items())


def recomputed(rules: RuleSet, what: Happening, facts: Facts, held: Mapping[str, int], shortfall: Shortfall) -> Verdict:
    """What was taken, judged again. `held` as it was then."""
    again = taken_back(rules.judge(as_bought(what), facts), held, shortfall)
    assert isinstance(again, Verdict), "it was not refused then"
    return again
