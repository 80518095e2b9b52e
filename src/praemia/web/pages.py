"""The pages beside the API: start, reference, what a problem means, health, the API document, static files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qs

import asyncpg
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from praemia.web import start
from praemia.web.brand import FOR_EVER
from praemia.web.errors import TABLE
from praemia.web.face import VERSION, face_of
from praemia.web.frame import asset, lang_of, render
from praemia.web.openapi import document
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.words.refusals import GERMAN

HERE = Path(__file__).parent


class Pages:
    """The pages of one app; its API document is drawn once, when first asked for."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations

    async def start(self, request: Request) -> Response:
        """The start page, in the language of the reader."""
        face = face_of(request)
        shown = await start.shown(face, str(request.base_url).rstrip("/"), lang_of(request))
        shown["demo"] = face.rooms.demo is not None and bool(shown["figures"])
        return render(request, "start.html", words="start", title="Praemia", **shown)

    async def problem(self, request: Request) -> Response:
        """What a problem code means; 404 for a code that is none."""
        code = request.path_params["code"]
        meaning = TABLE.get(code)
        if meaning is None:
            raise HTTPException(404)
        german = GERMAN.get(code, "") if lang_of(request) == "de" else ""
        told = {
            "title": f"{code} · Praemia",
            "code": code,
            "problem_title": meaning.title,
            "http_status": meaning.status,
            "said": "" if "{" in german else german,
        }
        return render(request, "problem.html", words="start", **told)

    async def reference(self, _: Request) -> Response:
        """The API reference: a page that loads only files of this server."""
        return HTMLResponse((HERE / "templates" / "reference.html").read_text("utf-8"))

    async def document(self, _: Request) -> Response:
        """The OpenAPI document."""
        return Response(self._document, media_type="application/json")

    @cached_property
    def _document(self) -> bytes:
        return json.dumps(document(self._operations, VERSION), ensure_ascii=False, separators=(",", ":")).encode()


class _Static(StaticFiles):
    """Files of ours. One that is asked for with the digest of its content (frame.asset) may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, and how long it may be kept."""
        response = await super().get_response(path, scope)
        asked = parse_qs(scope["query_string"].decode("ascii", "replace")).get("v", [""])[0]
        exact = response.status_code == 200 and bool(asked) and asset(path).endswith(f"?v={asked}")
        response.headers.setdefault("Cache-Control", FOR_EVER if exact else "no-cache")
        return response


async def health(request: Request) -> Response:
    """200 when the database answers, 503 when not. Says nothing a stranger could use."""
    try:
        async with face_of(request).rooms.db.unscoped() as conn:
            await conn.execute("select")
        database = True
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        database = False
    document = {"status": "ok" if database else "failing", "database": database, "version": VERSION}
    return json_response(document, 200 if database else 503)


def routes(operations: Sequence[Operation]) -> list[BaseRoute]:
    """The pages as routes. Static files are sent compressed; answers of the API are not (they hold secrets of members)."""
    pages = Pages(operations)
    return [
        Route("/", pages.start),
        Route("/docs", pages.reference),
        Route("/openapi.json", pages.document),
        Route("/problems/{code}", pages.problem),
        Route("/health", health),
        Mount("/static", GZipMiddleware(_Static(directory=HERE / "static"))),
    ]
