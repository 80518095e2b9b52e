"""Examples of office.py's bodies and answers, for the API document."""

from __future__ import annotations

from typing import Any

_TOTALS = {"issued": 9766, "redeemed": 2150, "expired": 120, "corrected": 50, "outstanding": 7546}
FIGURES: dict[str, Any] = {
    "since": "2026-02-02",
    "until": "2026-03-03",
    "units": [{"unit": "points", "decimals": 0, "period": _TOTALS, "ever": _TOTALS, "redemption_percent": 22, "expiring": 310}],
    "people": {
        "counted_at": "2026-03-03T09:00:00Z",
        "members": 1204,
        "closed": 12,
        "active": 611,
        "joined": 48,
        "participation_percent": 51,
        "tiers": [{"tier": None, "members": 1100}, {"tier": "gold", "members": 104}],
    },
    "stretch_days": 1,
    "stretches": [{"first_day": "2026-03-03", "issued": 410, "redeemed": 90, "expired": 0}],
}
MEMBERS: dict[str, Any] = {
    "members": [
        {
            "id": "01a20387-2f32-709c-8cc2-8d7d5e8f0ab2",
            "member": "anna",
            "status": "active",
            "enrolled_at": "2026-03-03T09:00:00Z",
            "tier": "gold",
            "available": 87,
            "pending": 0,
        }
    ],
    "next": None,
}
LOCATION_BODIES: dict[str, Any] = {
    "a shop": {"summary": "A shop", "value": {"name": "Berlin Mitte", "address": "Torstraße 1", "region": "Berlin"}},
    "closed": {"summary": "One that closed", "value": {"name": "Berlin Mitte", "open": False}},
}
LOCATION: dict[str, Any] = {
    "code": "berlin-1",
    "name": "Berlin Mitte",
    "address": "Torstraße 1",
    "region": "Berlin",
    "open": True,
    "made_at": "2026-03-03T09:00:00Z",
}
KEY_BODIES: dict[str, Any] = {"till": {"summary": "For a till", "value": {"name": "till Berlin", "scopes": ["till"]}}}
KEY: dict[str, Any] = {
    "key": "01a2038f-1a6b-7000-8968-9ad34bc18b33",
    "name": "till Berlin",
    "prefix": "praemia_live_1Lrnxd",
    "mode": "live",
    "scopes": ["earning:*:write"],
    "everywhere": False,
    "created_at": "2026-03-03T09:00:00Z",
    "expires_at": None,
    "revoked_at": None,
}
ISSUED: dict[str, Any] = {**KEY, "secret": "praemia_live_…"}
INVITATIONS: dict[str, Any] = {
    "support": {"summary": "A colleague who serves members", "value": {"name": "Zoe", "email": "zoe@example.org", "roles": ["support"]}}
}
ROLES: dict[str, Any] = {"more": {"summary": "More roles", "value": {"roles": ["support", "marketer"]}}}
DEEDS: dict[str, Any] = {
    "end": {"summary": "End access", "value": {"deed": "end"}},
    "give_back": {"summary": "Give access back", "value": {"deed": "give_back"}},
    "reset": {"summary": "Somebody lost their phone", "value": {"deed": "reset"}},
}
PERSON: dict[str, Any] = {"staff": "01a2038e-31d8-7000-825a-bb4906c7e175", "name": "Zoe", "roles": ["support"], "state": "active"}
INVITED: dict[str, Any] = {
    **PERSON,
    "state": "invited",
    "link": "https://points.example.org/invitation/…",
    "expires_at": "2026-03-10T09:00:00Z",
}
EXAMINATIONS: dict[str, Any] = {
    "member": {"summary": "The part in which a member lies", "value": {"member": "anna"}},
    "everything": {"summary": "Everything", "value": {}},
}
PROOF: dict[str, Any] = {
    "checkpoint": {
        "number": 812,
        "made_at": "2026-03-03T09:00:00Z",
        "cut": "2026-03-03T08:55:00Z",
        "transfers": 91022,
        "root": "6ce71b1008cab8bab0a7992ac3f46deb07da9953a63a65fcbb746ee0661b046b",
        "signed_by": ["a1b2c3d4e5f60718"],
    },
    "examinations": [
        {
            "part": "chains",
            "asked_by": "Owner",
            "asked_at": "2026-03-03T09:01:00Z",
            "examined_at": "2026-03-03T09:01:02Z",
            "waits": False,
            "transfers": 0,
            "unsealed": 0,
            "findings": [],
        }
    ],
}
