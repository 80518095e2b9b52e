"""Exact numbers: a story's decimals to the API's integers and back. No floats, nothing is rounded away silently."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from tests.scenario.stories import StoryFault

_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)

# ISO 4217, list one: the currencies whose minor unit is not a hundredth.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_MINOR_DIGITS = {**dict.fromkeys(_NONE.split(), 0), **dict.fromkeys(_THREE.split(), 3), "CLF": 4, "UYW": 4}


def minor_digits(currency: str) -> int:
    """How many decimals the currency's amounts have."""
    return _MINOR_DIGITS.get(currency, 2)


def number(value: Any, path: str) -> Fraction:
    """A number of a story: an integer or a quoted decimal (or what was read from one)."""
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Fraction(value)
    raise StoryFault(f"{path}: a number is needed, not {value!r}")


def quanta(value: Any, decimals: int, path: str) -> int:
    """The number in units of the last decimal; more decimals than that are a fault of the story."""
    exact = number(value, path) * Fraction(10) ** decimals
    if exact.denominator != 1:
        raise StoryFault(f"{path}: {value} has more than {decimals} decimals")
    return int(exact)


def whole(amount: int, decimals: int) -> Fraction:
    """An API integer as the number it stands for."""
    return Fraction(amount, 10**decimals)


def shown(value: Any) -> str:
    """A figure as a person reads it."""
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else _decimal(value)
    return str(value)


def _decimal(value: Fraction) -> str:
    for digits in range(1, 10):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            sign, text = ("-" if scaled < 0 else ""), str(abs(scaled.numerator)).rjust(digits + 1, "0")
            return f"{sign}{text[:-digits]}.{text[-digits:]}"
    return str(value)
