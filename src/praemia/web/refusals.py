"""Refusals and failures as pages, in the reader's language. Which status a code has is the table in errors.py; scripts get problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia.foundation.errors import DomainError, Fault
from praemia.web.frame import lang_of, render
from praemia.web.words import refusals

_FACES = ("/m/", "/p/", "/till/", "/console/", "/sign-", "/invitation/", "/setup", "/demo/", "/pictures/")


def message_of(error: DomainError | Fault, lang: str) -> str:
    """What was refused, in words of the language; in the room's own English words where nobody has said it otherwise."""
    said = refusals.GERMAN.get(error.code) if lang == "de" else None
    if said is None:
        return error.message if isinstance(error, Fault) else str(error)
    fields: Mapping[str, object] = {} if isinstance(error, Fault) else error.fields
    try:
        return said.format(**fields)
    except (KeyError, IndexError):
        return said


def wants_json(request: Request) -> bool:
    """Whether a script of a page asks, which can do nothing with a page."""
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def is_page(request: Request) -> bool:
    """Whether a browser shows the answer: it asks for HTML, or it is at a face's address and no script."""
    if request.url.path.startswith("/v1/"):
        return False
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted or (request.url.path.startswith(_FACES) and "json" not in accepted)


def show_refusal(request: Request, error: DomainError, status: int) -> Response:
    """A refusal nobody showed beside its form: what was refused, and the way back."""
    return render(
        request, "shared/refused.html", words="shared", status=status, message=message_of(error, lang_of(request)), back=_back(request)
    )


def show_failure(request: Request, status: int, key: str, headers: Mapping[str, str] | None = None) -> Response:
    """A page for a failure that has no more to say than its name: `not_found`, `forbidden`, `foreign`, `broken`, `busy`, `too_large`."""
    instance = str(request.scope.get("praemia.request_id", ""))
    shown: dict[str, Any] = {"key": key, "instance": instance, "back": _back(request)}
    return render(request, "shared/failed.html", words="shared", status=status, headers=headers, **shown)


def _back(request: Request) -> str:
    """Where the reader most likely wants to be: the start of the face the path belongs to."""
    parts = request.url.path.split("/")
    return (
        f"/{parts[1]}/{parts[2]}/" if parts[1] in ("m", "till", "console") and len(parts) > 2 and hasattr(request.state, "place") else "/"
    )
