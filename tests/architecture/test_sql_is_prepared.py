"""Every named statement fits the migrated schema and may be run by the application role, in both layouts of the tables.

PostgreSQL itself is the judge: it prepares the statement, which finds wrong names and types, and plans it as the
application role, which finds missing grants. Nothing is executed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiosql
import asyncpg
import pytest

from tests.architecture.connecting import as_application, as_owner
from tests.architecture.sqltext import statements
from tests.architecture.tree import REPOSITORY, Tree

DOCUMENTS = sorted((REPOSITORY / "src" / "praemia").rglob("queries.sql"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.parent.name)
async def test_every_statement_fits_the_schema_and_the_grants(document: Path, kept_database: str) -> None:
    async with as_owner(kept_database) as conn:
        found = await _faults(conn, document.read_text("utf-8"))
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("select nope from lots where amount = :n", 'column "nope" does not exist'),
        ("select :n::int from lots where bucket = 'x'::text", "operator does not exist"),
        ("delete from lot_states where remaining = :n", "permission denied"),
        ("update transfers set amount = :n", "permission denied"),
    ],
)
async def test_a_statement_that_does_not_fit_is_found(statement: str, complaint: str, kept_database: str) -> None:
    async with as_owner(kept_database) as conn:
        found = await _faults(conn, f"-- name: broken(n)\n-- Planted.\n{statement};\n")
    assert len(found) == 1
    assert complaint in found[0]


def test_both_readers_see_the_same_statements() -> None:
    ours = {(s.path, s.name) for s in statements(Tree(REPOSITORY))}
    theirs = {(d.relative_to(REPOSITORY).as_posix(), name) for d in DOCUMENTS for name in _named(d.read_text("utf-8"))}
    assert ours == theirs


async def _faults(conn: Any, document: str) -> list[str]:
    """What PostgreSQL has against the statements of a document, one line per statement."""
    found = []
    for name, sql in _named(document).items():
        async with as_application(conn, 1):
            try:
                prepared = await conn.prepare(sql)
                await conn.execute("set local plan_cache_mode = force_generic_plan")
                await conn.execute(f"prepare {name} as {sql}")
                nulls = ", ".join("null" for _ in prepared.get_parameters())
                await conn.execute(f"explain execute {name}{f'({nulls})' if nulls else ''}")
            except asyncpg.PostgresError as error:
                found.append(f"{name}: {error}")
    return found


def _named(document: str) -> dict[str, str]:
    queries = aiosql.from_str(document, "asyncpg")
    names = [name for name in queries.available_queries if not name.endswith("_cursor")]
    return {name: getattr(queries, name).sql.rstrip().rstrip(";") for name in names}
