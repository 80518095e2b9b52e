"""Somebody who was invited opens the link of their mail, chooses how to get in, and is in. Looking uses nothing up."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from praemia import access, identity
from praemia.access import InvitationInvalid, Staff
from praemia.foundation.errors import DomainError
from praemia.identity import STAFF, Entrant, Kind, Means
from praemia.web.doors import form_faults, open_page
from praemia.web.face import face_of
from praemia.web.frame import lang_of, render
from praemia.web.outcomes import json_response
from praemia.web.sessions import origin_of
from praemia.web.sign_in import second
from praemia.web.sign_in.asking import desk_of, json_of, let_in, site_of, status_of, text_of

_WHERE = "/sign-in/where"


@open_page
async def invitation_page(request: Request) -> Response:
    """Who is invited, and the ways in to choose from."""
    try:
        person, email = await _invited(request)
    except InvitationInvalid as error:
        return render(request, "sign_in/invitation_over.html", words="sign_in", status=status_of(error))
    return _show(request, person, email)


@open_page
async def accept_by_password(request: Request) -> Response:
    """A password was chosen: joined, and on to the second factor where one is wanted."""
    typed = await text_of(request, "password")
    face, desk = face_of(request), desk_of(request)
    try:
        person, email = await _invited(request)
    except InvitationInvalid as error:
        return render(request, "sign_in/invitation_over.html", words="sign_in", status=status_of(error))
    try:
        hashed = await desk.passwords.hash(typed["password"])
    except DomainError as error:
        return _show(request, person, email, error)
    tenant_id, token = _token(request)
    async with face.rooms.db.transaction(tenant_id) as tx:
        joined = await access.join(tx, token, now=face.now(), origin=origin_of(request))
        await identity.set_password(tx, joined.staff_id, hashed, now=face.now())
        needs = await identity.has_totp(tx, joined.staff_id)
    entrant = _entrant(tenant_id, joined, Means.PASSWORD, needs=needs)
    return await second.after_password(request, entrant, _WHERE)


@open_page
async def invitation_options(request: Request) -> Response:
    """What the browser needs to make a passkey for whom the link invites."""
    person, email = await _invited(request)
    tenant_id, _ = _token(request)
    options, ticket = identity.options_to_add(
        desk_of(request),
        site_of(request),
        STAFF,
        tenant_id=tenant_id,
        account=email or person.name,
        subject_id=person.staff_id,
        now=face_of(request).now(),
    )
    return json_response({"options": options, "ticket": ticket})


@open_page
async def accept_by_passkey(request: Request) -> Response:
    """A passkey was made: joined, and in."""
    sent = await json_of(request)
    face, desk = face_of(request), desk_of(request)
    tenant_id, token = _token(request)
    new = await identity.check_new(
        desk, site_of(request), str(sent.get("ticket", "")), sent.get("credential") or {}, name="", now=face.now()
    )
    async with face.rooms.db.transaction(tenant_id) as tx:
        joined = await access.join(tx, token, now=face.now(), origin=origin_of(request))
        await identity.keep_passkey(tx, desk.vault, joined.staff_id, new)
    return await let_in(request, _entrant(tenant_id, joined, Means.PASSKEY), _WHERE, script=True)


def _entrant(tenant_id: int, person: Staff, means: Means, *, needs: bool = False) -> Entrant:
    return Entrant(kind=Kind.STAFF, tenant_id=tenant_id, program_id=None, subject_id=person.staff_id, means=means, needs_factor=needs)


def _token(request: Request) -> tuple[int, str]:
    """The tenant a token names, and the token. Raises InvitationInvalid."""
    token: str = request.path_params["token"]
    read = access.read_token(token)
    if read is None:
        raise InvitationInvalid()
    return read[0], token


async def _invited(request: Request) -> tuple[Staff, str]:
    face = face_of(request)
    tenant_id, token = _token(request)
    async with face.rooms.db.transaction(tenant_id) as tx:
        person = await access.invited_by(tx, token, now=face.now())
        contact = (await identity.contacts_of(tx, face.rooms.vault, [person.staff_id])).get(person.staff_id)
    return person, contact.email if contact is not None else ""


def _show(request: Request, person: Staff, email: str, error: DomainError | None = None) -> Response:
    faults = form_faults(error, lang_of(request)) if error is not None else {}
    return render(
        request,
        "sign_in/invitation.html",
        words="sign_in",
        status=status_of(error),
        person=person,
        email=email,
        roles=sorted(frozenset().union(*person.roles.values())),
        token=request.path_params["token"],
        faults=faults,
        headers={"Cache-Control": "no-store"},
    )
