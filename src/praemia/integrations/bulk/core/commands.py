"""Staged events -> commands of the earning journey, the same that the API would make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from praemia.earning import ADJUSTMENT, RETURN, ActivityUnknown, Command
from praemia.foundation.errors import DomainError
from praemia.integrations.bulk.core.mapping import RETURNS
from praemia.integrations.bulk.errors import refusal_of
from praemia.integrations.bulk.model import Kind, Mapping, StagedEvent
from praemia.journal import EVENT_ID, ORDER
from praemia.members import Enrolment
from praemia.rules import BUILT_IN_TRIGGERS, PURCHASE, SIGNUP, VISIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to do for a staged event: its own command, or enrolling its member first. A refusal needs no database."""

    event: StagedEvent
    wish: Command | DomainError
    enrols: bool = False


def items_of(mapping: Mapping, program: str, events: Sequence[StagedEvent]) -> list[Item]:
    """What to do for the events, in order. A member who is seen for the first time is enrolled just before his first event."""
    items: list[Item] = []
    for event in events:
        wish = _wish(mapping, program, event)
        if mapping.enrol and event.enrols and event.member and not isinstance(wish, DomainError):
            since = mapping.enrol.enrolled_at or event.occurred_at
            assert since is not None
            items.append(Item(event=event, wish=_sign_up(program, event.member, since.astimezone(UTC), {}), enrols=True))
        items.append(Item(event=event, wish=wish))
    return items


def _wish(mapping: Mapping, program: str, event: StagedEvent) -> Command | DomainError:
    if event.fault is not None:
        return refusal_of(event.fault)
    assert event.identity is not None
    assert event.occurred_at is not None
    if mapping.kind is Kind.MEMBERS:
        try:
            return _sign_up(program, event.identity, event.occurred_at, event.inputs)
        except ValueError:
            return refusal_of(f"birthdate:instant:{event.inputs.get('birthdate')}")
    inputs = dict(event.inputs)
    kind = _trigger(mapping.kind, inputs)
    if kind is None:
        return ActivityUnknown(activity=event.inputs["activity"], hint="")
    if mapping.kind.has_lines:
        inputs["order"] = event.identity
    return Command(
        program=program,
        kind=kind,
        member=event.member,
        inputs=inputs,
        identities=((ORDER if mapping.kind.has_lines else EVENT_ID, event.identity),),
        occurred_at=event.occurred_at,
        priced=True,  # what was paid is history
    )


def _trigger(kind: Kind, inputs: dict[str, Any]) -> str | None:
    """The trigger of an event; None for an activity that takes a built-in trigger's name."""
    if kind.has_lines:
        comes_back = inputs.pop(RETURNS, None) is not None or kind is Kind.RETURNS
        return RETURN if comes_back else PURCHASE
    if kind is Kind.VISITS:
        return VISIT
    activity = str(inputs.pop("activity"))
    return None if activity in BUILT_IN_TRIGGERS or activity in (ADJUSTMENT, RETURN) else activity


def _sign_up(program: str, reference: str, since: datetime, inputs: Any) -> Command:
    birthdate = inputs.get("birthdate")
    enrolment = Enrolment(
        reference=reference,
        enrolled_at=since,
        birthdate=date.fromisoformat(birthdate) if birthdate else None,
        segments=tuple(inputs.get("segments", ())),
        attributes={name: value for name, value in inputs.get("fields", {}).items() if value is not None},
    )
    return Command(program=program, kind=SIGNUP, member=reference, occurred_at=since, enrolment=enrolment)
