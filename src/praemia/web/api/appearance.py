"""How a programme appears: its pictures and its public address."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from praemia import addresses, pictures
from praemia.pictures import Picture
from praemia.web import appearance
from praemia.web.bodies import appearance as bodies
from praemia.web.calls import Call, require_media_type
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def get_address(call: Call) -> Response:
    """Where people reach it."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return json_response({"program": call.program, "address": await addresses.address_of(tx, place.program_id)})


async def set_address(call: Call) -> Response:
    """Another name; older ones go on leading here."""
    body = await call.body(bodies.AddressBody)
    place = await call.place()
    now = call.face.now()
    await call.face.rooms.db.run(
        call.principal.tenant_id, lambda tx: appearance.go_by(tx, place.program_id, body.address, by=call.actor, now=now)
    )
    return json_response({"program": call.program, "address": body.address})


async def list_pictures(call: Call) -> Response:
    """What was uploaded, newest first."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        address = await addresses.address_of(tx, place.program_id)
        found = await pictures.list_pictures(tx, place.program_id)
    return json_response({"pictures": [_picture(each, address) for each in found]})


async def upload_picture(call: Call) -> Response:
    """Take a picture in; what is kept is drawn anew."""
    require_media_type(call.request, tuple(bodies.PICTURE_FILES))
    content = await call.request.body()
    place = await call.place()
    now = call.face.now()
    made = await call.face.rooms.db.run(
        call.principal.tenant_id, lambda tx: appearance.upload(tx, place.program_id, content, by=call.actor, now=now)
    )
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return json_response(_picture(made, await addresses.address_of(tx, place.program_id)))


def _picture(picture: Picture, address: str) -> dict[str, Any]:
    return {
        "digest": picture.digest,
        "path": f"/pictures/{address}/{picture.digest}.webp",
        "width": picture.width,
        "height": picture.height,
        "made_at": instant(picture.made_at),
    }


OPERATIONS = (
    Operation(
        name="get_address",
        method="GET",
        path="/address",
        permission="programs:program:read",
        tag="Programmes",
        summary="Where people reach the programme",
        description="The name in the addresses of its pages.",
        serve=get_address,
        answer=bodies.AddressAnswer,
        answer_example=bodies.ADDRESS_ANSWER,
        problems=("programs.unknown",),
    ),
    Operation(
        name="set_address",
        method="PUT",
        path="/address",
        permission="programs:address:write",
        tag="Programmes",
        summary="Let people reach it under another name",
        description="Names are unique over the whole installation. An older name goes on leading to the programme, for ever.",
        serve=set_address,
        body=bodies.AddressBody,
        examples={"another": {"summary": "Go by another name", "value": {"address": "coffee-friends"}}},
        answer=bodies.AddressAnswer,
        answer_example=bodies.ADDRESS_ANSWER,
        problems=("programs.unknown", "addresses.taken"),
    ),
    Operation(
        name="list_pictures",
        method="GET",
        path="/pictures",
        permission="pictures:picture:read",
        tag="Programmes",
        summary="List pictures",
        description="The newest 500 that were uploaded.",
        serve=list_pictures,
        answer=bodies.PicturesAnswer,
        answer_example=bodies.PICTURES_ANSWER,
        problems=("programs.unknown",),
    ),
    Operation(
        name="upload_picture",
        method="POST",
        path="/pictures",
        permission="pictures:picture:write",
        tag="Programmes",
        summary="Upload a picture",
        description="PNG, JPEG, WebP or GIF. It is drawn anew as WebP without what cameras write into files, at most 1024 pixels wide and "
        "high. The digest is its name in the programme file; the same picture again is the same.",
        serve=upload_picture,
        media=bodies.PICTURE_FILES,
        answer=bodies.PictureAnswer,
        answer_example=bodies.PICTURE_ANSWER,
        problems=("programs.unknown", "pictures.unreadable"),
    ),
)
