"""Insight: folding changes what a question costs and never its answer; counts, lists, names and examinations are what they say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from praemia import access, earning, insight, members, programs
from praemia.access import Actor
from praemia.insight import Pulse
from praemia.members import Carrier
from praemia.worker.figures import carry_on
from tests.rooms.ground import ONE_POINT_PER_EURO, Ground, open_ground, purchase

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
STAFF = Actor(name="Ada", origin="test")


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as ground:
        await ground.apply(ONE_POINT_PER_EURO)
        await ground.enrol("cafe", "anna", "ben", "carla")
        await ground.record(
            purchase("cafe", "anna", "A1", 1000, at=NOW - timedelta(days=40)),
            purchase("cafe", "anna", "A2", 2000, at=NOW - timedelta(days=3)),
            purchase("cafe", "ben", "B1", 500, at=NOW - timedelta(days=1)),
            now=NOW,
        )
        yield ground


async def pulse(ground: Ground, days: int = 30, slug: str = "cafe") -> Pulse:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, slug)
        return await insight.pulse_of(tx, program, days=days, now=NOW)


async def fold(ground: Ground) -> bool:
    await asyncio.sleep(0.005)  # ids are made to the millisecond
    now = datetime.now(UTC)
    return await ground.db.run(ground.tenant_id, lambda tx: insight.fold(tx, now=now, clocks_differ=timedelta(0)))


def figures(found: Pulse) -> Any:
    return (found.period, found.ever, found.stretches)


async def test_folding_changes_no_answer(ground: Ground) -> None:
    before = figures(await pulse(ground))
    assert await fold(ground)
    assert figures(await pulse(ground)) == before
    kept = await ground.fetch("select sum(transfers) as n from insight_days where day > '-infinity'")
    assert kept[0]["n"] == 3


async def test_what_arrives_after_a_fold_counts_once(ground: Ground) -> None:
    await fold(ground)
    await ground.record(purchase("cafe", "ben", "B2", 700, at=NOW - timedelta(hours=1)), now=NOW)
    assert (await pulse(ground)).ever[0].issued == 10 + 20 + 5 + 7
    await ground.db.run(
        ground.tenant_id, lambda tx: insight.fold(tx, now=datetime.now(UTC) + timedelta(minutes=2), clocks_differ=timedelta(0))
    )
    assert (await pulse(ground)).ever[0].issued == 10 + 20 + 5 + 7


async def test_folding_twice_adds_nothing(ground: Ground) -> None:
    assert await fold(ground)
    assert not await fold(ground)
    assert (await pulse(ground)).ever[0].issued == 35


async def test_the_worker_carries_every_tenant_on_and_then_rests(ground: Ground) -> None:
    before, later = figures(await pulse(ground)), datetime.now(UTC) + timedelta(minutes=6)
    assert await carry_on(ground.db, later) == 1
    assert await carry_on(ground.db, later) == 0
    assert figures(await pulse(ground)) == before


async def test_a_period_holds_only_its_days(ground: Ground) -> None:
    found = await pulse(ground, 30)
    assert (found.period[0].issued, found.ever[0].issued) == (25, 35)
    assert sum(stretch.totals.issued for stretch in found.stretches) == 25
    assert len(found.stretches) == 30
    assert found.stretches[-1].first_day == found.today


async def test_a_long_period_is_drawn_by_week(ground: Ground) -> None:
    found = await pulse(ground, 90)
    assert found.stretch_days == 7
    assert found.stretches[-1].first_day == found.today - timedelta(days=6)
    assert sum(stretch.totals.issued for stretch in found.stretches) == 35


async def test_days_are_the_programmes_own(ground: Ground) -> None:
    """At 23:30 in London it is tomorrow in Berlin."""
    await ground.record(purchase("cafe", "carla", "C1", 300, at=datetime(2025, 5, 20, 22, 30, tzinfo=UTC)), now=NOW)
    for _ in range(2):
        found = await pulse(ground)
        assert next(s for s in found.stretches if s.totals.issued == 3).first_day == date(2025, 5, 21)
        await fold(ground)


async def test_what_members_hold_is_what_the_ledger_says(ground: Ground) -> None:
    command = earning.Command(
        program="cafe",
        kind="adjustment",
        member="anna",
        inputs={"unit": "points", "amount": -4, "reason": "sorry"},
        identities=(("key", "k1"),),
    )
    await ground.record(command, now=NOW)
    found = (await pulse(ground)).ever[0]
    held = sum([(await ground.balances("cafe", who)).get("points", 0) for who in ("anna", "ben", "carla")])
    assert (found.issued, found.corrected, found.held) == (35, -4, held)


async def test_a_census_counts_who_did_something(ground: Ground) -> None:
    counted = (await pulse(ground)).census
    assert (counted.members, counted.active, counted.joined) == (3, 2, 0)


async def test_a_quick_census_is_taken_again_when_somebody_looks(ground: Ground) -> None:
    async def count(at: datetime) -> int:
        async with ground.db.transaction(ground.tenant_id) as tx:
            program = await programs.open_program(tx, "cafe")
            return (await insight.pulse_of(tx, program, days=30, now=at)).census.members

    assert await count(NOW) == 3
    await ground.enrol("cafe", "dora")
    assert await count(NOW + timedelta(seconds=1)) == 3
    assert await count(NOW + timedelta(minutes=10)) == 4


async def test_expiring_is_what_ends_within_thirty_days(database: str) -> None:
    async with open_ground(database) as ground:
        await ground.apply(ONE_POINT_PER_EURO.replace("points: {}", "points: {expiry: {days: 20}}"))
        await ground.enrol("cafe", "anna")
        await ground.record(purchase("cafe", "anna", "A1", 1000, at=NOW - timedelta(days=1)), now=NOW)
        assert (await pulse(ground)).census.expiring == {0: 10}


async def test_the_live_list_says_what_each_event_moved(ground: Ground) -> None:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        found = await insight.latest(tx, program, now=datetime.now(UTC), page=3)
    assert {(one.kind, one.reference, one.moved[0]) for one in found} == {
        ("purchase", "ben", 5),
        ("purchase", "anna", 20),
        ("purchase", "anna", 10),
    }


async def test_pages_of_members_join_without_a_gap(ground: Ground) -> None:
    await ground.enrol("cafe", *[f"m{n}" for n in range(20)])
    seen: list[str] = []
    before = None
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        while page := await insight.members_of(tx, program, before=before, limit=7):
            seen += [one.reference for one in page]
            before = page[-1].member_id
    assert len(seen) == 23
    assert set(seen) == {"anna", "ben", "carla", *[f"m{n}" for n in range(20)]}


async def test_members_are_found_by_how_a_name_or_a_card_begins(ground: Ground) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        ben = await members.get_member(tx, program.program_id, "ben")
        await members.issue_card(tx, ben, "4006-0001", Carrier.PLASTIC, at=NOW)
        assert [one.reference for one in await insight.members_named(tx, program, "an")] == ["anna"]
        by_card = await insight.members_named(tx, program, "4006")
        assert [(one.reference, one.found_by) for one in by_card] == [("ben", "card")]
        assert await insight.members_named(tx, program, "z%") == []


async def test_an_examination_waits_for_its_job_and_keeps_what_it_found(ground: Ground) -> None:
    async def ask(tx: Any) -> list[int]:
        return await insight.ask_examination(tx, [insight.CHAINS, 3], by=STAFF, now=NOW)

    assert await ground.db.run(ground.tenant_id, ask) == [insight.CHAINS, 3]
    async with ground.db.transaction(ground.tenant_id) as tx:
        assert [one.is_asked for one in await insight.examinations(tx)] == [True, True]
        for part in (insight.CHAINS, 3):
            await insight.examine(tx, {"part": part}, now=NOW + timedelta(seconds=1))
        done = await insight.examinations(tx)
    assert [(one.part, one.is_asked, list(one.findings)) for one in done] == [(insight.CHAINS, False, []), (3, False, [])]


async def test_a_part_that_is_none_is_refused(ground: Ground) -> None:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        with pytest.raises(insight.NoSuchPart):
            await insight.ask_examination(tx, [1024], by=STAFF, now=NOW)


async def test_deeds_are_found_by_what_and_who(ground: Ground) -> None:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        await access.note(tx, STAFF, "members.card.blocked", "4006", at=NOW, program_id=program.program_id)
        await access.note(tx, Actor(name="Bo", origin=""), "members.card.replaced", "4007", at=NOW, program_id=program.program_id)
        await access.note(tx, STAFF, "access.key.issued", "k", at=NOW)
        every = await insight.deeds_of(tx, program.program_id)
        cards = await insight.deeds_of(tx, program.program_id, action="members.card")
        adas = await insight.deeds_of(tx, program.program_id, actor="Ada")
    assert [deed.action for deed in every][:3] == ["access.key.issued", "members.card.replaced", "members.card.blocked"]
    assert [deed.actor for deed in cards] == ["Bo", "Ada"]
    assert {deed.action for deed in adas} == {"members.card.blocked", "access.key.issued"}
