"""Merging and parting again is doing nothing: balances, lots and counters of both are what they were, whatever they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia import journal, ledger
from praemia.earning import Command
from praemia.journal import EVENT_ID
from tests.laws import few
from tests.property.earning_world import World, world
from tests.rooms.circle import Circle
from tests.rooms.ground import purchase

PROGRAM = """
program: circle
timezone: Europe/Berlin
currency: EUR
units: {points: {pending: {days: 3}, expiry: {days: 20, extend_on: [earn]}}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: late, trigger: visit, earn: {points: 7}, limit: {times: 2, per: month}}
tiers:
  basis: spend
  window: {rolling_months: 1}
  review: daily
  levels: [{id: base, at: 0}, {id: silver, at: 30}, {id: gold, at: 60}]
"""
RECOMPUTED = PROGRAM + "sharing: {merge: {tier: recompute}}\n"
NAMES = ("ann", "bob", "cem")
THINGS = st.one_of(
    st.tuples(st.just("give"), st.integers(-60, 60).filter(bool), st.integers(0, 9)),
    st.tuples(st.just("buy"), st.integers(1, 40), st.just(0)),
    st.tuples(st.just("visit"), st.just(0), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 6), st.just(0)),
)
"""What happens to somebody: a correction that ends some days from now, a purchase that waits, a visit, or days that pass."""
Lives = list[tuple[int, tuple[str, int, int]]]


@pytest.fixture
def earth(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


@few(40)
@given(
    lives=st.lists(st.tuples(st.integers(0, 2), THINGS), max_size=10),
    merged_on=st.booleans(),
    source=st.sampled_from([PROGRAM, RECOMPUTED]),
)
def test_merging_and_parting_again_is_doing_nothing(earth: World, lives: Lives, merged_on: bool, source: str) -> None:
    earth.run(_merge_and_part(earth, lives, merged_on, source))


async def _merge_and_part(earth: World, lives: Lives, merged_on: bool, source: str) -> None:
    async with earth.tenant() as ground:
        await ground.apply(source)
        await ground.enrol("circle", *NAMES)
        circle = Circle(ground)
        for n, (who, thing) in enumerate(lives):
            await _live(circle, NAMES[who], thing, n)
        owners = [await circle.owner(name) for name in NAMES]
        before = [await _seen(circle, owner) for owner in owners]
        merges = [await circle.merge("ann", "bob")]
        if merged_on:
            merges.append(await circle.merge("cem", "ann"))
        together = [await circle.holding(owner) for owner in owners]
        assert sum(one for one, _ in together) == sum(figures[0][0] for figures in before), "merging makes and loses no point"
        for merged in reversed(merges):
            await circle.part(merged)
        assert [await _seen(circle, owner) for owner in owners] == before
        assert await circle.clean() == []


async def _live(circle: Circle, name: str, thing: tuple[str, int, int], n: int) -> None:
    word, amount, days = thing
    match word:
        case "give":
            await circle.give(name, amount, circle.at.date() + timedelta(days=days) if days and amount > 0 else None)
        case "buy":
            await circle.do(purchase("circle", name, f"o{n}", amount * 100, at=circle.at))
        case "visit":
            await circle.do(Command(program="circle", kind="visit", member=name, identities=((EVENT_ID, f"v{n}"),), occurred_at=circle.at))
        case _:
            circle.at += timedelta(days=amount)


async def _seen(circle: Circle, owner: UUID) -> tuple[tuple[int, int], list[Any], list[Any], list[Any], list[Any]]:
    """Figures, lots by name, counters, what counts for a tier and the tier, as they are on this day."""
    counts = await circle.ground.fetch(
        "select day, points, spend_minor, visits from tier_counts"
        " where owner_id = $1 and (points, spend_minor, visits) <> (0, 0, 0) order by day",
        owner,
    )
    tiers = await circle.ground.fetch(
        "select tier, earned, held_until, grace_until, assigned, version from tier_states where owner_id = $1 and tier <> 'base'", owner
    )
    waiting = await circle.ground.fetch("select event_id, day, points from tier_waiting where owner_id = $1 and points > 0", owner)
    async with circle.ground.db.rehearsal(circle.ground.tenant_id) as tx:
        lots = await ledger.lots_on(tx, owner, circle.at.date())
        counters = await journal.counters_of(tx, owner)
    return (
        await circle.holding(owner),
        sorted((lot.event_id, lot.line, lot.remaining, lot.last_day, lot.pending, lot.opens_on) for lot in lots),
        sorted((key.counter, key.period, usage) for key, usage in counters.items() if usage.used),
        [*counts, *sorted(waiting, key=str)],
        tiers,
    )
