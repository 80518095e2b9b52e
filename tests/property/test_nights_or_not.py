"""Balances never wait for a night: a life lived midnight by midnight and one that leaps over them look the same at every instant.

Only what is posted differs: who settles, and when. The account settles itself for whoever reads or touches it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from praemia.foundation.errors import DomainError
from praemia.ledger import Kind
from tests.laws import few
from tests.property.earning_world import World, world
from tests.rooms.deeds import activity, adjust
from tests.rooms.ground import Ground
from tests.rooms.lifetimes import RULES, Lifetimes

EXPIRIES = st.sampled_from(
    [
        "expiry: {days: 5}",
        "expiry: {days: 5, extend_on: [earn, walk]}",
        "expiry: {days: 9, counts_from: earned}",
        "expiry: {months: 1, round_up: end_of_month}",
        "expiry: {end_of: month}",
        "expiry: {inactivity_months: 1}",
        "expiry: {inactivity_months: 1, resets_on: walk}",
        "expiry: {each_year: 03-15, extend_on: review}",
    ]
)
WAITING = st.sampled_from(["", "pending: {days: 4}, ", "pending: {until: fulfilled}, "])
ORDER = st.sampled_from(["", "spend_order: oldest_earned, "])
UNITS = st.tuples(WAITING, ORDER, EXPIRIES).map(lambda parts: "reinstate_days: 12, " + "".join(parts))
OWN = RULES + ", {id: week, trigger: purchase, expiry: {days: 7}, add: 4}, {id: ever, trigger: review, expiry: none, earn: {points: 1}}"
Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "buy", "review", "walk", "fulfil", "adjust", "spend", "reinstate", "wait", "wait", "wait"]),
        st.integers(0, 30),
        st.integers(0, 12),
    ),
    min_size=3,
    max_size=18,
)


@pytest.fixture
def shops(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


async def take(life: Lifetimes, n: int, step: Step, *, nights: bool) -> Any:
    """One step, and what the sender is told."""
    word, size, back = step
    try:
        match word:
            case "buy":
                clock = await life.today()
                return (await life.buy(size, at=clock.fromordinal(clock.toordinal() - back).isoformat())).balances
            case "review" | "walk":
                return (await life.send(activity("cafe", word, "ada", f"a{n}"))).balances
            case "fulfil":
                told = await life.fulfil(f"o{size % 5 + 1}")
                return told.moved, told.balances
            case "adjust":
                return (await life.send(adjust("cafe", "ada", size - 15, f"k{n}", may_owe=back % 2 == 0))).balances
            case "spend":
                return await life.spend(size + 1)
            case "reinstate":
                given_back = await life.reinstate(back)
                return given_back.moved, given_back.balances
            case _:
                return await (life.wait(back) if nights else life.leap(back))
    except (DomainError, AssertionError) as refusal:
        return refusal.code if isinstance(refusal, DomainError) else "refused"


async def lived(ground: Ground, unit: str, steps: list[Step], *, nights: bool) -> list[Any]:
    """What a member and a sender see after every step."""
    life = Lifetimes(ground)
    await life.open(unit, OWN)
    seen: list[Any] = []
    for n, step in enumerate(steps):
        told = await take(life, n, step, nights=nights)
        seen.append((step, told, await life.balance(), await life.lots()))
    await life.wait(1)
    seen.append((await life.balance(), await life.lots()))
    assert await ground.discrepancies() == []
    return seen


@few(60)
@given(unit=UNITS, steps=STEPS)
@example(unit="expiry: {days: 5, extend_on: [earn, walk]}", steps=[("buy", 9, 0), ("wait", 0, 8), ("walk", 0, 0)])
@example(unit="pending: {days: 4}, expiry: {inactivity_months: 1, resets_on: walk}", steps=[("buy", 9, 0), ("wait", 0, 40), ("buy", 7, 2)])
def test_a_life_looks_the_same_whether_nights_are_lived_or_leapt_over(shops: World, unit: str, steps: list[Step]) -> None:
    async def story(*, nights: bool) -> list[Any]:
        async with shops.tenant() as ground:
            return await lived(ground, unit, steps, nights=nights)

    assert shops.run(story(nights=True)) == shops.run(story(nights=False))


def test_the_histories_of_this_test_reach_every_kind_that_time_brings(shops: World) -> None:
    steps: list[Step] = [("buy", 9, 0), ("wait", 0, 4), ("wait", 0, 9), ("reinstate", 0, 12), ("buy", 9, 12)]

    async def story() -> set[str]:
        async with shops.tenant() as ground:
            await lived(ground, "reinstate_days: 12, pending: {days: 4}, expiry: {days: 5}", steps, nights=True)
            return {row["kind"] for row in await ground.fetch("select distinct kind from transfers")}

    assert shops.run(story()) >= {Kind.PROMISE, Kind.OPEN, Kind.EXPIRE, Kind.REINSTATE}
