"""Examples of orders at the till for the API document. They fit the café programme of the demonstration; a test sends every body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Example = Mapping[str, Any]

_EVENT = "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d12"
_LINES = [
    {"sku": "flat-white", "amount_minor": 390, "categories": ["coffee"]},
    {"sku": "carrot-cake", "amount_minor": 410, "categories": ["cakes"]},
]
ORDERS: Mapping[str, Example] = {
    "code": {
        "summary": "With a code, partly paid with points",
        "value": {"order": "R-2026-000200", "member": "anna", "lines": _LINES, "codes": ["SPRING"], "pay_points": 100},
    },
    "guest": {"summary": "A guest's order", "value": {"order": "R-2026-000201", "lines": _LINES, "codes": ["SPRING"]}},
}
RESERVATIONS: Mapping[str, Example] = {
    "points": {
        "summary": "Held until it is paid",
        "value": {"order": "R-2026-000210", "member": "anna", "lines": _LINES, "codes": ["SPRING"], "pay_points": 100},
    },
}
CHANGES: Mapping[str, Example] = {
    "basket": {
        "summary": "Another basket",
        "value": {"order": "R-2026-000210", "member": "anna", "lines": _LINES[:1], "codes": ["SPRING"], "pay_points": 100},
    },
}
COUPON_USES: Mapping[str, Example] = {"member": {"summary": "A member's", "value": {"member": "anna"}}}
COUPON_CODES: Mapping[str, Example] = {"member": {"summary": "Two codes for one member", "value": {"count": 2, "member": "anna"}}}


def _points(amount: int) -> Example:
    return {"unit": "points", "amount": amount, "decimals": 0}


CHECKOUT: Example = {
    "lines": [
        {"sku": "flat-white", "amount_minor": 390, "discount_minor": 0, "order_share_minor": 39, "price_minor": 351},
        {"sku": "carrot-cake", "amount_minor": 410, "discount_minor": 0, "order_share_minor": 41, "price_minor": 369},
    ],
    "discounts": [
        {
            "kind": "promotion",
            "id": "spring",
            "name": "Spring discount",
            "code": "SPRING",
            "applied": True,
            "whole": True,
            "amount_minor": 80,
            "clause": None,
        }
    ],
    "discount_minor": 80,
    "total_minor": 720,
    "paid": [{"by": "unit", "unit": "points", "amount": 100, "decimals": 0, "amount_minor": 100}],
    "due_minor": 620,
}
QUOTE_ANSWER: Example = {
    "event": None,
    "kind": "purchase",
    "member": "anna",
    "occurred_at": "2026-03-03T08:15:00Z",
    "version": 1,
    "replayed": False,
    "awards": [_points(6)],
    "rules": [{"rule": "base", "name": "One point per euro", "fired": True, "unit": "points", "amount": 6, "clause": None}],
    "cuts": [],
    "balances": [_points(463)],
    "checkout": CHECKOUT,
    "against": [{"what": "…E", "code": "catalogue.code_unknown", "detail": "there is no such code"}],
    "rewards": [
        {
            "reward": "five-off",
            "name": "Five euros off",
            "points": _points(400),
            "amount_minor": 500,
            "available": True,
            "reasons": [],
        }
    ],
}
RESERVATION_ANSWER: Example = {
    "order": "R-2026-000210",
    "reservation": _EVENT,
    "member": "anna",
    "state": "reserved",
    "deadline": "2026-03-03T08:45:00Z",
    "replayed": False,
    "checkout": CHECKOUT,
    "balances": [_points(457)],
}
COUPON_USE_ANSWER: Example = {
    "event": _EVENT,
    "kind": "coupon",
    "coupon": "hello",
    "code": "O",
    "member": "anna",
    "occurred_at": "2026-03-03T08:15:00Z",
    "version": 1,
    "replayed": False,
    "awards": [_points(25)],
    "balances": [_points(82)],
}
COUPON_CODES_ANSWER: Example = {"event": _EVENT, "coupon": "sorry", "codes": ["SORRY-7KQ4MXT9", "SORRY-HC3YPRWN"], "replayed": False}
DISCOUNTS_ANSWER: Example = {
    "used": [{"kind": "budget", "id": "spring", "used": 72000, "most": 100000, "money": True, "per": "month", "since": "2026-03-01"}]
}
