"""The chart of transfers is told three times (code, table, check on transfers.kind) and says the same each time."""

from __future__ import annotations

import re
from typing import Any

from praemia.ledger import CHART
from tests.architecture.connecting import as_owner


async def test_code_table_and_check_tell_the_same_chart(kept_database: str) -> None:
    async with as_owner(kept_database) as conn:
        assert await _disagreements(conn) == []


async def test_a_kind_that_only_the_table_knows_is_found(database: str) -> None:
    async with as_owner(database) as conn:
        await conn.execute("insert into chart values ('gift', 'issued', 'available')")
        assert await _disagreements(conn) == ["the table differs from the code: gift", "the check differs from the table: gift"]


async def _disagreements(conn: Any) -> list[str]:
    code = {(str(kind), str(source), str(target)) for kind, (source, target) in CHART.items()}
    table = {tuple(row) for row in await conn.fetch("select kind, from_role, to_role from chart")}
    definition = await conn.fetchval(
        "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'transfers'::regclass and conname = 'transfers_kind_check'"
    )
    checked = set(re.findall(r"'(\w+)'", definition))
    differences = [f"the table differs from the code: {kind}" for kind, *_ in sorted(code ^ table)]
    return differences + [f"the check differs from the table: {kind}" for kind in sorted(checked ^ {kind for kind, *_ in table})]
