"""Laws of returns over drawn orders, on the real database: what came back altogether is undone altogether, in whatever pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia import earning, members, orders, programs
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.values import replace
from praemia.orders import ReturnOrder
from tests.laws import few
from tests.property.earning_world import World, world
from tests.rooms.deeds import adjust
from tests.rooms.ground import Ground, purchase
from tests.rooms.returns import all_discrepancies, back, give_back, off, spend

SHOP = """
program: cafe
timezone: Europe/Berlin
currency: EUR
units:
  points: {{{unit}}}
  cents: {{decimals: 2, rounding: half_up, value: "0.01"}}
earning:
  rules:
    - {{id: base, trigger: purchase, earn: {{points: 1, per_amount: "1.00"}}}}
    - {{id: back, trigger: purchase, to: cents, round_at: line, earn: {{points: "0.03", per_amount: "1.00"}}}}
    - {{id: item, trigger: purchase, match: {{sku: [S0, S2]}}, earn: {{points: 2, per_item: true}}}}
    - {{id: big, trigger: purchase, when: {{min_amount: "20.00"}}, earn: {{points: 10}}, limit: {{times: 1, per: week}}}}
    - {{id: first, trigger: purchase, when: {{first_purchase: true}}, earn: {{points: 5}}}}
    - {{id: twice, trigger: purchase, match: {{sku: [S1]}}, multiply: 2}}
  caps: [{{points: 60, per: day}}]
  budgets: [{{id: pot, rules: [item], points: 9, per: month}}]
tiers:
  basis: points
  window: calendar_year
  levels: [{{id: low, at: 0}}, {{id: high, at: 45, multiplier: "1.5"}}]
