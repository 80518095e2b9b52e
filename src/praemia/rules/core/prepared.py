"""Rules made ready: every rule of a programme turned into gates, a base effect or a factor, and the counters it keeps.

Order is decided here once: higher priority first, then the order of the file. Selections are numbered so that rules which take the
same lines share the work; number 0 takes every line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from praemia.rules.core.basket import Picks, picker
from praemia.rules.core.clauses import Clause
from praemia.rules.core.conditions import predicate
from praemia.rules.core.effects import ByAmount, ByItem, ByLine, ByValue, Earns, Once
from praemia.rules.core.gates import Gate, cooldown_counter, gates_of, limit_counter
from praemia.rules.core.refusals import Refusal
from praemia.rules.core.rounding import Rounder, rounder
from praemia.rules.core.tier_rates import UNRATED, rate_rule
from praemia.rules.model import (
    Add,
    Cap,
    Earning,
    Fixed,
    Multiply,
    Outcome,
    PerAmount,
    Period,
    PerItem,
    PerValue,
    RoundAt,
    Rule,
    Scope,
    Selection,
)

Counter = tuple[Scope, str, Period]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """One rule, ready. Exactly one of `base`, `factor` and `addition` is set."""

    index: int
    rule: Rule
    id: str
    unit: str
    disabled: Outcome | None
    gates: tuple[Gate, ...]
    selection: int
    baseless: Outcome  # the refusal of a promotion without base points
    base: Earns | None = None
    pooled: bool = False
    factor: int | None = None  # over the programme's common denominator
    addition: int | None = None
    multipliable: bool = False
    exclusive: bool = False
    stop: bool = False
    standing: bool = False  # belongs to the member: nothing stops it, no promotion replaces it
    limit: Counter | None = None
    cooldown: Counter | None = None
    cap: Cap | None = None
    cap_counter: Counter | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trigger:
    """The rules of one trigger in their order; a rule's index is its place here and in the outcomes."""

    name: str
    rules: tuple[Prepared, ...]


def prepare(earning: Earning) -> tuple[dict[str, Trigger], tuple[Picks | None, ...], int]:
    """The rules by trigger, the numbered selections, and the common denominator of every factor."""
    selections: list[tuple[Selection | None, Selection | None]] = [(None, None)]
    factors = [rule.effect.factor for rule in earning.rules if isinstance(rule.effect, Multiply)] + [rate.factor for rate in earning.tiers]
    common = math.lcm(*(factor.denominator for factor in factors))
    rounders = {unit.code: rounder(unit.rounding) for unit in earning.units}
    by_trigger: dict[str, list[Rule]] = {}
    for rule in sorted(earning.rules, key=lambda rule: -rule.priority):
        by_trigger.setdefault(rule.trigger, []).append(rule)
    triggers = {}
    for name, rules in by_trigger.items():
        ready = []
        for index, rule in enumerate(rules):
            lines = (rule.match, rule.exclude)
            if lines not in selections:
                selections.append(lines)
            ready.append(_prepared(index, rule, selections.index(lines), rounders[rule.unit], common, earning))
        triggers[name] = Trigger(name=name, rules=tuple(ready))
    return triggers, tuple(picker(match, exclude) for match, exclude in selections), common


def rated(trigger: Trigger, earning: Earning, common: int) -> Iterator[tuple[str, Trigger]]:
    """The trigger as it is for members of a tier that multiplies: (tier, trigger), with the tier's multiplier as the last rule."""
    rounders = {unit.code: rounder(unit.rounding) for unit in earning.units}
    for rate in earning.tiers:
        if rate.factor != 1 and trigger.name not in UNRATED:
            rule = rate_rule(rate, trigger.name)
            last = replace(_prepared(len(trigger.rules), rule, 0, rounders[rule.unit], common, earning), standing=True)
            yield rate.tier, Trigger(name=trigger.name, rules=(*trigger.rules, last))


def latest_of(promotions: Sequence[Prepared], file_order: dict[str, int]) -> Prepared:
    """The promotion created last; without a date it counts as the oldest, among equals the later in the file wins."""
    return max(promotions, key=lambda one: (one.rule.created is not None, one.rule.created or 0, file_order[one.id]))


def cap_name(owner: str, cap: Cap) -> str:
    """The name of a cap, of its counter, and of it as the author of a cut."""
    return f"cap:{owner}:{cap.per}"


def _prepared(index: int, rule: Rule, selection: int, round_: Rounder, common: int, earning: Earning) -> Prepared:
    base = _what_earns(rule, selection, round_)
    effect = rule.effect
    counted = rule.cap is not None and rule.cap.per not in (Period.ORDER, Period.BALANCE)
    limit, cap = rule.limit, rule.cap
    return Prepared(
        index=index,
        rule=rule,
        id=rule.id,
        unit=rule.unit,
        disabled=None if rule.enabled else Refusal(rule, Clause.DISABLED).plain,
        baseless=Refusal(rule, Clause.NO_BASE).plain,
        gates=gates_of(rule, selection, predicate(rule.when.expression) if rule.when.expression is not None else None),
        selection=selection,
        base=base,
        pooled=isinstance(effect, PerAmount) and effect.round_at is RoundAt.ORDER,
        factor=_over(effect.factor, common) if isinstance(effect, Multiply) else None,
        addition=effect.quanta if isinstance(effect, Add) else None,
        multipliable=base is not None and (base.proportional or earning.stacking.multiply_all_points),
        exclusive=rule.exclusive,
        stop=rule.stop,
        limit=(limit.scope, limit_counter(rule), limit.per) if limit is not None and limit.per is not Period.ORDER else None,
        cooldown=(Scope.MEMBER, cooldown_counter(rule), Period.LIFETIME) if rule.cooldown_seconds is not None else None,
        cap=cap,
        cap_counter=(Scope.MEMBER, cap_name(f"rule:{rule.id}", cap), cap.per) if cap is not None and counted else None,
    )


def _what_earns(rule: Rule, selection: int, round_: Rounder) -> Earns | None:
    match rule.effect:
        case PerAmount() as effect:
            # Shipping belongs to no product: a rule that names products does not see it.
            basis = effect.basis if rule.match is None else replace(effect.basis, shipping=False)
            if effect.round_at is RoundAt.LINE:
                return ByLine(effect, selection, basis, round_)
            return ByAmount(effect, selection, basis)
        case PerItem() as effect:
            return ByItem(effect, selection)
        case Fixed() as effect:
            return Once(effect)
        case PerValue() as effect:
            return ByValue(effect)
        case Multiply() | Add():
            return None


def _over(factor: Fraction, common: int) -> int:
    return factor.numerator * (common // factor.denominator)
