"""Examples about rewards for the API document. They fit the café programme of the demonstration; a test sends every body for real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Example = Mapping[str, Any]

_ID = "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"
REWARD: Example = {
    "reward": "espresso",
    "name": {"de": "Ein Espresso", "en": "An espresso"},
    "description": {},
    "unit": "points",
    "decimals": 0,
    "cost": 50,
    "options": [{"points": 20, "cash_minor": 100}],
    "gives": {"kind": "free", "sku": "espresso", "quantity": 1},
    "value_minor": 260,
    "left": None,
}
OFFER: Example = {
    **REWARD,
    "available": False,
    "missing": 8,
    "reasons": [
        {
            "code": "ledger.insufficient_points",
            "detail": "50 points were asked for, 42 are available",
            "fields": {"asked": 50, "available": 42},
        }
    ],
}
REDEMPTION_ANSWER: Example = {
    "redemption": _ID,
    "event": _ID,
    "member": "anna",
    "reward": "espresso",
    "name": {"de": "Ein Espresso", "en": "An espresso"},
    "state": "given",
    "times": 1,
    "gives": {"kind": "free", "sku": "espresso", "quantity": 1},
    "unit": "points",
    "decimals": 0,
    "points": 50,
    "spent": 50,
    "returned": 0,
    "cash_due_minor": 0,
    "codes": [{"code": "ACDE-FGHJ-KLMN", "ends": "KLMN"}],
    "gift_cards": [],
    "fulfilment": None,
    "deadline": None,
    "made_at": "2026-03-03T08:15:00Z",
    "changed_at": "2026-03-03T08:15:00Z",
    "balances": [{"unit": "points", "amount": 12, "decimals": 0}],
    "replayed": False,
}
CARD_ANSWER: Example = {
    "number": "ACDE-FGHJ-KLMN-PQRT",
    "ends": "PQRT",
    "value_minor": 2500,
    "balance_minor": 2500,
    "last_day": None,
    "event": _ID,
    "replayed": False,
}


def _named(**bodies: tuple[str, Example]) -> dict[str, Example]:
    return {name: {"summary": summary, "value": dict(value)} for name, (summary, value) in bodies.items()}


REDEMPTIONS = _named(
    immediate=("At once", {"member": "anna", "reward": "espresso"}),
    hold=("Set aside first", {"member": "anna", "reward": "espresso", "hold": True}),
)
SETTLE = _named(plain=("Nothing to add", {}), note=("With a note", {"note": "asked for at the counter"}))
STEPS = _named(done=("A step is done", {"step": "roasted"}))
CODE_USES = _named(known=("By a member", {"member": "anna", "order": "R-2026-000130"}))
CODES = _named(two=("Two codes", {"codes": ["SPRING-7421", "SPRING-9983"]}))
CARDS = _named(random=("A random number", {"value_minor": 2500}), own=("Your own number", {"value_minor": 1000, "number": "GC-0001-4711"}))
