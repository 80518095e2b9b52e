"""The register of places over HTTP."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from praemia import locations
from praemia.foundation.db import Tx
from praemia.locations import Location, NewLocation
from praemia.web.bodies import office, office_examples
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def list_locations(call: Call) -> Response:
    """Every place, open ones first."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return json_response({"locations": [_location(one) for one in await locations.locations_of(tx, place.program_id)]})


async def register_location(call: Call) -> Response:
    """A place as it is from now on; made when it is not known."""
    body = await call.body(office.LocationBody)
    place = await call.place()
    wish = NewLocation(code=str(call.request.path_params["location"]), name=body.name, address=body.address, region=body.region)

    async def work(tx: Tx) -> Location:
        made = await locations.register_location(tx, place.program_id, wish, by=call.actor, now=call.face.now())
        turn = locations.open_location if body.open else locations.close_location
        return await turn(tx, place.program_id, made.code, by=call.actor, now=call.face.now())

    return json_response(_location(await call.face.rooms.db.run(call.principal.tenant_id, work)))


def _location(one: Location) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "address": one.address,
        "region": one.region,
        "open": one.is_open,
        "made_at": instant(one.made_at),
    }


OPERATIONS = (
    Operation(
        name="list_locations",
        method="GET",
        path="/locations",
        permission="locations:location:read",
        tag="Locations",
        summary="List locations",
        description="The places that events name by their code. An event may name one that is not registered: it counts all the same.",
        serve=list_locations,
        answer=office.LocationsAnswer,
        answer_example={"locations": [office_examples.LOCATION]},
        problems=("programs.unknown",),
    ),
    Operation(
        name="register_location",
        method="PUT",
        path="/locations/{location}",
        permission="locations:location:write",
        tag="Locations",
        summary="Register or change a location",
        description="The place is from now on as the body says. The same again changes nothing; it is never deleted, only closed.",
        serve=register_location,
        body=office.LocationBody,
        examples=office_examples.LOCATION_BODIES,
        answer=office.LocationAnswer,
        answer_example=office_examples.LOCATION,
        problems=("programs.unknown",),
    ),
)
