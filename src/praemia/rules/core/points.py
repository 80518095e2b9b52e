"""The arithmetic of one unit: base rules, line multipliers, rounding, order multipliers, additions; every quantum attributed.

Attribution is cumulative: a pooled rule or a multiplier gets what the total gains when it joins, so the parts always sum to the
whole. Nothing here knows conditions, caps or budgets.
"""

from __future__ import annotations

from collections.abc import Sequence

from praemia.rules.core.clauses import Clause
from praemia.rules.core.effects import Ratio
from praemia.rules.core.prepared import Prepared, latest_of
from praemia.rules.core.rounding import Rounder
from praemia.rules.core.sight import Sight
from praemia.rules.core.tally import Tally
from praemia.rules.model import MultiplierStacking, PromotionStacking, Stacking


class UnitPoints:
    """Settles one unit under the programme's stacking."""

    def __init__(self, round_: Rounder, stacking: Stacking, common: int, file_order: dict[str, int]) -> None:
        self._round = round_
        self._multipliers = stacking.multipliers
        self._promotions = stacking.promotions
        self._common = common
        self._file_order = file_order

    def settle(self, sight: Sight, bases: Sequence[Prepared], promotions: Sequence[Prepared], tally: Tally) -> None:
        """Writes what each applicable rule of the unit gave into the tally, before caps."""
        earned = self._base_points(sight, bases, tally)
        if not promotions:
            return
        if earned <= 0:
            for rule in promotions:
                tally.refused[rule.index] = rule.baseless
            return
        if self._promotions is not PromotionStacking.ALL:
            promotions = self._chosen(sight, bases, promotions, tally)
        for rule, quanta, numbers in self._promoted(sight, bases, promotions, tally.quanta):
            tally.quanta[rule.index] = quanta
            tally.numbers[rule.index] = numbers
            if "by" in numbers:
                tally.clauses[rule.index] = Clause.MULTIPLIERS

    def _base_points(self, sight: Sight, bases: Sequence[Prepared], tally: Tally) -> int:
        sum_ = 0
        pool: Ratio = (0, 1)
        pooled = 0
        for rule in bases:
            assert rule.base is not None
            exact, figures = rule.base.earned(sight)
            if rule.pooled:
                pool = _added(pool, exact)
                reached = self._round(*pool)
                quanta, pooled = reached - pooled, reached
            else:
                quanta = self._round(*exact)
            tally.quanta[rule.index] = quanta
            tally.numbers[rule.index] = figures
            sum_ += quanta
        return sum_

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
    ) -> list[tuple[Prepared, int, dict[str, object]]]:
        """What each promotion adds to the bases' own quanta."""
        by_line = self._ordered([rule for rule in promotions if rule.factor is not None and rule.selection])
        by_order = self._ordered([rule for rule in promotions if rule.factor is not None and not rule.selection])
        subject = [rule for rule in bases if rule.multipliable]
        points = sum(own[rule.index] for rule in subject)
        given: list[tuple[Prepared, int, dict[str, object]]] = []
        for count, rule in enumerate(by_line, start=1):
            reached = self._with_lines(sight, subject, by_line[:count])
            given.append((rule, reached - points, self._why(count, reached == points, by_line[0], points)))
            points = reached
        reached = points
        for count, rule in enumerate(by_order, start=1):
            factor, scale = self._combined([one.factor or 0 for one in by_order[:count]])
            now = self._round(points * factor, scale)
            given.append((rule, now - reached, self._why(count, now == reached, by_order[0], points)))
            reached = now
        given.extend((rule, rule.addition, {}) for rule in promotions if rule.addition is not None)
        return given

    def _why(self, count: int, idle: bool, best: Prepared, points: int) -> dict[str, object]:
        beaten = idle and count > 1 and self._multipliers is MultiplierStacking.BEST
        return {"by": best.id} if beaten else {"points": points}

    def _ordered(self, multipliers: list[Prepared]) -> list[Prepared]:
        if self._multipliers is MultiplierStacking.BEST and len(multipliers) > 1:
            # The best first: it then takes the whole gain and the others none.
            return sorted(multipliers, key=lambda rule: -(rule.factor or 0))
        return multipliers

    def _with_lines(self, sight: Sight, subject: Sequence[Prepared], multipliers: Sequence[Prepared]) -> int:
        """The subject's points when each basket line carries the factors of the multipliers that take it."""
        lines: list[list[int]] = [[] for _ in sight.basket.lines]
        for rule in multipliers:
            for index in sight.basket.chosen(rule.selection).indexes:
                lines[index].append(rule.factor or 0)
        scale = self._common ** len(multipliers) if self._multipliers is MultiplierStacking.PRODUCT else self._common
        factors = []
        for taken in lines:
            factor, over = self._combined(taken)
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

    def _combined(self, factors: Sequence[int]) -> Ratio:
        """Several factors as one, never below 0: the sum of their bonuses, their product, or the best of them."""
        common = self._common
        if not factors:
            return common, common
        match self._multipliers:
            case MultiplierStacking.SUM:
                return max(common + sum(factor - common for factor in factors), 0), common
            case MultiplierStacking.BEST:
                return max(factors), common
            case MultiplierStacking.PRODUCT:
                product = 1
                for factor in factors:
                    product *= factor
                return product, common ** len(factors)


def _added(left: Ratio, right: Ratio) -> Ratio:
    if left[1] == right[1]:
        return left[0] + right[0], left[1]
    return left[0] * right[1] + right[0] * left[1], left[1] * right[1]
