"""Points and returns: what was spent on the order comes back, what the order gave may be spent already, or have expired."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from praemia import earning, members, programs
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.values import replace
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground, open_ground, purchase
from tests.rooms.returns import all_discrepancies, back, give_back, off, programme, refused, spend, standing

A_DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as ground:
        yield ground


async def event_of(ground: Ground, reference: str) -> UUID:
    """An event id where the member's points are."""
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        opened = await programs.open_program(tx, "cafe")
        return new_id(bucket_of((await members.get_member(tx, opened.program_id, reference)).member_id))


async def begin(ground: Ground, source: str) -> None:
    await ground.apply(source)
    await ground.enrol("cafe", "ann")


async def buy_with_points(ground: Ground, order: str, *amounts: int, points: int, **more: Any) -> dict[str, int]:
    """An order partly paid with points, a cent each; answers what it earned."""
    payment = await event_of(ground, "ann")
    await spend(ground, "ann", points, event=payment)
    spent = [{"unit": "points", "amount": points, "event": str(payment), "line": 0}]
    command = replace(purchase("cafe", "ann", order, *amounts, points_tender_minor=points, **more), beside={"spent": spent})
    (answer,) = await ground.record(command)
    return dict(recorded(answer).verdict.awards)


async def test_points_spent_on_the_order_come_back_in_proportion(ground: Ground) -> None:
    await begin(ground, programme())
    await ground.record(adjust("cafe", "ann", 2000))
    assert await buy_with_points(ground, "o1", 9000, 3000, points=2000) == {"points": 100}
    first = await give_back(ground, back("o1", lines={"S0": 1}))
    assert (first.taken, first.restored) == ({"points": 75}, {"points": 1500})
    second = await give_back(ground, back("o1", all=True))
    assert (second.taken, second.restored, second.balances) == ({"points": 25}, {"points": 500}, {"points": 2000})
    assert await all_discrepancies(ground) == []


async def test_points_spent_on_the_order_come_back_only_when_nothing_is_kept(ground: Ground) -> None:
    await begin(ground, programme("redeemed: on_full"))
    await ground.record(adjust("cafe", "ann", 2000))
    await buy_with_points(ground, "o1", 12000, points=2000)
    first = await give_back(ground, back("o1", amount_minor=9000))
    assert (first.taken, first.restored) == ({"points": 75}, {})
    second = await give_back(ground, back("o1", amount_minor=3000))
    assert (second.taken, second.restored, second.balances) == ({"points": 25}, {"points": 2000}, {"points": 2000})


async def test_they_come_back_with_their_own_last_day_and_may_end_at_once(ground: Ground) -> None:
    await begin(ground, programme(unit="expiry: {days: 10}"))
    await ground.record(purchase("cafe", "ann", "o0", 1000, at=NOW - 8 * A_DAY))
    await buy_with_points(ground, "o1", 2000, points=10)
    assert await standing(ground, "ann") == (19, 0, [(TODAY + 10 * A_DAY, 19)])
    done = await give_back(ground, off("o1"))
    assert done.balances == {"points": 10}
    assert await standing(ground, "ann") == (10, 0, [(TODAY + 2 * A_DAY, 10)])
    await buy_with_points(ground, "o2", 2000, points=10)
    later = NOW + 4 * A_DAY
    assert (await give_back(ground, off("o2"), now=later)).balances == {"points": 0}
    assert await all_discrepancies(ground) == []


async def test_they_come_back_as_if_earned_today_where_the_programme_says_so(ground: Ground) -> None:
    await begin(ground, programme("restored_expiry: fresh", unit="expiry: {days: 10}"))
    await ground.record(purchase("cafe", "ann", "o0", 1000, at=NOW - 8 * A_DAY))
    await buy_with_points(ground, "o1", 2000, points=10)
    await give_back(ground, off("o1"))
    assert await standing(ground, "ann") == (10, 0, [(TODAY + 10 * A_DAY, 10)])
    assert await all_discrepancies(ground) == []


async def test_points_spent_since_leave_a_debt_that_later_points_pay(ground: Ground) -> None:
    await begin(ground, programme())
    await ground.record(purchase("cafe", "ann", "o1", 15000))
    await spend(ground, "ann", 100, event=await event_of(ground, "ann"))
    assert (await give_back(ground, back("o1", all=True))).balances == {"points": -100}
    (answer,) = await ground.record(purchase("cafe", "ann", "o2", 17000))
    assert recorded(answer).balances == {"points": 70}
    assert await all_discrepancies(ground) == []


