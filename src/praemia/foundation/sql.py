"""SQL is a document: every room keeps its statements in one queries.sql, read here once and called by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import aiosql


@cache
def queries(package: str) -> Any:
    """The named statements of a room (`praemia.ledger` -> ledger/queries.sql), as functions of a connection and keywords."""
    return aiosql.from_str((files(package) / "queries.sql").read_text("utf-8"), "asyncpg")
