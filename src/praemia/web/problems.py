"""RFC 9457 problem details: how a refusal looks on the wire.

`type` is a page of this server that explains the code, `instance` names the one request. What the codes mean in HTTP
is the table in web/errors.py; this module only draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.foundation.jsons import write_json
from praemia.web.errors import meaning_of

MEDIA_TYPE = "application/problem+json"


def problem_of(error: DomainError, *, instance: str | None = None) -> dict[str, Any]:
    """The problem document of one refusal, with every fault when it is malformed input."""
    faults = error.faults if isinstance(error, InvalidInput) else ()
    fields = {} if isinstance(error, InvalidInput) else error.fields
    return problem(error.code, str(error), faults=faults, fields=fields, instance=instance)


def problem(
    code: str,
    detail: str,
    *,
    faults: list[Fault] | tuple[Fault, ...] = (),
    fields: Mapping[str, Any] | None = None,
    instance: str | None = None,
) -> dict[str, Any]:
    """A problem document. Members without content are left out, so that a reader need not tell null from absent."""
    meaning = meaning_of(code)
    document: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": meaning.title,
        "status": meaning.status,
        "detail": detail,
        "code": code,
    }
    if faults:
        document["faults"] = [_fault(fault) for fault in faults]
    if fields:
        document["fields"] = dict(fields)
    if instance is not None:
        document["instance"] = instance
    return document


def problem_response(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The response that carries a problem document, with the headers its status calls for."""
    every = dict(headers or {})
    if document["status"] == 401:
        every.setdefault("WWW-Authenticate", 'Bearer realm="praemia"')
    if document["status"] == 503:
        every.setdefault("Retry-After", "1")
    body = write_json(document)
    return Response(body, status_code=document["status"], media_type=MEDIA_TYPE, headers=every)


def _fault(fault: Fault) -> dict[str, Any]:
    drawn: dict[str, Any] = {"path": fault.path, "message": fault.message, "code": fault.code}
    for name in ("line", "column", "suggestion"):
        if (value := getattr(fault, name)) is not None:
            drawn[name] = value
    return drawn
