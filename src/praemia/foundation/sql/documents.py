"""SQL is a document: every room keeps its statements in one queries.sql, read here once and called by name.

A statement without a suffix answers a list of rows, `^` one row or None, `$` one value, `!` executes.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, cast

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter


class _Adapter(AsyncPGAdapter):
    """aiosql's own adapter, but for a connection at hand: rows come as a list, and no call asks whether it got a pool.

    It poses as synchronous, so that aiosql hands our coroutines through as they are instead of wrapping rows one by one.
    """

    is_aio_driver = False

    async def select(self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: None = None) -> Any:
        return await conn.fetch(sql, *self._in_order(query_name, parameters))

    async def select_one(self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: None = None) -> Any:
        return await conn.fetchrow(sql, *self._in_order(query_name, parameters))

    async def select_value(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.fetchval(sql, *self._in_order(query_name, parameters))

    async def insert_update_delete(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.execute(sql, *self._in_order(query_name, parameters))

    def _in_order(self, query_name: str, parameters: Any) -> list[Any]:
        return [parameters[name] for name in self.var_sorted[query_name]]


def text_of(package: str, name: str) -> str:
    """The text of a named statement, with numbered parameters."""
    text: str = getattr(queries(package), name).sql
    return text.strip().rstrip(";")


@cache
def names_of(package: str, name: str) -> list[str]:
    """The names of its parameters, in the order of their numbers."""
    return list(queries(package).driver_adapter.var_sorted[name])


@cache
def queries(package: str) -> Any:
    """The named statements of a room (`praemia.ledger` -> ledger/queries.sql), as functions of a connection and keywords."""
    return aiosql.from_str((files(package) / "queries.sql").read_text("utf-8"), cast(Any, _Adapter))
