"""Examples for the API document. They fit the café programme of the demonstration; a test sends every body for real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Example = Mapping[str, Any]

PURCHASE: Example = {
    "order": "R-2026-000123",
    "member": "anna",
    "lines": [
        {"sku": "flat-white", "amount_minor": 390, "quantity": 1, "categories": ["coffee"]},
        {"sku": "carrot-cake", "amount_minor": 450, "discount_minor": 50, "tax_minor": 28, "categories": ["cake"], "brand": "own"},
    ],
    "channel": "store",
    "location": "main-street",
}
GUEST_PURCHASE: Example = {"order": "R-2026-000124", "lines": [{"sku": "espresso", "amount_minor": 260, "categories": ["coffee"]}]}
VISIT: Example = {"id": "door-77", "member": "anna", "location": "main-street"}
ACTIVITY: Example = {"id": "review-5", "activity": "review", "member": "anna", "fields": {"stars": 5, "text": "Best cake in town"}}
ADJUSTMENT: Example = {"member": "anna", "unit": "points", "amount": 25, "reason": "Coffee was cold"}
MEMBER: Example = {"reference": "anna", "birthdate": "1990-02-28", "segments": ["regulars"], "attributes": {"newsletter": True}}


def _named(**bodies: tuple[str, Example]) -> dict[str, Example]:
    return {name: {"summary": summary, "value": dict(value)} for name, (summary, value) in bodies.items()}


PURCHASES = _named(member=("A member's purchase", PURCHASE), guest=("A guest's purchase earns nothing", GUEST_PURCHASE))
VISITS = _named(visit=("A visit", VISIT))
ACTIVITIES = _named(review=("A review", ACTIVITY))
ADJUSTMENTS = _named(
    credit=("A credit", ADJUSTMENT),
    debit=("A debit that may go below zero", {"member": "anna", "amount": -40, "reason": "Booked twice", "allow_negative": True}),
    brought=(
        "A balance brought from elsewhere",
        {"member": "anna", "amount": 300, "reason": "From the old cards", "earned_at": "2025-11-05T10:00:00Z", "last_day": "2027-12-31"},
    ),
)
REINSTATEMENTS = _named(
    everything=("Everything that may come back", {}), lately=("What expired in the last two weeks", {"unit": "points", "within_days": 14})
)
MEMBERS = _named(whole=("Everything that can be said", MEMBER), least=("The least", {"reference": "card-4711"}))
MEMBER_PATCHES = _named(segments=("Move to another segment", {"segments": ["regulars", "students"]}))
BATCHES = _named(
    mixed=(
        "A member, a purchase, a review",
        {
            "commands": [
                {"type": "member", "reference": "ben"},
                {"type": "purchase", **PURCHASE, "order": "R-2026-000125", "member": "ben"},
                {"type": "activity", **ACTIVITY, "id": "review-6", "member": "ben"},
            ]
        },
    )
)
CLOUD_EVENT: Example = {
    "specversion": "1.0",
    "type": "praemia.purchase",
    "source": "https://shop.example",
    "id": "evt-1",
    "data": {**PURCHASE, "order": "R-2026-000126"},
}
CLOUD_EVENTS: Mapping[str, Example] = {
    "application/cloudevents+json": {"example": dict(CLOUD_EVENT)},
    "application/cloudevents-batch+json": {
        "example": [{**CLOUD_EVENT, "id": "evt-2", "type": "praemia.visit", "data": {**VISIT, "id": "door-78"}}]
    },
}
PROGRAM_FILE = """\
program: cafe
name: { de: Kaffeefreunde, en: Coffee Friends }
context: customer
timezone: Europe/Berlin
currency: EUR
units:
  points: { name: { de: Punkte, en: Points } }
activities:
  review: { name: { de: Bewertung, en: Review }, fields: { stars: int, text: string } }
earning:
  rules:
    - id: base
      name: { de: Ein Punkt je Euro, en: One point per euro }
      trigger: purchase
      earn: { points: 1, per_amount: "1.00" }
    - id: welcome
      name: { de: Willkommen, en: Welcome }
      trigger: signup
      earn: { points: 50 }
    - id: kind-words
      name: { de: Danke für die Bewertung, en: Thank you for the review }
      trigger: review
      earn: { points: 20 }
