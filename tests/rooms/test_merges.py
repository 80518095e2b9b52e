"""Two memberships become one, and two again: nothing is lost, nothing is counted twice, and every old name leads to the survivor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from praemia import journal, ledger, members, sharing
from praemia.earning import Command
from praemia.foundation.db import Tx
from praemia.journal import KeyReused
from praemia.sharing import Shared
from tests.rooms.circle import CIRCLE, Circle, all_of, refusal
from tests.rooms.deeds import recorded
from tests.rooms.ground import NOW, open_ground, purchase

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 31)
PENDING = CIRCLE.replace("{points: {}}", "{points: {pending: {days: 10}, expiry: {days: 100}}}")


@pytest.fixture
async def circle(database: str) -> AsyncIterator[Circle]:
    async with open_ground(database) as ground:
        await ground.apply(CIRCLE)
        await ground.enrol("circle", "ann", "bob", "cem")
        yield Circle(ground)


def visit(member: str, own: str) -> Command:
    return Command(program="circle", kind="visit", member=member, identities=((journal.EVENT_ID, own),))


async def test_lots_go_over_with_their_dates(circle: Circle) -> None:
    await circle.give("ann", 300, JULY)
    await circle.give("bob", 100, JUNE)
    await circle.give("bob", 50)
    await circle.merge("ann", "bob")
    assert await circle.lots("ann") == [(100, "2025-06-30"), (300, "2025-07-31"), (50, None)]
    assert await circle.clean() == []


@pytest.mark.parametrize(
    ("ann", "bob", "sum_"), [(300, -50, 250), (-50, 300, 250), (-50, -60, -110), (20, -50, -30), (-300, 100, -200), (0, 0, 0)]
)
async def test_debts_go_over_and_parting_gives_back_both_figures(circle: Circle, ann: int, bob: int, sum_: int) -> None:
    for name, points in (("ann", ann), ("bob", bob)):
        if points:
            await circle.give(name, points, JUNE if points > 0 else None)
    gone = await circle.owner("bob")
    before = [await circle.lots("ann"), await circle.lots(gone)]
    merged = await circle.merge("ann", "bob")
    assert await circle.available("ann") == [sum_]
    assert await circle.holding(gone) == (0, 0)
    assert await circle.clean() == []
    await circle.part(merged)
    assert await circle.available("ann", "bob") == [ann, bob]
    assert [await merged_lots(circle, "ann"), await merged_lots(circle, "bob")] == before
    assert await circle.clean() == []


async def merged_lots(circle: Circle, name: str) -> list[tuple[int, str | None]]:
    """Lots of one last day as one."""
    sums: dict[str | None, int] = {}
    for amount, last in await circle.lots(name):
        sums[last] = sums.get(last, 0) + amount
    return [(amount, last) for last, amount in sums.items()]


async def test_every_name_of_the_dropped_leads_to_the_survivor(circle: Circle) -> None:
    await circle.card("bob", "C-7")
    await circle.merge("ann", "bob")
    for name in ("bob", "C-7", "ann"):
        assert await circle.owner(name) == await circle.owner("ann")
    answer = recorded((await circle.ground.record(purchase("circle", "bob", "o1", 2000)))[0])
    assert (answer.member, dict(answer.balances)) == ("ann", {"points": 20})
    assert (await circle.ground.enrol("circle", "bob"))[0].code == "members.already_enrolled"  # type: ignore[union-attr]


async def test_merging_again_and_merging_oneself_is_refused(circle: Circle) -> None:
    await circle.merge("ann", "bob")
    assert await refusal(circle.merge("ann", "bob")) == "sharing.already_merged"
    assert await refusal(circle.merge("ann", "ann")) == "sharing.same_member"
    assert await refusal(circle.merge("ann", "nobody")) == "members.unknown"


async def test_the_same_key_merges_once(circle: Circle) -> None:
    first = await circle.merge("ann", "bob", key="k")
    assert (await circle.merge("ann", "bob", key="k")).event_id == first.event_id
    with pytest.raises(KeyReused):
        await circle.merge("ann", "cem", key="k")


async def test_promised_points_go_over_and_open_on_their_day(circle: Circle) -> None:
    await circle.ground.apply(PENDING, at=NOW)
    await circle.do(purchase("circle", "bob", "o1", 5000))
    gone = await circle.owner("bob")
    merged = await circle.merge("ann", "bob")
    assert await circle.holding(await circle.owner("ann")) == (0, 50)
    assert await circle.clean() == []
    circle.at = NOW + timedelta(days=10)
    assert await circle.available("ann") == [50]
    circle.at = NOW + timedelta(days=2)
    await circle.part(merged)
    assert (await circle.holding(gone), await circle.holding(await circle.owner("ann"))) == ((0, 50), (0, 0))
    circle.at = NOW + timedelta(days=10)
    assert (await circle.available("ann", "bob"), await circle.lots("bob")) == ([0, 50], [(50, "2025-09-19")])
    assert await circle.clean() == []


async def test_points_that_opened_since_part_as_open_points(circle: Circle) -> None:
    await circle.ground.apply(PENDING, at=NOW)
    await circle.do(purchase("circle", "bob", "o1", 5000))
    merged = await circle.merge("ann", "bob")
    circle.at = NOW + timedelta(days=11)
    await circle.part(merged)
    assert (await circle.available("ann", "bob"), await circle.lots("bob")) == ([0, 50], [(50, "2025-09-19")])
    assert await circle.clean() == []


async def test_an_orders_own_points_are_found_at_the_survivor(circle: Circle) -> None:
    """What a return of an order of the dropped takes: its own lot first, wherever it went."""
    await circle.give("ann", 30, JUNE)
    event = recorded((await circle.do(purchase("circle", "bob", "o1", 5000)))[0]).event_id
    await circle.merge("ann", "bob")
    owner = await circle.owner("ann")

    async def take_back(tx: Tx) -> None:
        accounts = await ledger.lock_accounts(tx, [owner])
        posting = ledger.Posting(
            owner_id=owner, event_id=event, line=90, unit=0, program_id=1, kind=ledger.Kind.REVERSE, amount=50,
            day=NOW.date(), occurred_at=NOW, posted_at=NOW, own=event, may_owe=True,
        )  # fmt: skip
        await ledger.post(tx, [posting], accounts)

    await circle.ground.db.run(circle.ground.tenant_id, take_back)
    assert await circle.lots("ann") == [(30, "2025-06-30")]


async def test_limits_and_purchases_of_both_count_together(circle: Circle) -> None:
    for own, name in (("v1", "ann"), ("v2", "bob")):
        await circle.do(visit(name, own))
    merged = await circle.merge("ann", "bob")
    answer = recorded((await circle.ground.record(visit("bob", "v3")))[0])
    assert answer.verdict.awards == {}, "the limit of two a month is used up by both together"
    assert [r["used"] for r in await counters(circle)] == [2]
    await circle.part(merged)
    assert [r["used"] for r in await counters(circle)] == [1]
    assert recorded((await circle.ground.record(visit("bob", "v4")))[0]).verdict.awards == {"points": 7}


async def counters(circle: Circle) -> list[Any]:
    owner = await circle.owner("ann")
    return await circle.ground.fetch(
        "select used, last_at from counters where owner_id = $1 and counter like '%late%' and used <> 0", owner
    )


async def test_a_counters_instant_is_wound_back_unless_it_moved_on(circle: Circle) -> None:
    await circle.do(visit("ann", "v1"))
    circle.at = NOW + timedelta(hours=1)
    await circle.do(visit("bob", "v2"))
    before = await counters(circle)
    merged = await circle.merge("ann", "bob")
    assert (await counters(circle))[0]["last_at"] == circle.at
    await circle.part(merged)
    assert await counters(circle) == before


async def test_a_merge_waits_for_no_redemption(circle: Circle) -> None:
    await circle.give("bob", 50)
    owner = await circle.owner("bob")

    async def hold(tx: Tx) -> None:
        accounts = await ledger.lock_accounts(tx, [owner])
        event = (await ledger.history_of(tx, owner))[0].event_id
        posting = ledger.Posting(
            owner_id=owner, event_id=event, line=9, unit=0, program_id=1, kind=ledger.Kind.HOLD, amount=20,
            day=NOW.date(), occurred_at=NOW, posted_at=NOW,
        )  # fmt: skip
        await ledger.post(tx, [posting], accounts)

    await circle.ground.db.run(circle.ground.tenant_id, hold)
    assert await refusal(circle.merge("ann", "bob")) == "sharing.points_held"
    assert await refusal(circle.merge("bob", "ann")) == "done", "the one that stays may hold points"


async def test_parting_is_refused_when_points_that_came_were_spent_and_says_by_what(circle: Circle) -> None:
    await circle.give("ann", 100, JULY)
    await circle.give("bob", 100, JUNE)
    merged = await circle.merge("ann", "bob")
    sent = await circle.send("ann", "cem", 30)
    with pytest.raises(sharing.PointsGone) as refused:
        await circle.part(merged)
    assert (refused.value.fields["spent"], refused.value.fields["events"]) == (30, str(sent.event_id))
    assert await circle.available("ann") == [170]


async def test_points_spent_of_the_survivors_own_do_not_stand_against_parting(circle: Circle) -> None:
    await circle.give("ann", 100, JUNE)
    await circle.give("bob", 100, JULY)
    merged = await circle.merge("ann", "bob")
    await circle.send("ann", "cem", 100)
    await circle.part(merged)
    assert await circle.available("ann", "bob") == [0, 100]
    assert await circle.clean() == []


async def test_what_expired_meanwhile_stays_expired_and_what_was_earned_since_stays_with_the_survivor(circle: Circle) -> None:
    await circle.give("bob", 100, JUNE)
    await circle.give("bob", 11)
    merged = await circle.merge("ann", "bob")
    await circle.do(purchase("circle", "bob", "o1", 2000))
    circle.at = NOW + timedelta(days=60)
    await circle.part(merged)
    assert await circle.available("ann", "bob") == [20, 11]
    assert await circle.clean() == []


async def test_a_debt_paid_since_comes_back_as_points(circle: Circle) -> None:
    await circle.give("bob", -50)
    merged = await circle.merge("ann", "bob")
    await circle.give("ann", 80, JUNE)
    await circle.part(merged)
    assert await circle.available("ann", "bob") == [80, -50]
    assert await circle.clean() == []


async def test_parting_twice_and_parting_what_never_was_is_refused(circle: Circle) -> None:
    merged = await circle.merge("ann", "bob", key="m")
    parted = await circle.part(merged, key="p")
    assert (await circle.part(merged, key="p")).event_id == parted.event_id
    assert await refusal(circle.part(merged)) == "sharing.already_parted"
    assert await refusal(circle.part("no id")) == "sharing.merge_unknown"
    assert await refusal(circle.part(str(parted.event_id))) == "sharing.merge_unknown"
    assert await refusal(circle.merge("ann", "bob")) == "done", "who parted may merge again"


async def test_a_merge_of_a_merge_leads_on_and_parts_in_the_reverse_order(circle: Circle) -> None:
    await circle.give("bob", 10)
    await circle.give("ann", 20)
    await circle.give("cem", 30)
    inner = await circle.merge("ann", "bob")
    outer = await circle.merge("cem", "ann")
    assert await circle.owner("bob") == await circle.owner("cem")
    assert await circle.available("bob") == [60]
    assert await refusal(circle.part(inner)) == "sharing.merged_on"
    await circle.part(outer)
    assert await circle.owner("bob") == await circle.owner("ann")
    await circle.part(inner)
    assert await circle.available("ann", "bob", "cem") == [20, 10, 30]
    assert await circle.clean() == []


async def test_the_history_of_the_survivor_holds_both(circle: Circle) -> None:
    await circle.give("ann", 1)
    await circle.give("bob", 2)
    await circle.merge("ann", "bob")
    async with circle.ground.db.rehearsal(circle.ground.tenant_id) as tx:
        owners = await sharing.owners_of(tx, await circle.owner("ann"))
        whole = await ledger.histories_of(tx, owners)
        pages: list[ledger.Movement] = []
        while page := await ledger.histories_of(tx, owners, before=(pages[-1].event_id, pages[-1].line) if pages else None, page=2):
            pages += page
    assert [(one.kind, one.amount) for one in whole] == [("receive", 2), ("send", -2), ("credit", 2), ("credit", 1)]
    assert pages == whole


async def test_a_dropped_member_has_no_more_birthdays(circle: Circle) -> None:
    await circle.ground.enrol("circle", "dee", birthdate=date(1990, 6, 2))
    await circle.merge("ann", "dee")
    async with circle.ground.db.rehearsal(circle.ground.tenant_id) as tx:
        assert await members.birthdays_on(tx, 1, date(2025, 6, 2), leap_day="feb28", buckets=(0, 1023)) == []


async def test_purchases_during_a_merge_all_reach_the_survivor(circle: Circle) -> None:
    tills = [circle.ground.record(purchase("circle", "bob" if n % 2 else "ann", f"o{n}", 100)) for n in range(40)]
    answers = await all_of(*tills[:20], circle.merge("ann", "bob"), *tills[20:])
    assert [a for a in answers if isinstance(a, BaseException)] == []
    assert await circle.available("ann") == [40]
    assert await circle.clean() == []


async def test_of_two_merges_that_cross_one_wins(circle: Circle) -> None:
    answers = await all_of(circle.merge("ann", "bob"), circle.merge("bob", "ann"), circle.merge("ann", "bob"))
    assert len([a for a in answers if isinstance(a, Shared)]) == 1
    assert {getattr(a, "code", "") for a in answers if not isinstance(a, Shared)} <= {"sharing.already_merged", "sharing.same_member"}
    assert await circle.clean() == []


async def test_a_lead_without_a_merge_is_found(circle: Circle) -> None:
    ann, bob = await circle.owner("ann"), await circle.owner("bob")
    await circle.ground.db.run(circle.ground.tenant_id, lambda tx: members.lead_to(tx, bob, ann))
    assert [(d.invariant, d.stored, d.derived) for d in await circle.clean()] == [("S3", "no merge", f"leads to {ann}")]
