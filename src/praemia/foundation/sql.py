"""SQL is a document: every room keeps its statements in one queries.sql, read here once and called by name.

A statement without a suffix answers a list of rows, `^` one row or None, `$` one value, `!` executes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter

_PARAMETER = re.compile(r"\$(\d+)")


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


class Sheaf:
    """Statements that write, carried out in one round trip as the parts of one statement.

    Parts see neither each other's rows nor an order: they must not depend on one another. PostgreSQL carries each out to its end
    (documentation, 7.8.4: data-modifying statements in WITH).
    """

    def __init__(self) -> None:
        self._parts: list[tuple[str, str]] = []
        self._parameters: list[Any] = []

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, package: str, name: str, parameters: Mapping[str, Any]) -> None:
        """A part: a named statement of a room."""
        self._parts.append((package, name))
        self._parameters.extend(parameters[each] for each in _names_of(package, name))

    async def carry_out(self, conn: Any) -> None:
        """All parts, whatever they answer."""
        await conn.fetchrow(_bound(tuple(self._parts)), *self._parameters)


@cache
def _bound(parts: tuple[tuple[str, str], ...]) -> str:
    """The text of a sheaf, with the parameters of the parts one after the other."""
    return "with " + ",\n".join(f"part_{number} as ({_shifted(parts, number)})" for number in range(len(parts))) + "\nselect where false"


def _shifted(parts: tuple[tuple[str, str], ...], number: int) -> str:
    """A part's own text, its parameters counted on from those of the parts before it."""
    before = sum(len(_names_of(package, name)) for package, name in parts[:number])
    package, name = parts[number]

    def later(found: re.Match[str]) -> str:
        return f"${int(found[1]) + before}"

    return _PARAMETER.sub(later, _text_of(package, name))


def _text_of(package: str, name: str) -> str:
    text: str = getattr(queries(package), name).sql
    return text.strip().rstrip(";")


@cache
def _names_of(package: str, name: str) -> list[str]:
    return list(queries(package).driver_adapter.var_sorted[name])


@cache
def queries(package: str) -> Any:
    """The named statements of a room (`praemia.ledger` -> ledger/queries.sql), as functions of a connection and keywords."""
    return aiosql.from_str((files(package) / "queries.sql").read_text("utf-8"), cast(Any, _Adapter))
