"""The short way in for the hot operations: found by method and path before the framework sees the request.

The framework and its layers cost more than judging a purchase. A hot operation is the same function as its route, with
the same problems; a test holds both ways to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from praemia.foundation.errors import DomainError
from praemia.web.middleware import caught, instance_of
from praemia.web.operations import Operation
from praemia.web.problems import problem_of, problem_response

Endpoint = Callable[[Request], Awaitable[Response]]
_PLACEHOLDER = re.compile(r"\{(\w+)(:path)?\}")


class Front:
    """Serves the hot operations itself and hands everything else to `app`."""

    def __init__(self, app: ASGIApp, operations: Sequence[Operation]) -> None:
        self.app = app
        self._ways: dict[tuple[str, str], list[tuple[re.Pattern[str], Endpoint]]] = {}
        for operation in operations:
            key = (operation.method, _ending(operation.whole_path))
            self._ways.setdefault(key, []).append((_pattern(operation.whole_path), operation.endpoint()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            for pattern, endpoint in self._ways.get((scope["method"], _ending(path)), ()):
                found = pattern.fullmatch(path)
                if found:
                    scope["path_params"] = found.groupdict()
                    response = await _answer(endpoint, scope, receive)
                    await response(scope, receive, send)
                    return
        await self.app(scope, receive, send)


async def _answer(endpoint: Endpoint, scope: Scope, receive: Receive) -> Response:
    try:
        return await endpoint(Request(scope, receive))
    except DomainError as refusal:
        return problem_response(problem_of(refusal, instance=instance_of(scope)))
    except Exception as error:
        return caught(scope, error)


def _ending(path: str) -> str:
    return path[path.rfind("/") :]


def _pattern(path: str) -> re.Pattern[str]:
    """Starlette's path template as a pattern: a placeholder takes one segment, one of kind `path` takes slashes too."""
    return re.compile(_PLACEHOLDER.sub(lambda found: f"(?P<{found[1]}>{'.*' if found[2] else '[^/]+'})", path))
