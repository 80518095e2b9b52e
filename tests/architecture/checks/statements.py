"""Checks of SQL: where it may stand, who may commit, that it is described, tells no time and always says where to look."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture import house
from tests.architecture.sqltext import Statement, Touch, statements, tables, touches, without_comments
from tests.architecture.tree import Module, Tree, Violation, called, docstrings

_SQL = re.compile(
    r"\s*(select\s+(.*\bfrom\b|[\w.]+\(|\$\d|\d|true|false|null|'|\*)|insert\s+into\s|update\s+\S+(\s+\w+)?\s+set\b|delete\s+from\s"
    r"|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s*(not\s+)?(materialized\s*)?\(|merge\s+into\s|(create|alter|drop)\s+(or\s+replace\s+)?"
    r"(table|index|view|role|database|schema|type|function|temp|policy|extension|macro)\b|truncate\s+\w|copy\s+[\w(].*\b(from|to)\b|lock\s+table\b"
    r"|(begin|commit|rollback)\s*;|start\s+transaction\b|savepoint\s+\w+\s*;?$|set\s+(local\s+|role\s+|session\s+)?[\w.]+\s*(=|to)\s|(un)?listen\s+\w+$|notify\s+\w+$)",
    re.I | re.S,
)
_CLOCK = re.compile(
    r"\b(now\s*\(\s*\)|current_(date|time|timestamp)\b|local(time|timestamp)\b|(clock|statement|transaction)_timestamp\s*\(|timeofday\s*\("
    r"|gen_random_uuid\s*\(|uuidv7\s*\(|random\s*\()",
    re.I,
)
_TURNABLE = re.compile(r"\bas\s+want\s*(\(\s*\w+\s*,[^)]*\)\s*)?(left\s+|inner\s+)?join\b", re.I)
_UPDATES_A_LIST = re.compile(r"^\s*update\b.*\bfrom\s+unnest\(", re.I | re.S)
_OPENERS = {
    # Signing in spans transactions: an attempt is counted for good before it is refused, and a password is hashed outside of any.
    "transaction": house.EDGES | {"identity"},
    "rehearsal": house.EDGES,
    "unscoped": house.EDGES | {"access", "addresses", "pictures", "identity"},
}
"""Who may ask for what. The three rooms are asked before the tenant is known, so they cannot be handed a transaction."""
_ENDINGS = {"begin", "commit", "rollback"}


def sql_lives_in_sql_files(tree: Tree) -> Iterator[Violation]:
    """No text in a Python file is a statement: SQL is a document, in the room's queries.sql."""
    for module in tree.modules:
        prose = docstrings(module)
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.lineno not in prose and _SQL.match(node.value):
                yield module.at(node, f"SQL in Python: {' '.join(node.value.split())[:50]!r}")


def one_place_commits(tree: Tree) -> Iterator[Violation]:
    """foundation/db opens and ends transactions; edges ask it to; rooms are handed an open one and only their store touches it."""
    for module in tree.modules:
        if module.room == "foundation":
            continue
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                if name == "execute" and node.args and ast.unparse(node.args[0]).strip("'\"; ").lower() in _ENDINGS:
                    yield module.at(node, f"{ast.unparse(node)}: transactions begin and end in foundation/db")
                if name in _ENDINGS or (name == "transaction" and not node.args and not node.keywords):
                    yield module.at(node, f"{called(node)}(): transactions begin and end in foundation/db")
                elif name in _OPENERS and module.room not in _OPENERS[name]:
                    yield module.at(node, f"{called(node)}(): a room is handed its transaction")
            elif isinstance(node, ast.Attribute) and node.attr == "conn" and not _is_store(module):
                yield module.at(node, f"{ast.unparse(node)}: only a store touches the connection")


def sql_tells_no_time(tree: Tree) -> Iterator[Violation]:
    """Time, ids and chance are parameters: nothing in SQL makes them."""
    for path, text in tree.texts(".sql", under="src/praemia/"):
        for number, line in enumerate(without_comments(text).splitlines(), 1):
            if match := _CLOCK.search(line):
                yield Violation(path, number, f"{match[0]} in SQL; take it as a parameter")


