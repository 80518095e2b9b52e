"""The API document: what FastAPI knows of the routes, completed from the operations' own table.

FastAPI sees functions of a bare request; bodies, parameters, problems and examples come from here, so that the
document and the serving code read the same models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from praemia.web.bodies.answers import ProblemAnswer
from praemia.web.errors import TABLE
from praemia.web.operations import Operation

REF = "#/components/schemas/{model}"
_GENERAL = ("access.key_missing", "access.key_invalid", "access.key_expired", "access.key_revoked", "access.permission_missing")
_REACH = ("access.program_out_of_reach", "access.sandbox_only")
_BODY = ("input.invalid", "web.unsupported_media_type", "web.body_too_large")
_SERVER = ("web.overloaded", "web.busy", "web.internal")
_PATH_WORDS = {
    "program": ("the programme's slug", "cafe"),
    "reference": ("the operator's name of the member", "anna"),
    "order": ("the order's number", "R-2026-000123"),
    "redemption": ("the redemption's id", "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"),
    "code": ("the code as it is spelled", "ACDE-FGHJ-KLMN"),
    "coupon_code": ("the coupon's code as it is spelled", "HELLO"),
    "coupon": ("the coupon's id in the programme file", "sorry"),
    "pool": ("the pool's name in the programme file", "partner"),
    "household": ("the pool's name", "the-smiths"),
    "merge": ("the merge's id", "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"),
    "card": ("the card's number", "4006-0001"),
    "number": ("the gift card's number", "ACDE-FGHJ-KLMN-PQRT"),
    "approval": ("the id of the request", "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d12"),
    "location": ("the location's code, as events say it", "berlin-1"),
    "staff": ("the id of the member of staff", "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d13"),
    "key": ("the key's id", "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d14"),
    "event": ("the event's id", "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"),
}
DESCRIPTION = """\
Points that are kept like money and explain themselves.

* Send `Authorization: Bearer praemia_…`; the key decides whose programmes you see.
* Money is integer minor units (`…_minor`), points are integers in the unit's smallest quantum beside its `decimals`.
* Everything that moves points is recorded once: by its order number, its `id`, or an `Idempotency-Key` header. The same again
  gives the first answer with `Idempotency-Replayed: true`.
