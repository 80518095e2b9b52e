"""Returns of orders that were paid with gift cards and lowered by coupons and promotions: what comes back where, and what is free again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from praemia import journal, orders, redemption
from praemia.foundation.db import Tx
from praemia.orders import CANCELLATION, IssueCodes, ReturnOrder, Settlement, UseCoupon
from praemia.redemption import NewCard
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.tills import SHOP, held, order, place, reserve, wrong

YEAR = timedelta(days=400)


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(SHOP)
        await opened.enrol("shop", "ann", "bob")
        yield opened


async def card(ground: Ground, value_minor: int, number: str = "CARD") -> None:
    wanted = NewCard(program="shop", value_minor=value_minor, number=number)
    await ground.db.run(ground.tenant_id, lambda tx: redemption.issue_card(tx, wanted, now=NOW))


async def on_card(ground: Ground, number: str = "CARD") -> int:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        return (await redemption.get_card(tx, "shop", number, now=NOW)).balance_minor


async def back(ground: Ground, number: str = "o1", *, key: str = "r1", now: Any = NOW, **said: Any) -> Settlement:
    if "kind" not in said:
        said["identities"] = ((journal.IDEMPOTENCY_KEY, key),)
    lines = tuple(said.pop("lines", {}).items())
    wanted = ReturnOrder(program="shop", order=number, lines=lines, **said)
    return await ground.db.run(ground.tenant_id, lambda tx: orders.return_order(tx, wanted, now=now))


def onto(done: Settlement) -> list[int]:
    """What came back onto cards."""
    return [amount for _, amount in done.cards]


async def used(ground: Ground) -> dict[str, int]:
    """Counters of prices that are not zero, without the codes' digests."""
    rows = await ground.fetch("select counter, used from counters where used <> 0 and counter ~ '^(promotion|coupon|discounts):'")
    return {":".join(row["counter"].split(":")[:2]) + (":code" if row["counter"].count(":") == 2 else ""): row["used"] for row in rows}


async def uses(ground: Ground, code: str) -> bool:
    """Whether a code can be used by ann, without doing it."""
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        try:
            await orders.use_code(tx, UseCoupon(program="shop", code=code, member="ann"), now=NOW)
        except Exception:  # any refusal
            return False
    return True


async def test_every_part_of_the_value_brings_its_part_of_what_a_card_paid_and_the_last_the_rest(ground: Ground) -> None:
    await card(ground, 1000)
    await place(ground, order("o1", 1000, 1000, 1000, pay_gift=["CARD"]))
    done = await back(ground, lines={0: 1})
    assert (onto(done), await on_card(ground)) == ([333], 333)
    assert onto(await back(ground, lines={1: 1}, key="r2")) == [334]
    assert onto(await back(ground, all=True, key="r3")) == [333]
    assert await on_card(ground) == 1000
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        assert (await orders.get_order(tx, "shop", "o1")).cards == [("D", 1000, 1000)]
    assert await wrong(ground) == []


async def test_a_return_by_value_and_a_repeated_return_move_a_card_once(ground: Ground) -> None:
    await card(ground, 5000)
    await place(ground, order("o1", 4000, pay_gift=["CARD"]))
    await back(ground, amount_minor=1000)
    again = await back(ground, amount_minor=1000)
    assert (again.replayed, onto(again), await on_card(ground)) == (True, [1000], 2000)


async def test_points_wallet_and_cards_come_back_side_by_side(ground: Ground) -> None:
    await card(ground, 900)
    for unit, amount in (("points", 1000), ("wallet", 500)):
        recorded((await ground.record(adjust("shop", "ann", amount, unit, unit=unit)))[0])
    # 30.00: 10.00 by points, 9.00 by the card, 5.00 by the wallet, 6.00 in cash; 20 points are earned for what points did not pay.
    await place(ground, order("o1", 1500, 1500, pay_points=1000, pay_gift=["CARD"], pay_wallet="wallet"))
    assert await held(ground) == {"points": (20, 0), "wallet": (0, 0)}
    done = await back(ground, lines={0: 1})
    assert (dict(done.restored), onto(done), dict(done.taken)) == ({"points": 500, "wallet": 250}, [450], {"points": 10})
    done = await back(ground, kind=CANCELLATION)
    assert (dict(done.restored), onto(done), dict(done.taken)) == ({"points": 500, "wallet": 250}, [450], {"points": 10})
    assert (await held(ground), await on_card(ground)) == ({"points": (1000, 0), "wallet": (500, 0)}, 900)
    assert await wrong(ground) == []


async def test_two_cards_get_back_what_each_paid(ground: Ground) -> None:
    await card(ground, 700, "ONE")
    await card(ground, 5000, "TWO")
    await place(ground, order("o1", 1000, 1000, pay_gift=["ONE", "TWO"]))
    done = await back(ground, lines={1: 1})
    assert sorted(onto(done)) == [350, 650]
    await back(ground, all=True, key="r2")
    assert (await on_card(ground, "ONE"), await on_card(ground, "TWO")) == (700, 5000)


async def test_a_guest_gets_the_card_back_and_a_reserved_order_too(ground: Ground) -> None:
    await card(ground, 3000)
    await place(ground, order("o1", 1000, member=None, codes=["ONCE"], pay_gift=["CARD"]))
    await reserve(ground, order("o2", 500, pay_gift=["CARD"]))
    await ground.db.run(ground.tenant_id, lambda tx: orders.buy(tx, "shop", "o2", now=NOW))
    assert (await on_card(ground), await used(ground)) == (1600, {"promotion:once": 1})
    await back(ground, all=True)
    assert (await on_card(ground), await used(ground)) == (2500, {})
    await back(ground, "o2", kind=CANCELLATION)
    assert (await on_card(ground), await wrong(ground)) == (3000, [])


