"""Locations, and the tills that stand there."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import locations, tills
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.locations import NewLocation
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.reading import Form, form_of
from praemia.web.doors import form_faults, staff_page
from praemia.web.frame import lang_of
from praemia.web.sessions import Visit


@staff_page("locations:location:read")
async def places(visit: Visit, request: Request) -> Response:
    """The register, and the tills."""
    return await _page(visit, request)


@staff_page("locations:location:write")
async def change_place(visit: Visit, request: Request) -> Response:
    """Register a place, change it, close it, open it again."""
    form = await form_of(request)

    async def work(tx: Tx, desk: Desk) -> str:
        program_id, code = desk.program.program_id, form.text("code")
        if form.text("deed") == "close":
            await locations.close_location(tx, program_id, code, by=visit.actor, now=desk.now)
            return "location_closed"
        if form.text("deed") == "open":
            await locations.open_location(tx, program_id, code, by=visit.actor, now=desk.now)
            return "location_opened"
        wish = NewLocation(code=code, name=form.text("name"), address=form.text("place"), region=form.text("region"))
        await locations.register_location(tx, program_id, wish, by=visit.actor, now=desk.now)
        return "location_kept"

    try:
        done = await do(visit, request, work)
    except DomainError as refusal:
        return await _page(visit, request, refused=(refusal, form))
    return go(f"/console/{visit.address}/locations", done=done)


async def _page(visit: Visit, request: Request, *, refused: tuple[DomainError, Form] | None = None) -> Response:
    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        rows = await locations.locations_of(tx, desk.program.program_id)
        return {
            "rows": rows,
            "named": {row.code: row.name for row in rows},
            "waiting": len(await tills.conflicts_of(tx, desk.slug)) if desk.may("tills:conflict:read") else 0,
            "tills": [till for till in await tills.terminals_of(tx, desk.slug) if till.revoked_at is None],
        }

    shown = await at_desk(visit, request, read)
    if refused is not None:
        faults = form_faults(refused[0], lang_of(request))
        faults["place"] = faults.pop("address", "")
        shown |= {"faults": faults, "given": refused[1].given, "problem": faults.get("", "")}
    return show(request, visit, "console/places.html", here="locations", status=422 if refused else 200, **shown)
