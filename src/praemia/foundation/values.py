"""Values of the hot path: frozen to the type checker, plain to the interpreter.

A frozen dataclass writes each field through `object.__setattr__`, which triples the cost of making one, and a purchase makes
sixty. mypy refuses to change a `value` as it does a frozen dataclass; hash and equality are by fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

C = TypeVar("C", bound=type)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def value(cls: C) -> C:
    """A dataclass with slots and keyword-only fields that nobody may change."""
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(cls)  # type: ignore[return-value]
