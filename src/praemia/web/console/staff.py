"""Staff: who works here in which roles; invited, changed, ended, and helped when every way in is lost.

Nobody gives, takes or ends what goes beyond their own role: the verbs refuse it, and the page offers only what they may give.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from praemia import access, identity
from praemia.access import STAFF_ROLES, Staff, StaffUnknown
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.identity import Invitation, Letterhead
from praemia.web import people
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.reading import Form, form_of, id_of
from praemia.web.doors import form_faults, see, staff_page
from praemia.web.face import face_of
from praemia.web.frame import lang_of
from praemia.web.sessions import Visit

Deed = Callable[[Tx, Desk, UUID, Form, Letterhead], Awaitable[Invitation | None]]


@staff_page("access:staff:read")
async def staff_list(visit: Visit, request: Request) -> Response:
    """Everybody with a role here."""
    return await _list(visit, request)


@staff_page("access:staff:write")
async def invite(visit: Visit, request: Request) -> Response:
    """Somebody new; a link goes out by mail, or is shown once where mail is not set up."""
    form = await form_of(request)

    async def work(tx: Tx, desk: Desk) -> Invitation:
        everywhere = form.text("where") == "all"
        return await identity.invite_staff(
            tx,
            desk.face.rooms.vault,
            _letterhead(desk, request),
            name=form.text("name"),
            email=form.text("email"),
            roles=form.all("role"),
            program_id=None if everywhere else desk.program.program_id,
            now=desk.now,
            granted=await _granted(tx, desk, everywhere=everywhere),
            by=visit.actor,
        )

    try:
        invited = await do(visit, request, work)
    except DomainError as refusal:
        return await _list(visit, request, refused=(refusal, form))
    return await _after(visit, request, invited, "invited")


@staff_page("access:staff:read")
async def person(visit: Visit, request: Request) -> Response:
    """One person: roles, access, and how they get in."""
    return await _person(visit, request)


@staff_page("access:staff:write")
async def change_person(visit: Visit, request: Request) -> Response:
    """What a form on the person's page asks for."""
    form = await form_of(request)
    staff_id = _staff_id(request)
    deed = _DEEDS.get(form.text("deed"))
    if deed is None:
        return await _person(visit, request)
    word, act = deed
    if form.text("deed") in _PROVED and not visit.session.is_fresh(face_of(request).now()):
        back = f"/console/{visit.address}/staff/{staff_id}?done=proved"
        return see(f"/sign-in?next={quote(back)}")

    async def work(tx: Tx, desk: Desk) -> Invitation | None:
        return await act(tx, desk, staff_id, form, _letterhead(desk, request))

    try:
        invited = await do(visit, request, work)
    except DomainError as refusal:
        return await _person(visit, request, refusal=refusal)
    if invited is not None:
        return await _after(visit, request, invited, word)
    gone = form.text("deed") == "roles" and not form.all("role")
    return go(f"/console/{visit.address}/staff" + ("" if gone else f"/{staff_id}"), done=word)


async def _roles(tx: Tx, desk: Desk, staff_id: UUID, form: Form, _: Letterhead) -> None:
    granted, program_id = await _granted(tx, desk), desk.program.program_id
    await access.give_roles(tx, staff_id, program_id=program_id, roles=form.all("role"), now=desk.now, granted=granted, by=desk.visit.actor)


async def _end(tx: Tx, desk: Desk, staff_id: UUID, form: Form, _: Letterhead) -> None:
    await people.end_access(tx, staff_id, granted=await _reach(tx, desk, staff_id), by=desk.visit.actor, now=desk.now)


async def _give_back(tx: Tx, desk: Desk, staff_id: UUID, form: Form, _: Letterhead) -> None:
    await access.enable(tx, staff_id, now=desk.now, granted=await _reach(tx, desk, staff_id), by=desk.visit.actor)


async def _again(tx: Tx, desk: Desk, staff_id: UUID, form: Form, head: Letterhead) -> Invitation:
    granted, vault = await _reach(tx, desk, staff_id), desk.face.rooms.vault
    return await identity.invite_again(tx, vault, head, staff_id, now=desk.now, granted=granted, by=desk.visit.actor)


async def _reset(tx: Tx, desk: Desk, staff_id: UUID, form: Form, head: Letterhead) -> Invitation:
    granted, vault = await _reach(tx, desk, staff_id), desk.face.rooms.vault
    return await people.reset_sign_in(tx, vault, head, staff_id, granted=granted, by=desk.visit.actor, now=desk.now)


_PROVED = frozenset({"reset"})
"""What asks whoever does it for a fresh proof of who they are: it lets somebody in anew."""
_DEEDS: dict[str, tuple[str, Deed]] = {
    "roles": ("roles_changed", _roles),
    "end": ("access_ended", _end),
    "give_back": ("access_given", _give_back),
    "again": ("invited", _again),
    "reset": ("factors_reset", _reset),
}


