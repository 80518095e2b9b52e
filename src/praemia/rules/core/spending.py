"""How much of a purchase counts as money spent, where something other than a rule asks (a tier)."""

from __future__ import annotations

from functools import lru_cache

from praemia.foundation.values import replace
from praemia.rules.core.basket import Basket, amount_of
from praemia.rules.core.selections import Selections
from praemia.rules.model import Basis, Happening, Selection


def amount_of_spend(happening: Happening, basis: Basis, match: Selection | None = None, exclude: Selection | None = None) -> int:
    """Whole minor units of the selected lines by the basis, as a rule with this selection would see them; never below 0."""
    selections, number = _numbered(match, exclude)
    # Shipping belongs to no product: who names products does not see it.
    amount, scale = amount_of(Basket(happening, selections), number, basis if match is None else replace(basis, shipping=False))
    return amount // scale


@lru_cache(maxsize=64)
def _numbered(match: Selection | None, exclude: Selection | None) -> tuple[Selections, int]:
    selections = Selections()
    return selections, selections.number(match, exclude)
