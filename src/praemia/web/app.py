"""The app factory: routes, layers, and how refusals become problems. Nothing happens at import time and nothing is global."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp

from praemia.foundation.errors import DomainError
from praemia.web import faces, pages
from praemia.web.api import (
    appearance,
    batches,
    belonging,
    cards,
    checkout,
    coupons,
    events,
    insight,
    keys,
    locations,
    lots,
    members,
    oversight,
    papers,
    programs,
    purchases,
    redemptions,
    returns,
    rewards,
    sharing,
    staff,
    tiers,
    tills,
)
from praemia.web.errors import meaning_of
from praemia.web.face import Rooms, open_face, wall_clock
from praemia.web.front import Front
from praemia.web.middleware import BodyLimit, Envelope, Net, instance_of
from praemia.web.operations import routes
from praemia.web.problems import problem, problem_of, problem_response
from praemia.web.refusals import is_page, show_failure, show_refusal

# A thousand commands of a thousand lines would be more, but nobody's basket is: 8 MiB hold a thousand of fifty lines.
BODY_LIMIT_BYTES = 8 * 1024 * 1024

# What is read below a member comes before the member: a reference may hold slashes.
OPERATIONS = (
    *appearance.OPERATIONS,
    *programs.OPERATIONS,
    *lots.OPERATIONS,
    *rewards.OPERATIONS,
    *redemptions.OPERATIONS,
    *tiers.OPERATIONS,
    *oversight.OPERATIONS,
    *cards.OPERATIONS,
    *belonging.OPERATIONS,
    *sharing.OPERATIONS,
    *insight.OPERATIONS,
    *members.OPERATIONS,
    *purchases.OPERATIONS,
    *checkout.OPERATIONS,
    *papers.OPERATIONS,
    *coupons.OPERATIONS,
    *returns.OPERATIONS,
    *tills.OPERATIONS,
    *batches.OPERATIONS,
    *events.OPERATIONS,
    *locations.OPERATIONS,
    *staff.OPERATIONS,
    *keys.OPERATIONS,
)

_OF_STATUS = {404: "web.not_found", 405: "web.method_not_allowed", 406: "web.not_acceptable", 413: "web.body_too_large"}
# Failures that people see as pages; a program that asks gets the problem.
_PAGES = {403: "forbidden", 404: "not_found"}


def create_app(
    rooms: Rooms,
    *,
    now: Callable[[], datetime] = wall_clock,
    hot_routes: bool = True,
    body_limit_bytes: int = BODY_LIMIT_BYTES,
) -> Starlette:
    """The web face of a process. `hot_routes` off serves every operation through the framework: for the test that both agree."""
    face = open_face(rooms, now=now)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await face.intake.drain()
        await face.redemptions.drain()

    class Site(Starlette):
        """Starlette behind the short way in."""

        def build_middleware_stack(self) -> ASGIApp:
            hot = [operation for operation in OPERATIONS if operation.hot and hot_routes]
            front = Front(super().build_middleware_stack(), hot)
            return Envelope(BodyLimit(front, limit_bytes=body_limit_bytes))

    app = Site(routes=[*routes(OPERATIONS), *faces.routes(), *pages.routes(OPERATIONS)], lifespan=lifespan)
    app.router.redirect_slashes = False
    app.state.face = face
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(HTTPException, _http_refused)
    app.add_middleware(Net)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    if is_page(request):
        return show_refusal(request, error, meaning_of(error.code).status)
    return problem_response(problem_of(error, instance=instance_of(request.scope)))


async def _http_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in _PAGES and is_page(request):
        return show_failure(request, error.status_code, _PAGES[error.status_code], error.headers)
    code = _OF_STATUS.get(error.status_code, "web.bad_request" if error.status_code < 500 else "web.internal")
    headers = dict(error.headers or {})
    detail = meaning_of(code).title + "."
    if error.status_code == 405:
        allowed = _methods_of(request)
        headers["Allow"] = ", ".join(allowed)
        detail = f"{request.method} is not offered here; {headers['Allow']} is."
    return problem_response(problem(code, detail, instance=instance_of(request.scope)), headers)


def _methods_of(request: Request) -> list[str]:
    """Every method of the address, over all its routes: the router itself reports only the first route's."""
    scope: dict[str, Any] = {**request.scope, "path_params": {}}
    found: set[str] = set()
    for route in request.app.router.routes:
        match, _ = route.matches(scope)
        if match is not Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return sorted(found)
