"""Small shops for property tests: programmes, commands that Hypothesis draws, and a tenant of its own for every example."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TypeVar

from hypothesis import strategies as st

from praemia import access
from praemia.earning import Command, Recorded
from praemia.foundation.db import connect
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import new_id
from tests.rooms.deeds import activity, adjust
from tests.rooms.ground import JOINED, NOW, Ground, purchase

T = TypeVar("T")
MEMBERS = ("ada", "bob", "cem")
SPANS = st.integers(min_value=0, max_value=20).map(lambda n: timedelta(hours=7 * n))

HEAD = """
program: shop
timezone: Europe/Berlin
currency: EUR
units: {points: {}, cents: {decimals: 2, value: "0.01"}}
activities: {review: {fields: {stars: int}}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: back, trigger: purchase, to: cents, earn: {points: "0.03", per_amount: "1.00"}}
    - {id: stars, trigger: review, earn: {points: 3}, when: {if: "event.stars >= 3"}}
    - {id: visit, trigger: visit, earn: {points: 2}}
"""
FREE = HEAD  # nothing that remembers: no cap, limit, first or budget
CAPPED = HEAD + "  caps: [{points: 20, per: day}, {points: 60, per: month}, {points: 15, per: day, unit: cents}]\n".replace(
    "15,", '"0.15",'
)
RICH = (
    HEAD
    + """
    - {id: first, trigger: purchase, earn: {points: 5}, when: {first_purchase: true}}
    - {id: twice, trigger: purchase, earn: {points: 4}, limit: {times: 2, per: week}}
    - {id: rest, trigger: visit, earn: {points: 6}, cooldown: 24h}
    - {id: lucky, trigger: purchase, earn: {points: 7}, limit: {times: 3, per: lifetime, scope: program}}
  caps: [{points: 40, per: day}, {points: 120, per: balance}]
  budgets: [{id: pot, rules: [base], points: 70, per: month}]
"""
)


@st.composite
def commands(draw: st.DrawFn, *, corrections: bool = True) -> Command:
    """Something that happened to somebody, now and then to nobody known, under an identity that may recur."""
    kind = draw(st.sampled_from(["purchase", "purchase", "purchase", "visit", "review"] + ["adjust"] * corrections))
    member = draw(st.sampled_from([*MEMBERS, *MEMBERS, "nobody"]))
    number, at = draw(st.integers(0, 12)), NOW - draw(SPANS)
    match kind:
        case "purchase":
            key = draw(st.none() | st.integers(0, 12).map(lambda n: f"k{n}"))
            return purchase("shop", draw(st.sampled_from([member, member, None])), f"O{number}", draw(st.integers(0, 3000)), at=at, key=key)
        case "adjust":
            return adjust("shop", member, draw(st.integers(-40, 40)), f"k{number}", may_owe=draw(st.booleans()))
        case "review":
            return activity("shop", "review", member, f"R{number}", at=at, fields={"stars": draw(st.integers(1, 5))})
    return activity("shop", "visit", member, f"V{number}", at=at)


@dataclass(frozen=True)
class Seen:
    """An answer without what differs between two runs: ids and instants of posting."""

    code: str
    version: int = 0
    awards: tuple[tuple[str, int], ...] = ()
    balances: tuple[tuple[str, int], ...] = ()
    fired: tuple[tuple[str, int], ...] = ()


def seen(answer: Recorded | DomainError) -> Seen:
    """What a sender sees of an answer."""
    if isinstance(answer, DomainError):
        return Seen(answer.code)
    return Seen(
        "replayed" if answer.replayed else "recorded",
        answer.version,
        tuple(sorted(answer.verdict.awards.items())),
        tuple(sorted(answer.balances.items())),
        tuple((o.rule, o.quanta) for o in answer.verdict.outcomes if o.fired),
    )


class World:
    """One loop and one pool for all examples of a test; each example plays in a tenant of its own.

    A pool for every example would cost more than the examples: a new connection reads the catalogue and plans every statement anew.
    """

    def __init__(self, dsn: str) -> None:
        self._loop = asyncio.Runner()
        self._db = self._loop.run(connect(dsn))
        self._slugs = (f"t{n}-{new_id(0)}" for n in count())

    def play(self, source: str, story: Callable[[Ground], Awaitable[T]]) -> T:
        """Run a story in a fresh tenant with the programme in force and the members enrolled."""

        async def whole() -> T:
            async with self.tenant() as ground:
                await ground.apply(source)
                await ground.enrol("shop", *MEMBERS)
                return await story(ground)

        return self._loop.run(whole())

    @asynccontextmanager
    async def tenant(self) -> AsyncIterator[Ground]:
        """A fresh tenant, empty."""
        slug = next(self._slugs)
        yield Ground(self._db, await access.create_tenant(self._db, slug, slug, at=JOINED))

    def run(self, work: Awaitable[T]) -> T:
        """Run one step in the same loop."""

        async def whole() -> T:
            return await work

        return self._loop.run(whole())

    def close(self) -> None:
        """Close the pool and the loop."""
        self._loop.run(self._db.close())
        self._loop.close()


@contextmanager
def world(dsn: str) -> Iterator[World]:
    """A world for the length of a test."""
    opened = World(dsn)
    try:
        yield opened
    finally:
        opened.close()


async def holdings(ground: Ground) -> dict[str, dict[str, int]]:
    """What every member holds."""
    return {member: await ground.balances("shop", member) for member in MEMBERS}


async def rows(ground: Ground) -> dict[str, int]:
    """How many rows every table holds that a command may write to."""
    tables = ("members", "events", "event_keys", "transfers", "lots", "allocations", "counters")
    return {table: len(await ground.fetch(f"select from {table}")) for table in tables}
