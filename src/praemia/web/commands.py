"""From what a body says to the commands of the earning journey. `inputs` hold no defaults, so that saying a default and
not saying it are the same content under one key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from praemia.earning import ADJUSTMENT, ActivityUnknown, Command
from praemia.foundation.errors import Fault, InvalidInput
from praemia.journal import EVENT_ID, IDEMPOTENCY_KEY, ORDER
from praemia.members import Enrolment
from praemia.rules import BUILT_IN_TRIGGERS, PURCHASE, SIGNUP, VISIT
from praemia.web.bodies.events import AdjustmentBody
from praemia.web.bodies.reading import Content
from praemia.web.errors import KeyRequired

_APART = frozenset({"id", "activity", "member", "occurred_at", "type"})


def purchase(program: str, content: Content, key: str | None) -> Command:
    """A purchase (PurchaseBody); its order number is its identity."""
    return Command(
        program=program,
        kind=PURCHASE,
        member=_buyer(content),
        inputs=_inputs(content),
        identities=((ORDER, content["order"]), *_key(key)),
        occurred_at=content.get("occurred_at"),
    )


def visit(program: str, content: Content, key: str | None) -> Command:
    """A visit (VisitBody). Refused without an identity of its own or a key."""
    return Command(
        program=program,
        kind=VISIT,
        member=content["member"],
        inputs=_inputs(content),
        identities=_identities(content.get("id"), key),
        occurred_at=content.get("occurred_at"),
    )


def activity(program: str, content: Content, key: str | None) -> Command:
    """A declared activity (ActivityBody). Refused without an identity of its own or a key, and under a name that is no
    activity's: a permission for activities must not open a way to purchases or adjustments."""
    kind = content["activity"]
    if kind in BUILT_IN_TRIGGERS or kind == ADJUSTMENT:
        raise ActivityUnknown(activity=kind, hint="")
    return Command(
        program=program,
        kind=kind,
        member=content["member"],
        inputs=_inputs(content),
        identities=_identities(content.get("id"), key),
        occurred_at=content.get("occurred_at"),
    )


def sign_up(program: str, content: Content, key: str | None, enrolled_at: datetime) -> Command:
    """A new member (MemberBody); the reference is unique by itself, a key only makes the repeat answer like the first time."""
    return Command(
        program=program,
        kind=SIGNUP,
        member=content["reference"],
        identities=_key(key),
        occurred_at=content.get("enrolled_at"),
        enrolment=Enrolment(
            reference=content["reference"],
            enrolled_at=enrolled_at,
            birthdate=content.get("birthdate"),
            segments=content.get("segments", ()),
            attributes=content.get("attributes", {}),
        ),
    )


def adjustment(program: str, body: AdjustmentBody, unit: str, key: str | None) -> Command:
    """A correction by hand in the unit named or the programme's first. Refused without a key: its body has no identity."""
    inputs: dict[str, Any] = {"unit": unit, "amount": body.amount, "reason": body.reason}
    if body.allow_negative:
        inputs["may_owe"] = True
    if body.last_day is not None:
        inputs["last_day"] = body.last_day
    if body.earned_at is not None:
        inputs["earned_at"] = body.earned_at.isoformat()
    return Command(program=program, kind=ADJUSTMENT, member=body.member, inputs=inputs, identities=_identities(None, key))


def _buyer(content: Content) -> str | None:
    """Who bought: a reference or the number of a card; the number is kept with the event."""
    if "member" in content and "card" in content:
        message = "a purchase names its member by reference or by card, not both"
        raise InvalidInput([Fault(path="/card", message=message, code="one_of", suggestion="remove one of them")])
    buyer: str | None = content.get("member") or content.get("card")
    return buyer


def _inputs(content: Content) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in _APART}


def _key(key: str | None) -> tuple[tuple[str, str], ...]:
    return () if key is None else ((IDEMPOTENCY_KEY, key),)


def _identities(own: str | None, key: str | None) -> tuple[tuple[str, str], ...]:
    identities = (() if own is None else ((EVENT_ID, own),)) + _key(key)
    if not identities:
        raise KeyRequired()
    return identities