"""
PROGRAM_FILES: Mapping[str, Example] = {
    "application/yaml": {"schema": {"type": "string"}, "example": PROGRAM_FILE},
    "application/json": {"schema": {"type": "object"}},
}

_EVENT = "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"
_AMOUNT: Example = {"unit": "points", "amount": 7, "decimals": 0}
_RULES = [
    {"rule": "base", "name": "One point per euro", "fired": True, "unit": "points", "amount": 7, "clause": None},
    {
        "rule": "quiet-hours",
        "name": "Double points on quiet afternoons",
        "fired": False,
        "unit": "points",
        "amount": 0,
        "clause": "when.hours",
    },
]
EVENT_ANSWER: Example = {
    "event": _EVENT,
    "kind": "purchase",
    "member": "anna",
    "occurred_at": "2026-03-03T08:15:00Z",
    "version": 1,
    "replayed": False,
    "awards": [_AMOUNT],
    "rules": _RULES,
    "cuts": [],
    "balances": [{"unit": "points", "amount": 57, "decimals": 0}],
}
STORED_EVENT_ANSWER: Example = {
    **{name: value for name, value in EVENT_ANSWER.items() if name not in ("replayed", "balances")},
    "posted_at": "2026-03-03T08:15:00Z",
    "inputs": {name: value for name, value in PURCHASE.items() if name != "member"},
    "rules": [
        {**_RULES[0], "sentence": "One point per euro: 7 points for €7.90."},
        {**_RULES[1], "sentence": "Double points on quiet afternoons: not, because the purchase was at 09:15."},
    ],
}
BATCH_ANSWER: Example = {
    "results": [
        {"status": 201, "answer": EVENT_ANSWER},
        {
            "status": 404,
            "problem": {
                "type": "/problems/members.unknown",
                "title": "There is no such member",
                "status": 404,
                "detail": "no member is known as 'nobody'",
                "code": "members.unknown",
                "fields": {"reference": "nobody"},
                "instance": "urn:uuid:6f2f1d1e-9d5f-4c1c-8d58-1d2c3b4a5f60",
            },
        },
    ]
}
MEMBER_ANSWER: Example = {
    "member": "anna",
    "status": "active",
    "enrolled_at": "2026-03-01T09:00:00Z",
    "birthdate": "1990-02-28",
    "segments": ["regulars"],
    "attributes": {"newsletter": True},
    "tier": None,
}
BALANCES_ANSWER: Example = {
    "member": "anna",
    "as_of": "2026-03-03T08:15:00Z",
    "balances": [{"unit": "points", "decimals": 0, "available": 57, "pending": 0, "held": 0, "lifetime": 57}],
}
LOTS_ANSWER: Example = {
    "member": "anna",
    "as_of": "2026-03-03T08:15:00Z",
    "lots": [
        {
            "event": _EVENT,
            "unit": "points",
            "decimals": 0,
            "amount": 7,
            "remaining": 7,
            "status": "open",
            "earned_at": "2026-03-03T08:15:00Z",
            "opens_on": None,
            "last_day": "2028-03-31",
        }
    ],
}
FULFILMENT_ANSWER: Example = {
    "event": _EVENT,
    "kind": "fulfilment",
    "member": "anna",
    "occurred_at": "2026-03-03T08:15:00Z",
    "version": 1,
    "replayed": False,
    "moved": [_AMOUNT],
    "balances": [{"unit": "points", "amount": 57, "decimals": 0}],
}
REINSTATEMENT_ANSWER: Example = {**FULFILMENT_ANSWER, "kind": "reinstatement"}
HISTORY_ANSWER: Example = {
    "entries": [
        {
            "event": _EVENT,
            "kind": "earn",
            "unit": "points",
            "amount": 7,
            "pending": 0,
            "held": 0,
            "decimals": 0,
            "occurred_at": "2026-03-03T08:15:00Z",
            "posted_at": "2026-03-03T08:15:00Z",
        }
    ],
    "next": None,
}
PROGRAM_ANSWER: Example = {
    "program": "cafe",
    "mode": "sandbox",
    "clock": "2026-03-03T08:15:00Z",
    "version": 1,
    "effective_from": None,
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "units": [{"code": "points", "decimals": 0, "spendable": True, "qualifying": False}],
}
APPLIED_ANSWER: Example = {"program": "cafe", "version": 2, "effective_from": "2026-03-03T08:15:00Z", "changed": True}
PLAN_ANSWER: Example = {
    "program": "cafe",
    "base": 1,
    "same_text": False,
    "changes": [
        {
            "kind": "changed",
            "part": "rule",
            "id": "base",
            "sentence": "Rule base changes.",
            "fields": [{"key": "earn.points", "before": "1", "after": "2"}],
        }
    ],
    "warnings": [],
}
CLOCK_ANSWER: Example = {"clock": "2026-04-01T00:00:00Z", "nights": 29}
CLOCKS = _named(month=("On to April", {"to": "2026-04-01T00:00:00Z"}))
