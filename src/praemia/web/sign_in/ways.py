"""Everybody's own ways in: password, passkeys, the app of staff, the mailbox of members, and where one is signed in.

The same pages serve staff (/sign-in/ways) and members (below their programme's address). Changing asks for a fresh sign-in.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from praemia import identity
from praemia.foundation.errors import DomainError
from praemia.identity import STAFF, Contact, Realm
from praemia.web.barcodes import qr
from praemia.web.doors import Door, form_faults, open_page, place_of, see
from praemia.web.face import face_of
from praemia.web.frame import lang_of, render
from praemia.web.outcomes import json_response
from praemia.web.refusals import wants_json
from praemia.web.sessions import Visit, origin_of
from praemia.web.sign_in.asking import desk_of, json_of, program_name, realm_of, refused, site_of, status_of, text_of, went
from praemia.web.sign_in.mailbox import shown_mail, waits_here
from praemia.web.sign_in.second import app_of, show_recovery_codes

_SECRET = {"Cache-Control": "no-store"}
_CHANGE = "change"
Page = Callable[[Visit, Request], Awaitable[Response]]


def _mine(page: Page) -> Door:
    """A page for whoever is signed in; others are sent to sign in, as are those whose sign-in is too old for what they want."""

    async def inside(request: Request) -> Response:
        visit: Visit | None = request.state.visit
        if visit is not None:
            try:
                return await page(visit, request)
            except identity.NotProved:
                if wants_json(request):
                    raise
        return see(f"{_below(request)}/sign-in?next={quote(_below(request) + '/sign-in/ways')}")

    inside.__name__ = page.__name__
    return open_page(inside)


def _below(request: Request) -> str:
    """What the addresses of the face begin with: nothing for staff, the programme's for its members."""
    return f"/m/{place_of(request).preferred}" if "address" in request.path_params else ""


@_mine
async def ways_page(visit: Visit, request: Request) -> Response:
    """What there is, and what was changed just now."""
    return await _show(visit, request)


@_mine
async def change_ways(visit: Visit, request: Request) -> Response:
    """One change, named by the button that was pressed."""
    form = await request.form()
    fields = {key: value for key, value in form.items() if isinstance(value, str)}
    change = _CHANGES.get(fields.get("do", ""))
    if change is None:
        return see(f"{_below(request)}/sign-in/ways")
    try:
        return await change(visit, request, fields)
    except identity.NotProved:
        raise
    except DomainError as error:
        return await _show(visit, request, fields, error)


@_mine
async def app_page(visit: Visit, request: Request) -> Response:
    """Setting an app up: the code for its camera, and a field for what it shows."""
    identity.require_fresh(visit.session, now=face_of(request).now())
    return await _show_app(visit, request)


@_mine
async def confirm_app(visit: Visit, request: Request) -> Response:
    """The app works: ten recovery codes, once."""
    face = face_of(request)
    identity.require_fresh(visit.session, now=face.now())
    typed = await text_of(request, "code")
    try:
        async with face.rooms.db.transaction(visit.tenant_id) as tx:
            codes = await identity.confirm_totp(tx, face.rooms.vault, visit.session.subject_id, typed["code"], now=face.now())
    except identity.TicketInvalid:
        return see("/sign-in/ways")
    except DomainError as error:
        return await _show_app(visit, request, error)
    return show_recovery_codes(request, codes, "/sign-in/ways")


@_mine
async def add_options(visit: Visit, request: Request) -> Response:
    """What the browser needs to make one more passkey."""
    face = face_of(request)
    identity.require_fresh(visit.session, now=face.now())
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        existing = await identity.passkeys_of(tx, visit.session.subject_id)
        contact = (await identity.contacts_of(tx, face.rooms.vault, [visit.session.subject_id])).get(visit.session.subject_id)
    options, ticket = identity.options_to_add(
        desk_of(request),
        site_of(request),
        _realm(visit),
        tenant_id=visit.tenant_id,
        account=(contact.email or contact.name if contact else "") or visit.name,
        subject_id=visit.session.subject_id,
        existing=existing,
        now=face.now(),
    )
    return json_response({"options": options, "ticket": ticket})


@_mine
async def add_passkey(visit: Visit, request: Request) -> Response:
    """The passkey was made."""
    sent = await json_of(request)
    face = face_of(request)
    identity.require_fresh(visit.session, now=face.now())
    new = await identity.check_new(
        desk_of(request),
        site_of(request),
        str(sent.get("ticket", "")),
        sent.get("credential") or {},
        name=str(sent.get("name", "")),
        now=face.now(),
    )
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        await identity.keep_passkey(tx, face.rooms.vault, visit.session.subject_id, new)
    return went(f"{_below(request)}/sign-in/ways?done=passkey")


@_mine
async def confirm_email(visit: Visit, request: Request) -> Response:
    """The code came back: the mailbox is theirs, and their address from now on."""
    typed = await text_of(request, "ticket", "code", "email")
    face, desk, realm = face_of(request), desk_of(request), _realm(visit)
    try:
        proved = await identity.check_code(desk, realm, typed["ticket"], typed["code"], purpose=_CHANGE, now=face.now())
        if proved.content.get("subject") != str(visit.session.subject_id):
            raise identity.TicketInvalid()
        async with face.rooms.db.transaction(visit.tenant_id) as tx:
            before = (await identity.contacts_of(tx, desk.vault, [visit.session.subject_id])).get(visit.session.subject_id)
            await identity.keep_contact(
                tx,
                desk.vault,
                visit.session.subject_id,
                program_id=realm.program_id,
                email=proved.email,
                name=before.name if before else "",
                lang=before.lang if before else lang_of(request),
                verified_at=face.now(),
                now=face.now(),
            )
    except identity.SignInRefused as error:
        return await _show_code(request, typed["ticket"], typed["email"], error)
    except DomainError as error:
        return await _show(visit, request, {"do": "email"}, error)
    return see(f"{_below(request)}/sign-in/ways?done=email")


