"""Values of the hot path, which a purchase makes by the dozen: structs of msgspec, made and compared outside the interpreter.

A dataclass writes field by field, a frozen one through `object.__setattr__`: four to eight times the cost. Fields are named where a value
is made, which mypy sees to; only rows are put in by position (`foundation/sql.py`), where their names are compared.
"""

from __future__ import annotations

from typing import dataclass_transform

from msgspec import Struct, field
from msgspec.structs import asdict, replace

__all__ = ["Sheet", "Value", "asdict", "field", "replace"]


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True):
    """Frozen; hash and equality are by fields."""


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class Sheet(Struct):
    """The same for what a batch works on in turn: may be changed, and has no hash."""
