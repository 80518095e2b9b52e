"""Examples of returns for the API document. They fit the café programme of the demonstration; a test sends every body for real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Example = Mapping[str, Any]

_EVENT = "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"
RETURNS: Mapping[str, Example] = {
    "lines": {"summary": "One cake comes back", "value": {"lines": [{"sku": "carrot-cake"}], "reason": "Not fresh"}},
    "value": {"summary": "Goods of some value", "value": {"amount_minor": 200}},
    "all": {"summary": "All that is left", "value": {"id": "return-17", "all": True, "member": "anna"}},
}
CANCELLATIONS: Mapping[str, Example] = {"plain": {"summary": "Called off", "value": {"reason": "Sold out"}}}
GOODS_BACK: Mapping[str, Example] = {
    "lines": {
        "summary": "Without a receipt",
        "value": {"order": "C-17", "member": "anna", "lines": [{"sku": "flat-white", "amount_minor": 390, "categories": ["coffee"]}]},
    },
    "value": {"summary": "Only the value is known", "value": {"order": "C-18", "member": "anna", "amount_minor": 450}},
}


def _amount(amount: int) -> Example:
    return {"unit": "points", "amount": amount, "decimals": 0}


RETURN_ANSWER: Example = {
    "event": _EVENT,
    "kind": "return",
    "order": "R-2026-000123",
    "member": "anna",
    "occurred_at": "2026-03-04T09:00:00Z",
    "version": 1,
    "replayed": False,
    "parked": False,
    "refused": None,
    "claimed": [_amount(4)],
    "taken": [_amount(4)],
    "restored": [],
    "cards": [],
    "left_minor": 390,
    "rules": [{"rule": "base", "name": "One point per euro", "fired": True, "unit": "points", "amount": -4, "clause": None}],
    "balances": [_amount(53)],
}
ORDER_ANSWER: Example = {
    "event": _EVENT,
    "order": "R-2026-000123",
    "member": "anna",
    "occurred_at": "2026-03-03T08:15:00Z",
    "version": 1,
    "cancelled": False,
    "value_minor": 790,
    "left_minor": 390,
    "lines": [
        {"line": 0, "sku": "flat-white", "quantity": 1, "returned": 0},
        {"line": 1, "sku": "carrot-cake", "quantity": 1, "returned": 1},
    ],
    "earned": [_amount(7)],
    "taken": [_amount(4)],
    "spent": [],
    "restored": [],
    "cards": [],
    "returns": [RETURN_ANSWER],
}
