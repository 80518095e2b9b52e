"""Who opened a page: the visit of a request, found by the cookie of its browser.

Staff have one cookie for everything; members one per programme, so that nobody loses the one by opening the other. The scopes of a
visit are those of the programme in the path, looked up at every request: a role that was taken away is gone at the next click.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypedDict
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from praemia import access, addresses, identity, members
from praemia.access import Actor
from praemia.addresses import Addressed
from praemia.foundation.db import Tx
from praemia.identity import Begun, Kind, Session
from praemia.web.face import Face, face_of

_STAFF_COOKIE = "praemia_session"
_TENANT_FACES = {"console": "access:console:open", "till": "access:till:open"}
"""Faces that want a permission of their own, whatever the page needs: a cashier's session opens no page of the console."""


class _Kept(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: Literal["lax"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody at a page. `program`, `program_id` and `address` are None on pages of no programme; `scopes` are then the tenant's.

    `kind` is staff or member; `subject_id` the staff member's or the member's id (of the membership that took over, after a merge; who
    signs in is `session.subject_id`); `lang` the language of the account, if it names one.
    """

    kind: Literal["staff", "member"]
    tenant_id: int
    program: str | None
    program_id: int | None
    address: str | None
    subject_id: UUID
    name: str
    scopes: frozenset[str]
    actor: Actor
    lang: str | None
    session_id: UUID
    session: Session

    @property
    def reference(self) -> str:
        """What the operator calls the member; of staff the name. It is what the audit log shows."""
        return self.actor.name


async def visit_of(request: Request, kind: Literal["staff", "member"] | None = None) -> Visit | None:
    """Who opened this page; None when nobody is signed in who has to do with it.

    Below /m/ members are looked for, elsewhere staff; `kind` says otherwise. Staff of another tenant, or without a role in the
    programme of the path, are answered with no scopes: they are somebody, and may nothing.
    """
    face = face_of(request)
    wanted = kind or ("member" if request.url.path.startswith("/m/") else "staff")
    address = request.path_params.get("address")
    place: Addressed | None = getattr(request.state, "place", None)  # found by the door already
    if place is None and address is not None:
        place = await addresses.find_addressed(face.rooms.db, address)
    if wanted == "member" and place is None:
        return None
    name = _STAFF_COOKIE if place is None or wanted == "staff" else member_cookie(place.tenant_id, place.program_id)
    token = request.cookies.get(_spelled(request, name))
    read = access.read_token(token) if token else None
    if token is None or read is None:
        return None
    async with face.rooms.db.transaction(read[0]) as tx:
        session = await identity.open_session(tx, token, now=face.now())
        if session is None or session.kind.value != wanted:
            return None
        if session.kind is Kind.STAFF:
            return await _staff(tx, face, request, session, place)
        return await _member(tx, face, request, session, place)


async def _staff(tx: Tx, face: Face, request: Request, session: Session, place: Addressed | None) -> Visit | None:
    person = await access.find_staff(tx, session.subject_id)
    if person is None or not person.is_active:
        return None
    here = place if place is not None and place.tenant_id == tx.tenant_id else None
    scopes = access.scopes_of(person, here.program_id if here else None)
    face_name = request.url.path.split("/")[1]
    needed = _TENANT_FACES.get(face_name)
    if (place is not None and here is None) or (needed is not None and not access.covers(scopes, needed)):
        scopes = frozenset()
    contact = (await identity.contacts_of(tx, face.rooms.vault, [person.staff_id])).get(person.staff_id)
    return Visit(
        kind="staff",
        tenant_id=tx.tenant_id,
        program=here.slug if here else None,
        program_id=here.program_id if here else None,
        address=here.preferred if here else None,
        subject_id=person.staff_id,
        name=person.name,
        scopes=scopes,
        actor=Actor(name=person.name, origin=origin_of(request), staff_id=person.staff_id),
        lang=contact.lang if contact else None,
        session_id=session.session_id,
        session=session,
    )


async def _member(tx: Tx, face: Face, request: Request, session: Session, place: Addressed | None) -> Visit | None:
    if place is None or place.tenant_id != tx.tenant_id or place.program_id != session.program_id:
        return None
    member = await members.find_by_id(tx, session.subject_id)
    if member is None or member.status != "active":
        return None
    found = await identity.contacts_of(tx, face.rooms.vault, [session.subject_id])
    contact = found.get(session.subject_id)
    return Visit(
        kind="member",
        tenant_id=tx.tenant_id,
        program=place.slug,
        program_id=place.program_id,
        address=place.preferred,
        subject_id=member.member_id,
        name=(contact.name if contact else "") or member.reference,
        scopes=frozenset(),
        actor=Actor(name=member.reference, origin=origin_of(request), member_id=member.member_id),
        lang=contact.lang if contact else None,
        session_id=session.session_id,
        session=session,
    )


def origin_of(request: Request) -> str:
    """The address the request came from."""
    return request.client.host if request.client else ""


def device_of(request: Request) -> str:
    """What the browser calls itself, for the list of sessions."""
    return request.headers.get("user-agent", "")


def member_cookie(tenant_id: int, program_id: int) -> str:
    """The name of the cookie of a programme's members, without its prefix."""
    return f"praemia_member_{tenant_id}_{program_id}"


def sign_in(request: Request, response: Response, begun: Begun) -> Response:
    """Give the browser its token."""
    lasts = begun.session.expires_at - begun.session.made_at
    response.set_cookie(_cookie_of(request, begun), begun.token, max_age=lasts // timedelta(seconds=1), **_kept(request))
    return response


def sign_out(request: Request, response: Response, visit: Visit) -> Response:
    """Take the token out of the browser."""
    name = _STAFF_COOKIE if visit.kind == "staff" else member_cookie(visit.tenant_id, visit.session.program_id or 0)
    response.delete_cookie(_spelled(request, name), **_kept(request))
    return response


def _cookie_of(request: Request, begun: Begun) -> str:
    read = access.read_token(begun.token)
    assert read is not None
    member = begun.session.kind is Kind.MEMBER
    return _spelled(request, member_cookie(read[0], begun.session.program_id or 0) if member else _STAFF_COOKIE)


def _spelled(request: Request, name: str) -> str:
    """Over TLS the prefix keeps a cookie to this host, to TLS and to the whole path (RFC 6265bis, 4.1.3)."""
    return f"__Host-{name}" if request.url.scheme == "https" else name


def _kept(request: Request) -> _Kept:
    return {"path": "/", "secure": request.url.scheme == "https", "httponly": True, "samesite": "lax"}
