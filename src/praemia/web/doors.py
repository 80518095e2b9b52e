"""Who may open a page, and how pages are declared: routes as data, so that tests can walk every page and every permission.

Three kinds of door: `open_page` for everybody, `member_page`, and `staff_page` with a permission. Each finds the programme of the address
first, then who asks. A post from another site is refused at every door. A refusal inside a page becomes a page, never a bare problem;
a script that asks for JSON gets the problem.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from praemia import access
from praemia.access import PermissionMissing
from praemia.addresses import Addressed, find_addressed
from praemia.foundation.errors import DomainError, InvalidInput
from praemia.web.brand import brand_of
from praemia.web.errors import SignInRequired, meaning_of
from praemia.web.face import face_of
from praemia.web.middleware import instance_of
from praemia.web.problems import problem_of, problem_response
from praemia.web.refusals import message_of, show_failure, show_refusal, wants_json
from praemia.web.sessions import Visit, visit_of

Kind = Literal["open", "member", "staff"]
Serve = Callable[[Request], Awaitable[Response]]
SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Door:
    """A page behind its door: what a route serves."""

    kind: Kind
    permission: str | None
    serve: Serve
    name: str

    async def __call__(self, request: Request) -> Response:
        return await self.serve(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoute:
    """A page of a face: where it is, what it takes, and who may open it (`page.kind`, `page.permission`)."""

    path: str
    page: Door
    methods: Sequence[str] = ("GET",)

    @property
    def permission(self) -> str | None:
        """What a member of staff needs to open it."""
        return self.page.permission

    def route(self) -> Route:
        """The route that serves it."""
        return Route(self.path, self.page.serve, methods=list(self.methods), name=self.page.name)


def open_page(page: Callable[[Request], Awaitable[Response]]) -> Door:
    """A page for everybody. Whoever is signed in is known all the same (`request.state.visit`)."""

    async def inside(request: Request, _: Visit | None) -> Response:
        return await page(request)

    return _door("open", None, inside, page.__name__)


def member_page(page: Callable[[Visit, Request], Awaitable[Response]]) -> Door:
    """A page for members of the programme in the address; others are sent to sign in there."""

    async def inside(request: Request, visit: Visit | None) -> Response:
        place = place_of(request)
        if visit is None or visit.kind != "member" or (visit.tenant_id, visit.program_id) != (place.tenant_id, place.program_id):
            return _to_sign_in(request, f"/m/{place.preferred}/sign-in")
        return await page(visit, request)

    return _door("member", None, inside, page.__name__)


def staff_page(permission: str) -> Callable[[Callable[[Visit, Request], Awaitable[Response]]], Door]:
    """A page for staff whose role in the programme includes the permission (`room:noun:verb`); others see that it is not for them."""

    def behind(page: Callable[[Visit, Request], Awaitable[Response]]) -> Door:
        async def inside(request: Request, visit: Visit | None) -> Response:
            if visit is None or visit.kind != "staff":
                return _to_sign_in(request, "/sign-in")
            place = getattr(request.state, "place", None)
            if place is not None and visit.tenant_id != place.tenant_id:
                raise HTTPException(404)  # another operator's programme: not even that it exists
            if not access.covers(visit.scopes, permission):
                return _forbidden(request, visit, permission)
            return await page(visit, request)

        return _door("staff", permission, inside, page.__name__)

    return behind


def place_of(request: Request) -> Addressed:
    """The programme of the address in the path."""
    place: Addressed = request.state.place
    return place


def form_faults(error: DomainError, lang: str = "en", fields: Mapping[str, str] | None = None) -> dict[str, str]:
    """The faults of a refusal by the field they belong to, in the reader's language; "" holds what belongs to no field.

    A field is the last name in the fault's path, unless `fields` says otherwise: {"/lines/0/sku": "sku"}.
    """
    if not isinstance(error, InvalidInput):
        return {"": message_of(error, lang)}
    found: dict[str, str] = {}
    for fault in error.faults:
        names = [part for part in fault.path.split("/") if part and not part.isdigit()]
        name = (fields or {}).get(fault.path) or (names[-1] if names else "")
        found.setdefault(name, message_of(fault, lang))
    return found


def see(path: str) -> RedirectResponse:
    """Go on to another page after a post: loading it again repeats nothing."""
    return RedirectResponse(path, status_code=303)


def local_path(text: str | None, otherwise: str) -> str:
    """A path of ours out of a form or a query, or the other one: nobody is led away by a link."""
    parts = urlsplit(text or "")
    plain = bool(text) and not parts.scheme and not parts.netloc and "\\" not in str(text) and str(text).isprintable()
    return str(text) if plain and str(text).startswith("/") and not str(text).startswith("//") else otherwise


def is_from_here(request: Request) -> bool:
    """Whether a request comes from a page of ours: the browser says so (Sec-Fetch-Site), or the origin is our own host.

    Browsers leave Sec-Fetch-Site out on plain HTTP beside localhost; they always name the origin of a post.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _door(kind: Kind, permission: str | None, inside: Callable[[Request, Visit | None], Awaitable[Response]], name: str) -> Door:
    async def serve(request: Request) -> Response:
        if request.method not in SAFE_METHODS and not is_from_here(request):
            return show_failure(request, 403, "foreign")
        visit = None
        try:
            moved = await _find_place(request)
            if moved is not None:
                return moved
            visit = request.state.visit = await visit_of(request)
            return await inside(request, visit)
        except DomainError as error:
            if wants_json(request):
                return problem_response(problem_of(error, instance=instance_of(request.scope)))
            return show_refusal(request, error, meaning_of(error.code).status)

    return Door(kind=kind, permission=permission, serve=serve, name=name)


async def _find_place(request: Request) -> Response | None:
    """Put the programme of the address and its brand into the state. An older address of it answers with the newer one."""
    address: Any = request.path_params.get("address")
    if address is None:
        return None
    face = face_of(request)
    place = await find_addressed(face.rooms.db, address)
    if place is None:
        raise HTTPException(404)
    if place.preferred != address and request.method in SAFE_METHODS:
        path = request.url.path.replace(f"/{address}", f"/{place.preferred}", 1)
        return RedirectResponse(path + (f"?{request.url.query}" if request.url.query else ""), status_code=308)
    request.state.place = place
    async with face.rooms.db.transaction(place.tenant_id) as tx:
        request.state.brand = await brand_of(tx, place, now=face.now())
    return None


def _to_sign_in(request: Request, where: str) -> Response:
    """To the sign-in page, and back here afterwards; a script learns that it has to."""
    if wants_json(request):
        raise SignInRequired()
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = here if request.method in SAFE_METHODS else local_path(urlsplit(request.headers.get("referer", "")).path, "/")
    return see(f"{where}?next={quote(back)}")


def _forbidden(request: Request, visit: Visit, permission: str) -> Response:
    if wants_json(request):
        refused = PermissionMissing(key_name=visit.name, permission=permission)
        return problem_response(problem_of(refused, instance=instance_of(request.scope)))
    return show_failure(request, 403, "forbidden")
