"""Statements that name keys are led by them, on a new installation as well: while a table was never counted, others look as good."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from praemia.foundation.db import Tx
from praemia.foundation.sql import queries
from tests.rooms.ground import Ground, open_ground


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened


@pytest.mark.parametrize(
    ("room", "statement"),
    [
        ("redemption", "who_redeemed"),
        ("redemption", "find_redemptions"),
        ("redemption", "lock_redemptions"),
        ("redemption", "write_redemptions"),
        ("tiers", "states"),
        ("tiers", "update_states"),
    ],
)
async def test_rows_are_found_one_by_one_and_by_their_key(ground: Ground, room: str, statement: str) -> None:
    text = getattr(queries(f"praemia.{room}"), statement).sql.rstrip("; \n")
    nulls = ", ".join(["null"] * len(set(re.findall(r"\$\d+", text))))

    async def plan(tx: Tx) -> str:
        await tx.conn.execute(f"prepare look as {text}")
        return "\n".join(row[0] for row in await tx.conn.fetch(f"explain execute look ({nulls})"))

    found = await ground.db.run(ground.tenant_id, plan)
    assert ("Nested Loop" in found, "Seq Scan" in found, "Join" in found) == (True, False, False), found
    assert {index.endswith("pkey") for index in re.findall(r"Index Scan using (\S+)", found)} == {True}, found
