"""Rules made ready: every rule of a programme turned into a gate, a base effect or a factor, and the counters it keeps.

Order is decided here once: higher priority first, then the order of the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from praemia.foundation.values import Value, replace
from praemia.rules.core.clauses import Clause
from praemia.rules.core.counters import Counter
from praemia.rules.core.effects import ByAmount, ByItem, ByLine, ByValue, Earns, Once
from praemia.rules.core.gates import Gate, cooldown_counter, gate_of, limit_counter
from praemia.rules.core.refusals import Refusal
from praemia.rules.core.rounding import Rounder, rounder
from praemia.rules.core.selections import Selections
from praemia.rules.core.showing import Shown
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
)


class Prepared(Value, eq=False):
    """One rule, ready. Exactly one of `base`, `factor` and `addition` is set."""

    index: int
    rule: Rule
    id: str
    unit: str
    disabled: Outcome | None
    gate: Gate | None
    selection: int
    baseless: Outcome  # the refusal of a promotion without base points
    base: Earns | None = None
    pooled: ByAmount | None = None  # the same base, where it is rounded together with others
    factor: int | None = None  # over the programme's common denominator
    addition: int | None = None
    multipliable: bool = False
    exclusive: bool = False
    stop: bool = False
    standing: bool = False  # belongs to the member: nothing stops it, no promotion replaces it
    counters: tuple[Counter, ...] = ()  # of the limit and the cooldown
    cap: Cap | None = None
    cap_counter: Counter | None = None


def prepare(earning: Earning) -> tuple[dict[str, tuple[Prepared, ...]], Selections, int]:
    """The rules by trigger, in their order; their selections; and the common denominator of every factor.

    A rule's index is its place among the rules of its trigger and in the outcomes.
    """
    selections, shown = Selections(), Shown()
    factors = [rule.effect.factor for rule in earning.rules if isinstance(rule.effect, Multiply)] + [rate.factor for rate in earning.tiers]
    common = math.lcm(*(factor.denominator for factor in factors))
    by_trigger: dict[str, list[Prepared]] = {}
    for rule in sorted(earning.rules, key=lambda rule: -rule.priority):
        before = by_trigger.setdefault(rule.trigger, [])
        before.append(_prepared(len(before), rule, selections.number(rule.match, rule.exclude), common, earning, shown))
    return {name: tuple(rules) for name, rules in by_trigger.items()}, selections, common


def rated(trigger: str, rules: tuple[Prepared, ...], earning: Earning, common: int) -> Iterator[tuple[str, tuple[Prepared, ...]]]:
    """The rules as they are for members of a tier that multiplies: (tier, rules), with the tier's multiplier as the last rule."""
    for rate in earning.tiers:
        if rate.factor != 1 and trigger not in UNRATED:
            last = _prepared(len(rules), rate_rule(rate, trigger), 0, common, earning, Shown())
            yield rate.tier, (*rules, replace(last, standing=True))


def latest_of(promotions: Sequence[Prepared], file_order: dict[str, int]) -> Prepared:
    """The promotion created last; without a date it counts as the oldest, among equals the later in the file wins."""
    return max(promotions, key=lambda one: (one.rule.created is not None, one.rule.created or 0, file_order[one.id]))


def cap_name(owner: str, cap: Cap) -> str:
    """The name of a cap, of its counter, and of it as the author of a cut."""
    return f"cap:{owner}:{cap.per}"


def _prepared(index: int, rule: Rule, selection: int, common: int, earning: Earning, shown: Shown) -> Prepared:
    (unit,) = (unit for unit in earning.units if unit.code == rule.unit)
    base = _what_earns(rule, selection, rounder(unit.rounding))
    effect = rule.effect
    counted = rule.cap is not None and rule.cap.per not in (Period.ORDER, Period.BALANCE)
    cap = rule.cap
    return Prepared(
        index=index,
        rule=rule,
        id=rule.id,
        unit=rule.unit,
        disabled=None if rule.enabled else Refusal(rule, Clause.DISABLED).plain,
        baseless=Refusal(rule, Clause.NO_BASE).plain,
        gate=gate_of(rule, selection, shown),
        selection=selection,
        base=base,
        pooled=base if isinstance(base, ByAmount) and isinstance(effect, PerAmount) and effect.round_at is RoundAt.ORDER else None,
        factor=_over(effect.factor, common) if isinstance(effect, Multiply) else None,
        addition=effect.quanta if isinstance(effect, Add) else None,
        multipliable=base is not None and (base.proportional or earning.stacking.multiply_all_points),
        exclusive=rule.exclusive,
        stop=rule.stop,
        counters=tuple(_counters(rule)),
        cap=cap,
        cap_counter=(Scope.MEMBER, cap_name(f"rule:{rule.id}", cap), cap.per) if cap is not None and counted else None,
    )


def _counters(rule: Rule) -> Iterator[Counter]:
    if rule.limit is not None and rule.limit.per is not Period.ORDER:
        yield rule.limit.scope, limit_counter(rule), rule.limit.per
    if rule.cooldown_seconds is not None:
        yield Scope.MEMBER, cooldown_counter(rule), Period.LIFETIME


def _what_earns(rule: Rule, selection: int, round_: Rounder) -> Earns | None:
    match rule.effect:
        case PerAmount() as effect:
            # Shipping belongs to no product: a rule that names products does not see it.
            basis = effect.basis if rule.match is None else replace(effect.basis, shipping=False)
            if effect.round_at is RoundAt.LINE:
                return ByLine(effect, selection, basis, round_)
            return ByAmount(effect, selection, basis, round_)
        case PerItem() as effect:
            return ByItem(effect, selection)
        case Fixed() as effect:
            return Once(effect)
        case PerValue() as effect:
            return ByValue(effect, round_)
        case Multiply() | Add():
            return None


def _over(factor: Fraction, common: int) -> int:
    return factor.numerator * (common // factor.denominator)
