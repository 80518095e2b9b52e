"""The arithmetic of one unit: base rules, line multipliers, rounding, order multipliers, additions; every quantum attributed.

Attribution is cumulative: a pooled rule or a multiplier gets what the total gains when it joins, so the parts always sum to the
whole. Nothing here knows conditions, caps or budgets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from praemia.rules.core.clauses import Clause
from praemia.rules.core.effects import NO_FIGURES, Figures, Ratio
from praemia.rules.core.prepared import Prepared, latest_of
from praemia.rules.core.rounding import Rounder
from praemia.rules.core.sight import Sight
from praemia.rules.core.tally import Tally
from praemia.rules.model import MultiplierStacking, PromotionStacking, Stacking


def settle(units: Mapping[str, UnitPoints], sight: Sight, applied: Sequence[Prepared], tally: Tally) -> None:
    """Writes what each applicable rule gave into the tally, before caps: the base rules, then by unit what is made of theirs."""
    later: dict[str, list[Prepared]] = {}
    for rule in applied:
        if rule.base is None or rule.pooled:
            later.setdefault(rule.unit, []).append(rule)
        else:
            tally.quanta[rule.index], tally.numbers[rule.index] = rule.base.earned(sight)
    for unit, rules in later.items():
        units[unit].settle(sight, [rule for rule in applied if rule.base is not None and rule.unit == unit], rules, tally)


class UnitPoints:
    """One unit under the programme's stacking."""

    def __init__(self, round_: Rounder, stacking: Stacking, common: int, file_order: dict[str, int]) -> None:
        self._round = round_
        self._best_factor = stacking.multipliers is MultiplierStacking.BEST
        self._combined = _COMBINED[stacking.multipliers]
        self._promotions = None if stacking.promotions is PromotionStacking.ALL else stacking.promotions
        self._common = common
        self._file_order = file_order

    def settle(self, sight: Sight, bases: Sequence[Prepared], later: Sequence[Prepared], tally: Tally) -> None:
        """Pooled base rules and promotions, when every other base rule of the unit has given."""
        promotions = [rule for rule in later if rule.base is None]
        if len(promotions) < len(later):
            self._pool(sight, bases, tally)
        if promotions:
            self._promote(sight, bases, promotions, tally)

    def _pool(self, sight: Sight, bases: Sequence[Prepared], tally: Tally) -> None:
        """Rules that are rounded together: each gets what the rounded sum gains when it joins."""
        pool: Ratio = (0, 1)
        before = 0
        for rule in bases:
            if rule.pooled is not None:
                exact, figures = rule.pooled.exact(sight)
                pool = _added(pool, exact)
                reached = self._round(*pool)
                tally.quanta[rule.index] = reached - before
                tally.numbers[rule.index] = figures
                before = reached

    def _promote(self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], tally: Tally) -> None:
        """What each promotion adds to what the base rules gave, before caps."""
        if sum([tally.quanta[rule.index] for rule in bases]) <= 0:
            for rule in promotions:
                tally.outcomes[rule.index] = rule.baseless
            return
        if self._promotions is not None:
            promotions = self._chosen(sight, bases, promotions, tally)
        for rule, quanta, numbers in self._promoted(sight, bases, promotions, tally.quanta):
            tally.quanta[rule.index] = quanta
            tally.numbers[rule.index] = numbers
            if "by" in numbers:
                tally.clauses[rule.index] = _BEATEN

    def _chosen(self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], tally: Tally) -> list[Prepared]:
        """One promotion of several, and what belongs to the member."""
        competing = [rule for rule in promotions if not rule.standing]
        if len(competing) > 1:
            competing = [self._only(sight, bases, competing, tally)]
        return competing + [rule for rule in promotions if rule.standing]

    def _only(self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], tally: Tally) -> Prepared:
        if self._promotions is PromotionStacking.LATEST:
            winner = latest_of(promotions, self._file_order)
        else:
            winner = max(promotions, key=lambda rule: self._alone(sight, bases, rule, tally.quanta))
        for rule in promotions:
            if rule is not winner:
                tally.refuse(rule, Clause.PROMOTIONS, winner.id)
        return winner

    def _alone(self, sight: Sight, bases: Sequence[Prepared], rule: Prepared, own: Sequence[int]) -> int:
        return self._promoted(sight, bases, [rule], own)[0][1]

    def _promoted(
        self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], own: Sequence[int]
    ) -> list[tuple[Prepared, int, Figures]]:
        """What each promotion adds to the bases' own quanta."""
        given: list[tuple[Prepared, int, Figures]] = [(one, one.addition, NO_FIGURES) for one in promotions if one.addition is not None]
        multipliers = [rule for rule in promotions if rule.factor is not None]
        if not multipliers:
            return given
        subject = [rule for rule in bases if rule.multipliable]
        points = sum([own[rule.index] for rule in subject])
        by_line = self._ordered([rule for rule in multipliers if rule.selection])
        for count, rule in enumerate(by_line, start=1):
            reached = self._with_lines(sight, subject, by_line[:count])
            given.append((rule, reached - points, self._why(count, reached == points, by_line[0], points)))
            points = reached
        by_order = self._ordered([rule for rule in multipliers if not rule.selection])
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
        beaten = idle and count > 1 and self._best_factor
        return {"by": best.id} if beaten else {"points": points}

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


def _added(left: Ratio, right: Ratio) -> Ratio:
    if left[1] == right[1]:
        return left[0] + right[0], left[1]
    return left[0] * right[1] + right[0] * left[1], left[1] * right[1]
