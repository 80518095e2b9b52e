"""Verdicts and the facts behind them as plain JSON values, for storage, and back without loss.

Only what the verdict looked at is kept of a member's facts: enough to reach the same verdict again, no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from praemia.foundation.jsons import Form, JsonPart
from praemia.foundation.values import Value
from praemia.rules.core.ruleset import RuleSet
from praemia.rules.model import CounterKey, Cut, Facts, Outcome, Scope, Usage, Verdict


class _Kept(Value):
    awards: dict[str, int]
    outcomes: tuple[Outcome, ...]
    cuts: tuple[tuple[str, str, str, int, int], ...] = ()
    spent: tuple[tuple[Scope, str, date, int], ...] = ()


_KEPT = Form(_Kept)


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """A compact form; empty parts are left out.

    An outcome is [rule, unit, quanta, clause, numbers] without an empty end: most rules of most events are refused for a plain reason.
    """
    kept: dict[str, Any] = {
        "awards": dict(verdict.awards),
        "outcomes": [one if one.numbers else one[:4] if one.clause is not None else one[:3] for one in verdict.outcomes],
    }
    if verdict.cuts:
        kept["cuts"] = [[cut.by, cut.rule, cut.unit, cut.quanta, cut.room] for cut in verdict.cuts]
    if verdict.spent:
        kept["spent"] = [[*_key_to(key), quanta] for key, quanta in verdict.spent.items()]
    return kept


def verdict_from_json(kept: Mapping[str, Any] | JsonPart) -> Verdict:
    """The verdict as it was; the inverse of verdict_to_json, of its text too."""
    read = _KEPT.read(kept)
    return Verdict(
        awards=read.awards,
        outcomes=read.outcomes,
        cuts=tuple([Cut(by=by, rule=rule, unit=unit, quanta=quanta, room=room) for by, rule, unit, quanta, room in read.cuts]),
        spent={CounterKey(scope=scope, counter=counter, period=period): quanta for scope, counter, period, quanta in read.spent},
    )


def facts_to_json(rules: RuleSet, facts: Facts) -> dict[str, Any]:
    """The facts these rules can look at. Judging facts_from_json of it gives the same verdict as judging `facts`."""
    kept: dict[str, Any] = {}
    if rules.needs_tier and facts.tier is not None:
        kept["tier"] = facts.tier
    if rules.needs_reference and facts.reference is not None:
        kept["reference"] = facts.reference
    if rules.needs_segments and facts.segments:
        kept["segments"] = sorted(facts.segments)
    if rules.needs_attributes and facts.attributes:
        kept["attributes"] = dict(facts.attributes)
    if rules.needs_purchases_before and facts.purchases_before:
        kept["purchases_before"] = facts.purchases_before
    if rules.needs_balances and facts.balances:
        kept["balances"] = {unit: quanta for unit, quanta in facts.balances.items() if unit in rules.units_with_balance_cap}
    if facts.used:
        kept["used"] = [
            [*_key_to(key), usage.used, usage.last_at.isoformat() if usage.last_at is not None else None]
            for key, usage in facts.used.items()
        ]
    return kept


def facts_from_json(kept: Mapping[str, Any]) -> Facts:
    """Facts good for judging again; what was not kept is absent."""
    return Facts(
        tier=kept.get("tier"),
        reference=kept.get("reference"),
        segments=frozenset(kept.get("segments", ())),
        attributes=dict(kept.get("attributes", {})),
        purchases_before=kept.get("purchases_before", 0),
        balances=dict(kept.get("balances", {})),
        used={
            _key_from(scope, counter, period): Usage(used=used, last_at=datetime.fromisoformat(last) if last is not None else None)
            for scope, counter, period, used, last in kept.get("used", ())
        },
    )


@lru_cache(maxsize=1024)
def _key_to(key: CounterKey) -> tuple[str, str, str]:
    return key.scope.value, key.counter, key.period.isoformat()


def _key_from(scope: str, counter: str, period: str) -> CounterKey:
    return CounterKey(scope=Scope(scope), counter=counter, period=date.fromisoformat(period))
