"""The second factor of staff: asked for when there is one, offered (or wanted) when there is none. Until then there is no session.

Between the steps the browser holds a sealed ticket in the form; reloading, or going back, begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from praemia import identity
from praemia.foundation.errors import DomainError
from praemia.identity import Entrant, Means
from praemia.web.barcodes import qr
from praemia.web.doors import open_page, see
from praemia.web.face import Face, face_of
from praemia.web.frame import render
from praemia.web.sessions import sign_in
from praemia.web.sign_in.asking import begin, desk_of, let_in, next_of, refused, status_of, text_of

_SECRET = {"Cache-Control": "no-store"}


async def after_password(request: Request, entrant: Entrant, going_to: str) -> Response:
    """Where a right password leads: in, to the second factor, or to setting one up."""
    face, desk = face_of(request), desk_of(request)
    if entrant.needs_factor:
        return _ask(request, identity.half_proved(desk, entrant, now=face.now()), going_to)
    async with face.rooms.db.transaction(entrant.tenant_id) as tx:
        policy = await identity.factor_policy(tx, entrant, face.rooms.settings.second_factor)
    if policy == "none":
        return await let_in(request, entrant, going_to)
    return await _offer(request, identity.half_proved(desk, entrant, now=face.now()), entrant, going_to, may_skip=policy == "ask")


@open_page
async def second_factor_page(request: Request) -> Response:
    """A one-time password, or a recovery code."""
    typed = await text_of(request, "ticket", "code", "next")
    going_to = next_of(typed["next"], "/sign-in/where")
    try:
        entrant = await identity.second_factor(desk_of(request), typed["ticket"], typed["code"], now=face_of(request).now())
    except identity.TicketInvalid:
        return see("/sign-in")
    except DomainError as error:
        return _ask(request, typed["ticket"], going_to, error)
    return await let_in(request, entrant, going_to)


@open_page
async def set_up_page(request: Request) -> Response:
    """An app was set up, or (where that may be) put off, after the password was right."""
    typed = await text_of(request, "ticket", "code", "next", "skip")
    going_to = next_of(typed["next"], "/sign-in/where")
    face, desk, now = face_of(request), desk_of(request), face_of(request).now()
    try:
        half = identity.read_half(desk, typed["ticket"], now=now)
    except identity.TicketInvalid:
        return see("/sign-in")
    async with face.rooms.db.transaction(half.tenant_id) as tx:
        policy = await identity.factor_policy(tx, half, face.rooms.settings.second_factor)
    if typed["skip"] and policy == "none":
        return see("/sign-in")  # put off before, or an app is asked for: this ticket skips nothing
    if typed["skip"] and policy == "ask":
        await identity.use_half(desk, typed["ticket"], now=now)
        async with face.rooms.db.transaction(half.tenant_id) as tx:
            await identity.put_factor_off(tx, half.subject_id, now=now)
        return await let_in(request, half, going_to)
    try:
        async with face.rooms.db.transaction(half.tenant_id) as tx:
            codes = await identity.confirm_totp(tx, desk.vault, half.subject_id, typed["code"], now=now)
    except identity.TicketInvalid:
        return see("/sign-in")
    except DomainError as error:
        return await _offer(request, typed["ticket"], half, going_to, may_skip=policy == "ask", error=error)
    await identity.use_half(desk, typed["ticket"], now=now)
    strong = Entrant(kind=half.kind, tenant_id=half.tenant_id, program_id=None, subject_id=half.subject_id, means=Means.TOTP)
    async with face.rooms.db.transaction(half.tenant_id) as tx:
        begun = await begin(tx, request, face, strong, request.state.visit)
    return sign_in(request, show_recovery_codes(request, codes, going_to), begun)


def show_recovery_codes(request: Request, codes: Sequence[str], going_to: str) -> Response:
    """Ten codes for a drawer, shown once."""
    return render(request, "sign_in/recovery.html", words="sign_in", codes=codes, next=going_to, headers=_SECRET)


async def app_of(face: Face, tenant_id: int, subject_id: UUID) -> identity.NewAuthenticator:
    """The secret that waits for its first code: the one begun before, or a new one. Raises TicketInvalid when an app counts already."""
    async with face.rooms.db.transaction(tenant_id) as tx:
        contact = (await identity.contacts_of(tx, face.rooms.vault, [subject_id])).get(subject_id)
        account = contact.email if contact is not None and contact.email else "Praemia"
        pending = await identity.pending_totp(tx, face.rooms.vault, subject_id, account=account, issuer="Praemia")
        return pending or await identity.begin_totp(tx, face.rooms.vault, subject_id, account=account, issuer="Praemia", now=face.now())


def _ask(request: Request, ticket: str, going_to: str, error: DomainError | None = None) -> Response:
    return render(
        request,
        "sign_in/second.html",
        words="sign_in",
        status=status_of(error),
        ticket=ticket,
        next=going_to,
        headers=_SECRET,
        refused=refused(request, error),
    )


async def _offer(
    request: Request, ticket: str, entrant: Entrant, going_to: str, *, may_skip: bool, error: DomainError | None = None
) -> Response:
    app = await app_of(face_of(request), entrant.tenant_id, entrant.subject_id)
    return render(
        request,
        "sign_in/offer.html",
        words="sign_in",
        status=status_of(error),
        ticket=ticket,
        next=going_to,
        may_skip=may_skip,
        secret=app.secret,
        image=qr(app.uri),
        headers=_SECRET,
        refused=refused(request, error),
    )
