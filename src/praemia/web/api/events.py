"""Recorded events, explained: by id, or by what they were sent under."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from praemia import earning, members, orders, programs, redemption, sharing
from praemia.foundation.db import Tx
from praemia.journal import EventUnknown, StoredEvent
from praemia.web import presenting, return_presenting
from praemia.web.bodies import examples
from praemia.web.bodies.answers import StoredEventAnswer
from praemia.web.bodies.queries import EventQuery, OrderQuery
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.words import Lang


async def get_event(call: Call) -> Response:
    """One event by id, explained. Refuses an unknown one, also when the id is no UUID."""
    query = call.query(EventQuery)
    await call.place()
    event_id = _event_id(call.request.path_params["event"])
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        event = await earning.get_event(tx, call.program, event_id)
        return await _explained(call, tx, event, query.lang)


async def find_event(call: Call) -> Response:
    """The event recorded under an order number, explained."""
    query = call.query(OrderQuery)
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        event = await earning.get_event_of_order(tx, call.program, query.order)
        return await _explained(call, tx, event, query.lang)


async def _explained(call: Call, tx: Tx, event: StoredEvent, lang: Lang) -> Response:
    program = await programs.open_program(tx, call.program)
    policies = await programs.policies_of(tx, program, event.version)
    words = presenting.vocabulary_of(policies.rules, program, policies.prices)
    member = await members.find_by_id(tx, event.member_id) if event.member_id else None
    reference = member.reference if member else None
    document = presenting.stored(event, reference, earning.verdict_of(event), words, lang)
    if event.kind in redemption.KINDS and "about" in event.verdict:
        document["sentence"] = redemption.sentence_of(event.kind, event.verdict, lang)
    if event.kind in sharing.KINDS and "about" in event.verdict:
        document["sentence"] = sharing.sentence_of(event.kind, event.verdict["about"], lang)
    if event.kind in (earning.RETURN, orders.CANCELLATION) and "rules" in event.verdict.get("order", {}):
        rules = await programs.ruleset_of(tx, program, event.version)
        document["rules"] = return_presenting.explained_rules(orders.explain_event(event, rules.earning, lang))
    return json_response(document)


def _event_id(text: str) -> UUID:
    """Anything but a UUID names no event; which of the two it is helps nobody."""
    try:
        return UUID(text)
    except ValueError:
        raise EventUnknown(reference=text) from None


OPERATIONS = (
    Operation(
        name="get_event",
        method="GET",
        path="/events/{event}",
        permission="earning:event:read",
        tag="Events",
        summary="Explain an event",
        description="What was sent, which version of the programme decided, and what every rule gave or why it gave nothing. "
        "Kept for ever, answered from what was stored.",
        serve=get_event,
        query=EventQuery,
        answer=StoredEventAnswer,
        answer_example=examples.STORED_EVENT_ANSWER,
        problems=("programs.unknown", "journal.event_unknown"),
    ),
    Operation(
        name="find_event",
        method="GET",
        path="/events",
        permission="earning:event:read",
        tag="Events",
        summary="Find an event by its order number",
        description="The same answer as by id.",
        serve=find_event,
        query=OrderQuery,
        answer=StoredEventAnswer,
        answer_example=examples.STORED_EVENT_ANSWER,
        problems=("programs.unknown", "journal.event_unknown"),
    ),
)
