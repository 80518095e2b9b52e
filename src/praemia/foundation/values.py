"""Values of the hot path, which a purchase makes by the dozen: structs of msgspec, made and compared outside the interpreter.

A dataclass writes field by field, a frozen one through `object.__setattr__`: four to eight times the cost. Fields are named where a value
is made, which mypy sees to; only `of_rows` puts them in by position.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeVar, dataclass_transform

from msgspec import Struct, field, structs
from msgspec.structs import asdict

from praemia.foundation.sql import Rows

__all__ = ["Sheet", "Value", "asdict", "field", "of_rows", "replace"]

S = TypeVar("S", bound=Struct)
T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True):
    """Frozen; hash and equality are by fields."""


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class Sheet(Struct):
    """The same for what a batch works on in turn: may be changed, and has no hash."""


def of_rows(made: type[S], rows: Sequence[Any]) -> list[S]:
    """Rows of the database as values. Columns go into fields by position, so a statement names the fields, in their order, and no others;
    one that does not is a mistake and told here."""
    columns = () if not rows else rows.columns if isinstance(rows, Rows) else tuple(rows[0].keys())
    if rows and columns != made.__struct_fields__:
        raise TypeError(f"{made.__name__} has the fields {made.__struct_fields__}, a row {columns}")
    return [made(*row) for row in rows]


def replace(value: T, **changes: Any) -> T:
    """A copy with other fields, of a value or of a dataclass. TypeError for a field that it does not have."""
    copied: T = structs.replace(value, **changes) if isinstance(value, Struct) else dataclasses.replace(value, **changes)  # type: ignore[type-var]
    return copied
