"""Bodies, queries and answers of corrections that need a second person, of the audit log and of statements of account."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from praemia.web.bodies.answers import Answer
from praemia.web.bodies.examples import Example
from praemia.web.bodies.queries import PAGE_LIMIT, Query
from praemia.web.bodies.scalars import CLEAN, Body, Instant

STATEMENT_LINES = 1000


class DecisionBody(Body):
    """Why it is approved or rejected."""

    comment: Annotated[str, Field(max_length=500, pattern=CLEAN)] = ""


class ApprovalsQuery(Query):
    state: Annotated[Literal["waiting", "all"], Field(description="what still waits, or everything ever asked")] = "waiting"
    after: Annotated[str | None, Field(max_length=40, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 50


class AuditQuery(Query):
    after: Annotated[int | None, Field(ge=1, le=2**62, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 50


class StatementQuery(Query):
    """A period (since, until] by the time of posting; `as_of` is another word for `until`."""

    since: Annotated[
        Instant | None, Field(alias="from", description="when the period begins, itself not included; absent: with the membership")
    ] = None
    until: Annotated[Instant | None, Field(description="when it ends, itself included; absent: now")] = None
    as_of: Annotated[Instant | None, Field(description="everything up to an instant; not with `until`")] = None
    after: Annotated[str | None, Field(max_length=100, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=STATEMENT_LINES)] = 200


class ApprovalAnswer(Answer):
    """A request that a second person approves or rejects. Instants are the programme's."""

    approval: str
    verb: Literal["adjustment"]
    state: Literal["waiting", "approved", "rejected", "expired"]
    member: str
    inputs: dict[str, Any]
    asked_by: str
    asked_at: Instant
    expires_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    comment: str
    event: Annotated[str | None, Field(description="what it became, once approved")]


class ApprovalsAnswer(Answer):
    """A page of requests, newest first."""

    approvals: list[ApprovalAnswer]
    next: str | None


class AuditEntryAnswer(Answer):
    """Who did what, when, from where; `details` say how it was (`old`) and how it is now (`new`)."""

    number: int
    at: Instant
    actor: str
    key: Annotated[str | None, Field(description="the API key's id; null: not by a key")]
    origin: str
    action: str
    subject: str
    details: dict[str, Any]
    hash: str


class AuditAnswer(Answer):
    """A page of the log, newest first."""

    entries: list[AuditEntryAnswer]
    next: int | None


class Figures(Answer):
    available: int
    pending: int
    held: int


class StatementUnitAnswer(Answer):
    unit: str
    decimals: int
    opening: Figures
    closing: Figures


class StatementLineAnswer(Answer):
    """A movement, and what there was of its unit right after it."""

    event: str
    kind: str
    unit: str
    decimals: int
    amount: int
    pending: int
    held: int
    after: Figures
    occurred_at: Instant
    posted_at: Instant


class StatementAnswer(Answer):
    """A statement of account: opening, movements oldest first, closing. `next` goes into `after` for the following page."""

    member: str
    since: Annotated[Instant | None, Field(alias="from")]
    until: Instant
    units: list[StatementUnitAnswer]
    lines: list[StatementLineAnswer]
    next: str | None


_EVENT = "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"
_APPROVAL = "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d12"
WAITING: Example = {
    "approval": _APPROVAL,
    "verb": "adjustment",
    "state": "waiting",
    "member": "anna",
    "inputs": {"unit": "points", "amount": 900, "reason": "goodwill"},
    "asked_by": "support desk",
    "asked_at": "2026-03-03T08:15:00Z",
    "expires_at": "2026-03-10T08:15:00Z",
    "decided_by": None,
    "decided_at": None,
    "comment": "",
    "event": None,
}
REJECTED: Example = {
    **WAITING,
    "state": "rejected",
    "decided_by": "head of support",
    "decided_at": "2026-03-03T09:00:00Z",
    "comment": "Twice already",
}
APPROVALS: Example = {"approvals": [WAITING], "next": None}
AUDIT: Example = {
    "entries": [
        {
            "number": 12,
            "at": "2026-03-03T08:15:00Z",
            "actor": "support desk",
            "key": "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d13",
            "origin": "192.0.2.7",
            "action": "ledger.adjustment.made",
            "subject": "anna",
            "details": {
                "old": {"balance": 50},
                "new": {"event": _EVENT, "balance": 75, "unit": "points", "amount": 25, "reason": "goodwill"},
            },
            "hash": "5f1c0e6d0a4f6d1c8b1f7f2f0a9e7f6a2a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d",
        }
    ],
    "next": None,
}
STATEMENT: Example = {
    "member": "anna",
    "from": "2026-02-28T23:00:00Z",
    "until": "2026-03-31T22:00:00Z",
    "units": [
        {
            "unit": "points",
            "decimals": 0,
            "opening": {"available": 50, "pending": 0, "held": 0},
            "closing": {"available": 57, "pending": 0, "held": 0},
        }
    ],
    "lines": [
        {
            "event": _EVENT,
            "kind": "earn",
            "unit": "points",
            "decimals": 0,
            "amount": 7,
            "pending": 0,
            "held": 0,
            "after": {"available": 57, "pending": 0, "held": 0},
            "occurred_at": "2026-03-03T08:15:00Z",
            "posted_at": "2026-03-03T08:15:00Z",
        }
    ],
    "next": None,
}
