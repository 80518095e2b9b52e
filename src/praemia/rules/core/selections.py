"""The selections of a programme version, numbered, and which of them take a line. Rules that take the same lines share a number.

Goods repeat: the answer for a line depends only on the few of its fields that some selection names, and is remembered by them.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from praemia.rules.model import Line, Selection

Picks = Callable[[Line], bool]
KEPT = 2048  # goods per version; what a shop sells beyond that is looked at each time
_FIELDS = {"skus": "sku", "categories": "categories", "brands": "brand", "tags": "tags"}


class Selections:
    """Selection 0 takes every line; the others are numbered as they are first asked for, while a version is compiled."""

    def __init__(self) -> None:
        self._wanted: list[tuple[Selection | None, Selection | None]] = [(None, None)]
        self._picks: list[Picks] = []
        self.looks: Callable[[Line], object] = attrgetter("free")  # nothing is named yet: earning lines all look the same
        self.known: dict[object, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._wanted)

    def number(self, match: Selection | None, exclude: Selection | None) -> int:
        """The number of `match` minus `exclude`."""
        wanted = (match, exclude)
        if wanted not in self._wanted:
            self._wanted.append(wanted)
            self._picks.append(picker(match, exclude))
            parts = [part for both in self._wanted for part in both if part is not None]
            named = [field for words, field in _FIELDS.items() if any(getattr(part, words) for part in parts)]
            self.looks = attrgetter(*(named or ["free"]))
            self.known.clear()
        return self._wanted.index(wanted)

    def takers(self, line: Line) -> tuple[int, ...]:
        """The numbers of the selections that take an earning line, 0 first."""
        numbers = self.known.get(self.looks(line))
        if numbers is None:
            numbers = (0, *(number for number, picks in enumerate(self._picks, start=1) if picks(line)))
            if len(self.known) < KEPT:
                self.known[self.looks(line)] = numbers
        return numbers


def picker(match: Selection | None, exclude: Selection | None) -> Picks:
    """A test for `match` minus `exclude`."""
    wanted = _any_of(match) if match is not None else None
    unwanted = _any_of(exclude) if exclude is not None else None
    return lambda line: (wanted is None or wanted(line)) and (unwanted is None or not unwanted(line))


def _any_of(selection: Selection) -> Picks:
    skus, brands, categories, tags = selection.skus, selection.brands, selection.categories, selection.tags
    return lambda line: (
        line.sku in skus or line.brand in brands or not categories.isdisjoint(line.categories) or not tags.isdisjoint(line.tags)
    )
