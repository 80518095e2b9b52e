"""`praemia verify` finds what no till ever did: for each law a row is bent behind the application's back, and is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from praemia import tills
from praemia.ledger import Discrepancy
from praemia.tills import How, Settle
from tests.rooms.counter import BOSS, CORNER, Corner
from tests.rooms.ground import open_ground


@pytest.fixture
async def corner(database: str) -> AsyncIterator[Corner]:
    """A corner shop whose till sold without a network: three sales, one with points, one card; two conflicts, one of them settled."""
    async with open_ground(database) as ground:
        await ground.apply(CORNER)
        await ground.enrol("corner", "anna", "bert")
        corner = Corner(ground)
        await corner.fund("anna", 730)
        register = await corner.terminal()
        number = (await register.snapshot()).snapshot.number
        for said in (
            {"member": "anna", "amount_minor": 1250},
            {"member": "anna", "amount_minor": 2000, "pay_points": 300, "snapshot": number},
            {"amount_minor": 500},
            {"kind": "card", "member": "4006-1"},
            {"member": "bert", "amount_minor": 2000, "pay_points": 100, "snapshot": number},
            {"member": "nobody", "amount_minor": 700},
        ):
            await register.take(register.say(**said))
        wanted = Settle(program="corner", terminal_id=register.terminal_id, sequence=5, how=How.WITHOUT_POINTS, note="he did pay")
        await corner.run(lambda tx: tills.settle(tx, wanted, now=corner.now, by=BOSS))
        yield corner


async def found(corner: Corner) -> list[Discrepancy]:
    wrong: list[Discrepancy] = []
    async with corner.ground.db.rehearsal(corner.ground.tenant_id) as tx:
        async for _, step in tills.verify(tx):
            wrong += step
    return wrong


async def bend(corner: Corner, statement: str) -> None:
    """Change rows as whoever owns the database can."""
    async with corner.ground.db._pool.acquire() as conn:
        await conn.execute("set role none")
        done = await conn.execute(statement)
        await conn.execute("set role praemia_app")
    assert done.split()[-1] != "0", "nothing was bent"


async def test_what_tills_did_is_clean(corner: Corner) -> None:
    assert await found(corner) == []


BENT: dict[str, tuple[str, str, str]] = {
    "a sequence is missing": ("T1", "delete from till_events where sequence = 6", "next_sequence=7"),
    "a sequence was taken that is not kept": ("T1", "update terminals set next_sequence = 9", "next_sequence=9"),
    "all of a terminal's events are gone": ("T1", "delete from till_events", "next_sequence=7"),
    "a terminal's row is gone": ("T1", "delete from terminals", "next_sequence=1"),
    "a recorded sale has no event": ("T2", "delete from event_keys where event_id = {first}", "state=recorded"),
    "a recorded sale says another event": (
        "T2",
        "update till_events set outcome = jsonb_set(outcome::jsonb, '{{event}}', to_jsonb({second}::text)) where sequence = 1",
        "sequence=1",
    ),
    "the event sold something else": (
        "T2",
        "update events set inputs = replace(inputs::text, '1250', '125')::json where event_id = {first}",
        "value=1250 points=0 value=125 points=0",
    ),
    "the event took more points": (
        "T2",
        "update events set verdict = replace(verdict::text, '\"amount\":300', '\"amount\":301')::json where event_id = {second}",
        "points=301",
    ),
    "the answer says something else than the state": ("T2", "update till_events set state = 'settled' where sequence = 4", "sequence=4"),
    "what was said was changed": ("T4", "update till_events set said = replace(said, '1250', '9250') where sequence = 1", "sequence=1"),
    "a conflict booked something": ("T6", "update till_events set state = 'conflict' where sequence = 1", "state=conflict"),
    "more points paid than the band allowed": ("T7", "update till_snapshots set bands = array[100, 200, 900]", "pay_points=300"),
    "the snapshot of a burn is gone": ("T7", "delete from till_snapshots", "pay_points=300"),
    "the card was not in the snapshot": ("T7", "update till_snapshots set cards = '{{\"other\": 3}}'", "pay_points=300"),
    "a day counts fewer sales than there were": ("T7", "update till_days set sales = sales - 1 where sales = 3", "sales=2"),
    "a day counts fewer points than paid": ("T7", "update till_days set burned = 0 where sales = 3", "burned=0"),
    "a day counts what never was": ("T7", "update till_days set day = day - 1 where sales = 3", "sales=3"),
}


@pytest.mark.parametrize("name", BENT)
async def test_what_was_bent_is_named(name: str, corner: Corner) -> None:
    law, statement, says = BENT[name]
    events: dict[str, Any] = {}
    async with corner.ground.db.rehearsal(corner.ground.tenant_id) as tx:
        for place, sequence in (("first", 1), ("second", 2)):
            row = await tx.conn.fetchval("select outcome ->> 'event' from till_events where sequence = $1", sequence)
            events[place] = f"'{row}'"
    await bend(corner, statement.format(**events))
    wrong = await found(corner)
    assert law in {one.invariant for one in wrong}, wrong
    assert any(says in f"{one.row} {one.stored} {one.derived}" for one in wrong if one.invariant == law), wrong


async def test_more_points_a_day_than_the_programme_lets_a_terminal_take_are_named(corner: Corner) -> None:
    await corner.ground.apply(CORNER.replace("terminal: 900", "terminal: 299"), at=corner.now + timedelta(days=1))
    day, later = corner.now.date().isoformat(), (corner.now.date() + timedelta(days=2)).isoformat()
    await bend(corner, "update till_events set outcome = replace(outcome::text, '$1', '$2')::jsonb".replace("$1", day).replace("$2", later))
    wrong = await found(corner)
    assert ("T7", "burned=300", "most=299") in [(one.invariant, one.stored, one.derived) for one in wrong]


async def test_a_snapshot_whose_cards_were_forgotten_is_not_held_against_the_sale(corner: Corner) -> None:
    await bend(corner, "update till_snapshots set cards = '{}'")
    assert await found(corner) == []
