"""Laws of terminals without a network over drawn deliveries: lost, doubled, reordered, side by side. Each event counts once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws import few
from tests.property.earning_world import World, world
from tests.rooms.counter import CORNER, Corner, Register
from tests.rooms.ground import Ground

EVENTS = 8
SALES = st.lists(
    st.tuples(st.sampled_from(["anna", "bert", "nobody"]), st.integers(0, 3000), st.sampled_from([None, None, 100, 300])),
    min_size=1,
    max_size=EVENTS,
)
DELIVERIES = st.lists(st.lists(st.integers(0, EVENTS - 1), min_size=1, max_size=EVENTS), max_size=6)
"""Of every delivery the events that arrive, by their place in the queue, in the order in which they do."""


@pytest.fixture
def shop(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


def test_any_deliveries_give_each_event_once_in_its_order(shop: World) -> None:
    @few(25)
    @given(sales=SALES, deliveries=DELIVERIES, side_by_side=st.booleans())
    def law(sales: list[tuple[str, int, int | None]], deliveries: list[list[int]], side_by_side: bool) -> None:
        async def deliver(ground: Ground) -> None:
            corner, register = await opened(ground)
            for member, amount, burn in sales:
                pays: dict[str, Any] = {"pay_points": burn, "snapshot": 1} if burn else {}
                register.say(member=member, amount_minor=amount, **pays)
            told: dict[int, Any] = {}
            for delivery in [*deliveries, list(range(len(sales)))]:
                if side_by_side:
                    await asyncio.gather(*(arrive(register, delivery, told, alone=False) for _ in range(2)))
                else:
                    await arrive(register, delivery, told, alone=True)
            assert sorted(told) == list(range(1, len(sales) + 1))
            held = sum([await corner.points(member) for member in ("anna", "bert")])
            recorded = [one for one in told.values() if one["state"] == "recorded" and one["member"]]
            earned = sum(one["awards"].get("points", 0) for one in recorded)
            burned = sum(burn or 0 for (_, _, burn), n in zip(sales, sorted(told), strict=True) if told[n]["state"] == "recorded")
            assert held == 2 * 600 + earned - burned
            kept = await ground.fetch("select sequence from till_events order by sequence")
            assert [row["sequence"] for row in kept] == sorted(told)

        async def whole() -> None:
            async with shop.tenant() as ground:
                await deliver(ground)

        shop.run(whole())

    law()


async def opened(ground: Ground) -> tuple[Corner, Register]:
    """The corner shop with two members of six hundred points, and a terminal that knows them."""
    await ground.apply(CORNER)
    await ground.enrol("corner", "anna", "bert")
    corner = Corner(ground)
    for member in ("anna", "bert"):
        await corner.fund(member, 600)
    register = await corner.terminal()
    await register.snapshot()
    return corner, register


async def arrive(register: Register, delivery: list[int], told: dict[int, Any], *, alone: bool) -> None:
    """Some events arrive. What was answered once is answered the same for ever; a gap is refused and nothing else is."""
    for place in delivery:
        if place >= len(register.queue):
            continue
        code = await register.code(register.queue[place])
        if code == "!tills.sequence_gap":
            assert not alone or place + 1 not in told
            continue
        assert not code.startswith("!"), code
        answer = await register.take(register.queue[place])
        assert told.setdefault(answer.sequence, answer.told) == answer.told
        assert not alone or all(before in told for before in range(1, answer.sequence))
