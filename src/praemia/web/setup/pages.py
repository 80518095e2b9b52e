"""The steps of the first run. The first one is open to whoever has the token that the server prints while there is no owner; the others
are for the owner it made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import access, addresses, identity, programs
from praemia.access import Actor, TenantUnknown
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.identity import Kind, Means
from praemia.programs import Mode, ProgramUnknown
from praemia.web.console.reading import Form, form_of
from praemia.web.doors import form_faults, open_page, see, staff_page
from praemia.web.face import Face, face_of
from praemia.web.frame import lang_of, render
from praemia.web.sessions import Visit, device_of, origin_of, sign_in
from praemia.web.setup.templates import Template, Wish, made_of, slug_of, templates
from praemia.web.words import words_of

_COLOUR = "#9a3f12"
_ZONES = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/London", "Europe/Paris", "America/New_York", "UTC")
_CURRENCIES = ("EUR", "CHF", "GBP", "USD", "DKK", "PLN", "CZK")


@open_page
async def owner_form(request: Request) -> Response:
    """Step one: who owns this installation. Gone as soon as somebody does."""
    await _require_empty(request)
    return _owner_page(request, {"token": request.query_params.get("token", "")})


@open_page
async def make_owner(request: Request) -> Response:
    """The owner, signed in at once. The token works until there is one, and only from the right people."""
    await _require_empty(request)
    face, form = face_of(request), await form_of(request)
    tenant = face.rooms.settings.tenant
    try:
        if not identity.is_setup_token(face.rooms.vault, tenant, form.text("token")):
            raise InvalidInput([Fault(path="/token", code="setup_token", message=words_of("public", lang_of(request)).setup_wrong_token)])
        hashed = await face.passwords.hash(form.text("password"))
        tenant_id = await access.create_tenant(face.rooms.db, tenant, form.text("shop") or tenant, at=face.now())

        async def work(tx: Tx) -> identity.Begun:
            owner = await identity.found_owner(
                tx,
                face.rooms.vault,
                name=form.text("name"),
                email=form.text("email"),
                hashed=hashed,
                now=face.now(),
                lang=lang_of(request),
                by=Actor(name="setup", origin=origin_of(request)),
                only_first=True,
            )
            return await identity.begin_session(
                tx, Kind.STAFF, owner.staff_id, program_id=None, means=Means.SETUP, device=device_of(request), now=face.now()
            )

        begun = await face.rooms.db.run(tenant_id, work)
    except DomainError as refusal:
        return _owner_page(request, form.given, form_faults(refusal, lang_of(request)))
    return sign_in(request, see("/setup/programme"), begun)


@staff_page("programs:program:write")
async def program_form(_: Visit, request: Request) -> Response:
    """Step two: what to begin with, and how it is called."""
    return _program_page(request, {})


@staff_page("programs:program:write")
async def make_program(visit: Visit, request: Request) -> Response:
    """The programme of the template, live, under an address of its own."""
    face, form = face_of(request), await form_of(request)
    try:
        template, wish = _wish(form, request)

        async def work(tx: Tx) -> str:
            slug = await _free_slug(tx, slug_of(wish.name))
            applied = await programs.apply(
                tx, made_of(template, wish, slug), at=face.now(), by=visit.name, note=f"begun with {template.key}", mode=Mode.LIVE
            )
            made = applied.version
            await access.note(
                tx, visit.actor, "programs.program.applied", made.program, at=face.now(), program_id=made.program_id, **applied.deed
            )
            return await addresses.address_of(tx, made.program_id)

        address = await face.rooms.db.run(visit.tenant_id, work)
    except DomainError as refusal:
        return _program_page(request, form.given, form_faults(refusal, lang_of(request)))
    return see(f"/setup/{address}/first")


async def is_empty(face: Face) -> bool:
    """Whether nobody owns this installation yet; a demonstration belongs to itself."""
    if face.rooms.demo is not None:
        return False
    try:
        tenant_id = await access.tenant_of(face.rooms.db, face.rooms.settings.tenant)
    except TenantUnknown:
        return True
    async with face.rooms.db.transaction(tenant_id) as tx:
        return not await access.has_owner(tx)


async def _require_empty(request: Request) -> None:
    if not await is_empty(face_of(request)):
        raise HTTPException(404)


async def _free_slug(tx: Tx, wanted: str) -> str:
    for number in range(1, 100):
        slug = wanted if number == 1 else f"{wanted}-{number}"
        try:
            await programs.get_program(tx, slug)
        except ProgramUnknown:
            return slug
    raise InvalidInput([Fault(path="/name", code="taken", message="There are too many programmes of that name.")])


def _wish(form: Form, request: Request) -> tuple[Template, Wish]:
    words = words_of("public", lang_of(request))
    template = templates().get(form.text("template"))
    faults = []
    if template is None:
        faults.append(Fault(path="/template", code="missing", message=words.setup_choose))
    if not form.text("name"):
        faults.append(Fault(path="/name", code="missing", message=words.setup_need_name))
    if form.text("timezone") not in available_timezones():
        faults.append(Fault(path="/timezone", code="timezone", message=words.setup_zone))
    if faults or template is None:
        raise InvalidInput(faults)
    wish = Wish(
        template=template.key,
        name=form.text("name"),
        colour=form.text("colour") or _COLOUR,
        timezone=form.text("timezone"),
        currency=form.text("currency"),
    )
    return template, wish


def _owner_page(request: Request, given: Mapping[str, str], faults: Mapping[str, str] | None = None) -> Response:
    return render(
        request,
        "setup/owner.html",
        words="public",
        status=422 if faults else 200,
        given=given,
        faults=dict(faults or {}),
        step=1,
    )


def _program_page(request: Request, given: Mapping[str, str], faults: Mapping[str, str] | None = None) -> Response:
    lang = lang_of(request)
    shown: list[dict[str, Any]] = [
        {"key": key, "lines": [line for section in guide.sections if section.key in ("earn", "bonus") for line in section.lines][:3]}
        for key, guide in ((key, programs.guide_of(one.file, lang, face_of(request).now().date())) for key, one in templates().items())
    ]
    defaults = {"template": "customer-shop", "colour": _COLOUR, "timezone": "Europe/Berlin", "currency": "EUR", "name": ""}
    return render(
        request,
        "setup/programme.html",
        words="public",
        status=422 if faults else 200,
        templates=shown,
        given={**defaults, **given},
        faults=dict(faults or {}),
        zones=_ZONES,
        currencies=[(code, code) for code in _CURRENCIES],
        step=2,
    )