async def _set_password(visit: Visit, request: Request, typed: Mapping[str, str]) -> Response:
    face = face_of(request)
    identity.require_fresh(visit.session, now=face.now())
    hashed = await face.passwords.hash(typed.get("password", ""))
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        await identity.set_password(tx, visit.session.subject_id, hashed, now=face.now())
        await identity.end_sessions(tx, visit.session.subject_id, now=face.now(), but=visit.session_id)
    return see(f"{_below(request)}/sign-in/ways?done=password")


async def _remove_passkey(visit: Visit, request: Request, typed: Mapping[str, str]) -> Response:
    face = face_of(request)
    try:
        credential_id = base64.urlsafe_b64decode(typed.get("passkey", ""))
    except ValueError:
        credential_id = b""
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        await identity.remove_passkey(tx, face.rooms.vault, visit.session, credential_id, now=face.now())
    return see(f"{_below(request)}/sign-in/ways?done=passkey_removed")


async def _remove_app(visit: Visit, request: Request, _: Mapping[str, str]) -> Response:
    face = face_of(request)
    identity.require_fresh(visit.session, now=face.now())
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        await identity.remove_totp(tx, visit.session.subject_id, now=face.now())
    return see("/sign-in/ways?done=app_removed")


async def _new_recovery(visit: Visit, request: Request, _: Mapping[str, str]) -> Response:
    face = face_of(request)
    identity.require_fresh(visit.session, now=face.now())
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        codes = await identity.new_recovery_codes(tx, visit.session.subject_id, now=face.now())
    return show_recovery_codes(request, codes, "/sign-in/ways")


async def _end(visit: Visit, request: Request, typed: Mapping[str, str]) -> Response:
    """One session, or all the others; ending needs no fresh sign-in, since whoever does it may be in a hurry."""
    face = face_of(request)
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        if typed.get("session") == "others":
            await identity.end_sessions(tx, visit.session.subject_id, now=face.now(), but=visit.session_id)
        else:
            await identity.end_session(tx, visit.session.subject_id, _uuid(typed.get("session", "")), now=face.now())
    return see(f"{_below(request)}/sign-in/ways?done=ended")


async def _change_email(visit: Visit, request: Request, typed: Mapping[str, str]) -> Response:
    face = face_of(request)
    identity.require_fresh(visit.session, now=face.now())
    email = typed.get("email", "")
    ticket = await identity.ask_code(
        desk_of(request),
        realm_of(request),
        email,
        purpose=_CHANGE,
        name=program_name(request),
        lang=lang_of(request),
        origin=origin_of(request),
        now=face.now(),
        content={"subject": str(visit.session.subject_id)},
    )
    return await _show_code(request, ticket, email)


_CHANGES: Mapping[str, Callable[[Visit, Request, Mapping[str, str]], Awaitable[Response]]] = {
    "password": _set_password,
    "remove-passkey": _remove_passkey,
    "remove-app": _remove_app,
    "recovery": _new_recovery,
    "end": _end,
    "email": _change_email,
}


def _realm(visit: Visit) -> Realm:
    return STAFF if visit.kind == "staff" else Realm(tenant_id=visit.tenant_id, program_id=visit.session.program_id)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


async def _show(visit: Visit, request: Request, typed: Mapping[str, str] | None = None, error: DomainError | None = None) -> Response:
    face = face_of(request)
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        ways = await identity.ways_in(tx, visit.session.subject_id)
        found = await identity.contacts_of(tx, face.rooms.vault, [visit.session.subject_id])
        sessions = await identity.sessions_of(tx, visit.session.subject_id, now=face.now())
    faults = form_faults(error, lang_of(request)) if error is not None else {}
    shown: dict[str, Any] = {
        "ways": ways,
        "contact": found.get(visit.session.subject_id) or Contact(subject_id=visit.session.subject_id, program_id=visit.program_id),
        "passkeys": [(base64.urlsafe_b64encode(each.credential_id).decode(), each) for each in ways.passkeys],
        "sessions": sessions,
        "below": _below(request),
        "done": request.query_params.get("done", ""),
        "opened": (typed or {}).get("do", ""),
        "typed": typed or {},
        "faults": faults,
        "refused": faults.get("", ""),
    }
    return render(request, "sign_in/ways.html", words="sign_in", status=status_of(error), **shown)


async def _show_app(visit: Visit, request: Request, error: DomainError | None = None) -> Response:
    app = await app_of(face_of(request), visit.tenant_id, visit.session.subject_id)
    return render(
        request,
        "sign_in/app.html",
        words="sign_in",
        status=status_of(error),
        secret=app.secret,
        image=qr(app.uri),
        headers=_SECRET,
        refused=refused(request, error),
    )


async def _show_code(request: Request, ticket: str, email: str, error: DomainError | None = None) -> Response:
    return render(
        request,
        "sign_in/code.html",
        words="sign_in",
        status=status_of(error),
        ticket=ticket,
        email=email.strip(),
        next="",
        action=f"{_below(request)}/sign-in/ways/email",
        waits=waits_here(request),
        mail=await shown_mail(request, email),
        refused=refused(request, error),
        headers=_SECRET,
    )
