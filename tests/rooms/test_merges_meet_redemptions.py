"""What a member had redeemed before a merge is the survivor's: its codes, and what comes back of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from praemia import orders, sharing
from praemia.redemption import State
from praemia.sharing import Merging, Parting, Shared
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.shop import SHOP, Counter, code_of


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(SHOP)
        await opened.enrol("shop", "ann", "bob")
        yield opened
        async with opened.db.rehearsal(opened.tenant_id) as tx:
            assert [wrong async for _, found in orders.verify(tx) for wrong in found] == []


@pytest.fixture
async def counter(ground: Ground) -> Counter:
    made = Counter(ground)
    await made.fund("bob", 1500)
    return made


async def merge(counter: Counter) -> Shared:
    merged: Shared = await counter.run(lambda tx: sharing.merge(tx, Merging(program="shop", keep="ann", drop="bob"), now=counter.now))
    return merged


async def test_what_is_cancelled_after_a_merge_comes_back_to_the_survivor(counter: Counter) -> None:
    done = await counter.redeem("bob", "mug")
    await merge(counter)
    cancelled = await counter.act("cancel", done)
    assert (cancelled.redemption.state, cancelled.returned, cancelled.member) == (State.CANCELLED, 1000, "ann")
    assert (cancelled.after["points"], await counter.available("ann")) == (1500, 1500)
    assert (await counter.act("cancel", done)).returned == 0


async def test_a_limit_that_falls_back_falls_back_for_the_survivor(counter: Counter) -> None:
    first = await counter.redeem("bob", "monthly")
    await counter.redeem("bob", "monthly")
    await merge(counter)
    assert await code_of(counter.redeem("ann", "monthly")) == "catalogue.limit_reached"
    await counter.act("cancel", first)
    assert await code_of(counter.redeem("ann", "monthly")) == "ok"


async def test_a_bound_code_of_the_dropped_can_be_used_by_the_survivor(counter: Counter) -> None:
    done = await counter.redeem("bob", "coupon")
    await merge(counter)
    counter.now = NOW + timedelta(days=31)
    used = await counter.burn(done.codes[0].spelled or "", "ann")
    assert used.redemption.state is State.USED


async def test_a_hold_stands_against_a_merge_until_it_is_settled(counter: Counter) -> None:
    held = await counter.redeem("bob", "mug", hold=True)
    assert await code_of(merge(counter)) == "sharing.points_held"
    await counter.act("release", held)
    assert await code_of(merge(counter)) == "ok"


async def test_what_came_back_after_a_merge_stays_with_the_survivor_when_they_part(counter: Counter) -> None:
    done = await counter.redeem("bob", "mug")
    merged = await merge(counter)
    await counter.act("cancel", done)
    await counter.run(lambda tx: sharing.part(tx, Parting(program="shop", merge=str(merged.event_id)), now=counter.now))
    assert (await counter.available("ann"), await counter.available("bob")) == (1000, 500)
