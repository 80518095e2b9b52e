"""The life of points on the real database: what waits, what ends, what is put off, what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from praemia import earning, journal, programs
from praemia.earning import Command
from praemia.ledger import InsufficientPoints
from tests.rooms.deeds import activity, adjust, recorded
from tests.rooms.ground import open_ground, purchase
from tests.rooms.lifetimes import RULES, Lifetimes


@pytest.fixture
async def life(database: str) -> AsyncIterator[Lifetimes]:
    async with open_ground(database) as ground:
        yield Lifetimes(ground)
        assert await ground.discrepancies() == []


def brought(amount: int, key: str, **more: str) -> Command:
    """A balance from elsewhere."""
    command = adjust("cafe", "ada", amount, key)
    return Command(
        program="cafe", kind=command.kind, member="ada", identities=command.identities, inputs={**command.inputs, **more}
    )  # fmt: skip


async def test_points_wait_until_local_midnight_of_their_day(life: Lifetimes) -> None:
    await life.open("pending: {days: 14}")
    assert (await life.buy(120)).balances["points"] == 0
    assert await life.balance() == (0, 120)
    await life.until("2025-03-14", 23)
    assert await life.balance() == (0, 120)
    await life.until("2025-03-15", 0)
    assert await life.balance() == (120, 0)
    assert await life.moved("open") == [(120, "night")]


async def test_a_lot_has_a_state_once_something_became_of_it(life: Lifetimes) -> None:
    await life.open("expiry: {days: 30}")
    for euros in (10, 20, 40):
        await life.buy(euros)
    assert await states(life) == []
    await life.spend(15)
    assert await states(life) == [(0, 10), (15, 20)]
    await life.spend(20)
    assert await states(life) == [(0, 10), (0, 20), (35, 40)]


async def states(life: Lifetimes) -> list[tuple[int, int]]:
    """What is left of lots of which something was taken, and of how much."""
    told = "select s.remaining, t.amount from lot_states s join transfers t using (owner_id, event_id, line) order by t.amount"
    return [(row["remaining"], row["amount"]) for row in await life.ground.fetch(told)]


async def test_what_is_pending_cannot_be_spent(life: Lifetimes) -> None:
    await life.open("pending: {days: 14}")
    await life.buy(120)
    with pytest.raises(InsufficientPoints):
        await life.spend(1)


async def test_a_late_event_opens_and_expires_by_its_own_day(life: Lifetimes) -> None:
    await life.open("pending: {days: 14}, expiry: {days: 30}")
    assert (await life.buy(10, at="2025-02-15")).balances["points"] == 10
    assert (await life.buy(20, at="2025-01-01")).balances["points"] == 10
    assert await life.balance() == (10, 0)
    assert await life.lots() == [(10, "2025-03-31")]
    assert [amount for amount, kind in await life.moved("expire") if kind == "purchase"] == [20]


async def test_what_arrives_expired_pays_a_debt_before_it_is_gone(life: Lifetimes) -> None:
    await life.open("expiry: {days: 30}")
    await life.send(adjust("cafe", "ada", -15, "k", may_owe=True))
    assert (await life.buy(20, at="2025-01-01")).balances["points"] == 0
    await life.send(adjust("cafe", "ada", -15, "l", may_owe=True))
    assert (await life.buy(10, at="2025-01-01")).balances["points"] == -5
    assert await life.balance() == (-5, 0)


async def test_points_are_usable_through_their_last_day_and_gone_at_midnight(life: Lifetimes) -> None:
    await life.open("expiry: {months: 1}")
    await life.buy(100)
    await life.until("2025-04-01", 23)
    await life.spend(60)
    await life.until("2025-04-02", 0)
    assert await life.balance() == (0, 0)
    assert await life.moved("expire") == [(40, "night")]


async def test_a_rule_with_an_end_of_its_own_issues_lots_of_its_own(life: Lifetimes) -> None:
    rules = (
        'pay, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}, {id: week, trigger: purchase, expiry: {days: 7}, add: 10},'
        "{id: ever, trigger: purchase, expiry: none, add: 3}"
    )
    await life.open("expiry: {months: 12}", "{id: " + rules)
    assert (await life.buy(20)).balances["points"] == 33
    assert await life.lots() == [(10, "2025-03-08"), (20, "2026-03-01"), (3, None)]


async def test_what_a_multiplier_takes_is_never_given(life: Lifetimes) -> None:
    rules = RULES + ', {id: half, trigger: purchase, multiply: "0.5", expiry: {days: 7}}'
    await life.open("expiry: {months: 12}", rules)
    assert (await life.buy(20)).balances["points"] == 10
    assert await life.lots() == [(10, "2026-03-01")]


@pytest.mark.parametrize(
    ("says", "lots"),
    [
        ("expiry: {months: 12}", [(10, "2026-03-01"), (5, "2026-03-11")]),
        ("expiry: {months: 12, extend_on: earn}", [(10, "2026-03-11"), (5, "2026-03-11")]),
        ("expiry: {months: 12, extend_on: review}", [(10, "2026-03-11"), (5, "2026-03-11")]),
        ("expiry: {months: 12, extend_on: walk}", [(10, "2026-03-01"), (5, "2026-03-11")]),
        ("expiry: {months: 12, extend_on: earn}, pending: {days: 5}", [(10, "2026-03-16"), (5, "2026-03-16")]),
    ],
)
async def test_activity_moves_every_lot_to_the_newest_date(life: Lifetimes, says: str, lots: list[tuple[int, str | None]]) -> None:
    await life.open(says)
    await life.buy(10)
    await life.until("2025-03-11")
    await life.send(activity("cafe", "review", "ada", "r1"))
    assert await life.lots() == lots


async def test_an_activity_that_earns_nothing_may_put_off_the_end(life: Lifetimes) -> None:
    await life.open("expiry: {months: 12, extend_on: walk}")
    await life.buy(10)
    await life.until("2025-03-11")
    await life.send(activity("cafe", "walk", "ada", "w1"))
    assert await life.lots() == [(10, "2026-03-11")]


async def test_without_activity_the_whole_balance_ends(life: Lifetimes) -> None:
    await life.open("expiry: {inactivity_months: 6}")
    await life.buy(10)
    await life.until("2025-05-01")
    await life.buy(20)
    assert await life.lots() == [(10, "2025-11-01"), (20, "2025-11-01")]
    await life.until("2025-06-01")
    await life.send(adjust("cafe", "ada", 7, "sorry"))
    await life.until("2025-11-01", 23)
    assert await life.balance() == (37, 0)
    await life.until("2025-11-02")
    assert await life.balance() == (0, 0)


async def test_what_earns_without_resetting_ends_with_the_rest(life: Lifetimes) -> None:
    await life.open("expiry: {inactivity_months: 6, resets_on: walk}")
    await life.buy(10)
    await life.until("2025-05-01")
    await life.buy(20)
    assert await life.lots() == [(10, "2025-09-01"), (20, "2025-09-01")]
    await life.send(activity("cafe", "walk", "ada", "w1"))
    assert await life.lots() == [(10, "2025-11-01"), (20, "2025-11-01")]


async def test_a_correction_waits_for_nothing_and_ends_when_it_says(life: Lifetimes) -> None:
    await life.open("pending: {days: 14}, expiry: {days: 30}")
    await life.send(adjust("cafe", "ada", 1, "a"))
    await life.send(brought(2, "b", last_day="2025-03-05"))
    await life.send(brought(3, "c", last_day="never"))
    await life.send(brought(4, "d", earned_at="2025-02-20T08:00:00+00:00"))
    await life.send(brought(5, "e", earned_at="2024-02-20T08:00:00+00:00"))
    assert await life.lots() == [(2, "2025-03-05"), (4, "2025-03-22"), (1, "2025-03-31"), (3, None)]
    (late,) = await life.ground.record(brought(6, "f", earned_at="2025-03-02T00:00:00+00:00"))
    assert isinstance(late, earning.InFuture)


async def test_a_fulfilled_order_opens_its_own_points_once(life: Lifetimes) -> None:
    await life.open("pending: {until: fulfilled}, expiry: {days: 90}")
    await life.buy(10)
    await life.buy(20)
    await life.send(activity("cafe", "review", "ada", "r1"))
    assert await life.balance() == (5, 30)
    await life.until("2025-03-11")
    first = await life.fulfil("o2", "k")
    assert (dict(first.moved), first.balances["points"], first.replayed) == ({"points": 20}, 25, False)
    assert await life.lots() == [(5, "2025-05-30"), (20, "2025-06-09"), (10, None)]
    again = await life.fulfil("o2", "k")
    assert (again.event_id, dict(again.moved), again.replayed) == (first.event_id, {"points": 20}, True)
    assert (await life.fulfil("o2")).replayed
    assert await life.balance() == (25, 10)
    with pytest.raises(journal.KeyReused):
        await life.fulfil("o1", "k")
    assert await life.balance() == (25, 10)


async def test_validity_may_have_begun_when_the_order_was_placed(life: Lifetimes) -> None:
    await life.open("pending: {until: fulfilled}, expiry: {days: 30, counts_from: earned}")
    await life.buy(10)
    await life.until("2025-03-20")
    await life.fulfil("o1")
    assert await life.lots() == [(10, "2025-03-31")]
    await life.buy(20)
    await life.until("2025-05-01")
    await life.fulfil("o2")
    assert await life.balance() == (0, 0)


async def test_an_order_is_fulfilled_by_the_words_of_its_version(life: Lifetimes) -> None:
    await life.open("pending: {until: fulfilled}, expiry: {days: 30}")
    await life.buy(10)
    await life.until("2025-03-02")
    async with life.ground.db.transaction(life.ground.tenant_id) as tx:
        source = (await programs.export(tx, "cafe")).replace("{days: 30}", "{days: 3}").replace("pending: {until: fulfilled}, ", "")
        await programs.apply(tx, source, at=datetime(2025, 3, 2, tzinfo=UTC), by="test")
    await life.until("2025-03-11")
    await life.fulfil("o1")
    assert await life.lots() == [(10, "2025-04-10")]


async def test_an_order_nobody_knows_is_not_fulfilled_and_a_guests_order_moves_nothing(life: Lifetimes) -> None:
    await life.open("pending: {until: fulfilled}")
    with pytest.raises(journal.EventUnknown):
        await life.fulfil("o9")
    await life.send(purchase("cafe", None, "guest", 1000))
    assert dict((await life.fulfil("guest")).moved) == {}


async def test_an_order_that_is_fulfilled_many_times_at_once_opens_once(life: Lifetimes) -> None:
    await life.open("pending: {until: fulfilled}")
    await life.buy(10)
    answers = await asyncio.gather(*(life.fulfil("o1") for _ in range(6)))
    assert [answer.replayed for answer in answers].count(False) == 1
    assert {answer.event_id for answer in answers} == {answers[0].event_id}
    assert await life.balance() == (10, 0)


async def test_expired_points_come_back_once_within_the_window(life: Lifetimes) -> None:
    await life.open("expiry: {months: 3}, reinstate_days: 30")
    await life.send(brought(300, "a", last_day="2025-04-01"))
    await life.send(brought(200, "b", last_day="2025-03-01"))
    await life.until("2025-04-20")
    given = await life.reinstate()
    assert (dict(given.moved), given.balances["points"]) == ({"points": 300}, 300)
    assert await life.lots() == [(300, "2025-07-20")]
    assert dict((await life.reinstate()).moved) == {}
    await life.until("2025-07-22")
    assert (await life.balance(), dict((await life.reinstate()).moved)) == ((0, 0), {})


async def test_the_window_counts_days_from_the_first_without_the_points(life: Lifetimes) -> None:
    await life.open("expiry: {months: 3}, reinstate_days: 30")
    await life.send(brought(100, "a", last_day="2025-03-20"))
    await life.until("2025-04-20")
    assert dict((await life.reinstate(29)).moved) == {}
    assert dict((await life.reinstate(900)).moved) == {"points": 100}


async def test_a_day_later_the_window_is_closed(life: Lifetimes) -> None:
    await life.open("expiry: {months: 3}, reinstate_days: 30")
    await life.send(brought(100, "a", last_day="2025-03-20"))
    await life.until("2025-04-21")
    assert dict((await life.reinstate()).moved) == {}


async def test_what_expired_unnoticed_comes_back_too(life: Lifetimes) -> None:
    await life.open("expiry: {days: 10}, reinstate_days: 30")
    await life.buy(10)
    async with life.ground.db.transaction(life.ground.tenant_id) as tx:
        await tx.conn.execute("update programs set clock = '2025-03-20T09:00:00Z'")  # no night was lived
    assert dict((await life.reinstate()).moved) == {"points": 10}
    assert await life.lots() == [(10, "2025-03-30")]


async def test_points_do_not_come_back_where_the_programme_says_nothing(life: Lifetimes) -> None:
    await life.open("expiry: {days: 10}")
    for unit in (None, "points"):
        with pytest.raises(earning.NotReinstatable):
            await life.reinstate(unit=unit)
    with pytest.raises(earning.UnitUnknown):
        await life.reinstate(unit="pints")


async def test_reinstating_at_once_gives_back_once(life: Lifetimes) -> None:
    await life.open("expiry: {days: 10}, reinstate_days: 30")
    await life.buy(10)
    await life.until("2025-03-20")
    answers = await asyncio.gather(*(life.reinstate(key=f"k{n % 3}") for n in range(6)))
    assert len({answer.event_id for answer in answers}) == 3
    assert await life.balance() == (10, 0)


async def test_one_event_may_settle_two_units_of_one_member(life: Lifetimes) -> None:
    await life.open("expiry: {days: 10}", RULES + ", {id: stamp, trigger: purchase, to: stamps, expiry: {days: 10}, earn: {points: 1}}")
    await life.buy(10)
    async with life.ground.db.transaction(life.ground.tenant_id) as tx:
        await tx.conn.execute("update programs set clock = '2025-03-20T09:00:00Z'")
    assert recorded((await life.ground.record(purchase("cafe", "ada", "late", 700)))[0]).balances == {"points": 7, "stamps": 1}
    assert sorted(await life.moved("expire")) == [(1, "purchase"), (10, "purchase")]


async def test_a_batch_says_what_its_commands_would_say_one_by_one(life: Lifetimes) -> None:
    await life.open("pending: {days: 14}, expiry: {days: 30, extend_on: earn}")
    batch = [
        purchase("cafe", "ada", "n1", 1000, at=datetime(2025, 1, 1, 9, tzinfo=UTC)),
        purchase("cafe", "ada", "n2", 2000, at=datetime(2025, 2, 1, 9, tzinfo=UTC)),
        adjust("cafe", "ada", -5, "k"),
        purchase("cafe", "ada", "n3", 4000),
        activity("cafe", "review", "ada", "r1"),
    ]
    answers = [recorded(answer).balances["points"] for answer in await life.ground.record(*batch)]
    assert answers == [0, 20, 15, 15, 15]
    assert await life.lots() == [(15, "2025-04-14"), (40, "2025-04-14"), (5, "2025-04-14")]
