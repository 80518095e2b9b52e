"""Reads SQL files just far enough for the checks: named statements, the tables of the migrations, the tables a statement touches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.architecture.tree import Tree

_NAME = re.compile(r"^-- name:\s*(\w+)(.*)$")
_NOT_AN_ALIAS = (
    "on where set join left right full inner cross natural order group limit offset for using values select returning union except"
    " intersect lateral default having window tablesample overriding"
)
_TOUCH = re.compile(
    r"\b(?P<verb>insert\s+into|(?:from|join|update|delete\s+from|using)(?!\s+(?:only\s+)?\w+\s*\())\s+(?:only\s+)?(?P<table>[a-z_]\w*)\b"
    rf"(?:\s+(?:as\s+)?(?!(?:{'|'.join(_NOT_AN_ALIAS.split())})\b)(?P<alias>[a-z_]\w*))?",
    re.I,
)
_TABLE = re.compile(r"create table (?:if not exists )?(\w+) \((.*?)\n\)", re.S | re.I)
_VIEW = re.compile(r"create (?:or replace )?view (\w+)\b(.*?);", re.S | re.I)


@dataclass(frozen=True, slots=True)
class Statement:
    """A named statement of a queries.sql. `comment` is what describes it, `text` is the statement without comments."""

    path: str
    line: int
    name: str
    comment: str
    text: str

    @property
    def key(self) -> str:
        """`ledger.balances`"""
        return ".".join([*self.path.removeprefix("src/praemia/").split("/")[:-1], self.name])


@dataclass(frozen=True, slots=True)
class Touch:
    """A table in a statement: what is done with it and by which name it is called there."""

    verb: str
    table: str
    alias: str


def statements(tree: Tree) -> Iterator[Statement]:
    """All named statements of the package, file by file."""
    for path, text in tree.texts("queries.sql", under="src/praemia/"):
        lines = text.splitlines()
        starts = [n for n, line in enumerate(lines) if _NAME.match(line)]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            body = lines[start + 1 : end]
            described = [line for line in body if line.startswith("--")]
            match = _NAME.match(lines[start])
            assert match
            yield Statement(path, start + 1, match[1], " ".join(d.lstrip("- ") for d in described), without_comments("\n".join(body)))


def tables(tree: Tree) -> dict[str, set[str]]:
    """Table or view -> its columns, as the migrations create them; of a view only whether it has bucket and tenant_id."""
    found: dict[str, set[str]] = {}
    for _, text in tree.texts(".sql", under="src/praemia/migrations/"):
        for name, body in _TABLE.findall(without_comments(text)):
            found[name] = {line.split()[0] for line in body.splitlines() if line.strip()}
        for name, column in re.findall(r"alter table (\w+)\s+add column (?:if not exists )?(\w+)", text, re.I):
            found.setdefault(name, set()).add(column)
        for name, body in _VIEW.findall(without_comments(text)):
            found[name] = {column for column in ("bucket", "tenant_id") if re.search(rf"\b{column}\b", body)}
    return found


def touches(statement: str, known: set[str]) -> Iterator[Touch]:
    """The known tables a statement reads or writes."""
    for match in _TOUCH.finditer(statement):
        table = match["table"].lower()
        if table in known:
            yield Touch(match["verb"].split()[0].lower(), table, (match["alias"] or table).lower())


def without_comments(text: str) -> str:
    """The same text, comments blanked; lines keep their numbers."""
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S)
    return re.sub(r"--[^\n]*", "", text)
