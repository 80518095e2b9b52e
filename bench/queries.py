"""The statements of queries.sql, called by name."""

from __future__ import annotations

from typing import Any

from praemia.foundation import sql


def queries() -> Any:
    """The bench's named statements, as functions of a connection."""
    return sql.queries("bench")
