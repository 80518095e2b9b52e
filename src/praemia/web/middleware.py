"""Pure ASGI layers around every request: an id, the security headers, a limit on bodies, and the last net for bugs.

Order from the outside: identity and headers, then the limit, then the short way in (front.py), then the net around the framework; the
short way answers for bugs itself (`caught`). BaseHTTPMiddleware is avoided: it copies every body through a queue and breaks cancellation.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from traceback import format_exception
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from praemia.foundation.db import CONTENDED, UNREACHABLE
from praemia.foundation.ids import random_id
from praemia.web.errors import BodyTooLarge, Busy
from praemia.web.headers import SECURITY_HEADERS
from praemia.web.problems import problem, problem_of, problem_response
from praemia.web.refusals import is_page, show_failure

_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_NOT_KEPT = (b"cache-control", b"no-store")
_BUSY = (*UNREACHABLE, *CONTENDED)
_OURS = frozenset({b"x-request-id", *(name for name, _ in (*_SECURITY, _NOT_KEPT))})

log = logging.getLogger("praemia.web")


def instance_of(scope: Scope) -> str:
    """The URN that names this request in problem documents; its last part is the X-Request-Id."""
    return f"urn:uuid:{scope.get('praemia.request_id', '')}"


def trace_of(error: BaseException) -> str:
    """A trace without the values of variables: those may be keys or personal, and a log is kept for long."""
    return "".join(format_exception(error))


class Envelope:
    """Gives every request an id and every response its id and the security headers, where a page has not set its own.

    Ids from outside are not taken over: an id we print in logs and answers must be ours.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["praemia.request_id"] = request_id = str(random_id())
        ours = [(b"x-request-id", request_id.encode()), *_SECURITY]
        if scope["path"].startswith("/v1/"):
            ours.append(_NOT_KEPT)

        def send_dressed(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                added = ours if _OURS.isdisjoint(said) else [(name, value) for name, value in ours if name not in said]
                message["headers"] = [*message["headers"], *added]
            return send(message)

        await self.app(scope, receive, send_dressed)


class Net:
    """Catches what nobody caught: logs it with the request's id and answers a bare 500 problem, never a trace."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        def send_watched(message: Message) -> Awaitable[None]:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            return send(message)

        try:
            await self.app(scope, receive, send_watched)
        except Exception as error:
            if started or scope["type"] != "http":
                _note(scope, error)
                raise
            await caught(scope, error)(scope, receive, send)


def caught(scope: Scope, error: Exception) -> Response:
    """What a bug, or a database that is busy or away, is answered with. Logs it."""
    _note(scope, error)
    if isinstance(error, _BUSY):
        return _failure(scope, "busy", problem_of(Busy(), instance=instance_of(scope)))
    broken = problem("web.internal", "The request failed; nothing was recorded unless a repeat says so.", instance=instance_of(scope))
    return _failure(scope, "broken", broken)


class BodyLimit:
    """Refuses a body above the limit: at once when its length is declared, while it comes in when it is not."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self.app = app
        self.limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > self.limit_bytes:
            await self._refuse(scope, receive, send)
            return
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.limit_bytes:
                raise BodyTooLarge(limit_bytes=self.limit_bytes)
            return message

        await self.app(scope, receive_counted, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        too_large = problem_of(BodyTooLarge(limit_bytes=self.limit_bytes), instance=instance_of(scope))
        await _failure(scope, "too_large", too_large, {"Connection": "close"})(scope, receive, send)


def _note(scope: Scope, error: Exception) -> None:
    seen = {"request_id": scope.get("praemia.request_id"), "path": scope.get("path")}
    if isinstance(error, _BUSY):
        log.warning("request.database_busy", extra={**seen, "error": type(error).__name__})
    else:
        log.error("request.broke", extra={**seen, "trace": trace_of(error)})


def _failure(scope: Scope, key: str, document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The problem, or for people the page about it; the problem too when not even that page can be drawn."""
    request = Request(scope)
    if is_page(request):
        try:
            return show_failure(request, document["status"], key, headers)
        except Exception as error:
            log.error("page.broke", extra={"request_id": scope.get("praemia.request_id"), "trace": trace_of(error)})
    return problem_response(document, headers)
