"""A programme version's rules, compiled once, and the verdict they reach on one happening. Pure: same inputs, same verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import cast

from praemia.rules.core.ceilings import Ceiling, ceilings_of
from praemia.rules.core.clauses import Clause
from praemia.rules.core.counters import Counter, Counters
from praemia.rules.core.points import UnitPoints, settle
from praemia.rules.core.prepared import Prepared, prepare, rated
from praemia.rules.core.rounding import rounder
from praemia.rules.core.sight import Sight
from praemia.rules.core.tally import Tally
from praemia.rules.model import CounterKey, Earning, Expiry, Facts, Happening, LotPolicy, Outcome, Unit, Verdict
from praemia.rules.model.verdict import outcome_of

_ZERO = Clause.ZERO.value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trigger:
    """The rules of one trigger in their order, what limits them, and how they are for members of a tier that multiplies."""

    rules: tuple[Prepared, ...]
    enabled: tuple[Prepared, ...]
    at_first: tuple[Outcome | None, ...]  # the outcomes known before anything is looked at: those of disabled rules
    ceilings: tuple[Ceiling, ...]
    counters: Counters
    of_tier: Mapping[str, Trigger]


class RuleSet:
    """Made by `compile_earning`; immutable, shared between threads and tenants' requests."""

    def __init__(self, earning: Earning) -> None:
        self.earning = earning
        self._timezone = earning.timezone
        by_trigger, self._selections, common = prepare(earning)
        self._unit_types = {unit.code: unit for unit in earning.units}
        file_order = {rule.id: position for position, rule in enumerate(earning.rules)}
        self._points = {unit.code: UnitPoints(rounder(unit.rounding), earning.stacking, common, file_order) for unit in earning.units}
        self._triggers = {name: self._trigger(name, rules, common) for name, rules in by_trigger.items()}
        self.own_expiries: Mapping[str, Expiry] = {rule.id: rule.expiry for rule in earning.rules if rule.expiry is not None}
        self.moving_units = tuple(unit for unit in earning.units if unit.lots.expiry.moves)
        conditions = [rule.when for rule in earning.rules if rule.enabled]
        expressions = " ".join(when.expression for when in conditions if when.expression is not None)
        ceilings = [ceiling for trigger in self._triggers.values() for ceiling in trigger.ceilings]
        self.units_with_balance_cap = frozenset(ceiling.unit for ceiling in ceilings if ceiling.balance)
        self.needs_balances = bool(self.units_with_balance_cap)
        self.needs_purchases_before = any(when.first_purchase for when in conditions)
        rates = any(trigger.of_tier for trigger in self._triggers.values())
        self.needs_tier = rates or any(when.tiers for when in conditions) or "tier" in expressions
        self.needs_segments = any(when.segments for when in conditions) or "segments" in expressions
        self.needs_reference = any(when.members for when in conditions) or "reference" in expressions
        self.needs_attributes = "attributes" in expressions

    def unit(self, code: str) -> Unit:
        """A unit type by its code."""
        return self._unit_types[code]

    def lots_of(self, code: str) -> LotPolicy:
        """How a unit's points live; a unit that this version does not know any more has no policy."""
        unit = self._unit_types.get(code)
        return LotPolicy() if unit is None else unit.lots

    def counters_on(self, day: date, trigger: str) -> Collection[CounterKey]:
        """Every stored counter that a verdict on a trigger's happening may read or increment on a local day, without repetition."""
        rules = self._triggers.get(trigger)
        return () if rules is None else rules.counters.on(day).values()

    def judge(self, happening: Happening, facts: Facts) -> Verdict:
        """The verdict: awards by unit, an outcome for every rule of the trigger in order, cuts, counter increments."""
        trigger = self._triggers.get(happening.trigger)
        if trigger is None:
            return Verdict(awards={}, outcomes=())
        if facts.tier is not None:
            trigger = trigger.of_tier.get(facts.tier, trigger)
        sight = Sight(happening, facts, self._timezone, self._selections, trigger.counters)
        tally = Tally(trigger.at_first)
        applied = _applicable(trigger.enabled, sight, tally)
        settle(self._points, sight, applied, tally)
        for ceiling in trigger.ceilings:
            ceiling.apply(sight, trigger.rules, tally)
        tally.level(trigger.rules)
        return _verdict(applied, trigger.ceilings, sight, tally)

    def _trigger(self, name: str, rules: tuple[Prepared, ...], common: int) -> Trigger:
        earning = self.earning
        limits = partial(ceilings_of, name, caps=earning.caps, budgets=earning.budgets, units=self._unit_types)
        counters = Counters(_counters(rules, limits(rules)))
        of_tier = {tier: _trigger(more, limits(more), counters, {}) for tier, more in rated(name, rules, earning, common)}
        return _trigger(rules, limits(rules), counters, of_tier)


