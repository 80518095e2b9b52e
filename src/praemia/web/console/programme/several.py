"""Fields that hold several values: texts by language in full, a number for each tier or role, days, rows. Beside `forms`, which asks here.

Every row stands in inputs of its own, and a few empty rows wait for more; what is left empty is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from praemia.programs import Plain, Tree
from praemia.web.console.programme.parts import Field
from praemia.web.console.reading import Form

SEVERAL = frozenset({"each", "days_of", "rows", "typed"})
SPARE = 3  # empty rows that wait
_NUMBERED = re.compile(r"\d{1,3}")
_NUMBER = re.compile(r"\d[\d.,]*")


def shown_several(field: Field, value: Tree) -> dict[str, Any]:
    """What the inputs of a field with several values hold."""
    name = field.name
    match field.kind:
        case "each":
            return {f"{name}.{key}": str(one) for key, one in value.items()} if isinstance(value, dict) else {}
        case "days_of":
            return {name: tuple(str(one) for one in listed(value))}
        case "typed":
            rows: Iterable[tuple[str, ...]] = [(str(key), str(one)) for key, one in value.items()] if isinstance(value, dict) else []
            columns: tuple[str, ...] = ("name", "type")
        case _:
            columns = tuple(field.options)
            rows = [tuple(str(one.get(column, "")) for column in columns) for one in listed(value) if isinstance(one, dict)]
    return {f"{name}.{column}-{place}": cell for place, row in enumerate(rows) for column, cell in zip(columns, row, strict=True)}


def read_several(field: Field, old: Tree, form: Form) -> Tree:
    """What a field with several values shall say; None for nothing."""
    name = field.name
    match field.kind:
        case "each":
            given = {key.removeprefix(f"{name}."): text for key, text in form.given.items() if key.startswith(f"{name}.") and text}
            kept = list(old) if isinstance(old, dict) else []
            order = [*(key for key in kept if key in given), *(key for key in given if key not in kept)]
            return {key: number(given[key]) for key in order} or None
        case "days_of":
            return tuple(Plain(text) for text in form.all(name)) or None
        case "typed":
            return {row["name"]: Plain(row["type"]) for row in _rows(name, ("name", "type"), form) if row["name"]} or None
        case _:
            columns = tuple(field.options)
            rows = [{column: number(text) for column, text in row.items() if text} for row in _rows(name, columns, form)]
            return tuple(_kept(old, place, row, columns) for place, row in enumerate(rows)) or None


def rows_of(field: Field, values: Mapping[str, Any]) -> list[int]:
    """The places of the rows a form shows: those that hold something, and a few more."""
    head = f"{field.name}."
    used = [int(key.rpartition("-")[2]) for key in values if key.startswith(head) and _NUMBERED.fullmatch(key.rpartition("-")[2])]
    return list(range(max((place for place in used if _held(head, place, values)), default=-1) + 1 + SPARE))


def listed(value: Tree) -> tuple[Tree, ...]:
    """A list, a single word as a list of it, nothing as none."""
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def number(text: str) -> str:
    """A number as people write it, as a file has it; anything else as it is, for the reader to say what is wrong with it."""
    text = text.strip().replace("\u202f", "").replace(" ", "")
    if _NUMBER.fullmatch(text) and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    return Plain(text)


def _held(head: str, place: int, values: Mapping[str, Any]) -> bool:
    return any(text for key, text in values.items() if key.startswith(head) and key.endswith(f"-{place}") and "type" not in key)


def _rows(name: str, columns: tuple[str, ...], form: Form) -> list[dict[str, str]]:
    """The rows that hold something besides a choice."""
    places = sorted({int(key.rpartition("-")[2]) for key in form.given if re.fullmatch(rf"{re.escape(name)}\.\w+-\d{{1,3}}", key)})
    rows = [{column: form.text(f"{name}.{column}-{place}") for column in columns} for place in places]
    return [row for row in rows if any(text for column, text in row.items() if column != "type")]


def _kept(old: Tree, place: int, row: Mapping[str, Tree], columns: tuple[str, ...]) -> Tree:
    """A row with the other keys that stood in it."""
    before = listed(old)[place] if place < len(listed(old)) else None
    kept = {key: one for key, one in before.items() if key not in columns or key in row} if isinstance(before, dict) else {}
    return {**kept, **{column: kept[column] if str(kept.get(column)) == str(new) else new for column, new in row.items()}}
