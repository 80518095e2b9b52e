"""The number of a card names its member wherever a till names one; a card that is blocked names nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from praemia import journal, members, orders, programs, redemption
from praemia.foundation.errors import DomainError
from praemia.members import Carrier
from praemia.orders import CANCELLATION, IssueCodes, ReturnOrder, UseCoupon
from praemia.redemption import Redeem, UseCode
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.tills import SHOP, held, order, place, quote, reserve, wrong

CARD = "4006-0000-0017"
WITH_AUTOMATIC = SHOP.replace("rewards:\n", "rewards:\n  - { id: gift, cost: 900, auto: true, gives: { amount_off: '9.00' } }\n")


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(WITH_AUTOMATIC)
        await opened.enrol("shop", "ann", "bob")
        await on_cards(opened, lambda tx, program_id, ann: members.issue_card(tx, ann, CARD, Carrier.PLASTIC, at=NOW))
        yield opened
        assert await wrong(opened) == []


async def on_cards(ground: Ground, work: Any) -> None:
    async def within(tx: Any) -> None:
        program = await programs.open_program(tx, "shop")
        await work(tx, program.program_id, await members.get_member(tx, program.program_id, "ann"))

    await ground.db.run(ground.tenant_id, within)


async def block(ground: Ground) -> None:
    await on_cards(ground, lambda tx, program_id, ann: members.block_card(tx, program_id, CARD, "lost", at=NOW))


async def act(ground: Ground, verb: Any, wanted: Any) -> Any:
    return await ground.db.run(ground.tenant_id, lambda tx: verb(tx, wanted, now=NOW))


def back(member: str, kind: str = "return") -> ReturnOrder:
    said: dict[str, Any] = {"kind": kind} if kind == CANCELLATION else {"all": True, "identities": ((journal.IDEMPOTENCY_KEY, "r"),)}
    return ReturnOrder(program="shop", order="o1", member=member, **said)


async def test_every_verb_of_a_till_knows_the_member_by_the_card(ground: Ground) -> None:
    assert (await quote(ground, order("o1", 60000, member=CARD))).recorded.member == "ann"
    assert (await place(ground, order("o1", 60000, member=CARD))).member == "ann"
    redeemed = await act(ground, redemption.redeem, Redeem(program="shop", member=CARD, reward="five-code"))
    code = redeemed.codes[0].spelled
    assert (await act(ground, redemption.use_code, UseCode(program="shop", code=code, member=CARD))).member == "ann"
    assert (await act(ground, orders.use_code, UseCoupon(program="shop", code="GIFT", member=CARD))).member == "ann"
    assert (await act(ground, orders.void_code, UseCoupon(program="shop", code="GIFT", member=CARD))).member == "ann"
    await act(ground, orders.issue_codes, IssueCodes(program="shop", coupon="sorry", member=CARD))
    assert (await reserve(ground, order("o2", 1000, member=CARD))).member == "ann"
    assert (await held(ground))["points"] == (100, 0)


@pytest.mark.parametrize("kind", ["return", CANCELLATION])
async def test_goods_come_back_from_whoever_shows_the_card(ground: Ground, kind: str) -> None:
    await place(ground, order("o1", 1000, member="ann"))
    done = await act(ground, orders.return_order, back(CARD, kind))
    assert (done.member, dict(done.taken)) == ("ann", {"points": 10})


async def test_another_members_card_is_another_member(ground: Ground) -> None:
    await place(ground, order("o1", 1000, member="bob"))
    with pytest.raises(orders.WrongMember):
        await act(ground, orders.return_order, back(CARD))


async def test_a_purchase_by_card_brings_the_automatic_reward(ground: Ground) -> None:
    answers = await ground.db.run(ground.tenant_id, lambda tx: orders.record(tx, [order("o1", 90000, member=CARD)], now=NOW))
    assert not isinstance(answers[0], DomainError)
    assert (await held(ground))["points"] == (0, 0)


async def test_with_a_blocked_card_nothing_is_bought_and_nothing_comes_back(ground: Ground) -> None:
    await place(ground, order("o1", 1000, member=CARD))
    await block(ground)
    for work in (place(ground, order("o2", 1000, member=CARD)), act(ground, orders.return_order, back(CARD))):
        with pytest.raises(members.CardBlocked):
            await work
    assert dict((await act(ground, orders.return_order, back("ann"))).taken) == {"points": 10}