* Every refusal is an RFC 9457 problem with a `code`; malformed input lists every fault with its path.
"""


def document(app: FastAPI, operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """The whole OpenAPI 3.1 document."""
    by_name = {operation.name: operation for operation in operations}
    routes = [route for route in app.routes if getattr(route, "operation_id", None) in by_name]
    whole = get_openapi(title="Praemia", version=version, openapi_version="3.1.0", description=DESCRIPTION, routes=routes)
    for path, methods in whole["paths"].items():
        for drawn in methods.values():
            _complete(drawn, by_name[drawn["operationId"]], path)
    schemas = whole.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(_schemas([ProblemAnswer, *(o.body for o in operations if o.body), *(o.waits[0] for o in operations if o.waits)]))
    whole["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "an API key, `praemia_live_…` or `praemia_test_…`"}
    }
    whole["security"] = [{"key": []}]
    whole["tags"] = [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in operations)]
    return dict(_without_titles(whole))


def _complete(drawn: dict[str, Any], operation: Operation, path: str) -> None:
    drawn["parameters"] = [*_path_parameters(path), *_query_parameters(operation.query), *_header_parameters(operation)]
    if operation.body is not None:
        schema = {"$ref": REF.format(model=operation.body.__name__)}
        drawn["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema, "examples": operation.examples or {}}}}
    elif operation.media is not None:
        drawn["requestBody"] = {"required": True, "content": {kind: {"schema": {}, **dict(part)} for kind, part in operation.media.items()}}
    done = drawn["responses"][str(operation.status)]
    done["content"] = {operation.answer_media: {**done["content"]["application/json"], "example": operation.answer_example}}
    if operation.answer_media != "application/json":
        done["content"] = {operation.answer_media: {"schema": {"type": "string"}, "example": operation.answer_example}}
    if operation.status == 201 and "replayed" in operation.answer.model_fields:
        drawn["responses"]["200"] = {
            "description": "Recorded before: the first answer again",
            "headers": {"Idempotency-Replayed": {"schema": {"const": "true"}}},
            "content": {"application/json": {**done["content"]["application/json"], "example": {**_members(operation), "replayed": True}}},
        }
    if operation.waits is not None:
        model, example = operation.waits
        content = {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}, "example": example}}
        drawn["responses"]["202"] = {"description": "Not done yet: somebody else has to approve", "content": content}
    drawn["responses"].pop("422", None)
    drawn["responses"].update(_problem_responses(_problems(operation)))
    if operation.permission is not None:
        drawn["description"] = f"{drawn['description']}\n\nPermission: `{operation.permission}`."


def _members(operation: Operation) -> Mapping[str, Any]:
    return operation.answer_example if isinstance(operation.answer_example, Mapping) else {}


def _problems(operation: Operation) -> list[str]:
    codes = [*_GENERAL, *_REACH, *operation.problems, *_SERVER]
    if operation.body is not None or operation.media is not None:
        codes += _BODY
    elif operation.query is not None:
        codes += ["input.invalid"]
    if operation.keyed:
        codes += ["web.bad_request"]
    return list(dict.fromkeys(codes))


def _problem_responses(codes: Iterable[str]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for code in codes:
        meaning = TABLE[code]
        response = responses.setdefault(
            str(meaning.status),
            {
                "description": "Refused",
                "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="ProblemAnswer")}, "examples": {}}},
            },
        )
        response["content"]["application/problem+json"]["examples"][code] = {"summary": meaning.title, "value": problem_example(code)}
    return dict(sorted(responses.items()))


def problem_example(code: str) -> dict[str, Any]:
    """What a problem of that code looks like."""
    meaning = TABLE[code]
    example: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": meaning.title,
        "status": meaning.status,
        "detail": f"{meaning.title}.",
        "code": code,
        "instance": "urn:uuid:6f2f1d1e-9d5f-4c1c-8d58-1d2c3b4a5f60",
    }
    if code == "input.invalid":
        example["faults"] = [{"path": "/lines/0/amount_minor", "message": "amount_minor is required.", "code": "missing"}]
    return example


def _path_parameters(path: str) -> list[dict[str, Any]]:
    parameters = []
    for name in re.findall(r"{(\w+)}", path):
        words, example = _PATH_WORDS[name]
        parameters.append(
            {"name": name, "in": "path", "required": True, "description": words, "schema": {"type": "string"}, "example": example}
        )
    return parameters


def _query_parameters(query: type[BaseModel] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    schema = query.model_json_schema()
    required = schema.get("required", ())
    parameters = []
    for name, part in schema.get("properties", {}).items():
        words = part.pop("description", "")
        parameters.append({"name": name, "in": "query", "required": name in required, "description": words, "schema": part})
    return parameters


def _header_parameters(operation: Operation) -> list[dict[str, Any]]:
    if not operation.keyed:
        return []
    words = "a text of the client's own choosing, used once: the same key with the same body gives the first answer again"
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "description": words, "schema": schema}]


def _schemas(models: Sequence[type[BaseModel]]) -> Mapping[str, Any]:
    _, schema = models_json_schema([(model, "validation") for model in dict.fromkeys(models)], ref_template=REF)
    definitions: Mapping[str, Any] = schema["$defs"]
    return definitions


def _without_titles(part: Any, *, names: bool = False) -> Any:
    """Drop the titles generated from names: they say nothing that the name does not. `names`: the keys are names, not keywords."""
    if isinstance(part, list):
        return [_without_titles(value) for value in part]
    if not isinstance(part, dict):
        return part
    kept = {}
    for key, value in part.items():
        if key in ("example", "examples", "info"):
            kept[key] = value
        elif names or key != "title":
            kept[key] = _without_titles(value, names=key in ("properties", "schemas") and not names)
    return kept
