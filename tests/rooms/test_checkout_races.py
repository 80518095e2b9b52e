"""Two hundred at once: of one code, one limit, one budget, one gift card and one balance exactly as much is given as there is."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest

from praemia import orders, redemption
from praemia.earning import Command, Recorded
from praemia.foundation.db import connect
from praemia.foundation.errors import DomainError
from praemia.orders import UseCoupon
from praemia.redemption import NewCard
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.tills import SHOP, held, order, wrong

CROWD = 200
CONNECTIONS = 16


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as ground:
        await ground.apply(SHOP)
        members = [f"m{n}" for n in range(CROWD)]
        await ground.enrol("shop", "ann", *members)
        recorded((await ground.record(adjust("shop", "ann", 1000, "a")))[0])
        crowd = await connect(database, size=CONNECTIONS)
        try:
            yield Ground(crowd, ground.tenant_id)
        finally:
            await crowd.close()


async def rush(ground: Ground, commands: Sequence[Command]) -> list[Recorded | DomainError]:
    """Everybody at once; what became of each."""

    async def one(command: Command) -> Recorded | DomainError:
        try:
            return await ground.db.run(ground.tenant_id, lambda tx: orders.place(tx, command, now=NOW))
        except DomainError as refusal:
            return refusal

    return await asyncio.gather(*(one(command) for command in commands))


def told(outcomes: Sequence[Recorded | DomainError]) -> Counter[str]:
    return Counter("ok" if isinstance(one, Recorded) else one.code for one in outcomes)


@pytest.mark.parametrize(("code", "refused"), [("SINGLE", "catalogue.code_used_up"), ("ONCE", "catalogue.limit_reached")])
async def test_of_a_code_for_one_use_one_gets_it(ground: Ground, code: str, refused: str) -> None:
    outcomes = await rush(ground, [order(f"o{n}", 1000, member=f"m{n}", codes=[code]) for n in range(CROWD)])
    assert told(outcomes) == {"ok": 1, refused: CROWD - 1}
    assert await wrong(ground) == []


async def test_a_budget_is_spent_to_what_fits_and_nobody_is_refused(ground: Ground) -> None:
    outcomes = await rush(ground, [order(f"o{n}", 1000, member=f"m{n}", codes=["BIG"]) for n in range(CROWD)])
    discounts = Counter(one.beside[orders.CHECKOUT]["discount_minor"] for one in outcomes if isinstance(one, Recorded))
    assert discounts == {400: 2, 0: CROWD - 2}
    assert await wrong(ground) == []


async def test_a_gift_card_pays_what_it_holds(ground: Ground) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        await redemption.issue_card(tx, NewCard(program="shop", value_minor=550, number="CARD"), now=NOW)
    outcomes = await rush(ground, [order(f"o{n}", 100, member=f"m{n}", pay_gift=["CARD"]) for n in range(20)])
    paid = Counter(100 - one.beside[orders.CHECKOUT]["due_minor"] for one in outcomes if isinstance(one, Recorded))
    assert paid == {100: 5, 50: 1, 0: 14}
    assert await wrong(ground) == []


async def test_one_balance_pays_for_as_many_orders_as_it_covers(ground: Ground) -> None:
    outcomes = await rush(ground, [order(f"o{n}", 400, pay_points=200) for n in range(40)])
    assert told(outcomes) == {"ok": 5, "ledger.insufficient_points": 35}
    assert (await held(ground))["points"] == (10, 0)
    assert await wrong(ground) == []


async def test_the_same_order_from_everywhere_is_one_order(ground: Ground) -> None:
    command = order("o1", 1000, codes=["SINGLE", "ONCE"], pay_points=200)
    outcomes = await rush(ground, [command] * 50)
    assert {one.event_id for one in outcomes if isinstance(one, Recorded)} == {
        next(o.event_id for o in outcomes if isinstance(o, Recorded))
    }
    assert told(outcomes) == {"ok": 50}
    assert await wrong(ground) == []


async def test_a_coupon_used_by_all_at_once_is_used_as_often_as_it_may_be(ground: Ground) -> None:
    async def one(n: int) -> str:
        wanted = UseCoupon(program="shop", code="GIFT", member=f"m{n}", key=f"k{n}")
        try:
            await ground.db.run(ground.tenant_id, lambda tx: orders.use_code(tx, wanted, now=NOW))
        except DomainError as refusal:
            return refusal.code
        return "ok"

    assert Counter(await asyncio.gather(*(one(n) for n in range(CROWD)))) == {"ok": 3, "catalogue.code_used_up": CROWD - 3}
    assert await wrong(ground) == []
