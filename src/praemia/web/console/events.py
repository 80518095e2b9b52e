"""One event, explained: what was sent, and what every rule made of it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import earning, locations, members
from praemia.foundation.db import Tx
from praemia.journal import EventUnknown
from praemia.web.console.desk import Desk, at_desk, show
from praemia.web.console.reading import id_of
from praemia.web.doors import staff_page
from praemia.web.explained import explained
from praemia.web.sessions import Visit

_SAID_OTHERWISE = frozenset({"lines", "order", "location", "channel"})


@staff_page("earning:event:read")
async def event(visit: Visit, request: Request) -> Response:
    """Why there are more or fewer points since."""
    event_id = id_of(str(request.path_params["event"]))
    if event_id is None:
        raise EventUnknown(reference=str(request.path_params["event"]))

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        stored = await earning.get_event(tx, desk.slug, event_id)
        document = await explained(tx, desk.program, stored, desk.lang, desk.units)
        member = await members.find_by_id(tx, stored.member_id) if stored.member_id else None
        kind = desk.kind(stored.kind)
        who = [(member.reference, f"{desk.root}/members/{member.member_id}")] if member and desk.may("members:member:read") else []
        places = await locations.names_of(tx, desk.program.program_id)
        currency = desk.policies.rules.earning.currency
        return {
            "title": kind,
            "crumbs": [(desk.words.menu_members, f"{desk.root}/members"), *who, (kind, "")],
            "event": document,
            "at": stored.occurred_at,
            "posted": stored.posted_at,
            "units": desk.units,
            "lines": [_line(desk, line, currency) for line in stored.inputs.get("lines", ())],
            "more": {key: value for key, value in stored.inputs.items() if key not in _SAID_OTHERWISE and isinstance(value, str | int)},
            "inputs": stored.inputs,
            "place": places.get(stored.inputs.get("location", ""), stored.inputs.get("location", "")),
        }

    return show(request, visit, "console/event.html", here="members", **await at_desk(visit, request, read))


def _line(desk: Desk, line: dict[str, Any], currency: str) -> list[str]:
    return [str(line.get("sku", "")), str(line.get("quantity", 1)), desk.speech.money(line.get("amount_minor", 0), currency)]
