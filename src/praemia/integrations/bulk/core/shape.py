"""The shape of a mapping file: one model per kind of import. Strict and closed; values are DuckDB expressions unless said otherwise."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from praemia.integrations.bulk.model import AmountRounding, AmountUnit, Format, Kind, MissingMember

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_SUFFIXES = {".parquet": Format.PARQUET, ".csv": Format.CSV, ".csv.gz": Format.CSV, ".tsv": Format.CSV}
_SUFFIXES |= dict.fromkeys((".ndjson", ".jsonl", ".json", ".ndjson.gz", ".jsonl.gz"), Format.NDJSON)


def _wrong(code: str, sentence: str, suggestion: str | None = None) -> PydanticCustomError:
    return PydanticCustomError(code, "{sentence}", {"sentence": sentence, "suggestion": suggestion})


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong("expression", "An expression or a column name is expected here.")
    return str(value).strip()


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(v) for v in value) if isinstance(value, tuple) else (_text(value),)


def _switch(value: Any) -> bool:
    if value not in ("true", "false"):
        raise _wrong("switch", f"{value!r} is neither true nor false.")
    return bool(value == "true")


def _zone(value: Any) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong("zone", f"{str(value)!r} is not a time zone.", "write an IANA name, such as Europe/Berlin") from None


def _first_sight(value: Any) -> datetime | None:
    """None stands for the first event; a time without an offset is read in the mapping's zone later."""
    if value == "first_event":
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        hint = "write first_event, or an instant such as 2017-01-01T00:00:00"
        raise _wrong("instant", f"{str(value)!r} is not an instant.", hint) from None


def _source(value: Any) -> Any:
    """A source may be just its path."""
    found = {"path": value} if isinstance(value, str) else value
    if isinstance(found, dict) and "format" not in found and isinstance(found.get("path"), str):
        name = found["path"].lower()
        known = [form for suffix, form in _SUFFIXES.items() if name.endswith(suffix)]
        if not known:
            raise _wrong("format", f"The format of {found['path']!r} cannot be told from its name.", "add format: parquet, csv or ndjson")
        return {**found, "format": known[0].value}
    return found


def _choice(options: type[Any]) -> BeforeValidator:
    words = [str(option.value) for option in options]

    def read(value: Any) -> Any:
        if value not in words:
            raise _wrong("choice", f"{value!r} is not one of: {', '.join(words)}.")
        return options(str(value))

    return BeforeValidator(read)


def _source_name(value: Any) -> str:
    if not _NAME.fullmatch(str(value)):
        raise _wrong("name", f"{str(value)!r} cannot name a source or field: small letters, digits and _.")
    return str(value)


Expression = Annotated[str, BeforeValidator(_text)]
Expressions = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Switch = Annotated[bool, BeforeValidator(_switch)]
Zone = Annotated[str, BeforeValidator(_zone)]
TableName = Annotated[str, BeforeValidator(_source_name)]


class Block(BaseModel):
    """A mapping of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceBlock(Block):
    """Where rows come from. CSV columns are all text; cast what is a number or a date."""

    path: Expression
    format: Annotated[Format, _choice(Format)]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None


class LeaveOutBlock(Block):
    """Rows to leave out, and why."""

    when: Expression
    because: Expression


class EnrolBlock(Block):
    """Whether unknown members are enrolled, and since when they are members."""

    missing: Switch = True
    enrolled_at: Annotated[datetime | None, BeforeValidator(_first_sight)] = None


class CommonBlock(Block):
    """What every kind has."""

    kind: Annotated[Kind, _choice(Kind)]
    sources: dict[TableName, Annotated[SourceBlock, BeforeValidator(_source)]] = Field(min_length=1)
    joined: Expression | None = Field(default=None, alias="from")
    where: Expression | None = None
    leave_out: tuple[LeaveOutBlock, ...] = ()
    rows_may_repeat: Switch = False
    zone: Zone | None = None


class EventBlock(CommonBlock):
    """What every kind but members has."""

    member: Expression
    occurred_at: Expression
    channel: Expression | None = None
    location: Expression | None = None
    enrol: EnrolBlock | None = None


class LinesBlock(Block):
    """A row is a line of an order. `amount` and `discount` are totals of the line, before tax."""

    sku: Expression
    amount: Expression
    quantity: Expression | None = None
    discount: Expression | None = None
    tax: Expression | None = None
    categories: Expressions | None = None
    brand: Expression | None = None
    tags: Expressions | None = None
    free: Expression | None = None


class PurchasesBlock(EventBlock):
    """kind: purchases, or returns; `returns` (a condition) tells purchases from returns where rows are either"""

    order: Expression
    returns: Expression | None = None
    lines: LinesBlock
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    amount_unit: Annotated[AmountUnit, _choice(AmountUnit)] = AmountUnit.MAJOR
    rounding: Annotated[AmountRounding, _choice(AmountRounding)] | None = None
    missing_member: Annotated[MissingMember, _choice(MissingMember)] = MissingMember.REFUSE
    partner: Expression | None = None
    shipping: Expression | None = None
    shipping_tax: Expression | None = None
    order_discount: Expression | None = None


class VisitsBlock(EventBlock):
    """kind: visits"""

    id: Expression


class ActivitiesBlock(EventBlock):
    """kind: activities; `activity` is the programme's word for it, as an expression."""

    id: Expression
    activity: Expression
    fields: dict[TableName, Expression] = Field(default_factory=dict)


class MembersBlock(CommonBlock):
    """kind: members"""

    reference: Expression
    enrolled_at: Expression
    birthdate: Expression | None = None
    segments: Expression | None = None
    attributes: dict[TableName, Expression] = Field(default_factory=dict)


SHAPES: dict[str, type[PurchasesBlock | VisitsBlock | ActivitiesBlock | MembersBlock]] = {
    Kind.PURCHASES: PurchasesBlock,
    Kind.RETURNS: PurchasesBlock,
    Kind.VISITS: VisitsBlock,
    Kind.ACTIVITIES: ActivitiesBlock,
    Kind.MEMBERS: MembersBlock,
}
