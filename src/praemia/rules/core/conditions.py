"""CEL, wrapped: the only module that knows the engine. Compiles an expression to a predicate over plain values.

The engine is the authority online. A missing key or an overflow is an error value there; here it means "not met", with the text
kept for the explanation. What an expression may say at all is checked in core.checking_cel when a programme is applied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cel_expr_python import cel

Predicate = Callable[[Any], tuple[bool, str | None]]


def activation(context: Mapping[str, Any]) -> Any:
    """The engine's view of `event` and `member`, made once per happening; fields are converted when first read."""
    return _environment().Activation(context)


def predicate(text: str) -> Predicate:
    """Compiles a checked expression; called with an activation it answers (met, error text). Errors and non-booleans are not met."""
    expression = _environment().compile(text)

    def evaluate(seen: Any) -> tuple[bool, str | None]:
        try:
            value = expression.eval(seen).value()
        except (RuntimeError, TypeError, ValueError, OverflowError) as problem:
            return False, str(problem).splitlines()[0]
        if isinstance(value, bool):
            return value, None
        return False, str(value)

    return evaluate


@cache
def _environment() -> Any:
    record = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    return cel.NewEnv(variables={"event": record, "member": record})
