"""The parts that a mapping fills into the staging statements, as DuckDB expressions. Pure text; staging.py runs it.

Columns of the staged rows: t_ texts of the event, m_ its money, f_ its fields, x_ texts of a line, y_ money of a line, z_ lists of
a line. Money stays text until `praemia_minor` reads it exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from datetime import datetime

from praemia.integrations.bulk.core.mapping import IDENTITY_KEYS
from praemia.integrations.bulk.model import AmountRounding, AmountUnit, Kind, Mapping, MissingMember

MINOR_LIMIT = 10**12
QUANTITY_LIMIT = 10**6
NAME_LIMIT = 100
TEXT_LIMIT = 200
_LIMITS = {"tax_minor": -MINOR_LIMIT, "amount_minor": -MINOR_LIMIT}  # the others are never negative
_OFFSET = r":\d\d(\.\d+)?\s?([Zz]|[+-]\d\d(:?\d\d)?)$"
_ROUNDED = {
    None: "d",
    AmountRounding.DOWN: "trunc(d)",
    AmountRounding.UP: "sign(d) * ceil(abs(d))",
    AmountRounding.HALF_UP: "sign(d) * floor(abs(d) + 0.5)",
    AmountRounding.HALF_EVEN: "sign(d) * (floor(abs(d) + 0.5) - case when abs(d) % 2 = 0.5 then 1 else 0 end)",
}


def literal(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """A list of texts as a literal."""
    return "[" + ", ".join(literal(t) for t in texts) + "]"


def macro_parts(mapping: Mapping) -> dict[str, str]:
    """What the macros need to know of the mapping's rounding."""
    return {"rounded": _ROUNDED[mapping.rounding], "rounds": "true" if mapping.rounding else "false"}


def instant(expression: str, kind: str, zone: str | None) -> str | None:
    """An instant from an expression of a DuckDB type; None when the type, or a missing zone, does not allow it."""
    local = f"timezone({literal(zone)}, try_cast(({expression}) as timestamp))" if zone else None
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"({expression})"
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        return local
    if kind in ("VARCHAR", '"NULL"'):
        absolute = f"try_cast(({expression}) as timestamptz)"
        return f"case when regexp_matches({expression}, {literal(_OFFSET)}) then {absolute} else {local or 'null'} end"
    return None


def moment(at: datetime | None, otherwise: str) -> str:
    """An instant as a literal."""
    return f"timestamptz {literal(at.isoformat() if at else otherwise)}"


def left_out(mapping: Mapping) -> str:
    """The reason a row is left out for, or null."""
    cases = " ".join(f"when ({entry.when}) then {literal(entry.because)}" for entry in mapping.leave_out)
    return f"cast(case {cases} end as varchar)" if cases else "cast(null as varchar)"


def row_columns(mapping: Mapping, list_types: Map[str, str]) -> str:
    """The columns of a staged row besides identity, member and instant."""
    columns = {f"t_{n}": _text(e) for n, e in mapping.texts.items()}
    columns |= {f"m_{n}": _text(e) for n, e in mapping.amounts.items()}
    if mapping.fields:
        pairs = ", ".join(f"{literal(n)}: {e}" for n, e in mapping.fields.items())
        columns["f_fields"] = f"cast(to_json({{{pairs}}}) as varchar)"
    if mapping.segments:
        columns["f_segments"] = f"cast(to_json({_texts_of([mapping.segments], list_types)}) as varchar)"
    columns |= {f"x_{n}": _text(e) for n, e in mapping.line_texts.items()}
    columns |= {f"y_{n}": _text(e) for n, e in mapping.line_amounts.items()}
    columns |= {f"z_{n}": _texts_of(parts, list_types) for n, parts in mapping.line_lists.items()}
    columns |= {"y_quantity": _text(mapping.quantity)} if mapping.quantity else {}
    columns |= {"x_free": f"coalesce(cast(({mapping.free}) as boolean), false)"} if mapping.free else {}
    return "".join(f", {expression} as {name}" for name, expression in columns.items())


