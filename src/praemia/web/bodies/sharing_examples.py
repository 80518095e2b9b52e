"""Examples about sharing and cards for the API document. They fit the café programme of the demonstration; a test sends every body
for real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Example = Mapping[str, Any]

_ID = "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"
_AT = "2026-03-03T09:00:00Z"
_HELD = [{"unit": "points", "amount": 30, "decimals": 0}]
TRANSFERS: Mapping[str, Example] = {
    "gift": {
        "summary": "Points for a friend",
        "value": {"sender": "anna", "receiver": "someone", "amount": 20, "note": "for your birthday"},
    },
}
TRANSFER_ANSWER: Example = {
    "event": _ID,
    "sender": "anna",
    "receiver": "someone",
    "unit": "points",
    "decimals": 0,
    "sent": 20,
    "fee": 0,
    "received": 20,
    "pieces": [{"amount": 20, "last_day": "2027-03-03"}],
    "occurred_at": _AT,
    "version": 1,
    "replayed": False,
    "balances": _HELD,
}
POOLS: Mapping[str, Example] = {
    "household": {"summary": "Two who spend together", "value": {"pool": "the-smiths", "members": ["anna", "someone"]}},
}
POOL_ANSWER: Example = {
    "pool": "the-smiths",
    "members": ["anna", "someone"],
    "draw": "oldest_first",
    "who": "any",
    "created_at": _AT,
    "available": [{"unit": "points", "amount": 50, "decimals": 0}],
}
POOL_MEMBERS: Mapping[str, Example] = {"member": {"summary": "Who it is", "value": {"member": "someone"}}}
POOL_SPENDS: Mapping[str, Example] = {
    "dinner": {"summary": "Spend together", "value": {"member": "anna", "amount": 15, "reason": "dinner"}},
}
POOL_SPENT_ANSWER: Example = {
    "event": _ID,
    "pool": "the-smiths",
    "member": "anna",
    "unit": "points",
    "decimals": 0,
    "spent": 15,
    "draw": "oldest_first",
    "shares": [{"member": "someone", "amount": 15}],
    "occurred_at": _AT,
    "version": 1,
    "replayed": False,
    "balances": _HELD,
}
MERGES: Mapping[str, Example] = {
    "doubled": {"summary": "The same person twice", "value": {"drop": "anna-old", "reason": "signed up twice"}},
}
MERGE_ANSWER: Example = {
    "event": _ID,
    "merge": _ID,
    "keep": "anna",
    "drop": "anna-old",
    "undone": False,
    "occurred_at": _AT,
    "version": 1,
    "replayed": False,
    "balances": _HELD,
}
CARDS: Mapping[str, Example] = {"card": {"summary": "A plastic card", "value": {"number": "4006-0001", "carrier": "plastic"}}}
ANONYMOUS_CARDS: Mapping[str, Example] = {
    "anonymous": {"summary": "A card nobody has claimed yet", "value": {"number": "4006-0002", "carrier": "qr"}},
}
BLOCKS: Mapping[str, Example] = {"lost": {"summary": "It was lost", "value": {"reason": "lost on the bus"}}}
REPLACEMENTS: Mapping[str, Example] = {
    "renewed": {"summary": "Another number", "value": {"number": "4006-0003", "reason": "broken"}},
}
CARD_ANSWER: Example = {
    "number": "4006-0001",
    "member": "anna",
    "carrier": "plastic",
    "condition": "active",
    "reason": "",
    "replaced_by": None,
    "issued_at": _AT,
    "changed_at": _AT,
}
