"""`praemia verify --recompute`: stored verdicts follow from what was stored with them, and counters from the verdicts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from praemia import journal, orders, sharing
from praemia.orders import CANCELLATION, Examination, ReturnOrder
from praemia.sharing import Merging, Parting
from tests.rooms.deeds import activity, recorded
from tests.rooms.ground import NOW, Ground, open_ground, purchase
from tests.rooms.returns import back, give_back

CAFE = """
program: cafe
timezone: Europe/Berlin
currency: EUR
units: {points: {}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: big, trigger: purchase, when: {min_amount: "20.00"}, earn: {points: 10}, limit: {times: 2, per: week}}
    - {id: lucky, trigger: purchase, earn: {points: 3}, limit: {times: 3, per: lifetime, scope: program}}
    - {id: visit, trigger: visit, earn: {points: 2}}
  caps: [{points: 60, per: day}]
  budgets: [{id: pot, rules: [base], points: 200, per: month}]
"""


ONE_MORE = """
update counters set used = used + 1
where counter = 'purchases' and owner_id = (select min(owner_id::text)::uuid from counters where counter = 'purchases')
"""


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(CAFE)
        await opened.enrol("cafe", "ann", "bob", "cem")
        for n, who in enumerate(["ann", "bob", "cem", "ann", None]):
            recorded((await opened.record(purchase("cafe", who, f"o{n}", 2500, 700)))[0])
            if who:
                recorded((await opened.record(activity("cafe", "visit", who, f"v{n}", at=NOW - timedelta(days=n))))[0])
        yield opened


async def examined(ground: Ground, **said: Any) -> Examination:
    state = Examination()
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        async for found in orders.examine_verdicts(tx, **said):
            state = found
    return state


async def change(database: str, sql: str) -> None:
    owner = await asyncpg.connect(database)
    try:
        assert (await owner.execute(sql)).split()[-1] == "1"
    finally:
        await owner.close()


async def test_everything_follows_also_after_returns_merges_and_partings(ground: Ground) -> None:
    await give_back(ground, back("o0", "r1", lines={0: 1}))
    await ground.db.run(ground.tenant_id, lambda tx: sharing.merge(tx, Merging(program="cafe", keep="cem", drop="ann"), now=NOW))
    await give_back(ground, back("o0", "r2", all=True))
    recorded((await ground.record(purchase("cafe", "ann", "o9", 900)))[0])
    state = await examined(ground)
    assert (state.first, state.counters, state.events) == (None, [], state.of)
    wanted = ReturnOrder(program="cafe", order="o3", kind=CANCELLATION, identities=((journal.IDEMPOTENCY_KEY, "c"),))
    await give_back(ground, wanted)
    assert (await examined(ground)).counters == []


async def test_everything_follows_after_a_parting(ground: Ground) -> None:
    merged = await ground.db.run(ground.tenant_id, lambda tx: sharing.merge(tx, Merging(program="cafe", keep="cem", drop="ann"), now=NOW))
    recorded((await ground.record(purchase("cafe", "ann", "o9", 900)))[0])
    await ground.db.run(ground.tenant_id, lambda tx: sharing.part(tx, Parting(program="cafe", merge=str(merged.event_id)), now=NOW))
    state = await examined(ground)
    assert (state.first, state.counters) == (None, [])


async def test_the_first_verdict_that_does_not_follow_is_named(ground: Ground, database: str) -> None:
    event = (await ground.fetch("select event_id from events where kind = 'purchase' and inputs ->> 'order' = 'o1'"))[0]["event_id"]
    forged = "jsonb_set(inputs::jsonb, '{lines,0,amount_minor}', '2600')::json"
    await change(database, f"update events set inputs = {forged} where event_id = '{event}'")  # noqa: S608
    state = await examined(ground)
    assert state.first is not None
    assert (state.first.invariant, str(event) in state.first.row, state.counters) == ("E4", True, [])


async def test_a_counter_that_no_verdict_explains_is_named(ground: Ground, database: str) -> None:
    await change(database, ONE_MORE)
    state = await examined(ground)
    assert state.first is None
    assert [(one.invariant, "purchases" in one.row) for one in state.counters] == [("J3", True)]


@pytest.mark.parametrize("sample", [1, 4, 1000])
async def test_a_sample_is_as_large_as_asked_for_and_says_nothing_of_counters(sample: int, ground: Ground, database: str) -> None:
    await change(database, ONE_MORE)
    state = await examined(ground, sample=sample, seed=3)
    every = (await ground.fetch("select count(*) as n from events"))[0]["n"]
    assert (state.events, state.counters) == (min(sample, every), [])
