"""The arithmetic of points: base rules, line multipliers, rounding, order multipliers, additions; every quantum attributed.

Attribution is cumulative: a pooled rule or a multiplier gets what the total gains when it joins, so the parts always sum to the
whole. Nothing here knows conditions, caps or budgets.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from praemia.rules.core.clauses import Clause
from praemia.rules.core.effects import NO_FIGURES, Figures, Ratio
from praemia.rules.core.prepared import Prepared, latest_of
from praemia.rules.core.rounding import Rounder
from praemia.rules.core.sight import Sight
from praemia.rules.core.tally import Tally
from praemia.rules.model import MultiplierStacking, PromotionStacking, Stacking


def settle(units: Mapping[str, UnitPoints], sight: Sight, applied: Sequence[Prepared], tally: Tally) -> None:
    """Writes what each applicable rule gave into the tally, before caps: the base rules, then by unit what is made of theirs."""
    pooled: list[Prepared] = []
    promotions: list[Prepared] = []
    quanta, numbers = tally.quanta, tally.numbers
    for rule in applied:
        base = rule.base
        if base is None:
            promotions.append(rule)
        elif rule.pooled is not None:
            pooled.append(rule)
        else:
            quanta[rule.index], numbers[rule.index] = base.earned(sight)
    if pooled:
        for unit, rules in _by_unit(pooled):
            units[unit].pool(sight, rules, tally)
    if promotions:
        for unit, rules in _by_unit(promotions):
            bases = [rule for rule in applied if rule.base is not None and rule.unit == unit]
            units[unit].promote(sight, bases, rules, tally)


class UnitPoints:
    """One unit under the programme's stacking."""

    def __init__(self, round_: Rounder, stacking: Stacking, common: int, file_order: dict[str, int]) -> None:
        self._round = round_
        self._best_factor = stacking.multipliers is MultiplierStacking.BEST
        self._combined = _COMBINED[stacking.multipliers]
        self._promotions = None if stacking.promotions is PromotionStacking.ALL else stacking.promotions
        self._common = common
        self._file_order = file_order

    def pool(self, sight: Sight, bases: Sequence[Prepared], tally: Tally) -> None:
        """Rules that are rounded together: each gets what the rounded sum gains when it joins."""
        pool: Ratio = (0, 1)
        before = 0
        for rule in bases:
            assert rule.pooled is not None
            exact, figures = rule.pooled.exact(sight)
            pool = _added(pool, exact)
            reached = self._round(*pool)
            tally.quanta[rule.index] = reached - before
            tally.numbers[rule.index] = figures
            before = reached

    def promote(self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], tally: Tally) -> None:
        """What each promotion adds to what the base rules gave, before caps."""
        own = tally.quanta
        points = other = 0
        for rule in bases:
            if rule.multipliable:
                points += own[rule.index]
            else:
                other += own[rule.index]
        if points + other <= 0:
            for rule in promotions:
                tally.outcomes[rule.index] = rule.baseless
            return
        if self._promotions is not None:
            promotions = self._chosen(sight, bases, promotions, points, tally)
        for rule, quanta, numbers in self._promoted(sight, bases, promotions, points):
            tally.quanta[rule.index] = quanta
            tally.numbers[rule.index] = numbers
            if "by" in numbers:
                tally.clauses[rule.index] = _BEATEN

    def _chosen(self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], points: int, tally: Tally) -> list[Prepared]:
        """One promotion of several, and what belongs to the member."""
        competing = [rule for rule in promotions if not rule.standing]
        if len(competing) > 1:
            competing = [self._only(sight, bases, competing, points, tally)]
        return competing + [rule for rule in promotions if rule.standing]

    def _only(self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], points: int, tally: Tally) -> Prepared:
        if self._promotions is PromotionStacking.LATEST:
            winner = latest_of(promotions, self._file_order)
        else:
            winner = max(promotions, key=lambda rule: self._promoted(sight, bases, [rule], points)[0][1])
        for rule in promotions:
            if rule is not winner:
                tally.refuse(rule, Clause.PROMOTIONS, winner.id)
        return winner

    def _promoted(
        self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], points: int
    ) -> list[tuple[Prepared, int, Figures]]:
        """What each promotion adds to the bases' own quanta, of which `points` may be multiplied."""
        given: list[tuple[Prepared, int, Figures]] = []
        by_line: list[Prepared] = []
        by_order: list[Prepared] = []
        for rule in promotions:
            if rule.addition is not None:
                given.append((rule, rule.addition, NO_FIGURES))
            elif rule.selection:
                by_line.append(rule)
            else:
                by_order.append(rule)
        if by_line:
            subject = [rule for rule in bases if rule.multipliable]
            by_line = self._ordered(by_line)
            for count, rule in enumerate(by_line, start=1):
                now = self._with_lines(sight, subject, by_line[:count])
                given.append((rule, now - points, self._why(count, now == points, by_line[0], points)))
                points = now
        if by_order:
            by_order = self._ordered(by_order)
            factors: list[int] = []
            reached = points
            for rule in by_order:
                factors.append(rule.factor or 0)
                factor, scale = self._combined(factors, self._common)
                now = self._round(points * factor, scale)
                given.append((rule, now - reached, self._why(len(factors), now == reached, by_order[0], points)))
                reached = now
        return given

    def _why(self, count: int, idle: bool, best: Prepared, points: int) -> Figures:
        return {"by": best.id} if self._best_factor and idle and count > 1 else {"points": points}

    def _ordered(self, multipliers: list[Prepared]) -> list[Prepared]:
        if self._best_factor and len(multipliers) > 1:
            # The best first: it then takes the whole gain and the others none.
            return sorted(multipliers, key=lambda rule: -(rule.factor or 0))
        return multipliers

    def _with_lines(self, sight: Sight, subject: Sequence[Prepared], multipliers: Sequence[Prepared]) -> int:
        """The subject's points when each basket line carries the factors of the multipliers that take it."""
        lines: list[list[int]] = [[] for _ in sight.basket.lines]
        for rule in multipliers:
            for index in sight.basket.chosen(rule.selection):
                lines[index].append(rule.factor or 0)
        _, scale = self._combined([0] * len(multipliers), self._common)
        factors = []
        for taken in lines:
            factor, over = self._combined(taken, self._common)
            factors.append(factor * (scale // over))
        sum_ = 0
        pool: Ratio = (0, 1)
        for rule in subject:
            assert rule.base is not None
            exact = rule.base.multiplied(sight, factors, scale)
            if rule.pooled:
                pool = _added(pool, exact)
            else:
                sum_ += self._round(*exact)
        return sum_ + self._round(*pool)


def _summed(factors: Sequence[int], common: int) -> Ratio:
    """Several factors as one, never below 0: the sum of their bonuses."""
    return max(sum(factors) - (len(factors) - 1) * common, 0), common


def _multiplied(factors: Sequence[int], common: int) -> Ratio:
    """Several factors as one: their product."""
    return math.prod(factors), common ** len(factors)


def _best(factors: Sequence[int], common: int) -> Ratio:
    """Several factors as one: the best of them."""
    return max(factors, default=common), common


_COMBINED = {
    MultiplierStacking.SUM: _summed,
    MultiplierStacking.PRODUCT: _multiplied,
    MultiplierStacking.BEST: _best,
}
_BEATEN = Clause.MULTIPLIERS.value


def _by_unit(rules: Sequence[Prepared]) -> Iterator[tuple[str, Sequence[Prepared]]]:
    """The rules of each unit; nearly always there is one."""
    names = {rule.unit for rule in rules}
    if len(names) == 1:
        yield rules[0].unit, rules
    else:
        for name in names:
            yield name, [rule for rule in rules if rule.unit == name]


def _added(left: Ratio, right: Ratio) -> Ratio:
    if left[1] == right[1]:
        return left[0] + right[0], left[1]
    return left[0] * right[1] + right[0] * left[1], left[1] * right[1]
