"""From bodies to the commands of the earning journey. Defaults are left out of `inputs`, so that saying a default and
not saying it are the same content under one key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from praemia.earning import ADJUSTMENT, ActivityUnknown, Command
from praemia.foundation.errors import Fault, InvalidInput
from praemia.journal import EVENT_ID, IDEMPOTENCY_KEY, ORDER
from praemia.members import Enrolment
from praemia.rules import BUILT_IN_TRIGGERS, PURCHASE, SIGNUP, VISIT
from praemia.web.bodies.events import ActivityBody, AdjustmentBody, PurchaseBody, VisitBody
from praemia.web.bodies.members import MemberBody
from praemia.web.errors import KeyRequired

_APART = frozenset({"order", "id", "activity", "member", "occurred_at", "type"})


def purchase(program: str, body: PurchaseBody, key: str | None) -> Command:
    """A purchase; its order number is its identity."""
    return Command(
        program=program,
        kind=PURCHASE,
        member=_buyer(body),
        inputs=_inputs(body) | {"order": body.order},
        identities=((ORDER, body.order), *_key(key)),
        occurred_at=body.occurred_at,
    )


def visit(program: str, body: VisitBody, key: str | None) -> Command:
    """A visit. Refused without an identity of its own or a key."""
    return Command(
        program=program,
        kind=VISIT,
        member=body.member,
        inputs=_inputs(body),
        identities=_identities(body.id, key),
        occurred_at=body.occurred_at,
    )


def activity(program: str, body: ActivityBody, key: str | None) -> Command:
    """A declared activity. Refused without an identity of its own or a key, and under a name that is no activity's: a
    permission for activities must not open a way to purchases or adjustments."""
    if body.activity in BUILT_IN_TRIGGERS or body.activity == ADJUSTMENT:
        raise ActivityUnknown(activity=body.activity, hint="")
    return Command(
        program=program,
        kind=body.activity,
        member=body.member,
        inputs=_inputs(body),
        identities=_identities(body.id, key),
        occurred_at=body.occurred_at,
    )


def sign_up(program: str, body: MemberBody, key: str | None, enrolled_at: datetime) -> Command:
    """A new member; the reference is unique by itself, a key only makes the repeat answer like the first time."""
    return Command(
        program=program,
        kind=SIGNUP,
        member=body.reference,
        identities=_key(key),
        occurred_at=body.enrolled_at,
        enrolment=Enrolment(
            reference=body.reference,
            enrolled_at=enrolled_at,
            birthdate=body.birthdate,
            segments=body.segments,
            attributes=body.attributes,
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


def _buyer(body: PurchaseBody) -> str | None:
    """Who bought: a reference or the number of a card; the number is kept with the event."""
    if body.member is not None and body.card is not None:
        message = "a purchase names its member by reference or by card, not both"
        raise InvalidInput([Fault(path="/card", message=message, code="one_of", suggestion="remove one of them")])
    return body.member or body.card


def _inputs(body: PurchaseBody | VisitBody | ActivityBody) -> dict[str, Any]:
    return body.model_dump(exclude_defaults=True, exclude=set(_APART))


def _key(key: str | None) -> tuple[tuple[str, str], ...]:
    return () if key is None else ((IDEMPOTENCY_KEY, key),)


def _identities(own: str | None, key: str | None) -> tuple[tuple[str, str], ...]:
    identities = (() if own is None else ((EVENT_ID, own),)) + _key(key)
    if not identities:
        raise KeyRequired()
    return identities
