"""From pydantic's complaints to our faults: a JSON pointer, a sentence, a code, and what was probably meant.

Only the wording lives here; which bodies exist is in web/bodies. No input value is echoed back: it may be personal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from praemia.foundation.errors import Fault
from praemia.web.bodies.scalars import CLEAN

# pydantic's error types in our words; what is not listed keeps pydantic's own sentence.
_WORDS: Mapping[str, tuple[str, str]] = {
    "union_tag_not_found": ("missing", "needs a `type`"),
    "missing": ("missing", "is required"),
    "extra_forbidden": ("unknown_key", "is not a key that is known here"),
    "int_type": ("not_an_integer", "must be an integer (no quotes, no decimals, not true or false)"),
    "int_from_float": ("not_an_integer", "must be an integer (no quotes, no decimals, not true or false)"),
    "string_type": ("not_a_text", "must be a text"),
    "control_character": ("control_character", "must not hold control characters"),
    "bool_type": ("not_a_boolean", "must be true or false"),
    "list_type": ("not_a_list", "must be a list"),
    "tuple_type": ("not_a_list", "must be a list"),
    "dict_type": ("not_an_object", "must be an object"),
    "model_type": ("not_an_object", "must be an object"),
    "model_attributes_type": ("not_an_object", "must be an object"),
    "datetime_type": ("not_an_instant", "must be an instant as RFC 3339 text, such as 2026-03-01T09:30:00+01:00"),
    "datetime_parsing": ("not_an_instant", "must be an instant as RFC 3339 text, such as 2026-03-01T09:30:00+01:00"),
    "datetime_from_date_parsing": ("not_an_instant", "must be an instant as RFC 3339 text, such as 2026-03-01T09:30:00+01:00"),
    "timezone_aware": ("no_offset", "needs an offset from UTC, such as +01:00 or Z"),
    "date_type": ("not_a_date", "must be a date such as 2026-03-01"),
    "date_parsing": ("not_a_date", "must be a date such as 2026-03-01"),
    "date_from_datetime_parsing": ("not_a_date", "must be a date such as 2026-03-01"),
}


def faults_of(error: ValidationError, *models: type[BaseModel], before: str = "") -> list[Fault]:
    """Every complaint of a validation as faults. `models` are what was read (the branches of a union), for suggestions;
    `before` is put in front of each pointer."""
    return [_fault(dict(complaint), models, before) for complaint in error.errors(include_url=False, include_input=False)]


def pointer(steps: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901) of the steps; the whole document is the empty text."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _fault(complaint: Mapping[str, Any], models: Sequence[type[BaseModel]], before: str) -> Fault:
    steps: tuple[str | int, ...] = complaint["loc"]
    kind: str = complaint["type"]
    if kind == "json_invalid":
        return Fault(path=before, message=f"This is not JSON: {complaint['ctx']['error']}.", code="not_json")
    known, path = _walk(models, steps)
    if kind == "string_pattern_mismatch" and complaint["ctx"]["pattern"] == CLEAN:
        kind = "control_character"
    code, words = _WORDS.get(kind, (kind, _sentence(complaint["msg"])))
    suggestion = None
    if kind == "extra_forbidden" and known:
        close = get_close_matches(str(path[-1]).lower(), known, n=1)
        suggestion = close[0] if close else None
        words += f" (did you mean “{suggestion}”?)" if suggestion else f" (known: {', '.join(known)})"
    name = _called(path)
    return Fault(path=before + pointer(path), message=f"{name} {words}.", code=code, suggestion=suggestion)


def _called(path: Sequence[str | int]) -> str:
    """The name of a place in a sentence: the last key, with the number of the entry when it is in a list."""
    match path:
        case [*_, str(key), int(entry)]:
            return f"{key}[{entry}]"
        case [*_, last]:
            return str(last)
    return "The body"


def _sentence(message: str) -> str:
    """pydantic's sentence without its subject: "Input should be …" becomes "should be …"."""
    message = message.removeprefix("Value error, ").rstrip(".")
    for subject in ("Input ", "String ", "List ", "Tuple ", "Value "):
        if message.startswith(subject):
            return message[len(subject) :]
    return message[:1].lower() + message[1:]


def _walk(models: Sequence[type[BaseModel]], steps: Sequence[str | int]) -> tuple[list[str] | None, list[str | int]]:
    """The keys known where the path ends, and the path without the tags pydantic adds for the branches of a union."""
    here = list(models)
    path: list[str | int] = []
    for place, step in enumerate(steps):
        if isinstance(step, str) and any(step == tag for tag, _ in _branches(here)):
            here = [branch for tag, branch in _branches(here) if tag == step]
            continue
        path.append(step)
        if place + 1 < len(steps) and isinstance(step, str):
            here = [inner for outer in here for inner in _models_at(outer, step)]
    known = sorted({key for each in here for key in _keys(each)})
    return known or None, path


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_at(model: type[BaseModel], key: str) -> list[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return list(_models_in(field.annotation))
    return []


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _branches(models: Iterable[type[BaseModel]]) -> list[tuple[str, type[BaseModel]]]:
    """Tagged branches: pydantic names them by the value of their `type` field."""
    tagged = []
    for model in models:
        if "type" in model.model_fields:
            tagged += [(str(tag), model) for tag in get_args(model.model_fields["type"].annotation)]
    return tagged
