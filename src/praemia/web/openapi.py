"""The API document, drawn from the operations' own table, so that the document and the serving code read the same models.

It is drawn when it is first asked for: most processes never are, and the schemas of all models together are large.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from praemia.web.bodies.answers import ProblemAnswer
from praemia.web.errors import TABLE
from praemia.web.operations import Operation

REF = "#/components/schemas/{model}"
Refs = Mapping[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]]
_PATH_KIND = re.compile(r":\w+}")
_GENERAL = ("access.key_missing", "access.key_invalid", "access.key_expired", "access.key_revoked", "access.permission_missing")
_REACH = ("access.program_out_of_reach", "access.sandbox_only")
_BODY = ("input.invalid", "web.unsupported_media_type", "web.body_too_large")
_SERVER = ("web.overloaded", "web.busy", "web.internal")
_PATH_WORDS = {
    "terminal": ("the id of a terminal", "019d3a6e-52f0-7c04-8f2a-0c9a1a6b7d11"),
    "sequence": ("the place of an event in its terminal's sequence", "1"),
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


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """The whole OpenAPI 3.1 document."""
    refs, schemas = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = _PATH_KIND.sub("}", operation.whole_path)
        paths.setdefault(path, {})[operation.method.lower()] = _drawn(operation, path, refs)
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Praemia", "version": version, "description": DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "an API key, `praemia_live_…` or `praemia_test_…`"}
            },
        },
        "security": [{"key": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in operations)],
    }
    return dict(_without_titles(whole))


def _drawn(operation: Operation, path: str, refs: Refs) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "operationId": operation.name,
        "parameters": [*_path_parameters(path), *_query_parameters(operation.query), *_header_parameters(operation)],
    }
    if operation.body is not None:
        body = {"schema": refs[operation.body, "validation"], "examples": operation.examples or {}}
        drawn["requestBody"] = {"required": True, "content": {"application/json": body}}
    elif operation.media is not None:
        drawn["requestBody"] = {"required": True, "content": {kind: {"schema": {}, **dict(part)} for kind, part in operation.media.items()}}
    drawn["responses"] = {**_done(operation, refs), **_problem_responses(_problems(operation))}
    if operation.permission is not None:
        drawn["description"] = f"{drawn['description']}\n\nPermission: `{operation.permission}`."
    return drawn


def _done(operation: Operation, refs: Refs) -> dict[str, Any]:
    """The answers of an operation that refuses nothing."""
    schema = refs[operation.answer, "serialization"]
    shown = schema if operation.answer_media == "application/json" else {"type": "string"}
    content = {operation.answer_media: {"schema": shown, "example": operation.answer_example}}
    responses: dict[str, Any] = {str(operation.status): {"description": "Done", "content": content}}
    if operation.status == 201 and "replayed" in operation.answer.model_fields:
        responses["200"] = {
            "description": "Recorded before: the first answer again",
            "headers": {"Idempotency-Replayed": {"schema": {"const": "true"}}},
            "content": {"application/json": {"schema": schema, "example": {**_members(operation), "replayed": True}}},
        }
    if operation.waits is not None:
        model, example = operation.waits
        content = {"application/json": {"schema": refs[model, "validation"], "example": example}}
        responses["202"] = {"description": "Not done yet: somebody else has to approve", "content": content}
    return responses


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


def _schemas(operations: Sequence[Operation]) -> tuple[Refs, dict[str, Any]]:
    """Where the schema of each model stands, and the schemas by name."""
    read: list[type[BaseModel]] = [ProblemAnswer, *(o.body for o in operations if o.body), *(o.waits[0] for o in operations if o.waits)]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in read]
    wanted += [(operation.answer, "serialization") for operation in operations]
    refs, schema = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REF)
    return cast(Refs, refs), schema["$defs"]


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
