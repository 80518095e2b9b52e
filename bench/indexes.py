"""Indexes are built faster once than row by row: away for the length of a block, then built again."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from bench.queries import queries


@contextlib.asynccontextmanager
async def without_indexes(conn: Any, tables: Sequence[str]) -> AsyncIterator[None]:
    """Within the block the tables have no index and no key. Left by an error they stay without: the database is thrown away then."""
    found = await queries().indexes_of(conn, tables=list(tables))
    for one in found:
        await conn.execute(one["dropping"])
    yield
    for one in found:
        await conn.execute(one["making"])
