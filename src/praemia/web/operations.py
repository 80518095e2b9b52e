"""An operation of the API: one function, how it is reached, and what the API document says of it.

Every operation becomes a route and a part of the API document (web/openapi.py). A hot one is also served by the short way in
(web/front.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from praemia.web.calls import Call, let_in

Serve = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`path` is relative to /v1/programs/{program}. `problems` are the codes special to it; the general ones are added.

    `body` is the JSON body's model, or None with `media` for other bodies; `query` the model of the query. `waits` is the answer,
    and an example of it, when nothing is done yet because somebody else has to approve (202).
    """

    name: str
    method: str
    path: str
    permission: str | None
    tag: str
    summary: str
    description: str
    serve: Serve
    answer: type[BaseModel]
    answer_example: Mapping[str, Any] | str
    body: type[BaseModel] | None = None
    examples: Mapping[str, Mapping[str, Any]] | None = None
    media: Mapping[str, Mapping[str, Any]] | None = None
    query: type[BaseModel] | None = None
    problems: Sequence[str] = ()
    status: int = 200
    keyed: bool = False
    hot: bool = False
    answer_media: str = "application/json"
    waits: tuple[type[BaseModel], Mapping[str, Any]] | None = None

    @property
    def whole_path(self) -> str:
        return "/v1/programs/{program}" + self.path

    def endpoint(self) -> Callable[[Request], Awaitable[Response]]:
        """The function that answers a request to it, whichever way it came in."""
        permission, serve = self.permission, self.serve

        async def endpoint(request: Request) -> Response:
            return await serve(await let_in(request, permission))

        endpoint.__name__ = self.name
        return endpoint


def routes(operations: Sequence[Operation]) -> list[Route]:
    """The operations as routes of the framework."""
    return [Route(each.whole_path, each.endpoint(), methods=[each.method], name=each.name) for each in operations]
