"""CEL, wrapped: the only module that knows the engine. Compiles an expression to a predicate over what a verdict looks at.

The engine is the authority. A missing key or an overflow is an error value there; here it means "not met", with the text kept for
the explanation. Simple expressions are answered without it (core.translating) wherever there can be no doubt. What an expression may say at
all is checked in core.expressions when a programme is applied.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from cel_expr_python import cel

from praemia.rules.core.checked_tree import fields_read
from praemia.rules.core.showing import Shown
from praemia.rules.core.sight import Sight
from praemia.rules.core.translating import Doubt, Test, translated

Predicate = Callable[[Sight], tuple[bool, str | None]]


def predicate(text: str, shown: Shown) -> Predicate:
    """Compiles a checked expression; it answers (met, error text). Errors and non-booleans are not met."""
    asked = asking(text, shown)
    short = simple(text)
    if short is None:
        return asked

    def answer(sight: Sight) -> tuple[bool, str | None]:
        try:
            return short(sight), None
        except Doubt:
            return asked(sight)

    return answer


def simple(text: str) -> Test | None:
    """A checked expression as a test that asks the engine nothing; None when it says too much."""
    return translated(_environment().compile(text).serialize())


def asking(text: str, shown: Shown) -> Predicate:
    """The same, always answered by the engine."""
    environment = _environment()
    expression = environment.compile(text)
    tree = expression.serialize()
    for variable in ("event", "member"):
        shown.note(variable, fields_read(tree, variable))

    def ask(sight: Sight) -> tuple[bool, str | None]:
        if sight.activation is None:
            sight.activation = environment.Activation(shown.of(sight))
        try:
            value = expression.eval(sight.activation).value()
        except (RuntimeError, TypeError, ValueError, OverflowError) as problem:
            return False, str(problem).splitlines()[0]
        if isinstance(value, bool):
            return value, None
        return False, str(value)

    return ask


@cache
def _environment() -> Any:
    record = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    return cel.NewEnv(variables={"event": record, "member": record})