def statements_are_described(tree: Tree) -> Iterator[Violation]:
    """Every named statement says in a comment what it is for, and no two of a file share a name."""
    seen: set[tuple[str, str]] = set()
    for statement in statements(tree):
        if not statement.comment:
            yield Violation(statement.path, statement.line, f"{statement.name} has no comment that describes it")
        if (statement.path, statement.name) in seen:
            yield Violation(statement.path, statement.line, f"{statement.name} is there twice")
        seen.add((statement.path, statement.name))


def statements_are_used(tree: Tree) -> Iterator[Violation]:
    """Every named statement is called by name somewhere in its room."""
    for statement in statements(tree):
        folder = statement.path.rsplit("/", 1)[0]
        if not any(re.search(rf"\b{statement.name}\b", m.text) for m in tree.modules if m.path.startswith(f"{folder}/")):
            yield Violation(statement.path, statement.line, f"{statement.name} is used nowhere")


def statements_say_where_to_look(tree: Tree) -> Iterator[Violation]:
    """A statement names tenant_id for every table that has one, and bucket for every table split by bucket."""
    columns = tables(tree)
    for statement in statements(tree):
        for touch in touches(statement.text, set(columns)):
            for column in ("tenant_id", "bucket"):
                excused = column == "bucket" and statement.key in house.REACHES_EVERY_BUCKET
                if column in columns[touch.table] and not excused and not _names(statement, touch, column):
                    message = f"{statement.name} does not say which {column} of {touch.table} {touch.alias}"
                    yield Violation(statement.path, statement.line, message)


def lists_of_keys_are_looked_up_one_by_one(tree: Tree) -> Iterator[Violation]:
    """Rows for a list of keys (`as want(bucket, key)`) come from a lateral subquery with `offset 0`, which the planner must carry out
    key by key: a join it may turn around, and does while nobody counted the table yet, reading all of it for a handful of keys. An update
    with a list of rows says that each bucket lies between 0 and 1023, for which the planner takes the list for one row."""
    for statement in statements(tree):
        if _TURNABLE.search(statement.text):
            yield Violation(statement.path, statement.line, f"{statement.name} joins a list of keys; look each up in a lateral subquery")
        if _UPDATES_A_LIST.search(statement.text) and "bucket between 0 and 1023" not in statement.text:
            message = f"{statement.name} updates a list of rows; say that each bucket lies between 0 and 1023"
            yield Violation(statement.path, statement.line, message)


def idle_reasons(tree: Tree) -> list[str]:
    """Statements listed as reaching every bucket that are gone, or do say their bucket."""
    columns = tables(tree)
    idle = set(house.REACHES_EVERY_BUCKET)
    for statement in statements(tree):
        for touch in touches(statement.text, set(columns)):
            if "bucket" in columns[touch.table] and not _names(statement, touch, "bucket"):
                idle.discard(statement.key)
    return sorted(idle)


def _names(statement: Statement, touch: Touch, column: str) -> bool:
    """Whether the column is written (insert) or compared for this table; an equality with another table's column will do."""
    if touch.verb == "insert":
        listed = re.search(rf"insert\s+into\s+{touch.table}\s*(?:as\s+\w+\s*)?\(([^)]*)\)", statement.text, re.I)
        return bool(listed and re.search(rf"\b{column}\b", listed[1]))
    own = rf"\b{touch.alias}\.{column}\b"
    compared = r"\s*(=|between\b|in\b|>=|<=|<|>)"
    patterns = [own + compared, rf"=\s*(any\s*\()?{own}", rf"\({own}\s*,", rf"{own}\s*\)\s*(=|in\b)"]
    if len(re.findall(r"(?<!for )(?<!key )\b(?:from|join|update|using)\b(?! set\b)", statement.text, re.I)) == 1:
        patterns.append(rf"(?<![.\w:]){column}" + compared)
    return any(re.search(pattern, statement.text, re.I) for pattern in patterns)


def _is_store(module: Module) -> bool:
    return module.parts[-1] == "store" or "store" in module.parts[1:-1]


CHECKS = (
    sql_lives_in_sql_files,
    one_place_commits,
    sql_tells_no_time,
    statements_are_described,
    statements_are_used,
    statements_say_where_to_look,
    lists_of_keys_are_looked_up_one_by_one,
)
