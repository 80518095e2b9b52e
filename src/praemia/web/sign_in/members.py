"""Members sign in and join, below their programme's address: by passkey, by a code to their mailbox, or by password.

Nobody learns from these pages whether an address belongs to a member: asking for a code looks the same either way, and who turns out
to be new is asked whether to join once the mailbox is proved.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from praemia import identity
from praemia.foundation.errors import DomainError
from praemia.identity import Proved
from praemia.web.doors import form_faults, open_page, place_of, see
from praemia.web.face import face_of
from praemia.web.frame import lang_of, render
from praemia.web.outcomes import json_response
from praemia.web.sessions import Visit, origin_of
from praemia.web.sign_in.asking import (
    desk_of,
    json_of,
    let_in,
    next_of,
    program_name,
    realm_of,
    refused,
    site_of,
    status_of,
    text_of,
)
from praemia.web.sign_in.consenting import asked_of, spelled
from praemia.web.sign_in.joining import Joining, check, join
from praemia.web.sign_in.mailbox import shown_mail, waits_here

_ENTER = "enter"
_SECRET = {"Cache-Control": "no-store"}


def _home(request: Request) -> str:
    return f"/m/{place_of(request).preferred}/"


@open_page
async def member_sign_in(request: Request) -> Response:
    """The form; who has just signed in goes on."""
    going_to = next_of(request.query_params.get("next"), _home(request))
    visit: Visit | None = request.state.visit
    if visit is not None and visit.session.is_fresh(face_of(request).now()):
        return see(going_to)
    return await _show(request, "sign_in", {"next": going_to, "email": ""})


@open_page
async def member_signs_in(request: Request) -> Response:
    """By password at once, else a code is sent."""
    typed = await text_of(request, "email", "password", "how", "next")
    typed["next"] = next_of(typed["next"], _home(request))
    face, desk = face_of(request), desk_of(request)
    try:
        if typed["how"] != "password":
            return await _send_code(request, Joining(), typed["email"], typed["next"])
        entrant = await identity.by_password(
            desk, realm_of(request), typed["email"], typed["password"], origin=origin_of(request), now=face.now()
        )
    except DomainError as error:
        return await _show(request, "sign_in", typed, error)
    return await let_in(request, entrant, typed["next"])


@open_page
async def member_join(request: Request) -> Response:
    """The form to join; a poster or a card's paper may have filled in the card."""
    if request.state.visit is not None:
        return see(_home(request))
    asked = request.query_params
    typed = {"email": "", "name": "", "card": asked.get("card", ""), "claim": asked.get("code", "")}
    return await _show(request, "join", {"next": _home(request), **typed})


@open_page
async def member_joins(request: Request) -> Response:
    """A code is sent to the mailbox; joining happens when it comes back."""
    typed = await text_of(request, "name", "email", "password", "card", "claim")
    typed["given"] = await _ticked(request)
    typed["next"] = _home(request)
    desk = desk_of(request)
    try:
        hashed = await desk.passwords.hash(typed["password"]) if typed["password"] else None
        joining = Joining(name=typed["name"], hashed=hashed, card=typed["card"].strip(), claim=typed["claim"], given=typed["given"])
        await check(request, joining)
        return await _send_code(request, joining, typed["email"], typed["next"], joins=True)
    except DomainError as error:
        return await _show(request, "join", typed, error)


@open_page
async def member_code(request: Request) -> Response:
    """The code came back: in, or joined, or asked whether to join."""
    typed = await text_of(request, "ticket", "code", "email", "next")
    typed["next"] = next_of(typed["next"], _home(request))
    face, desk, realm = face_of(request), desk_of(request), realm_of(request)
    try:
        proved = await identity.check_code(desk, realm, typed["ticket"], typed["code"], purpose=_ENTER, now=face.now())
        if proved.subject_id is not None:
            return await let_in(request, await identity.by_code(desk, realm, proved), typed["next"])
        if proved.content.get("joins"):
            return await let_in(request, await join(request, _joining(proved)), typed["next"])
    except identity.TicketInvalid as error:
        return await _show(request, "sign_in", {"next": typed["next"], "email": typed["email"]}, error)
    except DomainError as error:
        return await _show_code(request, typed["ticket"], typed["email"], typed["next"], error)
    ticket = identity.keep_proof(desk, realm, proved, now=face.now())
    return render(
        request,
        "sign_in/confirm_join.html",
        words="sign_in",
        ticket=ticket,
        email=proved.email,
        asked=await asked_of(request),
        headers=_SECRET,
    )


