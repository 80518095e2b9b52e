"""The scalar types of every body: strict, bounded, and explained in the API document.

Nothing is coerced: `true` is no 1, `"12"` no 12, `12.0` no 12. Bounds are wide for business and narrow enough that no
sum of a request can leave 64 bits. Texts carry no control characters: PostgreSQL refuses NUL, receipts the others.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

MINOR_LIMIT = 10**12  # ten thousand million euros in cents
QUANTA_LIMIT = 10**15
QUANTITY_LIMIT = 10**6
TEXT_LIMIT = 1000
NEVER = "never"
FIRST_YEAR, LAST_YEAR = 1970, 2199

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
CLEAN = r"^[^\x00-\x1f\x7f]*$"


class Body(BaseModel):
    """The base of all bodies: strict, closed, immutable."""

    # Most bodies are never sent to a given process: each one's validator is built when it is first needed.
    model_config = ConfigDict(defer_build=True, strict=True, extra="forbid", frozen=True)


def read_instant(given: Any) -> datetime:
    """An instant from RFC 3339 text with its offset. Stricter than ISO 8601 on purpose: a bare number of seconds, a date
    or a local time would each be a guess."""
    if not isinstance(given, str) or not _INSTANT.fullmatch(given):
        raise PydanticCustomError("datetime_parsing", "must be an RFC 3339 instant with an offset")
    try:
        instant = datetime.fromisoformat(given.upper())  # what is finer than a microsecond is cut off
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise ValueError
    except (ValueError, OverflowError):
        raise PydanticCustomError("datetime_parsing", "must be an RFC 3339 instant that exists") from None
    return instant


def read_day(given: Any) -> date:
    """A calendar day as YYYY-MM-DD, nothing else."""
    if not isinstance(given, str) or not _DAY.fullmatch(given):
        raise PydanticCustomError("date_parsing", "must be a day as YYYY-MM-DD")
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise PydanticCustomError("date_parsing", "must be a day that exists") from None


def read_last_day(given: Any) -> str:
    """A calendar day as YYYY-MM-DD, or the word never; kept as text."""
    return NEVER if given == NEVER else read_day(given).isoformat()


def read_field_value(given: Any) -> bool | int | str:
    """A declared field's value: a boolean, an integer or a text. The programme says which; there are no fractions."""
    if isinstance(given, bool):
        return given
    if isinstance(given, int) and abs(given) <= QUANTA_LIMIT:
        return given
    if isinstance(given, str) and len(given) <= TEXT_LIMIT and not _CONTROL.search(given):
        return given
    raise PydanticCustomError("field_value", "must be true, false, an integer or a text")


Instant = Annotated[
    datetime,
    PlainValidator(read_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-03T08:15:00+01:00"]}),
]
Day = Annotated[date, PlainValidator(read_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["1990-02-28"]})]
LastDay = Annotated[
    str,
    PlainValidator(read_last_day),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"const": NEVER}], "examples": ["2026-12-31", NEVER]}),
]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=CLEAN)]
Reference = Annotated[str, Field(min_length=1, max_length=200, pattern=CLEAN)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT, pattern=CLEAN)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
SignedMinor = Annotated[int, Field(ge=-MINOR_LIMIT, le=MINOR_LIMIT)]
Minor = Annotated[int, Field(ge=0, le=MINOR_LIMIT)]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_LIMIT)]
SignedQuanta = Annotated[int, Field(ge=-QUANTA_LIMIT, le=QUANTA_LIMIT)]
Names = Annotated[tuple[Name, ...], Field(max_length=100)]
FieldValue = Annotated[
    bool | int | str, PlainValidator(read_field_value), WithJsonSchema({"type": ["boolean", "integer", "string"], "maxLength": TEXT_LIMIT})
]
FieldValues = Annotated[dict[Name, FieldValue], Field(max_length=100)]
