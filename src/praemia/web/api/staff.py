"""Staff over HTTP: who works here in which roles; invited, changed, ended, helped back in. Nobody reaches beyond their own scopes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from starlette.responses import Response

from praemia import access, identity, programs
from praemia.access import Staff, StaffUnknown
from praemia.foundation.db import Tx
from praemia.identity import Invitation, Letterhead
from praemia.web import people
from praemia.web.bodies import office, office_examples
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def list_staff(call: Call) -> Response:
    """Everybody with a role here."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        found = [one for one in await access.staff_of(tx) if one.roles_in(place.program_id)]
    return json_response({"staff": [_person(one, place.program_id) for one in found]})


async def invite_staff(call: Call) -> Response:
    """Somebody new; the link is in the answer and in their mail."""
    body = await call.body(office.InvitationBody)
    place = await call.place()

    async def work(tx: Tx) -> Invitation:
        return await identity.invite_staff(
            tx,
            call.face.rooms.vault,
            await _letterhead(tx, call),
            name=body.name,
            email=body.email,
            roles=body.roles,
            program_id=None if body.everywhere else place.program_id,
            now=call.face.now(),
            granted=_reach(call, beyond=body.everywhere),
            by=call.actor,
        )

    invited = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response(_invited(invited.staff, place.program_id, invited), 201)


async def set_roles(call: Call) -> Response:
    """Exactly these roles in this programme."""
    body = await call.body(office.RolesBody)
    place = await call.place()

    async def work(tx: Tx) -> Staff:
        return await access.give_roles(
            tx,
            _staff_id(call),
            program_id=place.program_id,
            roles=body.roles,
            now=call.face.now(),
            granted=_reach(call),
            by=call.actor,
        )

    return json_response(_person(await call.face.rooms.db.run(call.principal.tenant_id, work), place.program_id))


async def change_access(call: Call) -> Response:
    """End or give back access, or help somebody back in."""
    body = await call.body(office.StaffDeedBody)
    place = await call.place()
    staff_id, by, now = _staff_id(call), call.actor, call.face.now()

    async def work(tx: Tx) -> tuple[Staff, Invitation | None]:
        granted = _reach(call, beyond=await people.works_beyond(tx, staff_id, place.program_id))
        vault, invited = call.face.rooms.vault, None
        match body.deed:
            case "end":
                await people.end_access(tx, staff_id, granted=granted, by=by, now=now)
            case "give_back":
                await access.enable(tx, staff_id, now=now, granted=granted, by=by)
            case "invite_again":
                head = await _letterhead(tx, call)
                invited = await identity.invite_again(tx, vault, head, staff_id, now=now, granted=granted, by=by)
            case "reset":
                head = await _letterhead(tx, call)
                invited = await people.reset_sign_in(tx, vault, head, staff_id, granted=granted, by=by, now=now)
        return await access.get_staff(tx, staff_id), invited

    person, invited = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response(_invited(person, place.program_id, invited))


def _reach(call: Call, *, beyond: bool = False) -> Collection[str]:
    """What the key may give here; for more than this programme, only a key of all programmes may give anything."""
    return call.principal.scopes if not beyond or call.principal.program_id is None else frozenset()


async def _letterhead(tx: Tx, call: Call) -> Letterhead:
    program = await programs.open_program(tx, call.program)
    spoken = (await programs.policies_of(tx, program, program.version_at(program.now(call.face.now())))).spoken.name
    root = (call.face.rooms.settings.public_url or str(call.request.base_url)).rstrip("/")
    name = spoken.get("en") or next(iter(spoken.values()), program.slug)
    return Letterhead(name=name, lang=None, link_of=lambda token: f"{root}/invitation/{token}")


def _staff_id(call: Call) -> UUID:
    text = str(call.request.path_params["staff"])
    try:
        return UUID(text)
    except ValueError:
        raise StaffUnknown(staff=text) from None


def _person(one: Staff, program_id: int) -> dict[str, Any]:
    state = "disabled" if one.disabled_at else "active" if one.joined_at else "invited"
    return {"staff": str(one.staff_id), "name": one.name, "roles": sorted(one.roles_in(program_id)), "state": state}


def _invited(one: Staff, program_id: int, invited: Invitation | None) -> dict[str, Any]:
    link = {"link": invited.link, "expires_at": instant(invited.expires_at)} if invited else {"link": None, "expires_at": None}
    return {**_person(one, program_id), **link}


_REFUSED = ("programs.unknown", "access.staff_unknown", "access.role_out_of_reach", "access.last_owner")

OPERATIONS = (
    Operation(
        name="list_staff",
        method="GET",
        path="/staff",
        permission="access:staff:read",
        tag="Access",
        summary="List staff",
        description="Everybody with a role in this programme, also those whose access has ended.",
        serve=list_staff,
        answer=office.StaffAnswer,
        answer_example={"staff": [office_examples.PERSON]},
        problems=("programs.unknown",),
    ),
    Operation(
        name="invite_staff",
        method="POST",
        path="/staff",
        permission="access:staff:write",
        tag="Access",
        summary="Invite somebody",
        description="A link that works once, within a week, goes out by mail; it is in this answer too. No role may go beyond the scopes "
        "of who invites.",
        serve=invite_staff,
        body=office.InvitationBody,
        examples=office_examples.INVITATIONS,
        answer=office.InvitedAnswer,
        answer_example=office_examples.INVITED,
        problems=("programs.unknown", "access.role_out_of_reach", "identity.email_taken"),
        status=201,
    ),
    Operation(
        name="set_roles",
        method="PUT",
        path="/staff/{staff}/roles",
        permission="access:staff:write",
        tag="Access",
        summary="Give somebody roles",
        description="Exactly these in this programme, from the next request on.",
        serve=set_roles,
        body=office.RolesBody,
        examples=office_examples.ROLES,
        answer=office.PersonAnswer,
        answer_example=office_examples.PERSON,
        problems=_REFUSED,
    ),
    Operation(
        name="change_access",
        method="POST",
        path="/staff/{staff}/access",
        permission="access:staff:write",
        tag="Access",
        summary="End or give back somebody's access, or help them back in",
        description="Ending signs out everywhere at once. A new link makes older ones worthless; a reset takes the second factor too.",
        serve=change_access,
        body=office.StaffDeedBody,
        examples=office_examples.DEEDS,
        answer=office.InvitedAnswer,
        answer_example=office_examples.INVITED,
        problems=_REFUSED,
    ),
)