def row_faults(mapping: Mapping, scale: int) -> str:
    """The first fault of a row, or null."""
    instant_name = literal("enrolled_at" if mapping.kind is Kind.MEMBERS else "occurred_at")
    faults = [
        f"case when raw_at is null then {instant_name} || ':missing:' "
        f"when moment is null or moment < {moment(None, '1970-01-01 00:00:00+00')} or moment >= {moment(None, '2200-01-01 00:00:00+00')} "
        f"then {instant_name} || ':instant:' || raw_at end"
    ]
    faults += [_missing(f"t_{n}", n) for n in mapping.texts if n == "activity"]
    faults += [_missing(f"x_{n}", f"lines.{n}") for n in mapping.line_texts if n == "sku"]
    faults += [_missing(f"y_{n}", f"lines.{_key(n)}") for n in mapping.line_amounts if n == "amount_minor"]
    faults += [f"praemia_text_fault(t_{n}, {NAME_LIMIT}, {literal(n)})" for n in mapping.texts]
    faults += [f"praemia_text_fault(x_{n}, {NAME_LIMIT}, {literal('lines.' + n)})" for n in mapping.line_texts]
    faults += [_amount_fault(f"m_{n}", scale, _LIMITS.get(n, 0), MINOR_LIMIT, _key(n)) for n in mapping.amounts]
    faults += [_amount_fault(f"y_{n}", scale, _LIMITS.get(n, 0), MINOR_LIMIT, f"lines.{_key(n)}") for n in mapping.line_amounts]
    if mapping.quantity:
        faults.append(_amount_fault("y_quantity", 1, 0, QUANTITY_LIMIT, "lines.quantity"))
    return f"case when left_out is null then coalesce({', '.join(faults)}) end"


def event_parts(mapping: Mapping) -> dict[str, str]:
    """How rows become events: what must agree, and what is kept."""
    columns = [f"t_{n}" for n in mapping.texts] + [f"m_{n}" for n in mapping.amounts]
    columns += ["f_fields"] * bool(mapping.fields) + ["f_segments"] * bool(mapping.segments)
    names = {"member": "member"} | {c: _key(c[2:]) for c in columns}
    return {
        "identity_key": IDENTITY_KEYS[mapping.kind],
        "needs_member": "true" if mapping.missing_member is MissingMember.REFUSE else "false",
        "disagreements": ", ".join(_disagreement(column, name) for column, name in names.items()),
        "chosen": "".join(f", min({column}) as {column}" for column in columns),
    }


def line_struct(mapping: Mapping, scale: int) -> str:
    """A line as a struct whose JSON is a line of a purchase's inputs."""
    parts = {n: f"r.x_{n}" for n in mapping.line_texts}
    parts |= {n: f"praemia_minor(r.y_{n}, {scale})" for n in mapping.line_amounts}
    parts |= {"quantity": "praemia_minor(r.y_quantity, 1)"} if mapping.quantity else {}
    parts |= {n: f"r.z_{n}" for n in mapping.line_lists}
    parts |= {"free": "r.x_free"} if mapping.free else {}
    return _struct(parts)


def detail_struct(mapping: Mapping, scale: int) -> str:
    """What an event has besides lines, as a struct whose JSON goes into its inputs."""
    parts = {n: f"e.t_{n}" for n in mapping.texts}
    parts |= {n: f"praemia_minor(e.m_{n}, {scale})" for n in mapping.amounts}
    parts |= {"fields": "e.f_fields::json"} if mapping.fields else {}
    parts |= {"segments": "e.f_segments::json"} if mapping.segments else {}
    return _struct(parts or {"nothing": "null"})


def minor_scale(mapping: Mapping, digits: int) -> int:
    """By what an amount is multiplied to count minor units."""
    return 10**digits if mapping.amount_unit is AmountUnit.MAJOR else 1


def _text(expression: str) -> str:
    """As text; an empty text says nothing, like null."""
    return f"nullif(cast(({expression}) as varchar), '')"


def _texts_of(parts: Iterable[str], list_types: Map[str, str]) -> str:
    lists = [f"cast(({p}) as varchar[])" if list_types.get(p, "").endswith("]") else f"[{_text(p)}]" for p in parts]
    return f"list_filter(flatten([{', '.join(lists)}]), lambda part: part is not null)"


def _struct(parts: Map[str, str]) -> str:
    return "{" + ", ".join(f"{literal(n)}: {e}" for n, e in parts.items()) + "}"


def _missing(column: str, name: str) -> str:
    return f"case when {column} is null then {literal(name + ':missing:')} end"


def _amount_fault(column: str, scale: int, low: int, high: int, name: str) -> str:
    return f"praemia_fault({column}, {scale}, {low}, {high}, {literal(name)})"


def _disagreement(column: str, name: str) -> str:
    differ = f"min({column}) is distinct from max({column}) or count({column}) not in (0, count(*))"
    shown = f"coalesce(min({column}), '') || ', ' || coalesce(max({column}), 'none')"
    return f"case when {differ} then {literal(name + ':disagree:')} || {shown} end"


def _key(name: str) -> str:
    """As the mapping file calls it."""
    return name.removesuffix("_minor")
