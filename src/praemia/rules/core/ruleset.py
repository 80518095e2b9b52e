"""A programme version's rules, compiled once, and the verdict they reach on one happening. Pure: same inputs, same verdict."""

from __future__ import annotations

from collections.abc import Mapping

from praemia.rules.core.ceilings import Ceiling, ceilings_of
from praemia.rules.core.clauses import Clause
from praemia.rules.core.periods import first_day
from praemia.rules.core.points import UnitPoints
from praemia.rules.core.prepared import Counter, Prepared, Trigger, prepare, rated
from praemia.rules.core.rounding import rounder
from praemia.rules.core.sight import Sight
from praemia.rules.core.tally import Tally
from praemia.rules.model import CounterKey, Earning, Expiry, Facts, Happening, LotPolicy, Unit, Verdict


class RuleSet:
    """Made by `compile_earning`; immutable, shared between threads and tenants' requests."""

    def __init__(self, earning: Earning) -> None:
        self.earning = earning
        triggers, self._picks, common = prepare(earning)
        self._triggers: dict[str, Trigger] = triggers
        file_order = {rule.id: position for position, rule in enumerate(earning.rules)}
        self._units = {unit.code: UnitPoints(rounder(unit.rounding), earning.stacking, common, file_order) for unit in earning.units}
        units = {unit.code: unit for unit in earning.units}
        self._unit_types = units
        self.own_expiries: Mapping[str, Expiry] = {rule.id: rule.expiry for rule in earning.rules if rule.expiry is not None}
        self.moving_units = tuple(unit for unit in earning.units if unit.lots.expiry.moves)
        self._ceilings: dict[str, tuple[Ceiling, ...]] = {
            name: ceilings_of(name, trigger.rules, earning.caps, earning.budgets, units) for name, trigger in triggers.items()
        }
        self._rated = {
            (name, tier): (one, ceilings_of(name, one.rules, earning.caps, earning.budgets, units))
            for name, trigger in triggers.items()
            for tier, one in rated(trigger, earning, common)
        }
        self._counters = {name: self._counters_of(name) for name in triggers}
        conditions = [rule.when for rule in earning.rules if rule.enabled]
        expressions = " ".join(when.expression for when in conditions if when.expression is not None)
        ceilings = [ceiling for found in self._ceilings.values() for ceiling in found]
        self.units_with_balance_cap = frozenset(ceiling.unit for ceiling in ceilings if ceiling.balance)
        self.needs_balances = bool(self.units_with_balance_cap)
        self.needs_purchases_before = any(when.first_purchase for when in conditions)
        self.needs_tier = bool(self._rated) or any(when.tiers for when in conditions) or "tier" in expressions
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

    def counters_for(self, happening: Happening) -> tuple[CounterKey, ...]:
        """Every stored counter the verdict on this happening may read or increment, without repetition."""
        counters = self._counters.get(happening.trigger, ())
        if not counters:
            return ()
        day = happening.occurred_at.astimezone(self.earning.timezone).date()
        return tuple(CounterKey(scope=scope, counter=name, period=first_day(period, day)) for scope, name, period in counters)

    def judge(self, happening: Happening, facts: Facts) -> Verdict:
        """The verdict: awards by unit, an outcome for every rule of the trigger in order, cuts, counter increments."""
        trigger = self._triggers.get(happening.trigger)
        if trigger is None:
            return Verdict(awards={}, outcomes=())
        ceilings = self._ceilings[happening.trigger]
        if facts.tier is not None:
            trigger, ceilings = self._rated.get((happening.trigger, facts.tier), (trigger, ceilings))
        sight = Sight(happening, facts, self.earning.timezone, self._picks)
        tally = Tally(len(trigger.rules))
        for unit, (bases, promotions) in _applicable(trigger.rules, sight, tally).items():
            self._units[unit].settle(sight, bases, promotions, tally)
        for ceiling in ceilings:
            ceiling.apply(sight, trigger.rules, tally)
        tally.level(trigger.rules)
        return _verdict(trigger.rules, ceilings, sight, tally)

    def _counters_of(self, trigger: str) -> tuple[Counter, ...]:
        found: list[Counter | None] = []
        for rule in self._triggers[trigger].rules:
            if rule.disabled is None:
                found += [rule.limit, rule.cooldown]
        for ceiling in self._ceilings[trigger]:
            found.append(ceiling.counter)
        return tuple(dict.fromkeys(counter for counter in found if counter is not None))


def _applicable(rules: tuple[Prepared, ...], sight: Sight, tally: Tally) -> dict[str, tuple[list[Prepared], list[Prepared]]]:
    """Walks the rules in order: gates, then stop and exclusive. Answers the base rules and promotions left, by unit."""
    units: dict[str, tuple[list[Prepared], list[Prepared]]] = {}
    alone: dict[str, Prepared] = {}
    stopper: Prepared | None = None
    for rule in rules:
        if rule.disabled is not None:
            tally.refused[rule.index] = rule.disabled
            continue
        if stopper is not None and not rule.standing:
            tally.refuse(rule, Clause.STOP, stopper.id)
            continue
        for gate in rule.gates:
            refusal = gate(sight)
            if refusal is not None:
                tally.refused[rule.index] = refusal
                break
        else:
            unit = units.get(rule.unit)
            if unit is None:
                unit = units[rule.unit] = ([], [])
            bases, promotions = unit
            if rule.base is None:
                promotions.append(rule)
                if rule.stop and bases:
                    stopper = rule
                continue
            winner = alone.get(rule.unit)
            if winner is not None:
                tally.refuse(rule, Clause.EXCLUSIVE, winner.id)
                continue
            if rule.exclusive:
                alone[rule.unit] = rule
                for loser in bases:
                    tally.refuse(loser, Clause.EXCLUSIVE, rule.id)
                bases.clear()
            bases.append(rule)
            if rule.stop:
                stopper = rule
    return units


def _verdict(rules: tuple[Prepared, ...], ceilings: tuple[Ceiling, ...], sight: Sight, tally: Tally) -> Verdict:
    awards: dict[str, int] = {}
    spent: dict[CounterKey, int] = {}
    outcomes = []
    for rule in rules:
        outcome = tally.outcome(rule)
        outcomes.append(outcome)
        if outcome.fired:
            awards[rule.unit] = awards.get(rule.unit, 0) + outcome.quanta
            for counter in (rule.limit, rule.cooldown):
                if counter is not None:
                    spent[sight.counter(*counter)] = 1
    for ceiling in ceilings:
        ceiling.count(sight, tally, spent)
    if 0 in awards.values():
        awards = {unit: quanta for unit, quanta in awards.items() if quanta}
    return Verdict(awards=awards, outcomes=tuple(outcomes), cuts=tuple(tally.cuts), spent=spent)
