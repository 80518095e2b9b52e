"""Simple conditions as Python: a field compared with a constant, a field in a list of constants, has(), and, or, not.

Asking the engine costs more than judging the rest of a purchase. What is translated means exactly what it means in CEL, and whatever is
not plain (an absent field, another type, a number beyond 64 bits, odd characters) raises Doubt: then the engine is asked.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from praemia.rules.core.checked_tree import parsed
from praemia.rules.core.showing import Read, reader
from praemia.rules.core.sight import Sight

Test = Callable[[Sight], bool]

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "_==_": operator.eq,
    "_!=_": operator.ne,
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
}
_LEAST, _MOST = -(2**63), 2**63 - 1


class Doubt(Exception):
    """Only the engine knows the answer."""


def translated(serialized: bytes) -> Test | None:
    """A checked expression as a test; None when it says more than can be translated."""
    return _test(parsed(serialized).expr)


def _test(expr: Any) -> Test | None:
    if expr.HasField("call"):
        return _call(expr.call.function, list(expr.call.args))
    read = _field(expr)
    if read is None:
        return None
    if expr.select.test_only:
        return lambda sight: read(sight) is not None
    return lambda sight: _of(bool, read(sight))


def _call(function: str, parts: list[Any]) -> Test | None:
    if function in ("_&&_", "_||_", "!_"):
        tests = [test for part in parts if (test := _test(part)) is not None]
        return _joined(function, *tests) if len(tests) == len(parts) else None
    read = _field(parts[0]) if len(parts) == 2 and not parts[0].select.test_only else None
    if read is None:
        return None
    if function == "@in" and parts[1].HasField("list"):
        return _within(read, [_constant(element) for element in parts[1].list.elements])
    constant = _constant(parts[1])
    return _comparison(read, _COMPARED[function], constant) if function in _COMPARED and constant is not None else None


def _joined(function: str, first: Test, second: Test | None = None) -> Test:
    # An error on the left does not matter in CEL when the right decides; here it is a doubt about the whole.
    if second is None:
        return lambda sight: not first(sight)
    if function == "_&&_":
        return lambda sight: first(sight) and second(sight)
    return lambda sight: first(sight) or second(sight)


def _comparison(read: Read, compare: Callable[[Any, Any], bool], constant: int | str) -> Test:
    kind = type(constant)
    return lambda sight: compare(_of(kind, read(sight)), constant)


def _within(read: Read, constants: list[int | str | None]) -> Test | None:
    kinds = {type(constant) for constant in constants}
    if len(kinds) != 1 or None in constants:
        return None
    (kind,) = kinds
    known = frozenset(constants)
    return lambda sight: _of(kind, read(sight)) in known


def _of(kind: type[Any], value: Any) -> Any:
    """The value, when it is of the kind and the engine sees it as Python does."""
    if type(value) is not kind or (kind is str and not value.isprintable()) or (kind is int and not _LEAST <= value <= _MOST):
        raise Doubt
    return value


def _field(expr: Any) -> Read | None:
    if expr.HasField("select") and expr.select.operand.HasField("ident") and expr.select.operand.ident.name in ("event", "member"):
        return reader(expr.select.operand.ident.name, expr.select.field)
    return None


def _constant(expr: Any) -> int | str | None:
    if not expr.HasField("constant"):
        return None
    constant = expr.constant
    return constant.int64 if constant.HasField("int64") else constant.string if constant.HasField("string") else None
