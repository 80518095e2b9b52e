"""What was acknowledged is kept, once, whatever is killed: the server, or one process of several, at a third of the way, PostgreSQL at two
thirds."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from praemia.foundation import postgres
from tests.crash import storm
from tests.crash.house import House, build
from tests.crash.storm import Answer, Storm

PURCHASES, CORRECTIONS, TILLS = 2000, 200, 40
PROGRAMME = """
program: storm
timezone: Europe/Berlin
currency: EUR
units: {points: {}, stamps: {}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: lucky, trigger: purchase, to: stamps, earn: {points: 1}, limit: {times: 1500, per: lifetime, scope: program}}
  caps: [{points: 900, per: lifetime}]
  budgets: [{id: pot, rules: [base], points: 40000}]
"""


KEPT = """
    select coalesce(inputs ->> 'order', inputs ->> 'reason') as name, event_id::text as event,
           coalesce(inputs ->> 'amount', inputs -> 'lines' -> 0 ->> 'amount_minor')::int as amount
    from events where kind <> 'signup'
"""
GRANTED = "select unit, sum(amount)::int as amount from transfers where kind = 'earn' group by unit order by unit"
RICHEST = (
    "select max(earned) from (select sum(amount) as earned from transfers where kind = 'earn' and unit = 0 group by owner_id) as members"
)
USED = "select used from counters where counter like $1"


@pytest.fixture
def houses() -> Iterator[list[House]]:
    """Houses to be left in order, however the test ends."""
    built: list[House] = []
    yield built
    for house in built:
        house.leave()


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.skipif(sys.platform != "linux", reason="Linux only"))])
async def test_two_thousand_purchases_survive_a_killed_server_and_a_killed_postgres(
    processes: int, folder: Path, houses: list[House]
) -> None:
    house = await build(folder, PROGRAMME, processes=processes)
    houses.append(house)
    await house.serve()
    await _enrol(house)
    blowing = Storm(house.address, house.secret)
    sent = storm.requests(purchases=PURCHASES, corrections=CORRECTIONS, seed=20)
    killed = asyncio.create_task(_kill_on_the_way(house, blowing))
    await blowing.blow(sent, tills=TILLS)
    await killed
    assert await house.stop_server() == 0
    _check_what_tills_were_told(blowing.answers)
    with postgres.running(house.database) as server:
        await _check_what_is_kept(server.dsn, blowing.answers)
    code, said = await house.command("verify")
    assert code == 0, said
    assert "clean" in said


async def _enrol(house: House) -> None:
    async with httpx2.AsyncClient(base_url=house.address, headers={"Authorization": f"Bearer {house.secret}"}) as client:
        for n in range(storm.MEMBERS):
            assert (await client.post("/v1/programs/storm/members", json={"reference": f"m{n}"})).status_code == 201


async def _kill_on_the_way(house: House, blowing: Storm) -> None:
    everything = PURCHASES + CORRECTIONS
    await _when(lambda: len(blowing.acknowledged) > everything // 3)
    if house.processes > 1:
        house.kill_a_hand()
    else:
        await house.kill_server()
        await house.serve()
    await _when(lambda: len(blowing.acknowledged) > 2 * everything // 3)
    await house.kill_postgres()


async def _when(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110 -- the storm counts, it signals nothing
        await asyncio.sleep(0.002)


def _check_what_tills_were_told(answers: list[Answer]) -> None:
    """Every patient till was answered; of copies that contradict each other one was recorded, the others told so."""
    assert not [a for a in answers if a.request.patient and a.status not in (200, 201, 409, 422)]
    assert {a.problem for a in answers if a.status in (409, 422)} <= {"journal.already_recorded", "journal.key_reused"}
    told: dict[str, set[tuple[str, int]]] = {}
    for answer in answers:
        if answer.event is not None:
            told.setdefault(answer.request.name, set()).add((answer.event, answer.request.amount))
    assert [name for name, events in told.items() if len(events) != 1] == []
    firsts = [a for a in answers if a.status == 201]
    assert len({a.event for a in firsts}) == len(firsts), "an event was said to be new twice"


async def _check_what_is_kept(dsn: str, answers: list[Answer]) -> None:
    """Every acknowledged event is there once, with the content that was acknowledged; the others once or not at all."""
    conn = await asyncpg.connect(dsn)
    try:
        kept: dict[str, list[tuple[str, int]]] = {}
        for row in await conn.fetch(KEPT):
            kept.setdefault(row["name"], []).append((row["event"], row["amount"]))
        await _check_what_is_shared(conn)
        assert await conn.fetchval("select count(*) from event_keys") == len(kept)
    finally:
        await conn.close()
    assert [name for name, events in kept.items() if len(events) != 1] == []
    sent = {(a.request.name, a.request.amount) for a in answers}
    assert [name for name, events in kept.items() if (name, events[0][1]) not in sent] == []
    acknowledged = [a for a in answers if a.event is not None]
    assert [a for a in acknowledged if kept.get(a.request.name) != [(a.event, a.request.amount)]] == []
    assert len({a.request.name for a in acknowledged}) > 0.9 * (PURCHASES + CORRECTIONS)


async def _check_what_is_shared(conn: Any) -> None:
    """Budget, limit and caps were used by exactly what was granted."""
    points, stamps = [row["amount"] for row in await conn.fetch(GRANTED)]
    assert (points, stamps) == (await conn.fetchval(USED, "budget:pot%"), await conn.fetchval(USED, "%lucky%"))
    assert (points, stamps) == (40_000, 1500)
    assert await conn.fetchval(RICHEST) == 900
