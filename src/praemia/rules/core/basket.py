"""What a purchase is worth to a rule: its earning lines, which of them a selection takes, and the exact basis in minor units.

Amounts are exact: an integer when nothing has to be shared out, otherwise a numerator over the basket's weight. Discounts on
the order and tenders are shared over the lines by their positive net amount; free lines take no part in anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from praemia.rules.model import Basis, Happening, Line, Selection

Picks = Callable[[Line], bool]


class Chosen:
    """The lines one selection takes. `indexes` point into the basket; `items` leaves out lines of negative amount."""

    __slots__ = ("has_items", "indexes", "items", "net", "tax", "weight", "whole")

    def __init__(self, basket: Basket, indexes: Sequence[int], whole: bool) -> None:
        self.indexes = indexes
        self.whole = whole
        self.net = 0
        self.tax = 0
        self.weight = 0
        self.items = 0
        self.has_items = False
        for index in indexes:
            line = basket.lines[index]
            net = basket.nets[index]
            self.net += net
            self.tax += line.tax_minor
            if net > 0:
                self.weight += net
            if line.amount_minor >= 0:
                self.items += line.quantity
                self.has_items = True


class Basket:
    """A happening's earning lines with what is needed of them, each selection resolved once."""

    __slots__ = ("_chosen", "_picks", "happening", "lines", "nets", "weight")

    def __init__(self, happening: Happening, picks: Sequence[Picks | None]) -> None:
        self.happening = happening
        self.lines = [line for line in happening.lines if not line.free]
        self.nets = [line.amount_minor - line.discount_minor for line in self.lines]
        self.weight = sum([net for net in self.nets if net > 0])
        self._picks = picks
        self._chosen: list[Chosen | None] = [None] * len(picks)

    def chosen(self, selection: int) -> Chosen:
        """The lines a selection takes; selections are numbered by the rule set, 0 takes every line."""
        known = self._chosen[selection]
        if known is None:
            picks = self._picks[selection]
            if picks is None:
                known = Chosen(self, range(len(self.lines)), True)
            else:
                known = Chosen(self, [index for index, line in enumerate(self.lines) if picks(line)], False)
            self._chosen[selection] = known
        return known

    def goods_minor(self, with_tax: bool) -> int:
        """The order's goods after every discount, for minimum amounts."""
        every = self.chosen(0)
        return every.net - self.happening.order_discount_minor + (every.tax if with_tax else 0)


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
    chosen = basket.chosen(selection)
    total = chosen.net + chosen.tax if basis.tax else chosen.net
    off = _taken_off(basket.happening, basis, chosen.whole)
    rest = _shipping(basket.happening, basis) if basis.shipping else 0
    if off and not chosen.whole and basket.weight:
        weight = basket.weight
        total = total * weight - off * chosen.weight + rest * weight
        return (total, weight) if total > 0 else (0, 1)
    if chosen.whole:
        total -= off
    total += rest
    return (total, 1) if total > 0 else (0, 1)


def share_of(basket: Basket, selection: int, basis: Basis) -> Share:
    """The same basis line by line, for line multipliers and for rounding by line."""
    chosen = basket.chosen(selection)
    off = _taken_off(basket.happening, basis, chosen.whole)
    rest = _shipping(basket.happening, basis) if basis.shipping else 0
    weight = basket.weight if off and basket.weight else 1
    parts = []
    for index in chosen.indexes:
        net = basket.nets[index]
        gross = net + basket.lines[index].tax_minor if basis.tax else net
        parts.append((index, gross * weight - (off * max(net, 0) if basket.weight else 0)))
    if off and chosen.whole and not basket.weight:
        rest -= off
    return Share(parts=tuple(parts), rest=rest * weight, denominator=weight)


def picker(match: Selection | None, exclude: Selection | None) -> Picks | None:
    """A test for `match` minus `exclude`; None when neither is given, which takes every line."""
    if match is None and exclude is None:
        return None
    wanted = _any_of(match) if match is not None else None
    unwanted = _any_of(exclude) if exclude is not None else None
    if unwanted is None:
        return wanted
    if wanted is None:
        return lambda line: not unwanted(line)
    return lambda line: wanted(line) and not unwanted(line)


def _any_of(selection: Selection) -> Picks:
    skus, brands, categories, tags = selection.skus, selection.brands, selection.categories, selection.tags
    if categories and not (skus or brands or tags):
        return lambda line: not categories.isdisjoint(line.categories)
    if skus and not (categories or brands or tags):
        return lambda line: line.sku in skus
    return lambda line: (
        line.sku in skus or line.brand in brands or not categories.isdisjoint(line.categories) or not tags.isdisjoint(line.tags)
    )


def _taken_off(happening: Happening, basis: Basis, whole: bool) -> int:
    off = happening.order_discount_minor if whole or basis.spread_order_discount else 0
    if not basis.points_tender:
        off += happening.points_tender_minor
    if not basis.money_tender:
        off += happening.money_tender_minor
    return off


def _shipping(happening: Happening, basis: Basis) -> int:
    return happening.shipping_minor + (happening.shipping_tax_minor if basis.tax else 0)
