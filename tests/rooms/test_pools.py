"""A household spends together: whose points go, who may spend, and that nobody's points are spent twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from praemia import members, programs, sharing
from praemia.foundation.errors import DomainError
from praemia.journal import KeyReused
from praemia.rules import Draw, PoolSpender
from praemia.sharing import Shared, sentence_of
from tests.rooms.circle import CIRCLE, Circle, all_of, refusal
from tests.rooms.ground import NOW, open_ground

JUNE = date(2025, 6, 30)
OLD, NEWER, NEWEST = (datetime(2025, month, 1, 10, tzinfo=UTC) for month in (1, 2, 3))


@pytest.fixture
async def circle(database: str) -> AsyncIterator[Circle]:
    async with open_ground(database) as ground:
        await ground.apply(CIRCLE)
        await ground.enrol("circle", "ann", "bob", "cem", "dee")
        yield Circle(ground)


async def test_the_oldest_points_of_all_members_go_first(circle: Circle) -> None:
    await circle.give("ann", 100, earned=NEWER)
    await circle.give("bob", 60, earned=OLD)
    await circle.give("bob", 60, JUNE, earned=NEWEST)
    await circle.pool("home", "ann", "bob")
    done = await circle.spend("home", "ann", 130)
    assert done.about["shares"] == [{"member": "ann", "amount": 70}, {"member": "bob", "amount": 60}]
    assert await circle.lots("bob") == [(60, "2025-06-30")], "by age, whatever ends first"
    assert await circle.clean() == []


@pytest.mark.parametrize(
    ("amount", "left"), [(3000, [1500, 1000, 500]), (1, [2999, 2000, 1000]), (5, [2998, 1998, 999]), (6000, [0, 0, 0])]
)
async def test_in_proportion_everybody_pays_by_what_they_have(circle: Circle, amount: int, left: list[int]) -> None:
    for name, points in (("ann", 3000), ("bob", 2000), ("cem", 1000)):
        await circle.give(name, points)
    await circle.pool("home", "ann", "bob", "cem", draw=Draw.PROPORTIONAL)
    await circle.spend("home", "cem", amount)
    assert await circle.available("ann", "bob", "cem") == left
    assert await circle.clean() == []


async def test_a_debt_of_one_member_is_not_paid_with_anothers_points(circle: Circle) -> None:
    await circle.give("ann", 100)
    await circle.give("bob", -40)
    view = await circle.pool("home", "ann", "bob", draw=Draw.PROPORTIONAL)
    assert view.available == {"points": 100}
    await circle.spend("home", "bob", 100)
    assert await circle.available("ann", "bob") == [0, -40]
    assert await circle.clean() == []


async def test_what_is_refused_takes_from_nobody(circle: Circle) -> None:
    await circle.give("ann", 10)
    await circle.give("dee", 900)
    await circle.pool("home", "ann", "bob")
    await circle.pool("strict", "ann", "bob", spender=PoolSpender.HEAD)
    assert await refusal(circle.spend("home", "dee", 5)) == "sharing.not_in_pool"
    assert await refusal(circle.spend("home", "bob", 11)) == "ledger.insufficient_points"
    assert await refusal(circle.spend("nowhere", "bob", 1)) == "sharing.pool_unknown"
    assert await refusal(circle.spend("strict", "bob", 1)) == "sharing.only_the_head"
    assert await refusal(circle.leave("home", "dee")) == "sharing.not_in_pool"
    assert await circle.available("ann", "bob", "dee") == [10, 0, 900]
    assert await refusal(circle.spend("strict", "ann", 1)) == "done"


async def test_who_leaves_takes_their_points_along_and_the_next_becomes_the_head(circle: Circle) -> None:
    await circle.give("ann", 100)
    await circle.give("bob", 50)
    await circle.pool("home", "ann", "bob", spender=PoolSpender.HEAD)
    view = await circle.leave("home", "ann")
    assert (view.members, view.available) == (("bob",), {"points": 50})
    assert await refusal(circle.spend("home", "ann", 1)) == "sharing.not_in_pool"
    assert await refusal(circle.spend("home", "bob", 51)) == "ledger.insufficient_points"
    assert (await circle.join("home", "ann")).members == ("bob", "ann"), "who comes back stands behind the others"
    assert await refusal(circle.spend("home", "ann", 1)) == "sharing.only_the_head"


async def test_making_a_pool_again_answers_it_and_another_one_of_that_name_is_refused(circle: Circle) -> None:
    first = await circle.pool("home", "ann", "bob")
    assert (await circle.pool("home", "ann", "bob")).pool.pool_id == first.pool.pool_id
    assert await refusal(circle.pool("home", "ann", "cem")) == "sharing.pool_taken"
    assert await refusal(circle.pool("home", "ann", "bob", draw=Draw.PROPORTIONAL)) == "sharing.pool_taken"
    assert (await circle.join("home", "bob")).members == ("ann", "bob"), "joining twice is joining once"


async def test_the_programme_decides_where_the_pool_does_not(circle: Circle) -> None:
    await circle.ground.apply(CIRCLE + "  pools: {draw: proportional, who: head}\n", at=NOW)
    view = await circle.pool("home", "ann", "bob")
    assert (view.draw, view.who) == (Draw.PROPORTIONAL, PoolSpender.HEAD)
    assert (await circle.pool("free", "ann", draw=Draw.OLDEST_FIRST, spender=PoolSpender.ANY)).who is PoolSpender.ANY


async def test_the_same_key_spends_once(circle: Circle) -> None:
    await circle.give("ann", 100)
    await circle.pool("home", "ann", "bob")
    first = await circle.spend("home", "bob", 30, key="k")
    assert (await circle.spend("home", "bob", 30, key="k")).event_id == first.event_id
    with pytest.raises(KeyReused):
        await circle.spend("home", "bob", 31, key="k")
    assert await circle.available("ann") == [70]
    assert sentence_of(first.kind, first.about, "en") == "bob spent 30 points of the pool home: ann 30."


async def test_two_members_who_became_one_count_once_and_stay_where_the_first_of_them_stood(circle: Circle) -> None:
    await circle.give("bob", 50)
    await circle.give("cem", 40)
    await circle.pool("home", "bob", "ann", "cem")
    await circle.merge("cem", "bob")
    view = await circle.join("home", "cem")
    assert (view.members, view.available) == (("cem", "ann"), {"points": 90})
    await circle.spend("home", "bob", 90)
    assert await circle.available("cem") == [0]
    assert await circle.clean() == []


async def test_many_who_spend_at_once_never_spend_more_than_there_is(circle: Circle) -> None:
    for name in ("ann", "bob", "cem"):
        await circle.give(name, 50)
    await circle.pool("home", "ann", "bob", "cem", draw=Draw.PROPORTIONAL)
    await circle.pool("other", "cem", "dee", "ann")
    spends = [circle.spend("home" if n % 2 else "other", "ann" if n % 3 else "cem", 7) for n in range(30)]
    leaving = [circle.leave("other", "dee"), circle.join("home", "dee")]
    answers = await all_of(*spends, *leaving)
    assert {a.code for a in answers if isinstance(a, DomainError)} == {"ledger.insufficient_points"}
    assert [a for a in answers if isinstance(a, BaseException) and not isinstance(a, DomainError)] == []
    won = [a for a in answers if isinstance(a, Shared)]
    assert sum(await circle.available("ann", "bob", "cem")) == 150 - 7 * len(won)
    assert len(won) == 21, "150 covers 21 times 7, and no pool sees less than all of its members have"
    assert await circle.clean() == []


async def test_a_member_belongs_to_every_pool_joined_and_to_no_other(circle: Circle) -> None:
    await circle.pool("home", "ann", "bob")
    await circle.pool("team", "bob", "cem")
    async with circle.ground.db.rehearsal(circle.ground.tenant_id) as tx:
        program = await programs.get_program(tx, "circle")
        found = await members.find_members(tx, program.program_id, ["ann", "bob", "dee"])
        theirs = {name: await sharing.pools_of(tx, "circle", one.member_id, now=circle.at) for name, one in found.items()}
    assert {name: sorted(view.pool.reference for view in views) for name, views in theirs.items()} == {
        "ann": ["home"], "bob": ["home", "team"], "dee": [],
    }  # fmt: skip
