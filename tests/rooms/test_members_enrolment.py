"""Enrolling: one member per reference, whatever races, and nothing left behind by a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from praemia import earning, members, programs
from praemia.earning import Recorded
from praemia.foundation.db import Tx
from praemia.members import AlreadyEnrolled, Change, MemberUnknown
from tests.rooms.deeds import recorded, sign_up
from tests.rooms.ground import JOINED, NOW, ONE_POINT_PER_EURO, Ground, open_ground, purchase

WELCOME = ONE_POINT_PER_EURO + "    - {id: welcome, trigger: signup, earn: {points: 50}}\n"


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(WELCOME)
        yield opened


async def test_of_fifty_enrolments_of_one_reference_at_once_one_wins(ground: Ground) -> None:
    answers = [a for (a,) in await asyncio.gather(*(ground.enrol("cafe", "ada") for _ in range(50)))]
    assert sorted(type(a).__name__ for a in answers) == ["AlreadyEnrolled"] * 49 + ["Recorded"]
    for table in ("members", "member_profiles", "lookups", "events", "accounts", "lots"):
        assert len(await ground.fetch(f"select from {table}")) == 1, table
    assert await ground.balances("cafe", "ada") == {"points": 50}
    assert await ground.discrepancies() == []


async def test_batches_that_enrol_the_same_people_in_other_orders_enrol_each_once(ground: Ground) -> None:
    people = [f"m{n}" for n in range(40)]
    orders = [people, people[::-1], people[20:] + people[:20], people[1::2] + people[::2]]
    answers = [a for batch in await asyncio.gather(*(ground.enrol("cafe", *order) for order in orders)) for a in batch]
    assert sum(isinstance(a, Recorded) for a in answers) == 40
    assert sum(isinstance(a, AlreadyEnrolled) for a in answers) == 120
    assert len(await ground.fetch("select from members")) == 40
    assert await ground.discrepancies() == []


async def test_a_reference_twice_in_one_batch_is_enrolled_once(ground: Ground) -> None:
    first, second = await ground.enrol("cafe", "ada", "ada")
    assert isinstance(first, Recorded)
    assert isinstance(second, AlreadyEnrolled)
    assert await ground.balances("cafe", "ada") == {"points": 50}


async def test_the_same_reference_in_two_programmes_is_two_members(ground: Ground) -> None:
    await ground.apply(WELCOME.replace("program: cafe", "program: bar"))
    await ground.enrol("cafe", "ada")
    (in_bar,) = await ground.enrol("bar", "ada")
    assert isinstance(in_bar, Recorded)
    await ground.record(purchase("bar", "ada", "B1", 900))
    assert await ground.balances("cafe", "ada") == {"points": 50}
    assert await ground.balances("bar", "ada") == {"points": 59}


async def test_an_enrolment_that_is_refused_leaves_no_member_behind(ground: Ground) -> None:
    tomorrow = NOW + timedelta(days=1)
    (refused,) = await ground.enrol("cafe", "ada", at=tomorrow)
    assert isinstance(refused, earning.InFuture)
    for table in ("members", "member_profiles", "lookups", "accounts", "events"):
        assert await ground.fetch(f"select from {table}") == [], table
    (recorded,) = await ground.enrol("cafe", "ada")
    assert isinstance(recorded, Recorded)


async def test_a_taken_reference_is_refused_before_a_wrong_instant(ground: Ground) -> None:
    await ground.enrol("cafe", "ada")
    (refused,) = await ground.enrol("cafe", "ada", at=NOW + timedelta(days=1))
    assert isinstance(refused, AlreadyEnrolled)


async def test_in_one_batch_a_refused_enrolment_leaves_the_reference_to_the_next(ground: Ground) -> None:
    late, good, again = await ground.record(
        sign_up("cafe", "ada", at=NOW + timedelta(days=1)), sign_up("cafe", "ada"), sign_up("cafe", "ada", at=NOW + timedelta(days=1))
    )
    assert isinstance(late, earning.InFuture)
    assert isinstance(good, Recorded)
    assert isinstance(again, AlreadyEnrolled)


async def test_who_signs_up_in_a_batch_may_buy_later_in_it_but_not_earlier(ground: Ground) -> None:
    early, joined, later = await ground.record(
        purchase("cafe", "ada", "A1", 700), sign_up("cafe", "ada"), purchase("cafe", "ada", "A2", 900)
    )
    assert isinstance(early, MemberUnknown)
    assert isinstance(joined, Recorded)
    assert isinstance(later, Recorded)
    assert later.balances == {"points": 59}
    assert await ground.balances("cafe", "ada") == {"points": 59}


async def test_a_failed_transaction_enrols_nobody(ground: Ground) -> None:
    async def fail(tx: Tx) -> None:
        recorded((await earning.record(tx, [sign_up("cafe", "ada")], now=NOW))[0])
        raise LookupError

    with pytest.raises(LookupError):
        await ground.db.run(ground.tenant_id, fail)
    assert await ground.fetch("select from members") == []
    assert await ground.fetch("select from lookups") == []


async def test_a_narrow_span_places_new_members_in_it_and_moves_nobody(ground: Ground) -> None:
    await ground.enrol("cafe", *(f"wide{n}" for n in range(30)))
    before = await ground.fetch("select bucket, reference from members order by reference")
    async with ground.db.transaction(ground.tenant_id) as tx:
        await tx.conn.execute("update tenants set bucket_span = 1")
    await ground.enrol("cafe", *(f"x{n}" for n in range(10)))
    (tenant,) = await ground.fetch("select first_bucket from tenants")
    assert await ground.fetch("select bucket, reference from members where reference like 'wide%' order by reference") == before
    assert {m["bucket"] for m in await ground.fetch("select bucket from members where reference like 'x%'")} == {tenant["first_bucket"]}
    (bought,) = await ground.record(purchase("cafe", "wide3", "W1", 100))
    assert isinstance(bought, Recorded)


async def test_what_a_change_leaves_out_stays(ground: Ground) -> None:
    await ground.enrol("cafe", "ada", birthdate=date(1990, 2, 28), segments=("a",), attributes={"city": "Ulm"})
    async with ground.db.transaction(ground.tenant_id) as tx:
        program_id = 1
        changed = await members.change(tx, program_id, "ada", Change(segments=("b", "c")))
        profile = (await members.profiles_of(tx, [changed.member_id]))[changed.member_id]
    assert changed.segments == {"b", "c"}
    assert (profile.birthdate, dict(profile.attributes)) == (date(1990, 2, 28), {"city": "Ulm"})
    assert changed.enrolled_at == JOINED


async def test_members_are_counted_by_programme(ground: Ground) -> None:
    await ground.apply(ONE_POINT_PER_EURO.replace("program: cafe", "program: bar"))
    await ground.enrol("cafe", "ada", "bob", "cem")
    await ground.enrol("bar", "ada")
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        found = [await members.count_members(tx, (await programs.get_program(tx, slug)).program_id) for slug in ("cafe", "bar")]
    assert found == [3, 1]
