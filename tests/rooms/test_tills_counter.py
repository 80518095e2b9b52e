"""At the counter: what is shown is found, cards are handed out, what was just done is undone, goods come back without a receipt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from praemia import members, programs, redemption, tills
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.members import Carrier
from praemia.redemption import NewCard, Redeem
from praemia.tills import Found, Kind
from tests.rooms.counter import CORNER, Corner
from tests.rooms.ground import NOW, open_ground, purchase


@pytest.fixture
async def corner(database: str) -> AsyncIterator[Corner]:
    async with open_ground(database) as ground:
        await ground.apply(CORNER.replace("coupons:", "promotions: [{id: spring, code: SPRING, gives: {percent_off: 10}}]\ncoupons:"))
        await ground.enrol("corner", "anna", "bert", attributes={"name": "Anna Schmidt"})
        yield Corner(ground)


async def find(corner: Corner, text: str) -> Found:
    found: Found = await corner.run(lambda tx: tills.find(tx, "corner", text, now=corner.now))
    return found


async def refusal(work: object) -> str:
    try:
        await work  # type: ignore[misc]
    except DomainError as refused:
        return refused.code
    return "ok"


async def card(corner: Corner, reference: str, number: str) -> None:
    async def work(tx: Tx) -> None:
        program = await programs.get_program(tx, "corner")
        member = await members.get_member(tx, program.program_id, reference)
        await members.issue_card(tx, member, number, Carrier.PLASTIC, at=NOW)

    await corner.run(work)


async def test_what_is_shown_is_told_apart_by_shape_and_by_what_is_known(corner: Corner) -> None:
    await corner.fund("anna", 1000)
    await card(corner, "anna", "4006381333931")
    await corner.run(lambda tx: redemption.issue_card(tx, NewCard(program="corner", value_minor=2500, number="GIFT-1"), now=NOW))
    done = await corner.run(lambda tx: redemption.redeem(tx, Redeem(program="corner", member="anna", reward="mug"), now=NOW))
    await corner.run(lambda tx: tills.sell(tx, purchase("corner", "anna", "R-1", 500), now=NOW))
    shown = {
        "anna": Kind.MEMBER,
        " 4006381333931 ": Kind.MEMBER,
        "gift1": Kind.GIFT_CARD,
        "hello": Kind.CODE,
        done.codes[0].spelled: Kind.CODE,
        "spring": Kind.PROMOTION,
        "R-1": Kind.ORDER,
        "3931": Kind.CANDIDATES,
    }
    assert {text: (await find(corner, text)).kind for text in shown} == shown
    assert await refusal(find(corner, "0000")) == "tills.nothing_found"
    assert await refusal(find(corner, "31")) == "tills.nothing_found"


async def test_the_last_four_signs_find_at_most_ten_and_name_nobody_in_full(corner: Corner) -> None:
    for n in range(12):
        await corner.ground.enrol("corner", f"m{n}", attributes={"name": "Bea Maier"})
        await card(corner, f"m{n}", f"{n:04}7788")
    found = (await find(corner, "7788")).candidates
    assert len(found) == 10
    assert {(one.name, one.ends) for one in found} == {("B•• M••••", "7788")}


async def test_a_blocked_card_is_not_found_by_its_end_and_says_why_when_shown(corner: Corner) -> None:
    await card(corner, "anna", "40061234")

    async def block(tx: Tx) -> None:
        program = await programs.get_program(tx, "corner")
        await members.block_card(tx, program.program_id, "40061234", "lost", at=NOW)

    await corner.run(block)
    assert await refusal(find(corner, "1234")) == "tills.nothing_found"
    assert await refusal(find(corner, "40061234")) == "members.card_blocked"


async def test_a_code_that_changes_finds_its_member_once(corner: Corner) -> None:
    async def issue(tx: Tx) -> str:
        program = await programs.get_program(tx, "corner")
        member = await members.get_member(tx, program.program_id, "anna")
        return members.rotating_code(await members.issue_pass(tx, member, at=NOW), NOW)

    code = await corner.run(issue)
    found = (await find(corner, code)).member
    assert found is not None
    assert found.reference == "anna"
    assert await refusal(find(corner, code)) == "members.pass_code_used"


async def test_a_new_card_is_a_membership_nobody_has_claimed_and_the_same_again_is_the_same(corner: Corner) -> None:
    for _ in range(2):
        _, member = await corner.run(lambda tx: tills.open_card(tx, "corner", "4006-1", now=NOW))
        assert member.reference == "card-4006-1"
    assert (await find(corner, "4006-1")).kind is Kind.MEMBER
    assert len(await corner.ground.fetch("select * from events where kind = 'signup'")) == 3


async def test_what_was_just_sold_is_undone_once_and_only_for_minutes(corner: Corner) -> None:
    async def sell(order: str) -> None:
        await corner.run(lambda tx: tills.sell(tx, purchase("corner", "anna", order, 1000, channel="till"), now=NOW))

    async def undo(order: str, minutes: int) -> str:
        return await refusal(corner.run(lambda tx: tills.undo(tx, "corner", order, now=NOW + timedelta(minutes=minutes))))

    await sell("A")
    await sell("B")
    assert await undo("A", 15) == "ok"
    assert await undo("A", 60) == "ok"  # again: the first answer again
    assert await undo("B", 16) == "tills.undo_too_late"
    assert await undo("C", 0) == "orders.unknown"
    assert await corner.points("anna") == 10


async def test_what_was_bought_elsewhere_is_not_undone_at_the_till(corner: Corner) -> None:
    await corner.ground.record(purchase("corner", "anna", "WEB", 1000, channel="web"))
    assert await refusal(corner.run(lambda tx: tills.undo(tx, "corner", "WEB", now=NOW))) == "tills.not_of_tills"


async def test_without_a_receipt_little_comes_back_and_only_once(corner: Corner) -> None:
    await corner.fund("anna", 100)

    async def bring(number: str, amount: int) -> str:
        return await refusal(
            corner.run(lambda tx: tills.return_unreceipted(tx, "corner", number, member="anna", amount_minor=amount, now=NOW))
        )

    assert await bring("X1", 2001) == "tills.receipt_needed"
    assert await bring("X1", 2000) == "ok"
    assert await bring("X1", 2000) == "ok"
    assert await corner.points("anna") == 80
    assert await corner.ground.discrepancies() == []
