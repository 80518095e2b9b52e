"""What an order comes to after discounts, and how it is paid: points, gift cards, a wallet of money. Pure; minor units and quanta.

Points pay goods (with their tax) in whole steps; gift cards and wallets pay whatever is still due, never more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from praemia.ledger import InsufficientPoints
from praemia.orders.errors import BrokenStep, TooFewPoints, TooManyPoints
from praemia.rules import Happening, PayWithPoints, Priced


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What an order costs after every discount. `goods_minor` are the goods without tax; may be below zero (returned deposits)."""

    goods_minor: int
    tax_minor: int
    shipping_minor: int

    @property
    def total_minor(self) -> int:
        """All there is to pay."""
        return self.goods_minor + self.tax_minor + self.shipping_minor


def bill_of(happening: Happening, priced: Priced) -> Bill:
    """The order as it was sent, less what is taken off. Free lines cost nothing."""
    paid = [line for line in happening.lines if not line.free]
    net = sum(line.amount_minor - line.discount_minor for line in paid)
    off = happening.order_discount_minor + sum(priced.line_off) + priced.order_off
    return Bill(
        goods_minor=net - off,
        tax_minor=sum(line.tax_minor for line in paid),
        shipping_minor=happening.shipping_minor + happening.shipping_tax_minor,
    )


def points_for(pay: PayWithPoints, wanted: int, bill: Bill, available: int) -> int:
    """How many quanta pay, of those wanted: whole steps, covered, at most the goods and their largest share.

    What is too much is cut where the programme clamps, else refused: InsufficientPoints, BrokenStep, TooManyPoints. TooFewPoints
    below the minimum, also after a cut.
    """
    goods = max(bill.goods_minor + bill.tax_minor, 0)
    payable = goods if pay.max_percent is None else min(int(goods * Fraction(pay.max_percent, 100)), goods)
    steps, most = wanted // pay.quanta, payable // pay.worth_minor
    if wanted < pay.min_quanta:
        raise TooFewPoints(asked=wanted, least=pay.min_quanta)
    if pay.clamp:
        steps = min(steps, most, max(available, 0) // pay.quanta)
    elif wanted > available:
        raise InsufficientPoints(asked=wanted, available=max(available, 0))
    elif wanted % pay.quanta:
        raise BrokenStep(asked=wanted, step=pay.quanta)
    elif steps > most:
        raise TooManyPoints(asked=wanted, most=most * pay.quanta)
    if steps * pay.quanta < pay.min_quanta:
        raise TooFewPoints(asked=steps * pay.quanta, least=pay.min_quanta)
    return steps * pay.quanta


def share_out(due_minor: int, purses: Sequence[int]) -> list[int]:
    """What each purse pays of what is due, in their order, each as far as it goes."""
    paid = []
    for holds in purses:
        amount = min(max(holds, 0), max(due_minor, 0))
        paid.append(amount)
        due_minor -= amount
    return paid
