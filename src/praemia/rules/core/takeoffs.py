"""Taking money off the lines of an order: exact, half up to whole minor units, never below zero.

What is taken off single lines is rounded line by line; what is taken off the order is rounded once and then shared out by value,
the largest remainders first, the earlier line among equals. Free lines and lines of negative amount (deposits) are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from praemia.rules.model import AmountOff, BuyGet, FreeItem, Happening, PercentOff
from praemia.rules.model.discounts import TakesOff

Amounts = dict[int, int]  # line -> minor units


class Prices:
    """What the lines of an order cost while discounts are taken off. Lines are numbered as in the happening."""

    __slots__ = ("_initial", "_initially", "_nets", "lines", "of_lines", "of_order", "shared")

    def __init__(self, happening: Happening, *, initially: bool) -> None:
        self.lines = happening.lines
        self._initially = initially
        self._nets = [0 if line.free else line.amount_minor - line.discount_minor for line in self.lines]
        self.of_lines: Amounts = {}
        self.shared: Amounts = {}
        self.of_order = 0
        sent = min(happening.order_discount_minor, max(sum(self._nets), 0))
        for index, share in spread(sent, self._positive()).items():
            self._nets[index] -= share
        self._initial = list(self._nets)

    def take(self, amounts: Amounts, *, whole: bool) -> None:
        """Take off for good; `whole`: off the order, of which every line has its share."""
        book = self.shared if whole else self.of_lines
        for index, amount in amounts.items():
            book[index] = book.get(index, 0) + amount
            self._nets[index] -= amount
            if whole:
                self.of_order += amount

    def off_order(self, takes: TakesOff) -> Amounts:
        """What a discount on the whole order would take off, by line."""
        left = max(sum(self._nets), 0)
        base = max(sum(self._initial), 0) if self._initially else left
        wanted = takes.amount_minor if isinstance(takes, AmountOff) else _percentage(base, takes)
        return spread(min(wanted, left), self._positive())

    def off_lines(self, takes: TakesOff, picked: Iterable[int], *, cheapest: bool) -> Amounts:
        """What a discount on single lines would take off, by line."""
        lines = [index for index in picked if self._nets[index] > 0]
        if cheapest and lines and not isinstance(takes, FreeItem | BuyGet):
            return self._off_cheapest(takes, lines)
        match takes:
            case AmountOff():
                values = {index: self._nets[index] for index in lines}
                return spread(min(takes.amount_minor, sum(values.values())), values)
            case PercentOff():
                amounts = {index: min(_percent(self._price(index), takes.percent), self._nets[index]) for index in lines}
                return cut_to(amounts, takes.most_minor)
            case FreeItem():
                free = [index for index in lines if self.lines[index].sku == takes.sku]
                return self._off_units(free, takes.quantity, Fraction(100))
            case BuyGet():
                units = sum(self.lines[index].quantity for index in lines)
                return self._off_units(lines, units // (takes.buy + takes.get) * takes.get, takes.percent)

    def _off_cheapest(self, takes: TakesOff, lines: list[int]) -> Amounts:
        index = min(lines, key=lambda one: (self._each(one), one))
        each = min(_half_up(self._each(index)), self._nets[index])
        if isinstance(takes, AmountOff):
            return {index: min(takes.amount_minor, each)}
        assert isinstance(takes, PercentOff)
        return cut_to({index: min(_half_up(self._each(index) * Fraction(takes.percent, 100)), each)}, takes.most_minor)

    def _off_units(self, lines: list[int], units: int, percent: Fraction) -> Amounts:
        """So many units off, the cheapest first."""
        amounts: Amounts = {}
        for index in sorted(lines, key=lambda one: (self._each(one), one)):
            taken = min(self.lines[index].quantity, units)
            units -= taken
            if taken:
                amounts[index] = min(_half_up(self._each(index) * taken * Fraction(percent, 100)), self._nets[index])
        return amounts

    def _price(self, index: int) -> int:
        return self._initial[index] if self._initially else self._nets[index]

    def _each(self, index: int) -> Fraction:
        """What one unit of a line costs."""
        return Fraction(self._price(index), self.lines[index].quantity)

    def _positive(self) -> Amounts:
        return {index: net for index, net in enumerate(self._nets) if net > 0}


def spread(amount: int, values: Mapping[int, int]) -> Amounts:
    """Share an amount out by value: rounded down, what is left goes to the largest remainders. No share is above its value, as
    long as the amount is not above their sum."""
    total = sum(values.values())
    if amount <= 0 or total <= 0:
        return {}
    shares = {index: amount * value // total for index, value in values.items()}
    left = amount - sum(shares.values())
    for index in sorted(values, key=lambda one: (-(amount * values[one] % total), one))[:left]:
        shares[index] += 1
    return {index: share for index, share in shares.items() if share}


def cut_to(amounts: Amounts, most: int | None) -> Amounts:
    """The amounts, together at most so much."""
    return amounts if most is None or sum(amounts.values()) <= most else spread(most, amounts)


def _percentage(base: int, takes: TakesOff) -> int:
    assert isinstance(takes, PercentOff), "only money and percentages are taken off a whole order"
    wanted = _percent(base, takes.percent)
    return wanted if takes.most_minor is None else min(wanted, takes.most_minor)


def _percent(amount: int, percent: Fraction) -> int:
    return _half_up(amount * Fraction(percent, 100))


def _half_up(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
