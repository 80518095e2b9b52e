"""Checked `brand` -> the colours pages use on light and on dark, each with the text that can be read on it."""

from __future__ import annotations

from praemia.programs.core.colours import CALM, DARK_GROUND, ink_on, lightened
from praemia.programs.core.schema import ProgramFile
from praemia.programs.model import Looks


def to_looks(file: ProgramFile) -> Looks:
    """Everything the file says about looks."""
    brand = file.brand
    colour = brand.colour.lower()
    dark = (brand.colour_dark or lightened(colour, DARK_GROUND, CALM)).lower()
    return Looks(
        colour=colour,
        ink=ink_on(colour),
        colour_dark=dark,
        ink_dark=ink_on(dark),
        accent=brand.accent.lower(),
        accent_dark=lightened(brand.accent.lower(), DARK_GROUND, CALM),
        font=brand.font,
        logo=brand.logo,
    )