async def test_money_on_a_card_comes_back_in_part_also_where_points_do_not(ground: Ground) -> None:
    await ground.apply(f"{SHOP}returns: {{ redeemed: on_full }}\n", at=NOW)
    await card(ground, 400)
    recorded((await ground.record(adjust("shop", "ann", 600, "p")))[0])
    await place(ground, order("o1", 1000, 1000, pay_points=600, pay_gift=["CARD"]))
    done = await back(ground, lines={0: 1})
    assert (dict(done.restored), onto(done)) == ({}, [200])


async def test_uses_are_free_again_only_once_nothing_is_kept(ground: Ground) -> None:
    await place(ground, order("o1", 3000, 3000, codes=["ONCE", "BIG", "RICH", "SINGLE", "GIFT"]))
    all_used = {
        "promotion:once": 1, "discounts:spend": 400, "coupon:rich:code": 1, "coupon:single:code": 1, "coupon:gift": 1,
        "coupon:gift:code": 1,
    }  # fmt: skip
    assert await used(ground) == all_used
    await back(ground, lines={0: 1})
    assert await used(ground) == all_used
    assert not await uses(ground, "GIFT")
    await back(ground, lines={1: 1}, key="r2")
    assert await used(ground) == {}
    assert await uses(ground, "GIFT")
    assert (await held(ground))["points"] == (0, 0), "the fifty points of the coupon went, too"
    await back(ground, kind=CANCELLATION)
    assert (await used(ground), await wrong(ground)) == ({}, [])


async def test_a_use_that_was_made_void_by_hand_is_not_given_back_twice(ground: Ground) -> None:
    await place(ground, order("o1", 3000, codes=["GIFT"]))
    await place(ground, order("o2", 3000, member="bob", codes=["GIFT"]))
    void = UseCoupon(program="shop", code="GIFT", member="ann")
    await ground.db.run(ground.tenant_id, lambda tx: orders.void_code(tx, void, now=NOW))
    await back(ground, kind=CANCELLATION)
    assert await used(ground) == {"coupon:gift:code": 1, "coupon:gift": 1}
    assert ((await held(ground))["points"], await wrong(ground)) == ((0, 0), [])


async def test_an_issued_code_works_again_unless_codes_stay_used(ground: Ground) -> None:
    async def issue(tx: Tx) -> str:
        return (await orders.issue_codes(tx, IssueCodes(program="shop", coupon="sorry"), now=NOW)).codes[0]

    code = await ground.db.run(ground.tenant_id, issue)
    await place(ground, order("o1", 1000, codes=[code]))
    await back(ground, kind=CANCELLATION)
    assert await uses(ground, code)
    await ground.apply(f"{SHOP}returns: {{ uses: but_codes }}\n", at=NOW)
    await place(ground, order("o2", 1000, codes=[code]))
    await back(ground, "o2", kind=CANCELLATION)
    assert not await uses(ground, code)
    assert (await used(ground), (await held(ground))["points"], await wrong(ground)) == ({}, (0, 0), [])


async def test_points_of_a_coupon_that_ended_unused_are_not_taken_again(ground: Ground) -> None:
    await place(ground, order("o1", 1000, codes=["GIFT"]))
    later = NOW + YEAR
    done = await back(ground, kind=CANCELLATION, now=later)
    assert (dict(done.taken), dict(done.balances)["points"]) == ({}, 0)
    assert await wrong(ground) == []


async def test_a_refusing_programme_refuses_when_the_points_of_a_coupon_were_used(ground: Ground) -> None:
    await ground.apply(f"{SHOP}returns: {{ shortfall: refuse }}\n", at=NOW)
    await place(ground, order("o1", 1000, codes=["GIFT"]))
    recorded((await ground.record(adjust("shop", "ann", -30, "gone")))[0])
    with pytest.raises(orders.PointsUsed):
        await back(ground, kind=CANCELLATION)
    assert (await held(ground))["points"] == (30, 0)
    assert (await used(ground))["coupon:gift:code"] == 1


async def test_a_parked_return_finds_the_card(ground: Ground) -> None:
    await ground.apply(f"{SHOP}out_of_order: {{ refund_first: park }}\n", at=NOW)
    await card(ground, 1000)
    assert (await back(ground, all=True)).parked
    await place(ground, order("o1", 800, codes=["ONCE"], pay_gift=["CARD"]))
    assert (await on_card(ground), await used(ground), await wrong(ground)) == (1000, {}, [])


async def test_verify_names_a_return_that_put_too_much_onto_a_card(ground: Ground, database: str) -> None:
    await card(ground, 1000)
    await place(ground, order("o1", 1000, pay_gift=["CARD"]))
    await back(ground, all=True)
    owner = await asyncpg.connect(database)
    try:
        forged = "jsonb_set(verdict::jsonb, '{charged,0,amount_minor}', '1001')::json"
        await owner.execute(f"update events set verdict = {forged} where kind = 'return'")  # noqa: S608
    finally:
        await owner.close()
    assert [(found.invariant, found.stored, found.derived) for found in await wrong(ground)] == [("O1 O2", "1001", "1000")]


async def test_what_is_said_of_a_card_that_a_till_reads_names_no_number(ground: Ground) -> None:
    await card(ground, 1000, "SECRET-NUMBER-1234")
    await place(ground, order("o1", 1000, pay_gift=["SECRET-NUMBER-1234"]))
    await back(ground, all=True)
    found = await ground.fetch("select inputs::text || verdict::text as said from events")
    assert not [row for row in found if "SECRET" in row["said"]]
