"""A verdict's awards as lots: by unit and by when they open and end. The same for a fresh event and for one fulfilled weeks later.

The order of portions is the order of the transfers' lines; stored lots depend on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from praemia.foundation.values import Value
from praemia.rules import Expiry, LotTerms, RuleSet, Verdict, terms_of, waits

NEVER = "never"  # as an adjustment's last day


class Portion(Value):
    """Quanta of a unit that open and end together. Below zero: a debit. `expiry` is the rule's own, if it has one."""

    unit: str
    quanta: int
    terms: LotTerms
    expiry: Expiry | None = None


def portions_of(verdict: Verdict, rules: RuleSet, trigger: str, earned_on: date) -> tuple[Portion, ...]:
    """What an event of a trigger awarded on a local day: a rule with an expiry of its own issues a lot of its own."""
    portions = []
    for (unit, expiry), quanta in _split(verdict, rules).items():
        lots = rules.unit(unit).lots
        terms = terms_of(lots, expiry, earned_on, waits=waits(lots, trigger))
        portions.append(Portion(unit=unit, quanta=quanta, terms=terms, expiry=expiry))
    return tuple(portions)


def adjusted_portion(inputs: Mapping[str, Any], rules: RuleSet, on: date) -> Portion:
    """What staff gave or took: it waits for nothing, and ends when they said (`last_day`: a date or NEVER), else by the unit's policy
    from `on`."""
    unit, said = inputs["unit"], inputs.get("last_day")
    if said is None:
        # A unit that the version in force does not know any more has no policy.
        known = {spoken.code: spoken for spoken in rules.earning.units}
        terms = terms_of(known[unit].lots, None, on, waits=False) if unit in known else LotTerms()
    else:
        terms = LotTerms(last_day=None if said == NEVER else date.fromisoformat(said))
    return Portion(unit=unit, quanta=inputs["amount"], terms=terms)


def earned_at(inputs: Mapping[str, Any]) -> datetime | None:
    """When the points of an adjustment were earned, if it brings a balance from elsewhere."""
    said = inputs.get("earned_at")
    return None if said is None else datetime.fromisoformat(said)


def _split(verdict: Verdict, rules: RuleSet) -> dict[tuple[str, Expiry | None], int]:
    own = rules.own_expiries
    if not own:
        return {(unit, None): quanta for unit, quanta in verdict.awards.items()}
    split: dict[tuple[str, Expiry | None], int] = {}
    for outcome in verdict.outcomes:
        if outcome.quanta and outcome.unit in verdict.awards:
            key = (outcome.unit, own.get(outcome.rule))
            split[key] = split.get(key, 0) + outcome.quanta
    # A multiplier below one takes: from its own kind of points, and what it takes beyond them from the others in order.
    for unit in verdict.awards:
        over = sum(-quanta for (of, _), quanta in split.items() if of == unit and quanta < 0)
        for key in [key for key in split if key[0] == unit]:
            taken = min(over, max(split[key], 0))
            over -= taken
            split[key] = max(split[key], 0) - taken
    return {key: quanta for key, quanta in split.items() if quanta}
