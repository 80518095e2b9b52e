"""A return that comes before its order: refused, or kept and settled with the order, whoever is first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from praemia import orders
from praemia.earning import Command, Recorded
from praemia.foundation.errors import DomainError
from tests.rooms.deeds import recorded, someone_waits
from tests.rooms.ground import NOW, Ground, open_ground, purchase
from tests.rooms.returns import all_discrepancies, back, give_back, off, programme, refused, standing

PARKS = programme(rest="out_of_order: {refund_first: park}")


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as ground:
        await ground.apply(PARKS)
        await ground.enrol("cafe", "ann", "bob")
        yield ground


async def buy(ground: Ground, *commands: Command) -> list[Recorded | DomainError]:
    """Record as the house does: with what waited."""
    return await ground.db.run(ground.tenant_id, lambda tx: orders.record(tx, commands, now=NOW))


async def test_a_waiting_return_is_settled_with_its_order_once(ground: Ground) -> None:
    waits = await give_back(ground, back("o1", "k1", lines={"S1": 1}))
    assert (waits.parked, waits.taken, waits.member) == (True, {}, None)
    (answer,) = await buy(ground, purchase("cafe", "ann", "o1", 7000, 3000))
    assert recorded(answer).verdict.awards == {"points": 100}
    assert (await standing(ground, "ann"))[0] == 70
    assert (await give_back(ground, back("o1", "k1", lines={"S1": 1}))).event_id == waits.event_id
    assert await refused(ground, back("o1", "k2", lines={"S1": 1})) == "orders.exceeds_order"
    (again,) = await buy(ground, purchase("cafe", "ann", "o1", 7000, 3000))
    assert recorded(again).replayed
    assert (await standing(ground, "ann"))[0] == 70
    assert await all_discrepancies(ground) == []


async def test_returns_wait_in_turn_and_one_that_does_not_fit_is_written_down(ground: Ground) -> None:
    await give_back(ground, back("o1", "k1", amount_minor=4000))
    await give_back(ground, back("o1", "k2", amount_minor=7000))
    await give_back(ground, back("o1", "k3", all=True, member="bob"))
    await give_back(ground, off("o1"))
    await buy(ground, purchase("cafe", "ann", "o1", 10000), purchase("cafe", "ann", "o2", 500))
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        view = await orders.get_order(tx, "cafe", "o1")
    assert [(one.taken, one.refused and one.refused["code"]) for one in view.returns] == [
        ({"points": 40}, None),
        ({}, "orders.exceeds_order"),
        ({}, "orders.wrong_member"),
        ({"points": 60}, None),
    ]
    assert view.cancelled
    assert (await standing(ground, "ann"))[0] == 5
    assert await all_discrepancies(ground) == []


async def test_a_cancelled_order_that_comes_later_earns_nothing(ground: Ground) -> None:
    first = await give_back(ground, off("o1"))
    assert (await give_back(ground, off("o1", "other"))).event_id == first.event_id
    await buy(ground, purchase("cafe", "ann", "o1", 10000))
    assert await standing(ground, "ann") == (0, 0, [])


async def test_a_version_that_parks_no_more_forgets_nobody(ground: Ground) -> None:
    await give_back(ground, off("o1"))
    await ground.apply(programme())
    assert await refused(ground, back("o2", all=True)) == "orders.unknown"
    await buy(ground, purchase("cafe", "ann", "o1", 10000))
    assert (await standing(ground, "ann"))[0] == 0


async def test_an_order_and_its_return_at_the_same_moment_find_each_other(ground: Ground, database: str) -> None:
    """The order is recorded but not committed when the return looks for it, and the other way round."""

    async def order_waits(number: str, written: asyncio.Event, go_on: asyncio.Event) -> None:
        async with ground.db.transaction(ground.tenant_id) as tx:
            await orders.record(tx, [purchase("cafe", "ann", number, 1000)], now=NOW)
            written.set()
            await go_on.wait()

    async def return_waits(number: str, written: asyncio.Event, go_on: asyncio.Event) -> None:
        async with ground.db.transaction(ground.tenant_id) as tx:
            await orders.return_order(tx, off(number), now=NOW)
            written.set()
            await go_on.wait()

    for number, first, second in (
        ("o1", order_waits, lambda: give_back(ground, off("o1"))),
        ("o2", return_waits, lambda: buy(ground, purchase("cafe", "ann", "o2", 1000))),
    ):
        written, go_on = asyncio.Event(), asyncio.Event()
        slow = asyncio.create_task(first(number, written, go_on))
        async with asyncio.timeout(30):
            await written.wait()
        fast = asyncio.create_task(second())
        await someone_waits(database)
        go_on.set()
        await asyncio.gather(slow, fast)
        assert (await standing(ground, "ann"))[0] == 0
    assert await all_discrepancies(ground) == []


async def test_many_returns_and_the_order_in_any_order_end_alike(ground: Ground) -> None:
    lines = [{"sku": f"S{n}", "amount_minor": 1000} for n in range(8)]
    tasks = [give_back(ground, back("o1", f"k{n}", lines={f"S{n}": 1})) for n in range(6)]
    tasks.insert(3, buy(ground, purchase("cafe", "ann", "o1", lines=lines)))  # type: ignore[arg-type]
    await asyncio.gather(*tasks)
    assert (await standing(ground, "ann"))[0] == 20
    assert await all_discrepancies(ground) == []
