"""What an order says about codes and payment, and what was decided, as the JSON that its events keep. Pure.

A purchase's inputs hold what the rules judge: the lines with every discount, the order's discount, what paid. Codes and card numbers are
bearers' secrets: only their last signs are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from praemia.catalogue import normal
from praemia.orders.core.tenders import Bill
from praemia.orders.model import CHARGED, CHECKOUT, COUNTED, SPENT, USED_UP
from praemia.rules import Happening, Priced, taken_to_json

WISHES = frozenset({"codes", "redemption", "pay_points", "pay_gift", "pay_wallet"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an order wants beside its lines: codes in their order, a redemption to use, points, gift cards, a wallet to pay with."""

    codes: tuple[str, ...] = ()
    redemption: str | None = None
    pay_points: int | None = None
    pay_gift: tuple[str, ...] = ()
    pay_wallet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One payment: points or a wallet's money (a `unit`, its `quanta`), or a gift card (the last signs of its number)."""

    amount_minor: int
    unit: str | None = None
    quanta: int = 0
    card: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As an event keeps it."""
        if self.unit is None:
            return {"by": "gift_card", "card": self.card, "amount_minor": self.amount_minor}
        return {"by": "unit", "unit": self.unit, "amount": self.quanta, "amount_minor": self.amount_minor}


def wishes_of(inputs: Mapping[str, Any]) -> Wishes:
    """What the inputs want; a code named twice counts once."""
    codes: dict[str, str] = {}
    for code in inputs.get("codes", ()):
        codes.setdefault(normal(code), code)
    cards: dict[str, str] = {}
    for card in inputs.get("pay_gift", ()):
        cards.setdefault(normal(card), card)
    return Wishes(
        codes=tuple(codes.values()),
        redemption=inputs.get("redemption"),
        pay_points=inputs.get("pay_points"),
        pay_gift=tuple(cards.values()),
        pay_wallet=inputs.get("pay_wallet"),
    )


def wants_checkout(inputs: Mapping[str, Any]) -> bool:
    """Whether the inputs want anything that only a checkout gives."""
    return not WISHES.isdisjoint(inputs) and any(inputs.get(wish) not in (None, (), []) for wish in WISHES)


def priced_inputs(inputs: Mapping[str, Any], priced: Priced, points_minor: int, money_minor: int) -> dict[str, Any]:
    """The inputs as the rules are to see them: less every discount, with what paid."""
    kept = {key: value for key, value in inputs.items() if key not in WISHES}
    kept["lines"] = [
        {**line, "discount_minor": line.get("discount_minor", 0) + off} if off else dict(line)
        for line, off in zip(inputs["lines"], priced.line_off, strict=True)
    ]
    for key, more in (
        ("order_discount_minor", priced.order_off),
        ("points_tender_minor", points_minor),
        ("money_tender_minor", money_minor),
    ):
        if more:
            kept[key] = kept.get(key, 0) + more
    return kept


def beside_of(happening: Happening, priced: Priced, bill: Bill, paid: Sequence[Paid], took: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """What a purchase's verdict keeps beside what it earned. `took`: what was `spent`, `charged` and
    `counted`, of that what the `prices` counted, and the `coupons`."""
    due = bill.total_minor - sum(one.amount_minor for one in paid)
    return {
        CHECKOUT: {
            "lines": [
                {
                    "sku": line.sku,
                    "amount_minor": line.amount_minor,
                    "discount_minor": off,
                    "order_share_minor": share,
                    "price_minor": 0 if line.free else line.amount_minor - line.discount_minor - off - share,
                }
                for line, off, share in zip(happening.lines, priced.line_off, priced.shares, strict=True)
            ],
            "taken": [taken_to_json(one) for one in priced.taken],
            "discount_minor": sum(priced.line_off) + priced.order_off,
            "total_minor": bill.total_minor,
            "paid": [one.to_json() for one in paid],
            "due_minor": due,
        },
        SPENT: list(took["spent"]),
        CHARGED: list(took["charged"]),
        COUNTED: list(took["counted"]),
        USED_UP: {"counted": list(took["prices"]), "coupons": uses_of(took["coupons"])},
    }


def uses_of(coupons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of the coupons that an order used those whose use is written down, as its verdict keeps them."""
    return [{key: one[key] for key in ("use", "digest", "issued")} for one in coupons if "use" in one]
