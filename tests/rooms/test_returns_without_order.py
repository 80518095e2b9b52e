"""Goods that come back without their order: what they would earn on that day is taken, whatever was bought when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from praemia import earning, journal, programs
from praemia.earning import Command
from tests.rooms.deeds import codes, recorded
from tests.rooms.ground import NOW, Ground, open_ground, purchase
from tests.rooms.returns import all_discrepancies, programme


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as ground:
        yield ground


def brought_back(order: str, *amounts: int, member: str | None = "ann", **more: Any) -> Command:
    """A return of lines under a number of its own."""
    lines = [{"sku": f"S{n}", "amount_minor": amount} for n, amount in enumerate(amounts)]
    inputs = {"order": order, "lines": lines}
    return Command(program="cafe", kind=earning.RETURN, member=member, inputs=inputs, identities=((journal.ORDER, order),), **more)


async def test_it_takes_what_the_goods_would_earn_and_may_owe(ground: Ground) -> None:
    await ground.apply(programme())
    await ground.enrol("cafe", "ann")
    bought, returned = await ground.record(purchase("cafe", "ann", "o1", 1000), brought_back("C1", 2799, 50))
    assert recorded(bought).balances == {"points": 10}
    done = recorded(returned)
    assert (done.verdict.awards, done.balances) == ({"points": -28}, {"points": -18})
    assert codes(await ground.record(brought_back("C1", 2799, 50), brought_back("C1", 1))) == ["replayed", "journal.already_recorded"]
    assert await all_discrepancies(ground) == []


async def test_the_rules_of_its_own_day_count_and_no_limit_or_welcome(ground: Ground) -> None:
    rules = """
    - {id: welcome, trigger: purchase, when: {first_purchase: true}, earn: {points: 500}}
    - {id: twice, trigger: purchase, when: {from: 2025-06-01, until: 2025-06-01}, multiply: 2}
  caps: [{points: 15, per: day}]"""
    await ground.apply(programme(rules=rules))
    await ground.enrol("cafe", "ann")
    answers = await ground.record(
        brought_back("C1", 700),
        brought_back("C2", 700, occurred_at=NOW - timedelta(days=1)),
        brought_back("C3", 700),
    )
    assert [recorded(a).verdict.awards["points"] for a in answers] == [-14, -7, -14]
    assert await all_discrepancies(ground) == []


async def test_where_balances_stop_at_zero_no_more_is_taken(ground: Ground) -> None:
    await ground.apply(programme("shortfall: clamp"))
    await ground.enrol("cafe", "ann")
    answers = await ground.record(
        purchase("cafe", "ann", "o1", 1000), brought_back("C1", 600), brought_back("C2", 600), brought_back("C3", 1)
    )
    assert [recorded(a).balances["points"] for a in answers] == [10, 4, 0, 0]
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        opened = await programs.open_program(tx, "cafe")
        for answer in answers:
            event = await earning.get_event(tx, "cafe", recorded(answer).event_id)
            assert await earning.recompute(tx, opened, event) == earning.verdict_of(event)
    assert await all_discrepancies(ground) == []


async def test_where_the_programme_refuses_nothing_happens(ground: Ground) -> None:
    await ground.apply(programme("shortfall: refuse"))
    await ground.enrol("cafe", "ann")
    assert codes(await ground.record(brought_back("C1", 600))) == ["ledger.insufficient_points"]
    assert await ground.balances("cafe", "ann") == {"points": 0}


async def test_nobody_owes_for_a_guest(ground: Ground) -> None:
    await ground.apply(programme())
    (answer,) = await ground.record(brought_back("C1", 600, member=None))
    assert recorded(answer).verdict.awards == {}
