"""How much of a purchase counts as money spent, where something other than a rule asks (a tier)."""

from __future__ import annotations

from dataclasses import replace

from praemia.rules.core.basket import Basket, amount_of, picker
from praemia.rules.model import Basis, Happening, Selection


def amount_of_spend(happening: Happening, basis: Basis, match: Selection | None = None, exclude: Selection | None = None) -> int:
    """Whole minor units of the selected lines by the basis, as a rule with this selection would see them; never below 0."""
    picks = picker(match, exclude)
    basket = Basket(happening, (None, picks))
    # Shipping belongs to no product: who names products does not see it.
    amount, scale = amount_of(basket, 0 if picks is None else 1, basis if match is None else replace(basis, shipping=False))
    return amount // scale
