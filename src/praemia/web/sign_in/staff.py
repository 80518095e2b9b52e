"""Staff sign in by password or passkey, sign out, and choose where to work. One refusal for everything that does not match."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import access, addresses, identity, members, programs
from praemia.foundation.errors import DomainError
from praemia.identity import STAFF
from praemia.programs import Mode
from praemia.web.doors import open_page, see
from praemia.web.face import face_of
from praemia.web.frame import render
from praemia.web.outcomes import json_response
from praemia.web.sessions import Visit, origin_of, sign_out
from praemia.web.sign_in import second
from praemia.web.sign_in.asking import desk_of, json_of, let_in, next_of, refused, site_of, status_of, text_of

WHERE = "/sign-in/where"
_FACES = (("console", "access:console:open"), ("till", "access:till:open"))


@open_page
async def sign_in_page(request: Request) -> Response:
    """The form; who has just signed in goes on."""
    going_to = next_of(request.query_params.get("next"), WHERE)
    visit: Visit | None = request.state.visit
    if visit is not None and visit.session.is_fresh(face_of(request).now()):
        return see(going_to)
    return show_form(request, going_to)


@open_page
async def sign_in_by_password(request: Request) -> Response:
    """Address and password; then in, or on to the second factor."""
    typed = await text_of(request, "email", "password", "next")
    going_to = next_of(typed["next"], WHERE)
    face, desk = face_of(request), desk_of(request)
    try:
        entrant = await identity.by_password(desk, STAFF, typed["email"], typed["password"], origin=origin_of(request), now=face.now())
    except DomainError as error:
        return show_form(request, going_to, email=typed["email"], error=error)
    return await second.after_password(request, entrant, going_to)


@open_page
async def passkey_options(request: Request) -> Response:
    """What the browser needs to ask for a passkey: of staff, or of members below their programme's address."""
    options, ticket = identity.options_to_enter(desk_of(request), site_of(request), now=face_of(request).now())
    return json_response({"options": options, "ticket": ticket})


@open_page
async def sign_in_by_passkey(request: Request) -> Response:
    """A passkey is two factors by itself."""
    sent = await json_of(request)
    entrant = await identity.by_passkey(
        desk_of(request),
        STAFF,
        site_of(request),
        str(sent.get("ticket", "")),
        sent.get("credential") or {},
        origin=origin_of(request),
        now=face_of(request).now(),
    )
    return await let_in(request, entrant, next_of(sent.get("next"), WHERE), script=True)


@open_page
async def sign_out_page(request: Request) -> Response:
    """This browser is signed out, on our side as well: staff, or the member of the programme in the path."""
    visit: Visit | None = request.state.visit
    address = request.path_params.get("address")
    answer = see(f"/m/{address}/sign-in" if address else "/sign-in")
    if visit is None:
        return answer
    face = face_of(request)
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        await identity.end_session(tx, visit.session.subject_id, visit.session_id, now=face.now())
        if visit.kind == "member":  # the card kept on the device shows nothing any more
            await members.revoke_passes(tx, visit.subject_id, at=face.now(), holder=visit.session_id)
    return sign_out(request, answer, visit)


@open_page
async def where_page(request: Request) -> Response:
    """Where to work: the programmes somebody has a role in. With one there is nothing to choose."""
    visit: Visit | None = request.state.visit
    if visit is None:
        return see("/sign-in")
    face = face_of(request)
    doors: list[dict[str, Any]] = []
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        person = await access.get_staff(tx, visit.subject_id)
        for program in await programs.list_programs(tx):
            scopes = access.scopes_of(person, program.program_id)
            open_faces = [name for name, needed in _FACES if access.covers(scopes, needed)]
            if open_faces:
                address = await addresses.address_of(tx, program.program_id)
                doors.append({"name": program.slug, "address": address, "sandbox": program.mode is Mode.SANDBOX, "faces": open_faces})
    if len(doors) == 1 and not request.query_params.get("all"):
        return see(f"/{doors[0]['faces'][0]}/{doors[0]['address']}/")
    return render(request, "sign_in/where.html", words="sign_in", doors=doors)


def show_form(request: Request, going_to: str, *, email: str = "", error: DomainError | None = None) -> Response:
    """The form, with what was refused."""
    return render(
        request,
        "sign_in/staff.html",
        words="sign_in",
        status=status_of(error),
        next=going_to,
        email=email,
        again=request.state.visit is not None,
        refused=refused(request, error),
    )
