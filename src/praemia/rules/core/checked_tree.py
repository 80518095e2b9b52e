"""Reads the engine's checked expression tree (the public `cel.expr.CheckedExpr` message): what it could cost, what it looks at.

Only the parts of the message that are walked are declared here; protobuf skips the rest. Field numbers come from the CEL
specification's syntax.proto and checked.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory

# message -> fields: (name, number, type, repeated)
_SHAPES: dict[str, tuple[tuple[str, int, str, bool], ...]] = {
    "Checked": (("references", 2, "References", True), ("expr", 4, "Expr", False)),
    "References": (("key", 1, "int", False), ("value", 2, "Reference", False)),
    "Reference": (("overloads", 3, "text", True),),
    "Expr": (
        ("id", 2, "int", False),
        ("constant", 3, "Constant", False),
        ("ident", 4, "Ident", False),
        ("select", 5, "Select", False),
        ("call", 6, "Call", False),
        ("list", 7, "List", False),
        ("struct", 8, "Struct", False),
        ("comprehension", 9, "Comprehension", False),
    ),
    "Constant": (("int64", 3, "int", False), ("string", 6, "text", False)),
    "Ident": (("name", 1, "text", False),),
    "Select": (("operand", 1, "Expr", False), ("field", 2, "text", False), ("test_only", 3, "bool", False)),
    "Call": (("target", 1, "Expr", False), ("function", 2, "text", False), ("args", 3, "Expr", True)),
    "List": (("elements", 1, "Expr", True),),
    "Struct": (("entries", 2, "Entry", True),),
    "Entry": (("map_key", 3, "Expr", False), ("value", 4, "Expr", False)),
    "Comprehension": (
        ("range", 2, "Expr", False),
        ("accumulator", 3, "text", False),
        ("start", 4, "Expr", False),
        ("condition", 5, "Expr", False),
        ("step", 6, "Expr", False),
        ("result", 7, "Expr", False),
    ),
}
_GROWING = frozenset({"add_string", "add_list", "add_bytes"})


def comprehension_depth(serialized: bytes) -> int:
    """How deep comprehensions nest; chained ones nest in the tree, each in the range of the next."""
    return _depth(parsed(serialized).expr)


def growing_sums(serialized: bytes) -> int:
    """How many additions of text, bytes or lists stand inside comprehensions, the engine's own collecting step not counted."""
    checked = parsed(serialized)
    growing = {entry.key for entry in checked.references if _GROWING & set(entry.value.overloads)}
    return _sums(checked.expr, growing, frozenset(), False)


def fields_read(serialized: bytes, variable: str) -> frozenset[str] | None:
    """Which fields of a variable an expression reads or asks for; None when it looks at the whole."""
    found = list(_uses(parsed(serialized).expr, variable))
    return None if None in found else frozenset(name for name in found if name is not None)


def _uses(expr: Any, variable: str) -> Iterator[str | None]:
    if expr.HasField("select") and expr.select.operand.HasField("ident") and expr.select.operand.ident.name == variable:
        yield expr.select.field
    elif expr.HasField("ident") and expr.ident.name == variable:
        yield None
    else:
        for child in _children(expr):
            yield from _uses(child, variable)


def _depth(expr: Any) -> int:
    deepest = max((_depth(child) for child in _children(expr)), default=0)
    return deepest + (1 if expr.HasField("comprehension") else 0)


def _sums(expr: Any, growing: set[int], accumulators: frozenset[str], inside: bool) -> int:
    found = 0
    if expr.HasField("comprehension"):
        inside = True
        accumulators |= {expr.comprehension.accumulator}
    elif inside and expr.id in growing and expr.HasField("call"):
        first = expr.call.args[0]
        if not (first.HasField("ident") and first.ident.name in accumulators):
            found = 1
    return found + sum(_sums(child, growing, accumulators, inside) for child in _children(expr))


def _children(expr: Any) -> Iterator[Any]:
    if expr.HasField("select"):
        yield expr.select.operand
    elif expr.HasField("call"):
        if expr.call.HasField("target"):
            yield expr.call.target
        yield from expr.call.args
    elif expr.HasField("list"):
        yield from expr.list.elements
    elif expr.HasField("struct"):
        for entry in expr.struct.entries:
            yield entry.map_key
            yield entry.value
    elif expr.HasField("comprehension"):
        part = expr.comprehension
        yield from (part.range, part.start, part.condition, part.step, part.result)


def parsed(serialized: bytes) -> Any:
    """The tree's root expression with what was noted about its parts."""
    wrapped = any_pb2.Any.FromString(serialized)
    return _checked_class().FromString(wrapped.value)


@cache
def _checked_class() -> Any:
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="checked_tree.proto", package="tree", syntax="proto2")  # proto2: it tells what is absent
    for name, fields in _SHAPES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, repeated in fields:
            label = kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL
            scalar = {"int": kinds.TYPE_INT64, "text": kinds.TYPE_STRING, "bool": kinds.TYPE_BOOL}.get(kind)
            declared = message.field.add(name=field, number=number, label=label, type=scalar or kinds.TYPE_MESSAGE)
            if scalar is None:
                declared.type_name = f".tree.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tree.Checked"))