def _trigger(rules: tuple[Prepared, ...], ceilings: tuple[Ceiling, ...], counters: Counters, of_tier: Mapping[str, Trigger]) -> Trigger:
    return Trigger(
        rules=rules,
        enabled=tuple(rule for rule in rules if rule.disabled is None),
        at_first=tuple(rule.disabled for rule in rules),
        ceilings=ceilings,
        counters=counters,
        of_tier=of_tier,
    )


def _counters(rules: Iterable[Prepared], ceilings: Iterable[Ceiling]) -> Iterable[Counter]:
    for rule in rules:
        if rule.disabled is None:
            yield from rule.counters
    for ceiling in ceilings:
        if ceiling.counter is not None:
            yield ceiling.counter


def _applicable(rules: tuple[Prepared, ...], sight: Sight, tally: Tally) -> list[Prepared]:
    """Walks the rules in order: gates, then stop and exclusive. Answers the base rules and promotions left."""
    applied: list[Prepared] = []
    alone: dict[str, Prepared] = {}
    stopper: Prepared | None = None
    for rule in rules:
        if stopper is not None and not rule.standing:
            tally.refuse(rule, Clause.STOP, stopper.id)
            continue
        gate = rule.gate
        if gate is not None:
            refusal = gate(sight)
            if refusal is not None:
                tally.outcomes[rule.index] = refusal
                continue
        if alone and rule.base is not None and rule.unit in alone:
            tally.refuse(rule, Clause.EXCLUSIVE, alone[rule.unit].id)
            continue
        if rule.exclusive and rule.base is not None:
            alone[rule.unit] = rule
            for loser in _base_rules(applied, rule.unit):
                tally.refuse(loser, Clause.EXCLUSIVE, rule.id)
                applied.remove(loser)
        applied.append(rule)
        if rule.stop and _base_rules(applied, rule.unit):
            stopper = rule
    return applied


def _base_rules(applied: Iterable[Prepared], unit: str) -> list[Prepared]:
    return [rule for rule in applied if rule.base is not None and rule.unit == unit]


def _verdict(applied: Iterable[Prepared], ceilings: Iterable[Ceiling], sight: Sight, tally: Tally) -> Verdict:
    awards: dict[str, int] = {}
    spent: dict[CounterKey, int] = {}
    outcomes, given, numbers = tally.outcomes, tally.quanta, tally.numbers
    for rule in applied:
        index = rule.index
        quanta = given[index]
        if quanta:
            unit = rule.unit
            outcomes[index] = outcome_of((rule.id, unit, quanta, None, numbers[index]))
            awards[unit] = awards.get(unit, 0) + quanta
            if rule.counters:
                for _, name, _ in rule.counters:
                    spent[sight.keys[name]] = 1
        elif outcomes[index] is None:
            outcomes[index] = outcome_of((rule.id, rule.unit, 0, tally.clauses.get(index, _ZERO), numbers[index]))
    for ceiling in ceilings:
        ceiling.count(sight, tally, spent)
    if 0 in awards.values():
        awards = {unit: quanta for unit, quanta in awards.items() if quanta}
    return Verdict(awards=awards, outcomes=cast("tuple[Outcome, ...]", tuple(outcomes)), cuts=tuple(tally.cuts), spent=spent)
