"""What a purchase is worth to a rule: its earning lines, which of them a selection takes, and the exact basis in minor units.

Amounts are exact: an integer when nothing has to be shared out, otherwise a numerator over the basket's weight. Discounts on
the order and tenders are shared over the lines by their positive net amount; free lines take no part in anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from praemia.rules.core.selections import Selections
from praemia.rules.model import Basis, Happening


class Basket:
    """A happening's earning lines, seen once, and by selection what they come to. Lines are numbered as in the happening.

    `net` is money after the lines' own discounts, `items` the quantity and `counted` the number of lines that are items: a line of
    negative amount lowers the money but is no item. `reduced` says whether anything is to be shared out over the lines, by `total_weight`.
    """

    __slots__ = ("_selections", "counted", "happening", "items", "lines", "net", "reduced", "total_weight")

    def __init__(self, happening: Happening, selections: Selections) -> None:
        self.happening = happening
        self.lines = happening.lines
        self._selections = selections
        size = len(selections)
        self.net = net = [0] * size
        self.items = items = [0] * size
        self.counted = counted = [0] * size
        looks, known = selections.looks, selections.known
        for line in happening.lines:
            if line.free:
                continue
            amount = line.amount_minor
            left = amount - line.discount_minor
            numbers = known.get(looks(line)) or selections.takers(line)
            if amount < 0:
                for number in numbers:
                    net[number] += left
            else:
                quantity = line.quantity
                for number in numbers:
                    net[number] += left
                    items[number] += quantity
                    counted[number] += 1
        self.reduced = bool(happening.order_discount_minor or happening.points_tender_minor or happening.money_tender_minor)
        self.total_weight = self.weight(0) if self.reduced else 0

    def chosen(self, selection: int) -> list[int]:
        """The lines a selection takes, by index."""
        takers = self._selections.takers
        return [index for index, line in enumerate(self.lines) if not line.free and selection in takers(line)]

    def tax(self, selection: int) -> int:
        """The tax on the lines a selection takes."""
        return sum(self.lines[index].tax_minor for index in self.chosen(selection))

    def weight(self, selection: int) -> int:
        """What a selection weighs when something is shared out: its lines of positive net amount."""
        return sum(max(self.net_of(index), 0) for index in self.chosen(selection))

    def net_of(self, index: int) -> int:
        """A line's money after its own discount."""
        line = self.lines[index]
        return line.amount_minor - line.discount_minor

    def goods_minor(self, with_tax: bool) -> int:
        """The order's goods after every discount, for minimum amounts."""
        return self.net[0] - self.happening.order_discount_minor + (self.tax(0) if with_tax else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A basis in parts: minor units of each chosen line and of what belongs to no line, all over one denominator."""

    parts: tuple[tuple[int, int], ...]  # (line index, numerator)
    rest: int
    denominator: int

    def total(self) -> int:
        """The numerator of the whole, not floored."""
        return sum(part for _, part in self.parts) + self.rest


def amount_of(basket: Basket, selection: int, basis: Basis) -> tuple[int, int]:
    """The basis a rule sees, as numerator and denominator of minor units, floored at 0. The fast way to Share.total."""
    total = basket.net[selection]
    if basis.tax:
        total += basket.tax(selection)
    if basis.shipping:
        total += _shipping(basket.happening, basis)
    if basket.reduced:
        off = _taken_off(basket.happening, basis, selection)
        weight = basket.total_weight if off and selection else 0
        if weight:
            total = total * weight - off * basket.weight(selection)
            return (total, weight) if total > 0 else (0, 1)
        if not selection:
            total -= off
    return (total, 1) if total > 0 else (0, 1)


def share_of(basket: Basket, selection: int, basis: Basis) -> Share:
    """The same basis line by line, for line multipliers and for rounding by line."""
    off = _taken_off(basket.happening, basis, selection)
    rest = _shipping(basket.happening, basis) if basis.shipping else 0
    whole = basket.total_weight if off else 0
    weight = whole or 1
    parts = []
    for index in basket.chosen(selection):
        net = basket.net_of(index)
        gross = net + basket.lines[index].tax_minor if basis.tax else net
        parts.append((index, gross * weight - (off * max(net, 0) if whole else 0)))
    if off and not selection and not whole:
        rest -= off
    return Share(parts=tuple(parts), rest=rest * weight, denominator=weight)


def _taken_off(happening: Happening, basis: Basis, selection: int) -> int:
    off = happening.order_discount_minor if not selection or basis.spread_order_discount else 0
    if not basis.points_tender:
        off += happening.points_tender_minor
    if not basis.money_tender:
        off += happening.money_tender_minor
    return off


def _shipping(happening: Happening, basis: Basis) -> int:
    return happening.shipping_minor + (happening.shipping_tax_minor if basis.tax else 0)