@open_page
async def member_confirms(request: Request) -> Response:
    """Who asked for a code and is new does join."""
    typed = await text_of(request, "ticket", "name")
    face, desk = face_of(request), desk_of(request)
    try:
        proved = await identity.read_proof(desk, realm_of(request), typed["ticket"], now=face.now())
        entrant = await join(request, Joining(name=typed["name"], email=proved.email, given=await _ticked(request)))
    except DomainError as error:
        return await _show(request, "join", {"next": _home(request), "email": "", "name": typed["name"], "card": "", "claim": ""}, error)
    return await let_in(request, entrant, _home(request))


@open_page
async def member_by_passkey(request: Request) -> Response:
    """Sign in by passkey."""
    sent = await json_of(request)
    entrant = await identity.by_passkey(
        desk_of(request),
        realm_of(request),
        site_of(request),
        str(sent.get("ticket", "")),
        sent.get("credential") or {},
        origin=origin_of(request),
        now=face_of(request).now(),
    )
    return await let_in(request, entrant, next_of(sent.get("next"), _home(request)), script=True)


@open_page
async def join_options(request: Request) -> Response:
    """What the browser needs to make a passkey for somebody who joins. What they typed is looked at first."""
    sent = await json_of(request)
    ticked = sent.get("given")
    joining = Joining(
        name=str(sent.get("name", "")),
        card=str(sent.get("card", "")).strip(),
        claim=str(sent.get("claim", "")),
        given=spelled(ticked) if isinstance(ticked, list) else "",
    )
    await check(request, joining)
    site, realm = site_of(request), realm_of(request)
    options, ticket = identity.options_to_add(
        desk_of(request),
        site,
        realm,
        tenant_id=place_of(request).tenant_id,
        account=joining.name.strip()[:60] or site.name,
        subject_id=None,
        content=joining.kept,
        now=face_of(request).now(),
    )
    return json_response({"options": options, "ticket": ticket})


@open_page
async def join_by_passkey(request: Request) -> Response:
    """The passkey was made: its holder is a member."""
    sent = await json_of(request)
    face = face_of(request)
    new = await identity.check_new(
        desk_of(request), site_of(request), str(sent.get("ticket", "")), sent.get("credential") or {}, name="", now=face.now()
    )
    kept = new.content
    joining = Joining(name=kept["name"], card=kept["card"], claim=kept["claim"], given=kept["given"], passkey=new)
    return await let_in(request, await join(request, joining), _home(request), script=True)


def _joining(proved: Proved) -> Joining:
    kept = proved.content
    return Joining(
        name=kept["name"], email=proved.email, hashed=kept["hashed"], card=kept["card"], claim=kept["claim"], given=kept["given"]
    )


async def _ticked(request: Request) -> str:
    """The ticked boxes of consent, apart by blanks."""
    return spelled((await request.form()).getlist("given"))


async def _send_code(request: Request, joining: Joining, email: str, going_to: str, *, joins: bool = False) -> Response:
    face = face_of(request)
    ticket = await identity.ask_code(
        desk_of(request),
        realm_of(request),
        email,
        purpose=_ENTER,
        name=program_name(request),
        lang=lang_of(request),
        origin=origin_of(request),
        now=face.now(),
        content={**joining.kept, "joins": joins},
    )
    return await _show_code(request, ticket, email, going_to)


async def _show_code(request: Request, ticket: str, email: str, going_to: str, error: DomainError | None = None) -> Response:
    return render(
        request,
        "sign_in/code.html",
        words="sign_in",
        status=status_of(error),
        ticket=ticket,
        email=email.strip(),
        next=going_to,
        action=f"/m/{place_of(request).preferred}/sign-in/code",
        waits=waits_here(request),
        mail=await shown_mail(request, email),
        refused=refused(request, error),
        headers=_SECRET,
    )


async def _show(request: Request, page: str, typed: dict[str, str], error: DomainError | None = None) -> Response:
    """A form again, with what was typed (but the password) and what was refused, beside its field where it has one."""
    faults = form_faults(error, lang_of(request)) if error is not None else {}
    asked = await asked_of(request) if page == "join" else None
    return render(
        request,
        f"sign_in/member_{page}.html",
        words="sign_in",
        status=status_of(error),
        typed={key: text for key, text in typed.items() if key != "password"},
        faults=faults,
        refused=faults.get("", ""),
        next=typed["next"],
        asked=asked,
    )
