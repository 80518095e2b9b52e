"""A slow second reading of the rules' page, in fractions and plain loops, to hold the compiled evaluator against.

Written from src/praemia/rules/README.md alone; knows PerAmount, PerItem, Fixed, Multiply, Add, stacking and programme caps per order.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor, prod

from praemia.rules import (
    Accrual,
    Add,
    Basis,
    Earning,
    Fixed,
    Happening,
    Line,
    MultiplierStacking,
    Multiply,
    PerAmount,
    PerItem,
    PromotionStacking,
    RoundAt,
    Rounding,
    Rule,
)

Weights = Callable[[Line], Fraction]


def expected(programme: Earning, happening: Happening) -> dict[str, int]:
    """What the only unit of a programme earns by rule."""
    return _Reading(programme, happening).result()


class _Reading:
    def __init__(self, programme: Earning, happening: Happening) -> None:
        self.programme = programme
        self.happening = happening
        self.unit = programme.units[0]
        self.lines = [line for line in happening.lines if not line.free]
        self.rules = sorted(programme.rules, key=lambda rule: -rule.priority)

    def result(self) -> dict[str, int]:
        got = {rule.id: 0 for rule in self.rules}
        bases, promotions = self.applicable()
        plain: Weights = lambda line: Fraction(1)  # noqa: E731
        got |= self.cumulative(bases, plain)
        if sum(got.values()) > 0:
            for rule, quanta in self.promoted(bases, promotions, got):
                got[rule.id] = quanta
        for cap in self.programme.caps:
            over = sum(got.values()) - cap.quanta
            for rule in reversed(self.rules):
                taken = max(min(over, got[rule.id]), 0)
                got[rule.id] -= taken
                over -= taken
        return got

    def applicable(self) -> tuple[list[Rule], list[Rule]]:
        bases: list[Rule] = []
        promotions: list[Rule] = []
        for rule in self.rules:
            if (rule.match or rule.exclude) and not any(line.amount_minor >= 0 for line in self.taken(rule)):
                continue
            if isinstance(rule.effect, Multiply | Add):
                promotions.append(rule)
                if rule.stop and bases:
                    break
            elif not any(base.exclusive for base in bases):
                bases = [rule] if rule.exclusive else [*bases, rule]
                if rule.stop:
                    break
        return bases, promotions

    def taken(self, rule: Rule) -> list[Line]:
        return [
            line
            for line in self.lines
            if (rule.match is None or line.sku in rule.match.skus) and (rule.exclude is None or line.sku not in rule.exclude.skus)
        ]

    def cumulative(self, bases: list[Rule], weights: Weights) -> dict[str, int]:
        got = {}
        pool = Fraction(0)
        for rule in bases:
            exact = self.exact(rule, weights)
            if isinstance(rule.effect, PerAmount) and rule.effect.round_at is RoundAt.ORDER:
                got[rule.id] = self.round(pool + exact) - self.round(pool)
                pool += exact
            else:
                got[rule.id] = self.round(exact)
        return got

    def exact(self, rule: Rule, weights: Weights) -> Fraction:
        """Quanta before rounding; rounded already for rounding by line."""
        effect = rule.effect
        if isinstance(effect, Fixed):
            return Fraction(effect.quanta)
        if isinstance(effect, PerItem):
            return sum((effect.quanta * line.quantity * weights(line) for line in self.taken(rule) if line.amount_minor >= 0), Fraction(0))
        assert isinstance(effect, PerAmount)
        parts, rest = self.basis(rule, effect.basis)
        if effect.round_at is RoundAt.LINE:
            rounded = [self.round(self.steps(effect, part) * weights(line)) for line, part in parts]
            return Fraction(max(sum(rounded) + self.round(self.steps(effect, rest)), 0))
        total = sum((part for _, part in parts), rest)
        if total <= 0:
            return Fraction(0)
        weighted = sum((part * weights(line) for line, part in parts), rest)
        return self.steps(effect, total) * max(weighted, Fraction(0)) / total

    def steps(self, effect: PerAmount, amount: Fraction) -> Fraction:
        steps = amount / effect.per_minor
        return effect.quanta * (floor(steps) if effect.accrual is Accrual.WHOLE_STEPS else steps)

    def basis(self, rule: Rule, basis: Basis) -> tuple[list[tuple[Line, Fraction]], Fraction]:
        happening = self.happening
        whole = rule.match is None and rule.exclude is None
        off = happening.order_discount_minor if whole or basis.spread_order_discount else 0
        off += 0 if basis.points_tender else happening.points_tender_minor
        off += 0 if basis.money_tender else happening.money_tender_minor
        weight = sum(max(line.amount_minor - line.discount_minor, 0) for line in self.lines)
        parts = []
        for line in self.taken(rule):
            net = line.amount_minor - line.discount_minor
            share = Fraction(off * max(net, 0), weight) if weight else Fraction(0)
            parts.append((line, net + (line.tax_minor if basis.tax else 0) - share))
        rest = Fraction(-off if whole and not weight else 0)
        if basis.shipping and rule.match is None:
            rest += happening.shipping_minor + (happening.shipping_tax_minor if basis.tax else 0)
        return parts, rest

    def promoted(self, bases: list[Rule], promotions: list[Rule], own: dict[str, int]) -> list[tuple[Rule, int]]:
        stacking = self.programme.stacking
        file_order = list(self.programme.rules)
        if promotions and stacking.promotions is PromotionStacking.LATEST:
            promotions = [max(promotions, key=lambda rule: (rule.created.toordinal() if rule.created else 0, file_order.index(rule)))]
        if promotions and stacking.promotions is PromotionStacking.BEST:
            gains = [self.gains(bases, [rule], own)[0][1] for rule in promotions]
            promotions = [promotions[gains.index(max(gains))]]
        return self.gains(bases, promotions, own)

    def gains(self, bases: list[Rule], promotions: list[Rule], own: dict[str, int]) -> list[tuple[Rule, int]]:
        everything = self.programme.stacking.multiply_all_points
        subject = [rule for rule in bases if everything or isinstance(rule.effect, PerAmount)]
        factors = [rule for rule in promotions if isinstance(rule.effect, Multiply)]
        if self.programme.stacking.multipliers is MultiplierStacking.BEST:
            factors.sort(key=lambda rule: -_factor(rule))
        by_line = [rule for rule in factors if rule.match or rule.exclude]
        by_order = [rule for rule in factors if not (rule.match or rule.exclude)]
        result = []
        reached = sum(own[rule.id] for rule in subject)
        for count, rule in enumerate(by_line, start=1):
            now = sum(self.cumulative(subject, self.weights(by_line[:count])).values())
            result.append((rule, now - reached))
            reached = now
        points = reached
        for count, rule in enumerate(by_order, start=1):
            now = self.round(points * self.combined([_factor(one) for one in by_order[:count]]))
            result.append((rule, now - reached))
            reached = now
        return result + [(rule, rule.effect.quanta) for rule in promotions if isinstance(rule.effect, Add)]

    def weights(self, multipliers: list[Rule]) -> Weights:
        return lambda line: self.combined([_factor(rule) for rule in multipliers if any(line is one for one in self.taken(rule))])

    def combined(self, factors: list[Fraction]) -> Fraction:
        if not factors:
            return Fraction(1)
        match self.programme.stacking.multipliers:
            case MultiplierStacking.SUM:
                return max(1 + sum((factor - 1 for factor in factors), Fraction(0)), Fraction(0))
            case MultiplierStacking.PRODUCT:
                return prod(factors, start=Fraction(1))
            case MultiplierStacking.BEST:
                return max(factors)

    def round(self, exact: Fraction) -> int:
        match self.unit.rounding:
            case Rounding.DOWN:
                return floor(exact)
            case Rounding.UP:
                return ceil(exact)
            case Rounding.HALF_UP:
                return floor(exact + Fraction(1, 2))
            case Rounding.HALF_EVEN:
                return round(exact)


def _factor(rule: Rule) -> Fraction:
    assert isinstance(rule.effect, Multiply)
    return rule.effect.factor
