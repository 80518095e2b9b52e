"""What base rules give, exactly: numerator and denominator of quanta, before rounding.

`exact` is the plain result, `multiplied` the result when every basket line carries a factor. Factors are integers over a common
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
NONE: Ratio = (0, 1)


class Base(Protocol):
    """A compiled base effect."""

    proportional: bool

    def exact(self, sight: Sight) -> Ratio:
        """Quanta before rounding, never negative."""

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        """Quanta before rounding when line i counts factors[i] / common times."""

    def figures(self, sight: Sight) -> dict[str, Any]:
        """What the explanation wants to know about it."""


class ByAmount:
    """`quanta` per `per_minor` of basis, rounded by the caller."""

    proportional = True

    def __init__(self, effect: PerAmount, selection: int, basis: Basis) -> None:
        self._quanta, self._divisor = effect.quanta.numerator, effect.quanta.denominator
        self._per = effect.per_minor
        self._whole_steps = effect.accrual is Accrual.WHOLE_STEPS
        self._selection = selection
        self._basis = basis

    def exact(self, sight: Sight) -> Ratio:
        amount, scale = amount_of(sight.basket, self._selection, self._basis)
        return self._earned(amount, scale)

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        share = share_of(sight.basket, self._selection, self._basis)
        total = share.total()
        if total <= 0:
            return NONE
        weighted = share.rest * common
        for index, part in share.parts:
            weighted += part * factors[index]
        quanta, divisor = self._earned(total, share.denominator)
        return (quanta * weighted, divisor * total * common) if weighted > 0 else NONE

    def figures(self, sight: Sight) -> dict[str, Any]:
        amount, scale = amount_of(sight.basket, self._selection, self._basis)
        return {"basis_minor": amount // scale}

    def _earned(self, amount: int, scale: int) -> Ratio:
        if self._whole_steps:
            return amount // (self._per * scale) * self._quanta, self._divisor
        return amount * self._quanta, self._divisor * self._per * scale


class ByLine(ByAmount):
    """The same, every line (and the shipping) rounded by itself; negative parts count, the sum is floored at 0."""

    def __init__(self, effect: PerAmount, selection: int, basis: Basis, round_: Rounder) -> None:
        super().__init__(effect, selection, basis)
        self._round = round_

    def exact(self, sight: Sight) -> Ratio:
        return self.multiplied(sight, [1] * len(sight.basket.lines), 1)

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        share = share_of(sight.basket, self._selection, self._basis)
        sum_ = self._rounded(share.rest, share.denominator, 1)
        for index, part in share.parts:
            quanta, divisor = self._earned(part, share.denominator)
            sum_ += self._round(quanta * factors[index], divisor * common)
        return max(sum_, 0), 1

    def _rounded(self, part: int, scale: int, factor: int) -> int:
        quanta, divisor = self._earned(part, scale)
        return self._round(quanta * factor, divisor)


class ByItem:
    """`quanta` for every selected item. Proportional only when the stacking multiplies all points."""

    proportional = False

    def __init__(self, effect: PerItem, selection: int) -> None:
        self._quanta = effect.quanta
        self._selection = selection

    def exact(self, sight: Sight) -> Ratio:
        return max(sight.basket.chosen(self._selection).items * self._quanta, 0), 1

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        lines = sight.basket.lines
        weighted = sum(
            lines[index].quantity * factors[index]
            for index in sight.basket.chosen(self._selection).indexes
            if lines[index].amount_minor >= 0
        )
        return max(weighted * self._quanta, 0), common

    def figures(self, sight: Sight) -> dict[str, Any]:
        return {"items": sight.basket.chosen(self._selection).items}


class Once:
    """`quanta` once. No line has a share in it, so line multipliers leave it alone."""

    proportional = False

    def __init__(self, effect: Fixed) -> None:
        self._quanta = effect.quanta

    def exact(self, sight: Sight) -> Ratio:
        return self._quanta, 1

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        return self._quanta, 1

    def figures(self, sight: Sight) -> dict[str, Any]:
        return {}


class ByValue:
    """`quanta` per `per` of an activity's number; its gate has seen that the number is there."""

    proportional = True

    def __init__(self, effect: PerValue) -> None:
        self._quanta, self._divisor = effect.quanta.numerator, effect.quanta.denominator
        self._per = effect.per
        self._field = effect.value_field
        self._whole_steps = effect.accrual is Accrual.WHOLE_STEPS

    def exact(self, sight: Sight) -> Ratio:
        value = max(_number(sight.happening.fields, self._field), 0)
        if self._whole_steps:
            return value // self._per * self._quanta, self._divisor
        return value * self._quanta, self._divisor * self._per

    def multiplied(self, sight: Sight, factors: Sequence[int], common: int) -> Ratio:
        return self.exact(sight)

    def figures(self, sight: Sight) -> dict[str, Any]:
        return {"value": _number(sight.happening.fields, self._field)}


def _number(fields: Mapping[str, Any], name: str) -> int:
    value = fields[name]
    if type(value) is not int:
        raise TypeError(f"field {name!r} holds no whole number")
    return value
