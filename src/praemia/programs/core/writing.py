"""Plain values -> YAML as a person would write it: short mappings in braces on one line, long ones line by line.

`Plain` is written bare, text in quotes only where it has to be. What is written here reads back as the same tree; a test says so.
"""

from __future__ import annotations

import json
import re

from praemia.programs.core.document import Plain, Tree
from praemia.programs.core.scalars import reads_typed

LINE = 118
"""The longest line we write by ourselves."""

_BARE = re.compile(r"[^\W_](?:[\w .%/()€+'*~^=;!?-]*[\w.%/()€+'!?])?")
_BARE_PLAIN = re.compile(r"[\w.*+/-]+")


def scalar(value: str, style: str | None = None) -> str:
    """One scalar; `style` is the quote it had before, kept where it can be."""
    if isinstance(value, Plain) and (_BARE_PLAIN.fullmatch(value) or _BARE.fullmatch(value)):
        return f"{style}{value}{style}" if style in ("'", '"') else str(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style != '"' and _BARE.fullmatch(value) and not reads_typed(value):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)


def flow(value: Tree) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{scalar(Plain(key))}: {flow(inner)}" for key, inner in value.items()) + " }" if value else "{}"
    if isinstance(value, tuple):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    return scalar(value)


def entry(key: str, value: Tree, indent: int) -> list[str]:
    """The lines of `key: value` in a block mapping at this indentation."""
    pad, name = " " * indent, scalar(Plain(key))
    line = f"{pad}{name}: {flow(value)}"
    if isinstance(value, str) or not value or (len(line) <= LINE and not _deep(value)):
        return [line]
    if isinstance(value, dict):
        return [f"{pad}{name}:", *mapping(value, indent + 2)]
    return [f"{pad}{name}:", *(line for inner in value for line in item(inner, indent + 2))]


def mapping(value: dict[str, Tree], indent: int) -> list[str]:
    """The lines of a block mapping."""
    return [line for key, inner in value.items() for line in entry(key, inner, indent)]


def item(value: Tree, indent: int) -> list[str]:
    """The lines of one entry of a block sequence, the dash included."""
    pad = " " * indent
    short = f"{pad}- {flow(value)}"
    if not isinstance(value, dict) or not value or (len(short) <= LINE and len(value) <= 3 and "id" not in value):
        return [short]
    first, *rest = mapping(value, indent + 2)
    return [f"{pad}- {first[indent + 2 :]}", *rest]


def _deep(value: Tree) -> bool:
    """A list of mappings is easier to read line by line, as soon as there are two."""
    return isinstance(value, tuple) and len(value) > 1 and any(isinstance(inner, dict) for inner in value)
