"""Recorded events, explained: by id, or by what they were sent under."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from praemia import earning, programs
from praemia.foundation.db import Tx
from praemia.journal import EventUnknown, StoredEvent
from praemia.web.bodies import examples
from praemia.web.bodies.answers import StoredEventAnswer
from praemia.web.bodies.queries import EventQuery, OrderQuery
from praemia.web.calls import Call
from praemia.web.explained import explained
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
    return json_response(await explained(tx, await programs.open_program(tx, call.program), event, lang))


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
