"""The law of shared transactions: deeds carried out together are answered, and leave everything, as if they had come one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia import redemption
from praemia.catalogue import Wish
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.redemption import CAPTURE, RELEASE, REVERSAL, USE, Act, Deed, Done, Redeem
from tests.laws import few
from tests.property.earning_world import MEMBERS, World, world
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground
from tests.rooms.shop import SHOP

REWARDS = ("five", "mug", "last", "many", "lamp", "socks", "coupon", "monthly", "tour", "card", "students", "nothing")
HELD = ("five", "mug", "last", "monthly", "mug", "tour")
MOVING = SHOP.replace("  points: {}", "  points: {expiry: {days: 30, extend_on: [redeem]}}")
TOUR = Wish(on=date(2025, 7, 1), place="Berlin")


@pytest.fixture
def shops(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


@st.composite
def requests(draw: st.DrawFn) -> Redeem:
    reward = draw(
        st.sampled_from(["five", "mug", "last", "many", "lamp", "socks", "coupon", "monthly", "tour", "card", "students", "nothing"])
    )
    key = draw(st.none() | st.integers(0, 4).map(lambda n: f"k{n}"))
    wish = TOUR if reward == "tour" and draw(st.booleans()) else Wish(quantity=draw(st.sampled_from([1, 1, 2])))
    return Redeem(
        program="shop",
        member=draw(st.sampled_from([*MEMBERS, *MEMBERS, *MEMBERS, "nobody"])),
        reward=reward,
        wish=wish,
        hold=draw(st.booleans()),
        deadline=draw(st.sampled_from([None, None, NOW + timedelta(days=3), NOW])),
        key=key,
    )


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """`redemption` is the number of one that is held when the example begins."""
    return Act(
        program="shop",
        redemption=str(draw(st.integers(0, len(HELD)))),
        kind=draw(st.sampled_from([CAPTURE, CAPTURE, RELEASE, REVERSAL, USE])),
        key=draw(st.none() | st.integers(0, 4).map(lambda n: f"k{n}")),
    )


async def begin(ground: Ground) -> list[str]:
    """Points in two lots for everybody, and something held."""
    for n, member in enumerate(MEMBERS):
        sooner = adjust("shop", member, 1600 + 700 * n, f"p{n}")
        recorded((await ground.record(replace(sooner, inputs={**sooner.inputs, "last_day": "2025-06-20"})))[0])
        recorded((await ground.record(adjust("shop", member, 1800, f"q{n}")))[0])
    held = []
    for n, reward in enumerate(HELD):
        wish = TOUR if reward == "tour" else Wish()
        wanted = Redeem(program="shop", member=MEMBERS[n % 3], reward=reward, wish=wish, hold=True)
        held.append(str((await together(ground, [wanted]))[0].redemption.redemption_id))
    return held


async def together(ground: Ground, deeds: Sequence[Deed]) -> list[Any]:
    return await ground.db.run(ground.tenant_id, lambda tx: redemption.carry_out(tx, deeds, now=NOW))


def seen(answer: Done | DomainError) -> Any:
    """An answer without ids, which differ between two runs."""
    if isinstance(answer, DomainError):
        told = {name: value for name, value in answer.fields.items() if name not in ("event", "redemption")}
        return answer.code, told
    made = answer.redemption
    return (
        (made.reward, made.state, made.times, made.quanta, made.deadline),
        (answer.kind, answer.event_id is None, answer.member, answer.spent, answer.returned, answer.replayed),
        dict(answer.after),
        (len(answer.codes), len(answer.cards)),
    )


async def everything(ground: Ground) -> Any:
    """What deeds move, by names that are the same in every run."""
    return [
        await ground.fetch(text)
        for text in (
            "select m.reference, a.unit, a.available, a.held, a.debt, a.due_day from accounts a join members m on m.member_id = a.owner_id "
            "order by 1, 2",
            "select m.reference, l.unit, l.amount, l.remaining, l.last_day from lots l join members m on m.member_id = l.owner_id "
            "order by 1, 2, 3, 4, 5",
            "select m.reference, c.counter, c.period, c.used from counters c join members m on m.member_id = c.owner_id where c.used <> 0 "
            "order by 1, 2, 3",
            "select item, sum(placed - remaining) as gone from stock group by item having sum(placed - remaining) <> 0 order by 1",
            "select reward, state, times from redemptions order by 1, 2, 3",
            "select kind, count(*) from events group by kind order by 1",
        )
    ]


def named(deeds: Sequence[Deed], held: Sequence[str]) -> list[Deed]:
    """Acts on what is held, or on what is not there."""
    return [replace(deed, redemption=([*held, "nothing"])[int(deed.redemption)]) if isinstance(deed, Act) else deed for deed in deeds]


@few(20)
@given(source=st.sampled_from([SHOP, MOVING]), deeds=st.lists(requests() | acts(), min_size=2, max_size=14))
def test_deeds_together_are_deeds_one_by_one(shops: World, source: str, deeds: list[Deed]) -> None:
    async def one_by_one(ground: Ground) -> Any:
        held = await begin(ground)
        answers = [answer for deed in named(deeds, held) for answer in await together(ground, [deed])]
        return [seen(answer) for answer in answers], await everything(ground)

    async def at_once(ground: Ground) -> Any:
        held = await begin(ground)
        answers = await together(ground, named(deeds, held))
        assert await ground.discrepancies() == []
        return [seen(answer) for answer in answers], await everything(ground)

    assert shops.play(source, at_once) == shops.play(source, one_by_one)
