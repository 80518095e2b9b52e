"""Rounding exact ratios to whole quanta. Integers only: a ratio is a numerator over a positive denominator, never a float.

DOWN goes towards minus infinity and UP towards plus infinity, so a negative part never rounds in the member's favour under DOWN.
"""

from __future__ import annotations

from collections.abc import Callable

from praemia.rules.model import Rounding

Rounder = Callable[[int, int], int]


def rounder(rounding: Rounding) -> Rounder:
    """The function (numerator, positive denominator) -> whole quanta for a unit's rounding."""
    return _ROUNDERS[rounding]


def _down(numerator: int, denominator: int) -> int:
    return numerator // denominator


def _up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _half_even(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    if 2 * rest == denominator:
        return whole + (whole & 1)
    return whole + (2 * rest > denominator)


_ROUNDERS: dict[Rounding, Rounder] = {
    Rounding.DOWN: _down,
    Rounding.UP: _up,
    Rounding.HALF_UP: _half_up,
    Rounding.HALF_EVEN: _half_even,
}