async def _granted(tx: Tx, desk: Desk, *, everywhere: bool = False) -> frozenset[str]:
    """What whoever sits here may give: in this programme their scopes here, for all programmes only what they may in the tenant."""
    if not everywhere:
        return desk.visit.scopes
    return access.scopes_of(await access.get_staff(tx, desk.visit.subject_id), None)


async def _reach(tx: Tx, desk: Desk, staff_id: UUID) -> frozenset[str]:
    """What counts when somebody's access as a whole is at stake."""
    return await _granted(tx, desk, everywhere=await people.works_beyond(tx, staff_id, desk.program.program_id))


async def _list(visit: Visit, request: Request, *, refused: tuple[DomainError, Form] | None = None, link: str = "") -> Response:
    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        everybody = [one for one in await access.staff_of(tx) if one.roles_in(desk.program.program_id)]
        contacts = await identity.contacts_of(tx, desk.face.rooms.vault, [one.staff_id for one in everybody])
        return {
            "rows": [
                {
                    "id": one.staff_id,
                    "name": one.name,
                    "email": contacts[one.staff_id].email if one.staff_id in contacts else "",
                    "roles": ", ".join(_role_names(desk, one.roles_in(desk.program.program_id))),
                    "state": _state(one),
                    "is_me": one.staff_id == visit.subject_id,
                }
                for one in everybody
            ],
            "roles": _may_give(desk, await _granted(tx, desk)),
            "may_everywhere": access.covers(await _granted(tx, desk, everywhere=True), "access:staff:write"),
        }

    shown = await at_desk(visit, request, read)
    ticked: tuple[str, ...] = ()
    if refused is not None:
        faults = form_faults(refused[0], lang_of(request))
        shown |= {"faults": faults, "given": refused[1].given, "problem": faults.get("", "")}
        ticked = refused[1].all("role")
    return show(request, visit, "console/staff.html", here="staff", status=422 if refused else 200, link=link, ticked=ticked, **shown)


async def _person(visit: Visit, request: Request, *, refusal: DomainError | None = None, link: str = "") -> Response:
    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        found = await access.get_staff(tx, _staff_id(request))
        if not found.roles_in(desk.program.program_id):
            raise StaffUnknown(staff=str(found.staff_id))
        contact = (await identity.contacts_of(tx, desk.face.rooms.vault, [found.staff_id])).get(found.staff_id)
        ways = await identity.ways_in(tx, found.staff_id)
        here = found.roles.get(desk.program.program_id, frozenset())
        return {
            "title": found.name,
            "crumbs": [(desk.words.menu_staff, f"{desk.root}/staff"), (found.name, "")],
            "person": found,
            "state": _state(found),
            "email": contact.email if contact else "",
            "here_roles": here,
            "everywhere": ", ".join(_role_names(desk, found.roles.get(None, frozenset()))),
            "roles": _may_give(desk, await _granted(tx, desk), with_held=here),
            "has_factor": ways.has_totp or bool(ways.passkeys),
            "is_me": found.staff_id == visit.subject_id,
        }

    shown = await at_desk(visit, request, read)
    if refusal is not None:
        faults = form_faults(refusal, lang_of(request))
        shown |= {"faults": faults, "problem": next(iter(faults.values()))}
    return show(request, visit, "console/person.html", here="staff", status=422 if refusal else 200, link=link, **shown)


async def _after(visit: Visit, request: Request, invited: Invitation, word: str) -> Response:
    """Mail takes the link; where none leaves, whoever invited hands it over, so it is shown this once."""
    if face_of(request).rooms.settings.smtp_url is not None:
        return go(f"/console/{visit.address}/staff/{invited.staff.staff_id}", done=word)
    return await _list(visit, request, link=invited.link)


def _letterhead(desk: Desk, request: Request) -> Letterhead:
    root = (desk.face.rooms.settings.public_url or str(request.base_url)).rstrip("/")
    name = desk.speech.t(desk.policies.spoken.name, desk.slug)
    return Letterhead(name=name, lang=desk.lang, link_of=lambda token: f"{root}/invitation/{token}")


def _may_give(desk: Desk, granted: frozenset[str], *, with_held: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    """(role, name, what it may) of every role within reach, and of those somebody has already."""
    return [
        (role, desk.words[f"role_{role}"], desk.words[f"role_{role}_note"])
        for role in STAFF_ROLES
        if access.may_give(granted, role) or role in with_held
    ]


def _role_names(desk: Desk, roles: frozenset[str]) -> list[str]:
    return [desk.words.get(f"role_{role}", role) for role in STAFF_ROLES if role in roles]


def _state(person: Staff) -> str:
    return "disabled" if person.disabled_at else "active" if person.joined_at else "invited"


def _staff_id(request: Request) -> UUID:
    text = str(request.path_params["staff"])
    found = id_of(text)
    if found is None:
        raise StaffUnknown(staff=text)
    return found
