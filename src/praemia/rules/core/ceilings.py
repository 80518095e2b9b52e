"""Caps and budgets: what is over the room left is taken back, from the last rules first, and written down.

Order: the rules' own caps, then the programme's caps in file order, then the budgets. Programme caps leave sign-up, birthday and
anniversary alone; a rule's own cap and budgets hold for every trigger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter

from praemia.rules.core.clauses import Clause
from praemia.rules.core.counters import Counter
from praemia.rules.core.prepared import Prepared, cap_name
from praemia.rules.core.sight import Sight
from praemia.rules.core.tally import Tally
from praemia.rules.model import ANNIVERSARY, BIRTHDAY, SIGNUP, Budget, Cap, CounterKey, OnExceed, Period, Scope, Unit

UNCAPPED = frozenset({SIGNUP, BIRTHDAY, ANNIVERSARY})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ceiling:
    """A cap or budget, ready: over which rules (by index, ascending), how many quanta, counted where."""

    name: str
    clause: Clause
    unit: str
    members: tuple[int, ...]
    given: Callable[[Sequence[int]], int]  # what these rules gave together
    quanta: int
    refuse: bool
    counter: Counter | None
    balance: bool = False

    def apply(self, sight: Sight, rules: Sequence[Prepared], tally: Tally) -> None:
        """Cuts what is over the room, or all of it when the ceiling refuses."""
        given = self.given(tally.quanta)
        if given <= 0:
            return
        room = self._room(sight)
        if given <= room:
            return
        left = given if self.refuse else given - room
        for index in reversed(self.members):
            taken = min(tally.quanta[index], left)
            if taken > 0:
                tally.cut(rules[index], taken, self.name, self.clause, room)
                left -= taken

    def count(self, sight: Sight, tally: Tally, spent: dict[CounterKey, int]) -> None:
        """Adds what was finally given to the counter."""
        if self.counter is None:
            return
        given = self.given(tally.quanta)
        if given:
            key = sight.keys[self.counter[1]]
            spent[key] = spent.get(key, 0) + given

    def _room(self, sight: Sight) -> int:
        used = 0
        if self.balance:
            used = sight.facts.balances.get(self.unit, 0)
        elif self.counter is not None:
            used = sight.usage(self.counter[1]).used
        return max(self.quanta - used, 0)


def ceilings_of(
    trigger: str, rules: Sequence[Prepared], caps: Sequence[Cap], budgets: Sequence[Budget], units: dict[str, Unit]
) -> tuple[Ceiling, ...]:
    """Every ceiling over the rules of one trigger, in the order in which they cut."""
    found = [_rule_cap(rule, rule.cap) for rule in rules if rule.cap is not None]
    if trigger not in UNCAPPED:
        found.extend(_programme_cap(cap, rules) for cap in caps)
    found.extend(_budget(budget, rules, units[budget.unit]) for budget in budgets)
    return tuple(ceiling for ceiling in found if ceiling.members)


def _sum_of(members: tuple[int, ...]) -> Callable[[Sequence[int]], int]:
    if len(members) < 2:
        return lambda quanta: sum(quanta[index] for index in members)
    of_members = itemgetter(*members)
    return lambda quanta: sum(of_members(quanta))


def _rule_cap(rule: Prepared, cap: Cap) -> Ceiling:
    return Ceiling(
        name=cap_name(f"rule:{rule.id}", cap),
        clause=Clause.CAP,
        unit=rule.unit,
        members=(rule.index,),
        given=_sum_of((rule.index,)),
        quanta=cap.quanta,
        refuse=cap.on_exceed is OnExceed.REFUSE,
        counter=rule.cap_counter,
        balance=cap.per is Period.BALANCE,
    )


def _programme_cap(cap: Cap, rules: Sequence[Prepared]) -> Ceiling:
    name = cap_name(cap.unit, cap)
    members = tuple(rule.index for rule in rules if rule.unit == cap.unit)
    return Ceiling(
        name=name,
        clause=Clause.CAP,
        unit=cap.unit,
        members=members,
        given=_sum_of(members),
        quanta=cap.quanta,
        refuse=cap.on_exceed is OnExceed.REFUSE,
        counter=None if cap.per in (Period.ORDER, Period.BALANCE) else (Scope.MEMBER, name, cap.per),
        balance=cap.per is Period.BALANCE,
    )


def _budget(budget: Budget, rules: Sequence[Prepared], unit: Unit) -> Ceiling:
    name = f"budget:{budget.id}:{budget.per}"
    members = tuple(rule.index for rule in rules if rule.id in budget.rules and rule.unit == budget.unit)
    return Ceiling(
        name=name,
        clause=Clause.BUDGET,
        unit=budget.unit,
        members=members,
        given=_sum_of(members),
        quanta=_affordable(budget, unit),
        refuse=budget.on_exceed is OnExceed.REFUSE,
        counter=None if budget.per is Period.ORDER else (Scope.PROGRAM, name, budget.per),
    )


def _affordable(budget: Budget, unit: Unit) -> int:
    """A budget in quanta. Money buys the whole quanta whose value fits."""
    limits = [] if budget.quanta is None else [budget.quanta]
    if budget.money_minor is not None and unit.value_minor:
        limits.append(int(Fraction(budget.money_minor * 10**unit.decimals) / unit.value_minor // 1))
    return min(limits)
