"""Rewards and tiers: a tier bought for a time, prices and offers by tier, tiers that follow the balance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from praemia import members, programs, redemption, tiers
from praemia.redemption import Act, Done, Redeem
from tests.rooms.deeds import adjust
from tests.rooms.ground import JOINED, Ground, open_ground
from tests.rooms.shop import code_of

START = datetime(2025, 3, 10, 10, tzinfo=UTC)
BOUGHT = """
program: shop
units: {points: {}}
tiers: {basis: spend, window: {rolling_months: 12}, review: tier_end, levels: [{id: basic, at: 0}, {id: gold, at: 1000}]}
rewards:
  - {id: up, cost: 5000, gives: {tier: gold, months: 12}}
  - {id: mug, cost: 100, cost_by_tier: {gold: 80}, gives: {other: A mug}}
  - {id: lounge, cost: 10, tiers: [gold], gives: {other: An evening}}
"""
BY_BALANCE = """
program: shop
units: {points: {}}
tiers: {basis: balance, downgrade: immediate, levels: [{id: basic, at: 0}, {id: gold, at: 1000}]}
rewards: [{id: mug, cost: 100, gives: {other: A mug}}]
"""


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened
        assert await opened.discrepancies() == []


async def opened(ground: Ground, source: str, points: int) -> None:
    await ground.apply(source, at=JOINED)
    await ground.enrol("shop", "ann")
    await ground.record(adjust("shop", "ann", points), now=START)


async def redeem(ground: Ground, reward: str, *, now: datetime = START) -> Done:
    wanted = Redeem(program="shop", member="ann", reward=reward)
    return await ground.db.run(ground.tenant_id, lambda tx: redemption.redeem(tx, wanted, now=now))


async def tier(ground: Ground, now: datetime = START) -> tuple[str | None, date | None]:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "shop")
        member = await members.get_member(tx, program.program_id, "ann")
        found = await tiers.tier_of(tx, program, member, now=now)
    assert found is not None
    return found[1].state.tier, found[1].until


async def test_points_buy_a_tier_for_twelve_months_and_that_is_final(ground: Ground) -> None:
    await opened(ground, BOUGHT, 6000)
    assert await code_of(redeem(ground, "lounge")) == "catalogue.not_for_tier"
    done = await redeem(ground, "up")
    assert await tier(ground) == ("gold", date(2026, 3, 9))
    assert (await tier(ground, datetime(2026, 3, 9, 12, tzinfo=UTC)))[0] == "gold"
    assert (await tier(ground, datetime(2026, 3, 11, 12, tzinfo=UTC)))[0] == "basic"
    act = Act(program="shop", redemption=str(done.redemption.redemption_id))
    refused = ground.db.run(ground.tenant_id, lambda tx: redemption.cancel(tx, act, now=START))
    assert await code_of(refused) == "redemption.not_cancellable"


async def test_a_tier_has_its_own_price_and_its_own_rewards(ground: Ground) -> None:
    await opened(ground, BOUGHT, 6000)
    assert (await redeem(ground, "mug")).spent == 100
    await redeem(ground, "up")
    assert ((await redeem(ground, "mug")).spent, (await redeem(ground, "lounge")).spent) == (80, 10)


async def test_a_tier_of_the_balance_follows_what_is_spent_and_comes_back(ground: Ground) -> None:
    await opened(ground, BY_BALANCE, 1050)
    assert (await tier(ground))[0] == "gold"
    done = await redeem(ground, "mug")
    assert (await tier(ground))[0] == "basic"
    act = Act(program="shop", redemption=str(done.redemption.redemption_id))
    await ground.db.run(ground.tenant_id, lambda tx: redemption.cancel(tx, act, now=START))
    assert (await tier(ground))[0] == "gold"
