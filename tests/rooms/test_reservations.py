"""Orders that are set aside: what they hold, and that all of it is spent or given back, never both, never neither."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from praemia import orders, programs, redemption
from praemia.earning import Recorded
from praemia.foundation.errors import DomainError
from praemia.orders import Reservation
from praemia.programs import Mode
from praemia.redemption import NewCard, Redeem
from praemia.worker.nights import RESERVATIONS, end_overdue, live_due
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.tills import SHOP, held, order, place, reserve, wrong


@pytest.fixture
async def ground(database: str) -> Any:
    async with open_ground(database) as ground:
        await ground.apply(SHOP)
        await ground.enrol("shop", "ann", "bob")
        for answer in await ground.record(
            adjust("shop", "ann", 2000, "a"), adjust("shop", "bob", 2000, "b"), adjust("shop", "ann", 1000, "w", unit="wallet")
        ):
            recorded(answer)

        async def issue(tx: Any) -> Any:
            return await redemption.issue_card(tx, NewCard(program="shop", value_minor=300, number="CARD-1"), now=NOW)

        await ground.db.run(ground.tenant_id, issue)
        yield ground


async def voucher(ground: Ground) -> str:
    """A code of a redemption, spelled."""

    async def redeem(tx: Any) -> Any:
        return await redemption.redeem(tx, Redeem(program="shop", member="ann", reward="five-code"), now=NOW)

    spelled: str = (await ground.db.run(ground.tenant_id, redeem)).codes[0].spelled
    return spelled


async def buy(ground: Ground, number: str, *, now: Any = NOW) -> Recorded:
    return await ground.db.run(ground.tenant_id, lambda tx: orders.buy(tx, "shop", number, now=now))


async def let_go(ground: Ground, number: str, *, now: Any = NOW) -> Reservation:
    return await ground.db.run(ground.tenant_id, lambda tx: orders.let_go(tx, "shop", number, now=now))


async def state(ground: Ground) -> Any:
    """Everything an order can use up."""
    counters = await ground.fetch(
        "select counter, used from counters where used <> 0 and counter ~ '^(promotion|coupon|discounts)' order by 1, 2"
    )
    codes = await ground.fetch("select digest, used from codes order by 1")
    cards = await ground.fetch("select balance_minor from gift_cards")
    redemptions = await ground.fetch("select redemption_id, state from redemptions order by 1")
    lots = await ground.fetch("select event_id, line, remaining, last_day from lots where remaining > 0 order by 1, 2")
    return await held(ground), counters, codes, cards, redemptions, lots


EVERYTHING: dict[str, Any] = {"pay_points": 400, "pay_gift": ["CARD-1"], "pay_wallet": "wallet"}


async def test_a_reservation_holds_everything_and_letting_go_gives_all_of_it_back(ground: Ground) -> None:
    code = await voucher(ground)
    before = await state(ground)
    made = await reserve(ground, order("o1", 2000, codes=["TEN", "ONCE", "SINGLE", "GIFT", code], **EVERYTHING))
    assert (made.state, made.checkout["due_minor"]) == ("reserved", 0)
    assert (await held(ground))["points"] == (1100, 400)
    assert await wrong(ground) == []
    gone = await let_go(ground, "o1")
    assert (gone.state, await state(ground)) == ("released", before)
    assert (await let_go(ground, "o1")).replayed
    assert await wrong(ground) == []


async def test_a_reserved_order_is_bought_at_its_price_and_once(ground: Ground) -> None:
    made = await reserve(ground, order("o1", 4000, codes=["TEN", "GIFT"], pay_points=400))
    await ground.apply(SHOP.replace("percent_off: 10 } }", "percent_off: 50 } }", 1))
    answer = await buy(ground, "o1")
    assert answer.beside[orders.CHECKOUT] == made.checkout
    assert (dict(answer.verdict.awards), await held(ground)) == ({"points": 32}, {"points": (1682, 0), "wallet": (1000, 0)})
    again = await buy(ground, "o1")
    assert (again.replayed, again.event_id) == (True, answer.event_id)
    with pytest.raises(orders.NotReserved):
        await let_go(ground, "o1")
    assert await wrong(ground) == []


async def test_points_that_were_held_come_back_when_the_goods_do(ground: Ground) -> None:
    await reserve(ground, order("o1", 4000, pay_points=1000))
    await buy(ground, "o1")

    async def back(tx: Any) -> Any:
        return await orders.return_order(tx, orders.ReturnOrder(program="shop", order="o1", kind=orders.CANCELLATION), now=NOW)

    settled = await ground.db.run(ground.tenant_id, back)
    assert (dict(settled.restored), (await held(ground))["points"]) == ({"points": 1000}, (2000, 0))
    assert await wrong(ground) == []


async def test_a_reservation_sent_again_is_the_same_and_other_content_is_refused(ground: Ground) -> None:
    first = await reserve(ground, order("o1", 4000, pay_points=400))
    again = await reserve(ground, order("o1", 4000, pay_points=400))
    assert (again.replayed, again.event_id) == (True, first.event_id)
    with pytest.raises(orders.AlreadyReserved):
        await reserve(ground, order("o1", 5000))
    await place(ground, order("o2", 1000))
    with pytest.raises(DomainError, match="o2"):
        await reserve(ground, order("o2", 1000))


async def test_changing_lets_the_old_basket_go_or_changes_nothing(ground: Ground) -> None:
    await reserve(ground, order("o1", 4000, codes=["ONCE"], pay_points=400))

    async def change(*args: Any, **wishes: Any) -> Reservation:
        return await ground.db.run(ground.tenant_id, lambda tx: orders.change(tx, order(*args, **wishes), now=NOW))

    changed = await change("o1", 8000, codes=["ONCE"], pay_points=2000)
    assert (changed.checkout["due_minor"], (await held(ground))["points"]) == (5900, (0, 2000))
    before = await state(ground)
    with pytest.raises(DomainError):
        await change("o1", 8000, codes=["ONCE", "NOPE"])
    assert await state(ground) == before
    assert await wrong(ground) == []
    await let_go(ground, "o1")
    assert (await held(ground))["points"] == (2000, 0)
    assert await wrong(ground) == []


async def test_an_order_number_that_was_let_go_can_be_used_again(ground: Ground) -> None:
    await reserve(ground, order("o1", 4000, pay_points=400))
    await let_go(ground, "o1")
    await reserve(ground, order("o1", 5000, pay_points=500))
    assert (await buy(ground, "o1")).beside[orders.CHECKOUT]["due_minor"] == 4500
    assert await wrong(ground) == []


async def test_after_its_deadline_a_reservation_can_only_be_let_go_by_whoever_lives_the_nights(ground: Ground) -> None:
    before = await state(ground)
    await reserve(ground, order("o1", 4000, codes=["ONCE"], pay_points=400), deadline=NOW + timedelta(minutes=5))
    late = NOW + timedelta(minutes=5)
    with pytest.raises(orders.ReservationLapsed):
        await buy(ground, "o1", now=late)
    held_by_it = await state(ground)
    await live_due(ground.db, NOW + timedelta(minutes=4))
    assert await state(ground) == held_by_it != before
    await live_due(ground.db, late)
    assert await state(ground) == before
    (told,) = await ground.fetch("select inputs from events where kind = 'reservation_release'")
    assert told["inputs"]["reason"] == "lapsed"
    assert await wrong(ground) == []


async def test_of_two_who_end_the_same_reservations_one_ends_each(ground: Ground) -> None:
    before, late = await state(ground), NOW + timedelta(hours=1)
    for n in range(4):
        await reserve(ground, order(f"o{n}", 4000, pay_points=400))
    ended = await asyncio.gather(*(end_overdue(ground.db, ground.tenant_id, "shop", RESERVATIONS, late) for _ in range(3)))
    assert (sum(ended), await state(ground)) == (4, before)
    assert await wrong(ground) == []


async def test_what_was_bought_or_given_more_time_since_the_look_is_left_alone(ground: Ground) -> None:
    for n in range(3):
        await reserve(ground, order(f"o{n}", 2000, pay_points=400))
    late = NOW + timedelta(minutes=30)
    overdue = await ground.db.run(ground.tenant_id, lambda tx: orders.overdue_reservations(tx, "shop", now=late))
    await buy(ground, "o0")
    more = order("o1", 2000, pay_points=400)
    await ground.db.run(ground.tenant_id, lambda tx: orders.change(tx, more, deadline=late + timedelta(minutes=1), now=NOW))
    assert sorted(overdue) == ["o0", "o1", "o2"]
    assert await ground.db.run(ground.tenant_id, lambda tx: orders.lapse_reservations(tx, "shop", overdue, now=late)) == 1
    assert (await buy(ground, "o1", now=late)).kind == "purchase"
    assert await wrong(ground) == []


async def test_a_reservation_that_cannot_be_let_go_keeps_no_other(ground: Ground, database: str, caplog: pytest.LogCaptureFixture) -> None:
    late = NOW + timedelta(hours=1)
    for n in range(3):
        await reserve(ground, order(f"o{n}", 2000, pay_points=400))
    owner = await asyncpg.connect(database)
    await owner.execute("update reservations set kept = kept - 'held' where order_number = 'o1'")
    assert await end_overdue(ground.db, ground.tenant_id, "shop", RESERVATIONS, late) == 2
    assert {record.message for record in caplog.records if record.name == "praemia.worker.nights"} == {"reservation.not_released"}
    await owner.close()


async def test_a_sandboxs_reservations_end_when_its_clock_is_moved(ground: Ground) -> None:
    async def apply(tx: Any) -> Any:
        return await programs.apply(tx, SHOP.replace("program: shop", "program: box"), at=NOW, by="test", mode=Mode.SANDBOX, clock=NOW)

    await ground.db.run(ground.tenant_id, apply)
    await ground.enrol("box", "ann")
    recorded((await ground.record(adjust("box", "ann", 1000, "x")))[0])
    command = order("o1", 4000, pay_points=400)
    command = type(command)(program="box", kind="purchase", member="ann", inputs=command.inputs, identities=command.identities)
    made = await ground.db.run(ground.tenant_id, lambda tx: orders.reserve(tx, command, now=NOW))

    async def lapse(tx: Any) -> int:
        await tx.conn.execute("update programs set clock = $1 where slug = 'box'", made.deadline)
        return await orders.lapse_reservations(tx, "box", await orders.overdue_reservations(tx, "box", now=NOW), now=NOW)

    assert await ground.db.run(ground.tenant_id, lapse) == 1
    assert await ground.db.run(ground.tenant_id, lapse) == 0
    assert await wrong(ground) == []


async def test_verify_names_a_counter_that_no_event_explains(ground: Ground) -> None:
    await place(ground, order("o1", 1000, codes=["ONCE"]))
    async with ground.db.transaction(ground.tenant_id) as tx:
        await tx.conn.execute("update counters set used = used + 1 where counter = 'promotion:once'")
    (found,) = await wrong(ground)
    assert (found.invariant, found.stored, found.derived) == ("O10", "used=2", "events=1")