returns: {{earned: {earned}, redeemed: {redeemed}}}
"""
UNITS = ["", "pending: {days: 14}", "pending: {until: fulfilled}", "expiry: {months: 12}"]


@dataclass(frozen=True)
class Order:
    """A drawn purchase, what was spent on it, and how it comes back."""

    unit: str
    lines: list[dict[str, Any]]
    off: int
    points: int
    returns: list[dict[str, Any]]
    cancels: bool

    def programme(self, earned: str, redeemed: str = "prorate") -> str:
        return SHOP.format(unit=self.unit, earned=earned, redeemed=redeemed)


@st.composite
def drawn(draw: st.DrawFn) -> Order:
    """One to three lines of up to four pieces; returns by line, by article, or by value, some of them too much."""
    count = draw(st.integers(1, 3))
    lines: list[dict[str, Any]] = [
        {
            "sku": f"S{n}",
            "amount_minor": draw(st.integers(0, 3000)),
            "quantity": draw(st.integers(1, 4)),
            "free": draw(st.integers(0, 9)) == 0,
        }
        for n in range(count)
    ]
    pieces = st.builds(lambda n, q: {"lines": {n: q}}, st.integers(0, count - 1), st.integers(1, 3))
    articles = st.builds(lambda n, q: {"lines": {f"S{n}": q}}, st.integers(0, count - 1), st.integers(1, 2))
    values = st.builds(lambda a: {"amount_minor": a}, st.integers(1, 1500))
    worth = sum(line["amount_minor"] for line in lines)
    return Order(
        unit=draw(st.sampled_from(UNITS)),
        lines=lines,
        off=draw(st.integers(0, min(worth, 500))),
        points=draw(st.sampled_from([0, 0, 30])),
        returns=draw(st.lists(pieces | articles | values, max_size=5)),
        cancels=draw(st.booleans()),
    )


@pytest.fixture
def shops(database: str) -> Iterator[World]:
    with world(database) as opened:
        yield opened


STATE = (
    "select unit, available, pending, held, debt from accounts order by unit",
    "select unit, pending, last_day, sum(remaining) as lying from lots where remaining > 0 group by 1, 2, 3 order by 1, 2, 3",
    "select counter, period, used from counters where used <> 0 order by 1, 2",
    "select day, points, spend_minor, visits from tier_counts where points <> 0 or spend_minor <> 0 or visits <> 0 order by 1",
    "select sum(points) as waiting from tier_waiting where points > 0",
)


async def state(ground: Ground) -> Any:
    """Everything that buying changes and returning changes back: balances, lots, counters, what counts for a tier."""
    return [await ground.fetch(look) for look in STATE]


async def begin(ground: Ground) -> None:
    """Ann has been here before."""
    await ground.enrol("cafe", "ann")
    await ground.record(adjust("cafe", "ann", 100), purchase("cafe", "ann", "o0", 700))


async def buy(ground: Ground, order: Order) -> None:
    """The order, some of it paid with points."""
    beside: dict[str, Any] = {}
    if order.points:
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            opened = await programs.open_program(tx, "cafe")
            event = new_id(bucket_of((await members.get_member(tx, opened.program_id, "ann")).member_id))
        await spend(ground, "ann", order.points, event=event)
        beside = {"spent": [{"unit": "points", "amount": order.points, "event": str(event), "line": 0}]}
    command = purchase("cafe", "ann", "o1", lines=order.lines, order_discount_minor=order.off, points_tender_minor=order.points)
    await ground.record(replace(command, beside=beside))


async def return_all(ground: Ground, wanted: Sequence[ReturnOrder]) -> list[str]:
    """Carry returns out; those that do not fit are refused. Answers what became of each."""
    told = []
    for one in wanted:
        try:
            done = await give_back(ground, one)
            told.append("taken " + " ".join(f"{unit}={quanta}" for unit, quanta in sorted(done.taken.items())))
        except DomainError as refusal:
            told.append(refusal.code)
    return told


@few(16)
@given(order=drawn(), earned=st.sampled_from(["recompute", "by_value"]), redeemed=st.sampled_from(["prorate", "on_full"]))
def test_an_order_that_comes_back_altogether_leaves_nothing_behind(shops: World, order: Order, earned: str, redeemed: str) -> None:
    async def story(ground: Ground) -> None:
        await begin(ground)
        before = await state(ground)
        await buy(ground, order)
        told = await return_all(ground, [back("o1", f"k{n}", **one) for n, one in enumerate(order.returns)])
        await return_all(ground, [off("o1") if order.cancels else back("o1", "last", all=True)])
        assert set(told) <= {"orders.exceeds_order"} | {one for one in told if one.startswith("taken")}
        assert await state(ground) == before
        assert await all_discrepancies(ground) == []
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            program = await programs.open_program(tx, "cafe")
            for event in (await orders.get_order(tx, "cafe", "o1")).returns:
                stored = await earning.get_event(tx, "cafe", event.event_id)
                assert await orders.recompute(tx, program, stored) == earning.verdict_of(stored)

    shops.play(order.programme(earned, redeemed), story)


@few(12)
@given(order=drawn(), earned=st.sampled_from(["recompute", "by_value"]), data=st.data())
def test_returning_in_pieces_never_keeps_more_than_returning_at_once(shops: World, order: Order, earned: str, data: st.DataObject) -> None:
    pieces = [(n, 1) for n, line in enumerate(order.lines) for _ in range(line["quantity"])]
    some = data.draw(st.permutations(pieces))[: data.draw(st.integers(1, len(pieces)))]
    at_once: dict[int | str, int] = {}
    for line, quantity in some:
        at_once[line] = at_once.get(line, 0) + quantity

    async def told(ground: Ground, wanted: Sequence[ReturnOrder]) -> dict[str, int]:
        await begin(ground)
        await buy(ground, order)
        await return_all(ground, wanted)
        rows = await ground.fetch("select unit, available + pending as held from accounts order by unit")
        return {row["unit"]: row["held"] for row in rows}

    source = order.programme(earned)
    whole = shops.play(source, lambda ground: told(ground, [back("o1", "k", lines=dict(at_once))]))
    parts = shops.play(source, lambda ground: told(ground, [back("o1", f"k{n}", lines={line: 1}) for n, (line, _) in enumerate(some)]))
    assert all(parts[unit] <= whole[unit] for unit in whole)
    if earned == "by_value":
        assert parts == whole


@few(12)
@given(order=drawn(), spent=st.integers(1, 90), earned=st.sampled_from(["recompute", "by_value", "floor_steps_each"]))
def test_no_order_of_returning_and_spending_makes_or_loses_a_point(shops: World, order: Order, spent: int, earned: str) -> None:
    """Whatever is spent in between: once the order is called off, what is left is what there was without it."""

    async def story(ground: Ground) -> None:
        await begin(ground)
        (start,) = await ground.fetch("select available, pending from accounts where unit = 0")
        await buy(ground, order)
        half = len(order.returns) // 2
        wanted = [back("o1", f"k{n}", **one) for n, one in enumerate(order.returns)]
        await return_all(ground, wanted[:half])
        (now,) = await ground.fetch("select available, owner_id from accounts where unit = 0")
        used = min(spent, max(now["available"], 0))
        if used:
            await spend(ground, "ann", used, event=new_id(bucket_of(now["owner_id"])))
        await return_all(ground, [*wanted[half:], off("o1")])
        (end,) = await ground.fetch("select available, pending from accounts where unit = 0")
        assert end == {"available": start["available"] - used, "pending": start["pending"]}

    shops.play(order.programme(earned), story)
