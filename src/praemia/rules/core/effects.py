"""What base rules give. Exact until it is rounded: a ratio is a numerator and a denominator of quanta.

`earned` is the plain result, `multiplied` the exact one when every basket line carries a factor. Factors are integers over a common
denominator. A line multiplier works on the lines' share of what the rule gave, so both accruals answer the same formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from praemia.rules.core.basket import amount_of, share_of
from praemia.rules.core.rounding import Rounder
from praemia.rules.core.sight import Sight
from praemia.rules.model import Accrual, Basis, Fixed, PerAmount, PerItem, PerValue

Ratio = tuple[int, int]
Figures = dict[str, Any]
NONE: Ratio = (0, 1)
NO_FIGURES: Figures = {}


class Earns(Protocol):
    """A compiled base effect. Quanta are never negative."""

    proportional: bool

    def earned(self, sight: Sight) -> tuple[int, Figures]:
        """Whole quanta, and what the explanation wants to know about them."""

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        """Quanta before rounding when line i counts factors[i] / common times."""


class ByAmount:
    """`quanta` per `per_minor` of basis."""

    proportional = True

    def __init__(self, effect: PerAmount, selection: int, basis: Basis, round_: Rounder) -> None:
        self._quanta, self._divisor = effect.quanta.numerator, effect.quanta.denominator
        self._per = effect.per_minor
        self._whole_steps = effect.accrual is Accrual.WHOLE_STEPS
        self._selection = selection
        self._basis = basis
        self._round = round_

    def earned(self, sight: Sight) -> tuple[int, Figures]:
        amount, scale = amount_of(sight.basket, self._selection, self._basis)
        quanta, divisor = self._ratio(amount, scale)
        return self._round(quanta, divisor), {"basis_minor": amount // scale}

    def exact(self, sight: Sight) -> tuple[Ratio, Figures]:
        """Quanta before rounding, for rules that are rounded together."""
        amount, scale = amount_of(sight.basket, self._selection, self._basis)
        return self._ratio(amount, scale), {"basis_minor": amount // scale}

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        share = share_of(sight.basket, self._selection, self._basis)
        total = share.total()
        if total <= 0:
            return NONE
        weighted = share.rest * common
        for index, part in share.parts:
            weighted += part * factors[index]
        quanta, divisor = self._ratio(total, share.denominator)
        return (quanta * weighted, divisor * total * common) if weighted > 0 else NONE

    def _ratio(self, amount: int, scale: int) -> Ratio:
        if self._whole_steps:
            return amount // (self._per * scale) * self._quanta, self._divisor
        return amount * self._quanta, self._divisor * self._per * scale


class ByLine(ByAmount):
    """The same, every line (and the shipping) rounded by itself; negative parts count, the sum is floored at 0."""

    def earned(self, sight: Sight) -> tuple[int, Figures]:
        amount, scale = amount_of(sight.basket, self._selection, self._basis)
        quanta, _ = self.multiplied(sight, [1] * len(sight.basket.lines), 1)
        return quanta, {"basis_minor": amount // scale}

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        share = share_of(sight.basket, self._selection, self._basis)
        sum_ = self._round(*self._ratio(share.rest, share.denominator))
        for index, part in share.parts:
            quanta, divisor = self._ratio(part, share.denominator)
            sum_ += self._round(quanta * factors[index], divisor * common)
        return max(sum_, 0), 1


class ByItem:
    """`quanta` for every selected item. Proportional only when the stacking multiplies all points."""

    proportional = False

    def __init__(self, effect: PerItem, selection: int) -> None:
        self._quanta = effect.quanta
        self._selection = selection

    def earned(self, sight: Sight) -> tuple[int, Figures]:
        items = sight.basket.items[self._selection]
        return max(items * self._quanta, 0), {"items": items}

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        basket = sight.basket
        lines = basket.lines
        weighted = sum(lines[index].quantity * factors[index] for index in basket.chosen(self._selection) if lines[index].amount_minor >= 0)
        return max(weighted * self._quanta, 0), common


class Once:
    """`quanta` once. No line has a share in it, so line multipliers leave it alone."""

    proportional = False

    def __init__(self, effect: Fixed) -> None:
        self._quanta = effect.quanta

    def earned(self, sight: Sight) -> tuple[int, Figures]:
        return self._quanta, NO_FIGURES

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        return self._quanta, 1


class ByValue:
    """`quanta` per `per` of an activity's number; its gate has seen that the number is there."""

    proportional = True

    def __init__(self, effect: PerValue, round_: Rounder) -> None:
        self._quanta, self._divisor = effect.quanta.numerator, effect.quanta.denominator
        self._per = effect.per
        self._field = effect.value_field
        self._whole_steps = effect.accrual is Accrual.WHOLE_STEPS
        self._round = round_

    def earned(self, sight: Sight) -> tuple[int, Figures]:
        return self._round(*self.multiplied(sight, (), 1)), {"value": _number(sight.happening.fields, self._field)}

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        counted = max(_number(sight.happening.fields, self._field), 0)
        steps, per = (counted // self._per, 1) if self._whole_steps else (counted, self._per)
        return steps * self._quanta, per * self._divisor


def _number(fields: Mapping[str, Any], name: str) -> int:
    value = fields[name]
    if type(value) is not int:
        raise TypeError(f"field {name!r} holds no whole number")
    return value
