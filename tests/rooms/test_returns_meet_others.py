"""Returns beside other things that happen to a member: fulfilment, limits, mergers, and other returns at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from praemia import earning, orders, programs, sharing
from praemia.foundation.errors import DomainError
from praemia.orders import Settlement
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground, open_ground, purchase
from tests.rooms.returns import all_discrepancies, back, give_back, off, programme, standing


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as ground:
        yield ground


async def begin(ground: Ground, source: str) -> None:
    await ground.apply(source)
    await ground.enrol("cafe", "ann", "bob")


async def test_what_is_kept_opens_with_the_fulfilment(ground: Ground) -> None:
    await begin(ground, programme(unit="pending: {until: fulfilled}"))
    await ground.record(purchase("cafe", "ann", "o1", 1000, 2000))
    await give_back(ground, back("o1", lines={"S0": 1}))
    async with ground.db.transaction(ground.tenant_id) as tx:
        moved = await earning.fulfil(tx, "cafe", "o1", key=None, now=NOW)
    assert (moved.moved, await standing(ground, "ann")) == ({"points": 20}, (20, 0, [(None, 20)]))
    await give_back(ground, off("o1"))
    assert await standing(ground, "ann") == (0, 0, [])
    assert await all_discrepancies(ground) == []


async def test_limits_caps_and_the_welcome_fall_back_in_the_period_of_the_purchase(ground: Ground) -> None:
    rules = """
    - {id: first, trigger: purchase, when: {first_purchase: true}, earn: {points: 50}}
    - {id: once, trigger: purchase, earn: {points: 5}, limit: {times: 1, per: day}}
  caps: [{points: 80, per: month}]
  budgets: [{id: pot, rules: [once], points: 5, per: month}]"""
    await begin(ground, programme(rules=rules))
    may = NOW - timedelta(days=5)
    first = await ground.record(purchase("cafe", "ann", "o1", 4000, at=may), purchase("cafe", "ann", "o2", 1000, at=may))
    assert [recorded(a).verdict.awards for a in first] == [{"points": 80}, {}]
    await give_back(ground, off("o1"))
    again = await ground.record(purchase("cafe", "ann", "o3", 1000, at=may + timedelta(hours=1)))
    # o2 was the first by then; its points were cut, so the month has all its room.
    assert [recorded(a).verdict.awards for a in again] == [{"points": 15}]
    assert await all_discrepancies(ground) == []


async def test_a_cooldown_does_not_forget(ground: Ground) -> None:
    rules = "    - {id: rest, trigger: purchase, cooldown: 24h, earn: {points: 5}}"
    await begin(ground, programme(rules=rules))
    await ground.record(purchase("cafe", "ann", "o1", 100))
    await give_back(ground, off("o1"))
    (again,) = await ground.record(purchase("cafe", "ann", "o2", 100))
    assert recorded(again).verdict.awards == {"points": 1}


async def test_the_last_piece_comes_back_once_however_many_try(ground: Ground) -> None:
    await begin(ground, programme())
    await ground.record(purchase("cafe", "ann", "o1", 1000, 2000))
    tries = [give_back(ground, back("o1", f"k{n}", lines={"S0": 1})) for n in range(20)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(a, Settlement) for a in answers) == 1
    assert {a.code for a in answers if isinstance(a, DomainError)} == {"orders.exceeds_order"}
    assert (await standing(ground, "ann"))[0] == 20
    assert await all_discrepancies(ground) == []


async def test_twenty_cancellations_at_once_are_one(ground: Ground) -> None:
    await begin(ground, programme())
    await ground.record(purchase("cafe", "ann", "o1", 1000), purchase("cafe", None, "g1", 1000))
    for order in ("o1", "g1"):
        answers = await asyncio.gather(*[give_back(ground, off(order, f"{order}-{n}")) for n in range(20)])
        assert len({a.event_id for a in answers}) == 1
        assert [a.replayed for a in answers].count(False) == 1
    assert (await standing(ground, "ann"))[0] == 0
    assert await all_discrepancies(ground) == []


async def test_an_order_follows_its_member_into_another_account(ground: Ground) -> None:
    await begin(ground, programme())
    await ground.record(adjust("cafe", "bob", 5), purchase("cafe", "ann", "o1", 1000, 2000))
    async with ground.db.transaction(ground.tenant_id) as tx:
        await sharing.merge(tx, sharing.Merging(program="cafe", keep="bob", drop="ann", key="m1"), now=NOW)
    done = await give_back(ground, back("o1", lines={"S0": 1}, member="ann"))
    assert (done.member, done.balances) == ("bob", {"points": 25})
    await give_back(ground, off("o1"))
    assert (await standing(ground, "bob"))[0] == 5
    assert await all_discrepancies(ground) == []
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        for one in (await orders.get_order(tx, "cafe", "o1")).returns:
            event = await earning.get_event(tx, "cafe", one.event_id)
            assert await orders.recompute(tx, program, event) == earning.verdict_of(event)


@pytest.mark.parametrize(("said", "counted"), [("", [(1000, 10, 1)]), ("tier_effect: keep", [(3000, 30, 1)])])
async def test_what_counted_for_a_tier_is_counted_back_unless_it_stays(
    ground: Ground, said: str, counted: list[tuple[int, int, int]]
) -> None:
    tiers = "tiers: {criteria: any, window: calendar_year, levels: [{id: low, at: {spend: 0}}, {id: high, at: {points: 25, spend: 2000}}]}"
    await begin(ground, programme(said, rest=tiers))
    await ground.record(purchase("cafe", "ann", "o1", 1000, 2000, at=NOW - timedelta(days=40)))
    await give_back(ground, back("o1", lines={"S1": 1}))
    rows = await ground.fetch("select spend_minor, points, visits from tier_counts where day = '2025-04-22'")
    assert [tuple(row.values()) for row in rows] == counted


async def test_an_order_is_settled_by_the_version_it_was_bought_under(ground: Ground) -> None:
    await begin(ground, programme())
    (first,) = await ground.record(purchase("cafe", "ann", "o1", 1999, 1000))
    assert recorded(first).version == 1
    await ground.apply(programme("shortfall: refuse, earned: by_value").replace("points: 1,", "points: 7,"))
    assert (await give_back(ground, back("o1", lines={"S1": 1}))).taken == {"points": 10}
    assert (await give_back(ground, off("o1"))).version == 1
    (second,) = await ground.record(purchase("cafe", "ann", "o2", 1999, 1000))
    assert recorded(second).verdict.awards == {"points": 209}
    assert (await give_back(ground, back("o2", lines={"S1": 1}))).taken == {"points": 209 * 1000 // 2999}
