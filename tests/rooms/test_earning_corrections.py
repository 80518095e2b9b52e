"""Corrections by staff: what is taken, what is owed, and that the debt is paid first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.rooms.deeds import adjust, codes, recorded
from tests.rooms.ground import NOW, ONE_POINT_PER_EURO, Ground, open_ground, purchase


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(ONE_POINT_PER_EURO)
        await opened.enrol("cafe", "ada")
        yield opened


async def account(ground: Ground) -> tuple[int, int, int, int]:
    """Balance, debt, lifetime, and what the lots still hold."""
    (row,) = await ground.fetch("select available, debt, lifetime, (select coalesce(sum(remaining), 0) from lots) as open from accounts")
    return row["available"], row["debt"], row["lifetime"], row["open"]


async def test_more_than_the_balance_is_refused_and_says_what_there_is(ground: Ground) -> None:
    await ground.record(adjust("cafe", "ada", 10, "k1"))
    (refused,) = await ground.record(adjust("cafe", "ada", -11, "k2"))
    assert codes([refused]) == ["ledger.insufficient_points"]
    assert refused.fields == {"asked": 11, "available": 10}  # type: ignore[union-attr]
    assert codes(await ground.record(adjust("cafe", "ada", -10, "k2"))) == ["recorded"]
    assert await account(ground) == (0, 0, 10, 0)


async def test_a_balance_below_zero_offers_nothing(ground: Ground) -> None:
    await ground.record(adjust("cafe", "ada", -5, "k1", may_owe=True))
    (refused,) = await ground.record(adjust("cafe", "ada", -1, "k2"))
    assert refused.fields == {"asked": 1, "available": 0}  # type: ignore[union-attr]


async def test_what_the_balance_does_not_cover_is_owed_when_that_is_allowed(ground: Ground) -> None:
    await ground.record(adjust("cafe", "ada", 10, "k1"))
    (answer,) = await ground.record(adjust("cafe", "ada", -25, "k2", may_owe=True))
    assert recorded(answer).balances == {"points": -15}
    assert await account(ground) == (-15, 15, 10, 0)
    assert await ground.discrepancies() == []


async def test_what_is_earned_pays_the_debt_first(ground: Ground) -> None:
    await ground.record(adjust("cafe", "ada", -15, "k1", may_owe=True))
    await ground.record(purchase("cafe", "ada", "A1", 600))
    assert await account(ground) == (-9, 9, 6, 0)
    await ground.record(adjust("cafe", "ada", 20, "k2"))
    assert await account(ground) == (11, 0, 26, 11)
    (paid,) = await ground.fetch("select event_id, lot_event_id, amount from allocations where amount = 9")
    assert paid["event_id"] == paid["lot_event_id"]  # the credit took from its own lot
    assert await ground.discrepancies() == []


async def test_the_oldest_points_are_taken_first_whatever_came_in_first(ground: Ground) -> None:
    day = timedelta(days=1)
    await ground.record(purchase("cafe", "ada", "A2", 700, at=NOW - 2 * day), purchase("cafe", "ada", "A9", 500, at=NOW - 9 * day))
    await ground.record(adjust("cafe", "ada", -8, "k1"))
    lots = await ground.fetch("select earned_at, remaining from lots order by earned_at")
    assert [row["remaining"] for row in lots] == [0, 4]


async def test_in_one_batch_each_correction_sees_the_one_before(ground: Ground) -> None:
    answers = await ground.record(
        adjust("cafe", "ada", -1, "k0"), adjust("cafe", "ada", 5, "k1"), adjust("cafe", "ada", -3, "k2"), adjust("cafe", "ada", -3, "k3")
    )
    assert codes(answers) == ["ledger.insufficient_points", "recorded", "recorded", "ledger.insufficient_points"]
    assert await account(ground) == (2, 0, 5, 2)
    assert await ground.discrepancies() == []


async def test_of_corrections_at_once_as_many_win_as_the_balance_covers(ground: Ground) -> None:
    await ground.record(adjust("cafe", "ada", 10, "k1"))
    answers = [a for (a,) in await asyncio.gather(*(ground.record(adjust("cafe", "ada", -3, f"d{n}")) for n in range(12)))]
    assert sorted(codes(answers)) == ["ledger.insufficient_points"] * 9 + ["recorded"] * 3
    assert await account(ground) == (1, 0, 10, 1)
    assert await ground.discrepancies() == []
