"""Checking a CEL condition when a programme is applied: its types against the declared fields, its size, its cost.

The engine checks against protobuf descriptors built from the programme, then evaluates over plain maps (core.conditions). It does not
bound memory, so the checked tree is walked for what could grow: nested comprehensions, and + on text or lists inside one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool, struct_pb2

from praemia.foundation.errors import Fault
from praemia.rules.core.checked_tree import comprehension_depth, growing_sums
from praemia.rules.model import PURCHASE, Earning

LONGEST = 2000
DEEPEST = 2

_WHEN_WHERE = {"hour": "int", "weekday": "int", "day": "string", "channel": "string", "location": "string", "partner": "string"}
_LINE = {"sku": "string", "quantity": "int", "amount_minor": "int", "categories": "strings", "brand": "string", "tags": "strings"}
_GOODS = {"amount_minor": "int", "quantity": "int", "lines": "lines"}
_MEMBER = {"tier": "string", "segments": "strings", "reference": "string", "attributes": "map"}
_FUNCTIONS = ("all", "exists", "exists_one", "filter", "map", "size", "contains", "startsWith", "endsWith", "matches", "has")
_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

Fields = tuple[tuple[str, str], ...]


def check_expression(text: str, earning: Earning, trigger: str) -> list[Fault]:
    """Faults of a condition for a trigger, with line and column inside the expression; empty when it may be used."""
    if len(text) > LONGEST:
        return [Fault(path="", code="too_long", message=f"a condition has at most {LONGEST} characters, this one {len(text)}")]
    if not text.strip():
        return [Fault(path="", code="missing", message="the condition is empty")]
    fields = _event_fields(earning, trigger)
    try:
        expression = _environment(fields).compile(text)
    except RuntimeError as refusal:
        return sorted(_translated(str(refusal), text, dict(fields)), key=lambda fault: (fault.line or 0, fault.column or 0))
    kind = expression.return_type().name()
    if kind != "BOOL":
        return [
            Fault(
                path="",
                code="type",
                message=f"a condition answers true or false, this one a value of type {kind.lower()}",
                line=1,
                column=1,
            )
        ]
    return list(_costs(expression.serialize()))


def _event_fields(earning: Earning, trigger: str) -> Fields:
    fields = dict(_WHEN_WHERE)
    if trigger == PURCHASE:
        fields |= _GOODS
    for activity in earning.activities:
        if activity.name == trigger:
            for name, kind in activity.fields.items():
                if _NAME.match(name):
                    fields.setdefault(name, kind)
    return tuple(sorted(fields.items()))


def _costs(serialized: bytes) -> Iterator[Fault]:
    depth = comprehension_depth(serialized)
    if depth > DEEPEST:
        message = f"at most {DEEPEST} list operations (all, exists, filter, map) may be nested or chained, here are {depth}"
        yield Fault(path="", code="too_costly", message=message, line=1, column=1)
    if growing_sums(serialized):
        message = "inside a list operation, + may add numbers only, not text or lists"
        yield Fault(path="", code="too_costly", message=message, line=1, column=1)


def _translated(report: str, source: str, fields: dict[str, str]) -> Iterator[Fault]:
    found = _ERROR.findall(report)
    for line, column, text in found:
        at = source.split("\n")[int(line) - 1][int(column) - 1 : int(column)]
        message, suggestion, shift = _plain(text.removesuffix(" [INVALID_ARGUMENT]"), at, fields)
        yield Fault(path="", code="expression", message=message, line=int(line), column=int(column) + shift, suggestion=suggestion)
    if not found:
        yield Fault(path="", code="expression", message=report.splitlines()[0], line=1, column=1)


def _plain(text: str, at: str, fields: dict[str, str]) -> tuple[str, str | None, int]:
    """The engine's message in a shopkeeper's words, a suggestion, and how far the word meant is from the column (`at` stands there)."""
    if found := re.match(r"undefined field '(.+)' not found in struct 'praemia\.(\w+)'", text):
        known = {"Event": list(fields), "Line": list(_LINE), "Member": list(_MEMBER)}[found[2]]
        return f"{_OWNERS[found[2]]} has no field {found[1]!r}", _closest(found[1], known), 1
    if found := re.match(r"undeclared reference to '(.+?)'", text):
        # The engine points at the last dot of a.b.c and at the bracket of a call.
        shift = -len(found[1]) if at == "(" else -max(found[1].rfind("."), 0)
        name = found[1].split(".")[0]
        return f"the name {name!r} means nothing here", _meant(name, fields), shift
    if found := re.match(r"found no matching overload for '(.+?)' applied to '\((.*)\)'", text):
        sign = found[1].strip("_").replace("_", "")
        return f"{sign!r} does not work on {found[2].replace(', ', ' and ')}", None, 0
    if text.startswith("Syntax error:"):
        if "<EOF>" in text:
            return "the expression ends too early", None, 0
        return "this cannot be read: " + text.removeprefix("Syntax error: ").split(" expecting")[0], None, 0
    return text, None, 0


def _meant(name: str, fields: dict[str, str]) -> str | None:
    for owner, known in (("event", list(fields)), ("member", list(_MEMBER))):
        if name in known:
            return f"{owner}.{name}"
    return _closest(name, ["event", "member", *_FUNCTIONS])


def _closest(word: str, known: list[str]) -> str | None:
    found = get_close_matches(word, known, n=1)
    return found[0] if found else None


@lru_cache(maxsize=256)
def _environment(fields: Fields) -> Any:
    schema = descriptor_pb2.FileDescriptorProto(name="praemia.proto", package="praemia", syntax="proto3")
    schema.dependency.append("google/protobuf/struct.proto")
    for name, known in (("Line", _LINE), ("Event", dict(fields)), ("Member", _MEMBER)):
        message = schema.message_type.add(name=name)
        for number, (field, kind) in enumerate(known.items(), start=1):
            message.field.append(_descriptor(field, number, kind))
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(schema)
    return cel.NewEnv(descriptor_pool=pool, variables={"event": cel.Type("praemia.Event"), "member": cel.Type("praemia.Member")})


def _descriptor(name: str, number: int, kind: str) -> descriptor_pb2.FieldDescriptorProto:
    kinds = descriptor_pb2.FieldDescriptorProto
    scalars = {"int": kinds.TYPE_INT64, "money": kinds.TYPE_INT64, "bool": kinds.TYPE_BOOL}
    repeated = kind in ("strings", "lines")
    field = kinds(name=name, number=number, label=kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL)
    if kind in ("lines", "map"):
        field.type = kinds.TYPE_MESSAGE
        field.type_name = ".praemia.Line" if kind == "lines" else ".google.protobuf.Struct"
    else:
        field.type = scalars.get(kind, kinds.TYPE_STRING)
    return field


_OWNERS = {"Event": "the event", "Line": "a line", "Member": "the member"}
