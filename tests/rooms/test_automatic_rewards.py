"""Rewards that come by themselves, holds in a sandbox, and what the proof finds when somebody meddled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from praemia import nights, orders, programs, redemption
from praemia.programs import Mode
from praemia.redemption import Redeem
from tests.rooms.deeds import adjust
from tests.rooms.ground import NOW, Ground, open_ground, purchase

AUTOMATIC = """
program: auto
timezone: Europe/Berlin
units: {points: {pending: {days: 2}}, stamps: {}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: stamp, trigger: purchase, to: stamps, earn: {points: 1, per_item: true}}
rewards:
  - {id: coffee, cost: 10, unit: stamps, auto: true, gives: {other: A coffee}}
  - {id: voucher, cost: 100, auto: true, per_member: {times: 3}, gives: {amount_off: "5.00"}, code: {bound: true}}
  - {id: mug, cost: 20, unit: stamps, gives: {other: A mug}}
"""


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        async with opened.db.transaction(opened.tenant_id) as tx:
            await programs.apply(tx, AUTOMATIC, at=NOW, by="test", mode=Mode.SANDBOX, clock=NOW)
        await opened.enrol("auto", "ann", "bob")
        yield opened


async def bought(ground: Ground, order: str, *amounts: int) -> Any:
    (answer,) = await ground.db.run(ground.tenant_id, lambda tx: orders.record(tx, [purchase("auto", "ann", order, *amounts)], now=NOW))
    return answer


async def moved(ground: Ground, to: datetime) -> None:
    await ground.db.run(ground.tenant_id, lambda tx: nights.set_clock(tx, "auto", to, now=NOW))


async def had(ground: Ground, reference: str = "ann") -> dict[str, int]:
    """How often the member has each reward."""
    times: dict[str, int] = {}
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        for done in await redemption.redemptions_of(tx, "auto", reference, now=NOW):
            times[done.redemption.reward] = times.get(done.redemption.reward, 0) + done.redemption.times
    return times


async def test_what_a_purchase_makes_affordable_is_given_with_it(ground: Ground) -> None:
    for n in range(9):
        await bought(ground, f"o{n}", 100)
    assert await had(ground) == {}
    await bought(ground, "o9", 100)
    assert await had(ground) == {"coffee": 1}
    assert (await ground.balances("auto", "ann"))["stamps"] == 0
    await bought(ground, "o9", 100)
    await bought(ground, "many", *[100] * 25)
    assert await had(ground) == {"coffee": 3}
    assert (await ground.balances("auto", "ann"))["stamps"] == 5
    assert await ground.discrepancies() == []


async def test_points_that_open_at_night_bring_their_rewards_that_night_up_to_the_limit(ground: Ground) -> None:
    await bought(ground, "o1", 55000)
    assert "voucher" not in await had(ground)
    night = NOW + timedelta(days=2)
    for _ in range(2):
        await moved(ground, night)
    assert (await had(ground))["voucher"] == 3
    assert (await ground.balances("auto", "ann"))["points"] == 250
    assert await ground.discrepancies() == []


async def test_a_sandbox_hold_lapses_when_its_clock_passes_the_deadline(ground: Ground) -> None:
    await ground.record(adjust("auto", "bob", 25, unit="stamps"))
    hold = Redeem(program="auto", member="bob", reward="mug", hold=True)
    await ground.db.run(ground.tenant_id, lambda tx: redemption.redeem(tx, hold, now=NOW))
    assert (await ground.balances("auto", "bob"))["stamps"] == 5
    for hours, left in ((23, 5), (24, 25)):
        to = NOW + timedelta(hours=hours)
        await moved(ground, to)
        assert (await ground.balances("auto", "bob"))["stamps"] == left


@pytest.mark.parametrize(
    ("meddled", "invariant"),
    [
        ("update stock set remaining = remaining + 1 where item = 'last' and placed > remaining", "R2"),
        ("update redemptions set state = 'given' where state = 'held'", "R1"),
        ("update gift_cards set balance_minor = balance_minor + 1", "C2"),
    ],
)
async def test_meddling_is_found(meddled: str, invariant: str, database: str) -> None:
    from tests.rooms.shop import SHOP, Counter

    async with open_ground(database) as ground:
        await ground.apply(SHOP)
        await ground.enrol("shop", "ann")
        counter = Counter(ground)
        await counter.fund("ann", 500)
        await counter.redeem("ann", "last")
        await counter.redeem("ann", "trees", hold=True)
        await counter.redeem("ann", "card")
        assert await ground.discrepancies() == []
        owner = await asyncpg.connect(database)
        await owner.execute(meddled)
        await owner.close()
        assert {wrong.invariant for wrong in await ground.discrepancies()} == {invariant}
