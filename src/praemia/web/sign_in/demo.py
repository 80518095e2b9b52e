"""One click into the demonstration: as its member, its cashier or its owner. Only where this process shows one, and only in its sandbox.

The demonstration's staff are made when first needed; they have no password and no address of mail, so nobody else gets in as them.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import access, addresses, members, programs
from praemia.foundation.db import Tx
from praemia.identity import Entrant, Kind, Means
from praemia.programs import Mode
from praemia.web.doors import open_page
from praemia.web.face import Face, face_of
from praemia.web.sign_in.asking import let_in

_STAFF: Mapping[str, tuple[str, str]] = {"cashier": ("Carla", "till"), "owner": ("Olga", "console")}
"""Role -> name, and the face they begin at."""


@open_page
async def enter_demo(request: Request) -> Response:
    """In as whom the path names. 404 where there is no demonstration, or nobody of that name in it."""
    face = face_of(request)
    demo, who = face.rooms.demo, request.path_params["who"]
    if demo is None or who not in ("member", *_STAFF):
        raise HTTPException(404)
    async with face.rooms.db.transaction(demo.tenant_id) as tx:
        program = await programs.get_program(tx, demo.program)
        if program.mode is not Mode.SANDBOX:
            raise HTTPException(404)
        address = await addresses.address_of(tx, program.program_id)
        if who == "member":
            subject_id = (await members.get_member(tx, program.program_id, demo.member)).member_id
            entrant = _entrant(demo.tenant_id, Kind.MEMBER, program.program_id, subject_id)
            going_to = f"/m/{address}/"
        else:
            entrant = _entrant(demo.tenant_id, Kind.STAFF, None, await _staff(tx, face, who))
            going_to = f"/{_STAFF[who][1]}/{address}/"
    return await let_in(request, entrant, going_to)


def _entrant(tenant_id: int, kind: Kind, program_id: int | None, subject_id: UUID) -> Entrant:
    return Entrant(kind=kind, tenant_id=tenant_id, program_id=program_id, subject_id=subject_id, means=Means.DEMO)


async def _staff(tx: Tx, face: Face, role: str) -> UUID:
    name, _ = _STAFF[role]
    for person in await access.staff_of(tx):
        if person.name == name and person.is_active and person.roles.get(None) == frozenset({role}):
            return person.staff_id
    invited = await access.invite(tx, name=name, roles=[role], program_id=None, now=face.now())
    return (await access.join(tx, invited.token, now=face.now())).staff_id
