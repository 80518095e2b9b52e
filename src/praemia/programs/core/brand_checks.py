"""What `brand` may not say: colours that people could not read or tell apart. The error names the contrast there is and what would do."""

from __future__ import annotations

from collections.abc import Iterator

from praemia.foundation.errors import Fault
from praemia.programs.core.checks import Subject
from praemia.programs.core.colours import DARK_GROUND, LIGHT_GROUND, SHAPE, TEXT, contrast, darkened, lightened, ratio


def check_brand(subject: Subject) -> Iterator[Fault]:
    """Every fault of the block."""
    brand = subject.file.brand
    if (found := contrast(brand.colour, LIGHT_GROUND)) < TEXT:
        better = darkened(brand.colour, LIGHT_GROUND, TEXT)
        yield _unreadable(subject, "colour", f"Text in {brand.colour} on a light page", found, TEXT, better)
    if brand.colour_dark is not None and (found := contrast(brand.colour_dark, DARK_GROUND)) < TEXT:
        better = lightened(brand.colour_dark, DARK_GROUND, TEXT)
        yield _unreadable(subject, "colour_dark", f"Text in {brand.colour_dark} on a dark page", found, TEXT, better)
    if (found := contrast(brand.accent, LIGHT_GROUND)) < SHAPE:
        better = darkened(brand.accent, LIGHT_GROUND, SHAPE)
        yield _unreadable(subject, "accent", f"A shape in {brand.accent} on a light page", found, SHAPE, better)


def _unreadable(subject: Subject, key: str, what: str, found: int, needed: int, better: str) -> Fault:
    message = f"{what} has a contrast of {ratio(found)}; it needs {ratio(needed)} (WCAG 2.2)."
    return subject.fault(("brand", key), "contrast", message, f'"{better}" would do')
