"""Examples about tills for the API document. They fit the café programme of the demonstration; a test sends every body for real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Example = Mapping[str, Any]

_TERMINAL = "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"
_AT = "2026-03-03T09:00:00Z"
_KEY = "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"
_SIGNATURE = "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc-bRr0lv1gUJM-c-hbXE5-bLbBw"
_SAID = f'{{"terminal":"{_TERMINAL}","sequence":1,"kind":"sale","at":"{_AT}","offset_seconds":0,"member":"4006-0001","amount_minor":1250}}'

FINDS: Mapping[str, Example] = {"reference": {"summary": "A customer number", "value": {"text": "anna"}}}
FOUND: Example = {"kind": "member", "member": "anna", "candidates": [], "gift_card": None}
TERMINALS: Mapping[str, Example] = {
    "own_key": {"summary": "With a key of its own", "value": {"name": "Till 1", "location": "berlin-1", "public_key": _KEY}},
    "new_key": {"summary": "With a key made here", "value": {"name": "Till 2"}},
}
TERMINAL: Example = {
    "terminal": _TERMINAL,
    "name": "Till 1",
    "location": "berlin-1",
    "next_sequence": 1,
    "snapshot": None,
    "skew_seconds": None,
    "registered_at": _AT,
    "seen_at": None,
    "revoked_at": None,
}
REGISTERED: Example = {**TERMINAL, "server_key": _KEY, "private_key": None, "server_time": _AT}
SNAPSHOT: Example = {
    "number": 1,
    "text": '{"terminal":"…","number":1,"salt":"…","bands":[100,500,1000],"cards":{"mRzQ3nV0c1aY":2}}',
    "signature": _SIGNATURE,
    "server_time": _AT,
}
SYNCS: Mapping[str, Example] = {
    "nothing": {"summary": "Nothing to send: only the time", "value": {"sent_at": _AT, "events": []}},
    "a_sale": {"summary": "A sale", "value": {"sent_at": _AT, "events": [{"said": _SAID, "signature": _SIGNATURE}]}},
}
SYNCED: Example = {
    "server_time": _AT,
    "skew_seconds": 0,
    "next_sequence": 2,
    "answers": [
        {
            "sequence": 1,
            "state": "recorded",
            "replayed": False,
            "kind": "sale",
            "event": "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d12",
            "member": "anna",
            "occurred_at": _AT,
            "moved_seconds": 0,
            "awards": {"points": 12},
            "balances": {"points": 42},
        }
    ],
}
CONFLICT: Example = {
    "terminal": _TERMINAL,
    "sequence": 1,
    "state": "conflict",
    "code": "members.unknown",
    "detail": "there is no member '4006-0001'",
    "said": _SAID,
    "settled": None,
    "occurred_at": _AT,
    "received_at": _AT,
}
SETTLES: Mapping[str, Example] = {
    "for_another": {"summary": "It was another card", "value": {"how": "again", "note": "misread card", "member": "anna"}},
}
SETTLED: Example = {
    **CONFLICT,
    "state": "settled",
    "settled": {"how": "again", "note": "misread card", "by": "owner", "at": _AT, "instead": "anna"},
}
UNRECEIPTED: Mapping[str, Example] = {
    "a_mug": {"summary": "A mug", "value": {"number": "X-2026-000007", "member": "anna", "amount_minor": 900}},
}
