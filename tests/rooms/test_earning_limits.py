"""Limits, caps and budgets are checked and taken in the transaction that grants: as many win as may, whoever races."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from praemia import earning
from praemia.earning import Command
from praemia.foundation.db import Database, connect
from tests.rooms.deeds import activity, recorded
from tests.rooms.ground import NOW, Ground, open_ground, purchase

RACERS = 24
HEAD = """
program: cafe
timezone: Europe/Berlin
currency: EUR
units: {points: {value: "0.01"}, stamps: {}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
"""
SHARED_LIMIT = HEAD + "    - {id: lucky, trigger: purchase, to: stamps, earn: {points: 1}, limit: {times: 7, per: year, scope: program}}\n"
OWN_LIMIT = HEAD + "    - {id: lucky, trigger: purchase, to: stamps, earn: {points: 1}, limit: {times: 3, per: week}}\n"
CAPPED = HEAD + "  caps: [{points: 25, per: day}]\n"
HELD = HEAD + "  caps: [{points: 25, per: balance}]\n"
POINTS_BUDGET = HEAD + "  budgets: [{id: pot, rules: [base], points: 100, per: month}]\n"
MONEY_BUDGET = HEAD + '  budgets: [{id: pot, rules: [base], money: "0.50", per: month, on_exceed: refuse}]\n'
COOLDOWN = HEAD + "    - {id: rest, trigger: visit, earn: {points: 2}, cooldown: 24h}\n"


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened


@pytest.fixture
async def doors(database: str) -> AsyncIterator[list[Database]]:
    """Three pools of their own, as three processes would have."""
    opened = [await connect(database, size=8) for _ in range(3)]
    yield opened
    for db in opened:
        await db.close()


async def race(ground: Ground, doors: list[Database], commands: list[Command], *, batch: int = 1) -> dict[str, int]:
    """Send the commands over many connections at once, shuffled, in batches; answers what was awarded in all, by unit."""
    random.Random(7).shuffle(commands)
    batches = [commands[n : n + batch] for n in range(0, len(commands), batch)]
    sent = [Ground(doors[n % len(doors)], ground.tenant_id).record(*some) for n, some in enumerate(batches)]
    total: dict[str, int] = {}
    for answer in [a for answers in await asyncio.gather(*sent) for a in answers]:
        for unit, quanta in recorded(answer).verdict.awards.items():
            total[unit] = total.get(unit, 0) + quanta
    assert await ground.discrepancies() == []
    return total


def buyers(amount: int) -> list[Command]:
    return [purchase("cafe", f"m{n}", f"O{n}", amount) for n in range(RACERS)]


async def people(ground: Ground, source: str) -> None:
    await ground.apply(source)
    await ground.enrol("cafe", "ada", *(f"m{n}" for n in range(RACERS)))


@pytest.mark.parametrize("batch", [1, 5])
async def test_a_limit_for_everybody_lets_exactly_so_many_through(ground: Ground, doors: list[Database], batch: int) -> None:
    await people(ground, SHARED_LIMIT)
    assert await race(ground, doors, buyers(100), batch=batch) == {"points": RACERS, "stamps": 7}


@pytest.mark.parametrize("batch", [1, 5])
async def test_a_budget_of_points_is_given_to_the_last_point_and_no_further(ground: Ground, doors: list[Database], batch: int) -> None:
    await people(ground, POINTS_BUDGET)
    assert await race(ground, doors, buyers(700), batch=batch) == {"points": 100}
    (counter,) = await ground.fetch("select used from counters where counter like 'budget:%'")
    assert counter["used"] == 100


async def test_a_budget_that_refuses_stays_below_and_gives_whole_awards_only(ground: Ground, doors: list[Database]) -> None:
    await people(ground, MONEY_BUDGET)  # fifty points are worth 0.50
    assert await race(ground, doors, buyers(700)) == {"points": 49}


async def test_a_cap_of_one_member_holds_over_many_connections(ground: Ground, doors: list[Database]) -> None:
    await people(ground, CAPPED)
    assert await race(ground, doors, [purchase("cafe", "ada", f"O{n}", 700) for n in range(RACERS)]) == {"points": 25}
    assert await ground.balances("cafe", "ada") == {"points": 25, "stamps": 0}


async def test_a_cap_on_what_is_held_holds_over_many_connections(ground: Ground, doors: list[Database]) -> None:
    await people(ground, HELD)
    assert await race(ground, doors, [purchase("cafe", "ada", f"O{n}", 700) for n in range(RACERS)]) == {"points": 25}


async def test_a_limit_of_one_member_holds_over_many_connections(ground: Ground, doors: list[Database]) -> None:
    await people(ground, OWN_LIMIT)
    assert await race(ground, doors, [purchase("cafe", "ada", f"O{n}", 100) for n in range(RACERS)]) == {"points": RACERS, "stamps": 3}


async def test_a_pause_holds_over_many_connections(ground: Ground, doors: list[Database]) -> None:
    await people(ground, COOLDOWN)
    assert await race(ground, doors, [activity("cafe", "visit", "ada", f"V{n}", at=NOW) for n in range(RACERS)]) == {"points": 2}


async def test_a_first_purchase_is_one_of_many_at_once(ground: Ground, doors: list[Database]) -> None:
    await people(ground, HEAD + "    - {id: first, trigger: purchase, to: stamps, earn: {points: 9}, when: {first_purchase: true}}\n")
    assert await race(ground, doors, [purchase("cafe", "ada", f"O{n}", 100) for n in range(RACERS)]) == {"points": RACERS, "stamps": 9}


async def test_batches_that_meet_the_same_members_in_other_orders_all_get_through(ground: Ground, doors: list[Database]) -> None:
    await people(ground, POINTS_BUDGET.replace("points: 100", "points: 100000"))
    commands = [purchase("cafe", f"m{n}", f"O{n}-{turn}", 300) for turn in range(8) for n in range(RACERS)]
    assert await race(ground, doors, commands, batch=16) == {"points": 3 * 8 * RACERS}


async def test_a_quote_takes_nothing_from_a_budget(ground: Ground) -> None:
    await people(ground, POINTS_BUDGET)
    for _ in range(2):
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            (quoted,) = await earning.record(tx, [purchase("cafe", "ada", "A1", 10000)], now=NOW)
        assert recorded(quoted).verdict.awards == {"points": 100}
    assert await ground.fetch("select from counters") == []
    assert await ground.fetch("select from event_keys") == []
