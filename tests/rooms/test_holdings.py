"""What members hold, in one look: the same as members and ledger say, or nothing at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from praemia import insight, ledger, members, programs
from praemia.foundation.db import Tx
from praemia.members import Carrier, Member
from tests.rooms.circle import CIRCLE, Circle
from tests.rooms.ground import NOW, open_ground

TWO_UNITS = CIRCLE.replace("{points: {}}", "{points: {pending: {days: 10}, expiry: {days: 100}}, stamps: {decimals: 1}}")
CARD = "4006-0000-0017"
EVERYBODY = ["ann", "bob", "cem", "dora", "eve", "nobody", CARD]
Told = dict[str, list[tuple[str, int, int, int, int, int]]]


@pytest.fixture
async def circle(database: str) -> AsyncIterator[Circle]:
    """ann has something, bob became part of ann, cem nothing, dora something that ends, eve a debt; ann has a card."""
    async with open_ground(database) as ground:
        await ground.apply(TWO_UNITS)
        await ground.enrol("circle", "ann", "bob", "cem", "dora", "eve")
        circle = Circle(ground)
        await circle.give("ann", 300)
        await circle.give("bob", 20)
        await circle.give("dora", 70, NOW.date() + timedelta(days=30))
        await circle.give("eve", -5)
        await circle.merge("ann", "bob")

        async def card(tx: Tx) -> None:
            program = await programs.open_program(tx, "circle")
            await members.issue_card(tx, await members.get_member(tx, program.program_id, "ann"), CARD, Carrier.PLASTIC, at=NOW)

        await ground.db.run(ground.tenant_id, card)
        yield circle


async def told(circle: Circle, names: list[str], now: datetime) -> tuple[Told, Told]:
    """By the look, and by members and ledger."""
    async with circle.ground.db.reading(circle.ground.tenant_id) as tx:
        program = await programs.open_program(tx, "circle")
        looked = await insight.holdings_of(tx, program.program_id, names, now)
        found = await members.find_named(tx, program.program_id, names)
        day = await programs.local_day(tx, program, now)
        asked: Told = {}
        for name, member in found.items():
            assert isinstance(member, Member)
            held = {balance.unit: balance for balance in await ledger.balances_of(tx, member.member_id, day=day)}
            asked[name] = [
                (u.code, u.decimals, b.available, b.pending, b.held, b.lifetime)
                for u in sorted(program.units.values(), key=lambda unit: unit.number)
                for b in [held.get(u.number) or ledger.Balance(unit=u.number, available=0)]
            ]
    assert {at for at, _ in looked.values()} <= {now}
    return {
        name: [(one.unit, one.decimals, one.available, one.pending, one.held, one.lifetime) for one in held]
        for name, (_, held) in looked.items()
    }, asked


async def test_a_look_says_what_members_and_ledger_say(circle: Circle) -> None:
    looked, asked = await told(circle, EVERYBODY, NOW)
    assert looked == {name: asked[name] for name in ("ann", "cem", "dora", "eve")}
    assert looked["ann"] == [("points", 0, 320, 0, 0, 300), ("stamps", 1, 0, 0, 0, 0)]
    assert looked["cem"] == [("points", 0, 0, 0, 0, 0), ("stamps", 1, 0, 0, 0, 0)]


@pytest.mark.parametrize(("days", "known"), [(28, True), (29, True), (30, False), (31, False), (400, False)])
async def test_whose_points_may_end_by_now_is_not_in_the_look(circle: Circle, days: int, known: bool) -> None:
    looked, asked = await told(circle, EVERYBODY, NOW + timedelta(days=days))
    assert ("dora" in looked) is known
    assert looked == {name: asked[name] for name in looked}


async def test_no_local_day_is_ahead_of_the_look(circle: Circle) -> None:
    """Kiritimati is fourteen hours ahead of UTC: what ended there has not ended in any other place."""
    await circle.ground.apply(TWO_UNITS.replace("Europe/Berlin", "Pacific/Kiritimati"), at=NOW)
    last = date(2025, 7, 1)
    for hour in range(0, 72, 3):
        now = datetime(2025, 6, 30, tzinfo=NOW.tzinfo) + timedelta(hours=hour)
        looked, asked = await told(circle, ["dora"], now)
        assert looked in ({}, asked), (last, now)


async def test_another_tenant_is_not_seen(circle: Circle) -> None:
    async with circle.ground.db.reading(circle.ground.tenant_id) as tx:
        program = await programs.open_program(tx, "circle")
    async with circle.ground.db.reading(circle.ground.tenant_id + 1) as tx:
        assert await insight.holdings_of(tx, program.program_id, EVERYBODY, NOW) == {}