async def test_a_clamped_return_stops_at_zero_and_forgives_the_rest(ground: Ground) -> None:
    await begin(ground, programme("shortfall: clamp"))
    await ground.record(purchase("cafe", "ann", "o1", 10000, 5000))
    await spend(ground, "ann", 100, event=await event_of(ground, "ann"))
    first = await give_back(ground, back("o1", lines={"S0": 1}))
    assert (first.claimed, first.taken, first.balances) == ({"points": 100}, {"points": 50}, {"points": 0})
    await ground.record(purchase("cafe", "ann", "o2", 8000))
    second = await give_back(ground, back("o1", all=True))
    assert (second.claimed, second.taken, second.balances) == ({"points": 50}, {"points": 50}, {"points": 30})
    assert await all_discrepancies(ground) == []


async def test_a_return_that_may_not_owe_is_refused_until_the_points_are_there(ground: Ground) -> None:
    await begin(ground, programme("shortfall: refuse"))
    await ground.record(purchase("cafe", "ann", "o1", 10000))
    await spend(ground, "ann", 30, event=await event_of(ground, "ann"))
    before = await standing(ground, "ann")
    assert await refused(ground, off("o1")) == "orders.points_used"
    assert await standing(ground, "ann") == before
    await ground.record(adjust("cafe", "ann", 30))
    assert (await give_back(ground, off("o1"))).balances == {"points": 0}


async def test_what_was_spent_on_the_order_covers_what_it_earned(ground: Ground) -> None:
    """Spending first and returning afterwards is no way to a debt, nor to a refusal."""
    await begin(ground, programme("shortfall: refuse"))
    await ground.record(adjust("cafe", "ann", 200))
    await buy_with_points(ground, "o1", 10200, points=200)
    await spend(ground, "ann", 100, event=await event_of(ground, "ann"))
    assert (await give_back(ground, off("o1"))).balances == {"points": 100}


async def test_used_points_block_a_return_where_the_programme_says_so(ground: Ground) -> None:
    await begin(ground, programme("block_if_spent: true"))
    await ground.record(purchase("cafe", "ann", "o1", 2000))
    await ground.record(adjust("cafe", "ann", 500))
    payment = await event_of(ground, "ann")
    await spend(ground, "ann", 5, event=payment)
    assert await refused(ground, off("o1")) == "orders.points_used"
    assert (await give_back(ground, back("o1", amount_minor=1500))).taken == {"points": 15}
    assert await refused(ground, back("o1", all=True)) == "orders.points_used"


async def test_points_that_expired_unused_are_not_taken_again(ground: Ground) -> None:
    await begin(ground, programme(unit="expiry: {days: 10}"))
    await ground.record(purchase("cafe", "ann", "o1", 6000, 4000))
    await give_back(ground, back("o1", lines={"S1": 1}))
    await spend(ground, "ann", 25, event=await event_of(ground, "ann"))
    later = NOW + 20 * A_DAY
    await ground.record(purchase("cafe", "ann", "o2", 10000, at=later), now=later)
    done = await give_back(ground, off("o1"), now=later)
    # 60 had to go: 35 of them expired, the 25 that were used are taken from others.
    assert (done.claimed, done.taken, done.balances) == ({"points": 60}, {"points": 25}, {"points": 75})
    assert await all_discrepancies(ground) == []


async def test_points_that_came_back_after_expiring_are_taken(ground: Ground) -> None:
    await begin(ground, programme(unit="expiry: {days: 10}, reinstate_days: 30"))
    await ground.record(purchase("cafe", "ann", "o1", 6000))
    later = NOW + 20 * A_DAY
    async with ground.db.transaction(ground.tenant_id) as tx:
        moved = await earning.reinstate(tx, "cafe", "ann", unit=None, within_days=None, key="r1", now=later)
    assert moved.balances == {"points": 60}
    assert (await give_back(ground, off("o1"), now=later)).balances == {"points": 0}
    assert await all_discrepancies(ground) == []


async def test_a_return_takes_the_orders_own_points_before_those_that_end_sooner(ground: Ground) -> None:
    await begin(ground, programme(unit="expiry: {end_of: year}"))
    await ground.record(purchase("cafe", "ann", "o1", 3000, at=NOW - A_DAY))
    await ground.apply(programme(unit="expiry: {months: 24}"), at=NOW)
    await ground.record(purchase("cafe", "ann", "o2", 5000))
    await give_back(ground, back("o2", amount_minor=2000))
    assert await standing(ground, "ann") == (60, 0, [(date(2025, 12, 31), 30), (date(2027, 6, 1), 30)])
