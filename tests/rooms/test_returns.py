"""Returns of orders: how many points go, from where, and that everything adds up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.rooms.deeds import recorded
from tests.rooms.ground import Ground, open_ground, purchase
from tests.rooms.returns import all_discrepancies, back, give_back, off, programme, refused, standing


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as ground:
        yield ground


async def begin(ground: Ground, *amounts: int, source: str = "", **inputs: Any) -> int:
    """The programme, Ann, and her order o1; answers what it earned."""
    await ground.apply(source or programme())
    await ground.enrol("cafe", "ann", "bob")
    (answer,) = await ground.record(purchase("cafe", "ann", "o1", *amounts, **inputs))
    return recorded(answer).verdict.awards.get("points", 0)


async def test_a_return_by_lines_takes_what_the_kept_part_does_not_earn(ground: Ground) -> None:
    rules = """
    - {id: ten, trigger: purchase, match: {sku: [S0]}, earn: {points: 10, per_item: true}}
    - {id: bonus, trigger: purchase, when: {min_amount: "40.00"}, earn: {points: 5}}"""
    assert await begin(ground, 1000, 1000, 2000, source=programme(rules=rules)) == 55
    done = await give_back(ground, back("o1", lines={"S2": 1}))
    assert (done.taken, done.left_minor, done.balances) == ({"points": 25}, 2000, {"points": 30})
    assert {o.rule: o.quanta for o in done.verdict.outcomes} == {"base": -20, "bonus": -5}
    done = await give_back(ground, back("o1", lines={0: 1}))
    assert done.taken == {"points": 20}
    done = await give_back(ground, back("o1", all=True))
    assert (done.taken, done.balances) == ({"points": 10}, {"points": 0})
    assert await all_discrepancies(ground) == []


async def test_returns_of_any_shape_end_at_the_start(ground: Ground) -> None:
    assert await begin(ground, 999, 333, 1234, order_discount_minor=77, points_tender_minor=55) == 24
    for wanted in (back("o1", amount_minor=501), back("o1", lines={1: 1}), back("o1", amount_minor=2), back("o1", all=True)):
        await give_back(ground, wanted)
    assert await standing(ground, "ann") == (0, 0, [])
    assert await all_discrepancies(ground) == []


async def test_more_than_was_bought_is_refused_and_changes_nothing(ground: Ground) -> None:
    await begin(ground, 1000, 2000)
    assert await refused(ground, back("o1", lines={"S0": 2})) == "orders.exceeds_order"
    assert await refused(ground, back("o1", lines={"S9": 1})) == "orders.exceeds_order"
    assert await refused(ground, back("o1", amount_minor=3001)) == "orders.exceeds_order"
    await give_back(ground, back("o1", lines={"S0": 1}))
    assert await refused(ground, back("o1", lines={"S0": 1})) == "orders.exceeds_order"
    assert await refused(ground, back("o1", amount_minor=2001)) == "orders.exceeds_order"
    await give_back(ground, back("o1", all=True))
    assert await refused(ground, back("o1", all=True)) == "orders.exceeds_order"
    assert await ground.balances("cafe", "ann") == {"points": 0}


async def test_an_unknown_order_and_another_members_order_are_refused(ground: Ground) -> None:
    await begin(ground, 1000)
    assert await refused(ground, back("o9", all=True)) == "orders.unknown"
    assert await refused(ground, back("o1", all=True, member="bob")) == "orders.wrong_member"
    assert await refused(ground, back("o1", all=True, member="nobody")) == "orders.wrong_member"
    assert (await give_back(ground, back("o1", all=True, member="ann"))).taken == {"points": 10}


async def test_the_same_key_settles_once_and_another_content_is_refused(ground: Ground) -> None:
    await begin(ground, 1000, 1000)
    first = await give_back(ground, back("o1", "k1", lines={"S0": 1}))
    again = await give_back(ground, back("o1", "k1", lines={"S0": 1}))
    assert (again.event_id, again.taken, again.replayed) == (first.event_id, {"points": 10}, True)
    assert await refused(ground, back("o1", "k1", lines={"S1": 1})) == "journal.key_reused"
    assert await ground.balances("cafe", "ann") == {"points": 10}


async def test_the_second_cancellation_has_no_effect(ground: Ground) -> None:
    await begin(ground, 1000, 1000)
    await give_back(ground, back("o1", lines={"S0": 1}))
    first = await give_back(ground, off("o1", "k1"))
    assert (first.taken, first.left_minor) == ({"points": 10}, 0)
    second = await give_back(ground, off("o1", "k2", reason="again"))
    assert (second.event_id, second.replayed) == (first.event_id, True)
    assert await refused(ground, back("o1", lines={"S1": 1})) == "orders.exceeds_order"
    assert await all_discrepancies(ground) == []


async def test_by_value_takes_shares_rounded_down_and_the_last_one_the_rest(ground: Ground) -> None:
    source = programme("earned: by_value").replace('earn: {points: 1, per_amount: "1.00"}', "earn: {points: 100}")
    assert await begin(ground, source=source, lines=[{"sku": "A", "amount_minor": 3000, "quantity": 3}]) == 100
    took = [(await give_back(ground, back("o1", lines={"A": 1}))).taken["points"] for _ in range(3)]
    assert took == [33, 33, 34]


async def test_steps_of_each_return_keep_points_below_a_step(ground: Ground) -> None:
    source = programme("earned: floor_steps_each").replace('per_amount: "1.00"', 'per_amount: "10.00"').replace("points: 1,", "points: 5,")
    assert await begin(ground, 10000, source=source) == 50
    took = [(await give_back(ground, back("o1", amount_minor=amount))).taken.get("points", 0) for amount in (999, 1500, 7501)]
    assert took == [0, 5, 35]
    assert await ground.balances("cafe", "ann") == {"points": 10}
    (answer,) = await ground.record(purchase("cafe", "ann", "o2", 10900))
    assert recorded(answer).verdict.awards == {"points": 54}
    assert (await give_back(ground, back("o2", all=True))).taken == {"points": 54}


async def test_a_guests_order_comes_back_without_points(ground: Ground) -> None:
    await begin(ground, 1000)
    await ground.record(purchase("cafe", None, "g1", 1000, 2000))
    done = await give_back(ground, back("g1", lines={"S0": 1}))
    assert (done.member, done.taken, done.left_minor) == (None, {}, 2000)
    await give_back(ground, off("g1"))
    assert await refused(ground, back("g1", all=True)) == "orders.exceeds_order"
    assert await all_discrepancies(ground) == []


async def test_waiting_points_go_before_usable_ones(ground: Ground) -> None:
    await begin(ground, 3000)
    await ground.apply(programme(unit="pending: {days: 14}"))
    await ground.record(purchase("cafe", "ann", "o2", 1000, 1000))
    assert (await standing(ground, "ann"))[:2] == (30, 20)
    done = await give_back(ground, back("o2", lines={"S0": 1}))
    assert done.taken == {"points": 10}
    assert (await standing(ground, "ann"))[:2] == (30, 10)
    await give_back(ground, off("o2"))
    assert (await standing(ground, "ann"))[:2] == (30, 0)
    assert await all_discrepancies(ground) == []
