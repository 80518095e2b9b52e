"""What a member had redeemed before a merge is the survivor's: its codes, and what comes back of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta

import pytest

from praemia import orders, sharing
from praemia.redemption import Done, State
from praemia.sharing import Merging, Parting, Shared
from tests.rooms.deeds import someone_waits
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


async def meanwhile_parted(counter: Counter, dsn: str, merged: Shared, waiting: Awaitable[Done]) -> Done:
    """What comes of something that waits for the locks of a parting, once that has committed."""
    async with counter.ground.db.transaction(counter.ground.tenant_id) as tx:
        await sharing.part(tx, Parting(program="shop", merge=str(merged.event_id)), now=counter.now)
        task = asyncio.ensure_future(waiting)
        await someone_waits(dsn)
    return await task


async def test_what_is_cancelled_while_a_parting_commits_comes_back_to_whoever_redeemed(counter: Counter, database: str) -> None:
    given = await counter.redeem("bob", "mug")
    cancelled = await meanwhile_parted(counter, database, await merge(counter), counter.act("cancel", given))
    assert (cancelled.member, cancelled.returned, cancelled.after["points"]) == ("bob", 1000, 1500)
    assert (await counter.available("ann"), await counter.available("bob")) == (0, 1500)


async def test_who_redeems_by_an_old_name_while_a_parting_commits_pays_themselves(counter: Counter, database: str) -> None:
    await counter.fund("ann", 2000)
    redeemed = await meanwhile_parted(counter, database, await merge(counter), counter.redeem("bob", "mug"))
    assert redeemed.member == "bob"
    assert (await counter.available("ann"), await counter.available("bob")) == (2000, 500)


@pytest.mark.parametrize(("verb", "left"), [("capture", 0), ("release", 1000)])
async def test_a_hold_that_is_settled_while_a_parting_commits_is_its_holders(counter: Counter, database: str, verb: str, left: int) -> None:
    await counter.fund("ann", 1000)
    merged = await merge(counter)
    held = await counter.redeem("ann", "mug", hold=True)
    assert (await counter.available("ann")) == 1500
    settled = await meanwhile_parted(counter, database, merged, counter.act(verb, held))
    assert settled.member == "ann"
    assert (await counter.available("ann"), await counter.available("bob")) == (left, 1500)
