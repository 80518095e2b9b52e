"""Colours as people name them (#rrggbb), and whether text in them can be read: contrast by WCAG 2.2, in whole numbers.

Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance; contrast ratio: .../#dfn-contrast-ratio. Luminances are in
billionths, ratios in hundredths, both rounded down.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache

WHITE, BLACK = "#ffffff", "#000000"
LIGHT_GROUND = "#f4efe8"
"""The darkest of the light surfaces that text stands on in praemia.css."""
DARK_GROUND = "#2e2823"
"""The lightest of the dark surfaces."""
TEXT = 450
"""The contrast text needs (1.4.3 Contrast, minimum)."""
CALM = 600
"""The contrast we aim for where we choose a colour ourselves: what barely passes glares on a dark page."""
SHAPE = 300
"""The contrast shapes and outlines need (1.4.11 Non-text Contrast)."""

_UNIT = 10**9
_EXPONENT = Decimal("2.4")
_STEPS = 32


def contrast(one: str, other: str) -> int:
    """The contrast ratio of two colours in hundredths, 100 to 2100."""
    low, high = sorted((_luminance(one), _luminance(other)))
    flare = _UNIT // 20
    return (high + flare) * 100 // (low + flare)


def ink_on(colour: str) -> str:
    """Light or dark text that can be read on the colour; one of the two always can (the square root of 21 is above 4.5)."""
    return next(ink for ink in (WHITE, "#1d1611", BLACK) if contrast(ink, colour) >= TEXT)


def darkened(colour: str, ground: str, needed: int) -> str:
    """The colour, mixed with black until it stands out from a light ground as much as needed."""
    return _mixed_until(colour, BLACK, lambda mix: contrast(mix, ground) >= needed)


def lightened(colour: str, ground: str, needed: int) -> str:
    """The colour, made brighter in its own hue, and then paler, until it stands out from a dark ground as much as needed."""

    def enough(mix: str) -> bool:
        return contrast(mix, ground) >= needed

    brightest = max(*_channels(colour), 1)
    vivid = "#" + "".join(f"{part * 255 // brightest:02x}" for part in _channels(colour))
    soft = _mix(vivid, WHITE, _STEPS // 3)  # what is fully saturated glows on a dark page
    bright = _mixed_until(colour, soft, enough)
    return bright if enough(bright) else _mixed_until(soft, WHITE, enough)


def ratio(hundredths: int) -> str:
    """A contrast ratio as people write it: 3.20:1."""
    return f"{hundredths // 100}.{hundredths % 100:02d}:1"


def _mixed_until(colour: str, end: str, enough: Callable[[str], bool]) -> str:
    mixes = (_mix(colour, end, step) for step in range(_STEPS + 1))
    return next((mix for mix in mixes if enough(mix)), end)


def _mix(colour: str, end: str, step: int) -> str:
    parts = ((a * (_STEPS - step) + b * step) // _STEPS for a, b in zip(_channels(colour), _channels(end), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _luminance(colour: str) -> int:
    red, green, blue = (_linear(part) for part in _channels(colour))
    return (2126 * red + 7152 * green + 722 * blue) // 10_000


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@cache
def _linear(part: int) -> int:
    """A channel without its gamma: c / 12.92 up to 0.04045, else ((c + 0.055) / 1.055) ** 2.4, where c is part / 255."""
    if part * 100_000 <= 4045 * 255:
        return part * _UNIT * 100 // (255 * 1292)
    return int(Decimal(1000 * part + 14_025) ** _EXPONENT * _UNIT // Decimal(269_025) ** _EXPONENT)
