"""What a member sees of a membership that became theirs: its past beside their own, until the two part again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from praemia import journal, ledger, members, orders, programs, redemption, sharing
from praemia.catalogue import LimitReached
from praemia.orders import CANCELLATION, ReturnOrder
from praemia.redemption import Redeem
from praemia.sharing import Merging, Parting, Shared
from tests.rooms.deeds import recorded
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.tills import SHOP, order, place, wrong

DAY = timedelta(days=1)


@dataclass
class Eyes:
    """Everything that shows a member's past, by unit points."""

    ground: Ground

    async def __call__(self, reference: str, at: datetime = NOW) -> dict[str, Any]:
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            program = await programs.open_program(tx, "shop")
            number = program.units["points"].number
            member = await members.get_member(tx, program.program_id, reference)
            owners = await sharing.owners_of(tx, member.member_id)
            told = await ledger.statements_of(tx, owners, since=None, until=at)
            lines = [line for line in told.lines if line.movement.unit == number]
            redeemed = await redemption.redemptions_of(tx, "shop", reference, now=at, owners=owners)
            held = {b.unit: b for b in await ledger.joint_balances_of(tx, owners, as_of=at)}
            return {
                "movements": [line.movement.amount for line in lines],
                "sums": [line.available for line in lines],
                "closing": told.closing[number].available if number in told.closing else 0,
                "held": held[number].available if number in held else 0,
                "lifetime": held[number].lifetime if number in held else 0,
                "history": [m.amount for m in await ledger.histories_of(tx, owners) if m.unit == number],
                "redeemed": [(one.redemption.reward, one.member) for one in redeemed],
            }


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(SHOP)
        await opened.enrol("shop", "ann", "bob", "cem")
        yield opened
        assert await wrong(opened) == []


@pytest.fixture
async def past(ground: Ground) -> Eyes:
    """Ann bought for 40.00 on the first day, Bob for 700.00 and redeemed a mug on the second."""
    recorded((await ground.record(order("a1", 4000, at=NOW), now=NOW))[0])
    recorded((await ground.record(order("b1", 70000, member="bob", at=NOW + DAY), now=NOW + DAY))[0])
    await redeem(ground, "bob", "mug", NOW + DAY)
    return Eyes(ground)


async def redeem(ground: Ground, member: str, reward: str, at: datetime) -> None:
    wanted = Redeem(program="shop", member=member, reward=reward)
    await ground.db.run(ground.tenant_id, lambda tx: redemption.redeem(tx, wanted, now=at))


async def merge(ground: Ground, keep: str, drop: str, at: datetime) -> Shared:
    return await ground.db.run(ground.tenant_id, lambda tx: sharing.merge(tx, Merging(program="shop", keep=keep, drop=drop), now=at))


async def part(ground: Ground, merged: Shared, at: datetime) -> None:
    await ground.db.run(ground.tenant_id, lambda tx: sharing.part(tx, Parting(program="shop", merge=str(merged.event_id)), now=at))


async def test_a_merged_member_sees_both_pasts_and_their_sum_at_every_moment(ground: Ground, past: Eyes) -> None:
    await merge(ground, "ann", "bob", NOW + 2 * DAY)
    seen = await past("ann", NOW + 3 * DAY)
    assert seen["movements"][:3] == [40, 700, -300]
    assert seen["sums"][:3] == [40, 740, 440]
    assert sum(seen["movements"][3:]) == 0, "what passed between the parts comes to nothing"
    assert (seen["closing"], seen["held"], seen["sums"][-1], seen["lifetime"]) == (440, 440, 440, 740)
    assert seen["redeemed"] == [("mug", "ann")]
    assert sorted(seen["history"]) == sorted(seen["movements"])
    assert (await past("bob", NOW + 3 * DAY)) == seen, "the dropped name leads to the same"


async def test_as_of_a_day_before_the_merge_both_parts_count(ground: Ground, past: Eyes) -> None:
    await merge(ground, "ann", "bob", NOW + 2 * DAY)
    seen = await past("ann", NOW + DAY)
    assert (seen["movements"], seen["closing"], seen["held"]) == ([40, 700, -300], 440, 440)
    assert (await past("ann", NOW))["closing"] == 40


async def test_parted_again_each_sees_their_own_past_alone(ground: Ground, past: Eyes) -> None:
    before = {name: await past(name, NOW + DAY) for name in ("ann", "bob")}
    merged = await merge(ground, "ann", "bob", NOW + 2 * DAY)
    await part(ground, merged, NOW + 3 * DAY)
    for name in ("ann", "bob"):
        after = await past(name, NOW + 4 * DAY)
        assert await past(name, NOW + DAY) == {**before[name], "history": after["history"], "redeemed": after["redeemed"]}
        assert after["redeemed"] == before[name]["redeemed"]
        assert (after["closing"], after["lifetime"]) == (before[name]["closing"], before[name]["lifetime"])
        assert sum(after["movements"]) == before[name]["closing"]


async def test_a_part_of_a_part_belongs_too(ground: Ground, past: Eyes) -> None:
    inner = await merge(ground, "ann", "bob", NOW + 2 * DAY)
    outer = await merge(ground, "cem", "ann", NOW + 3 * DAY)
    seen = await past("cem", NOW + 4 * DAY)
    assert (seen["movements"][:3], seen["closing"], seen["redeemed"]) == ([40, 700, -300], 440, [("mug", "cem")])
    await part(ground, outer, NOW + 5 * DAY)
    assert (await past("cem", NOW + 6 * DAY))["redeemed"] == []
    assert (await past("ann", NOW + 6 * DAY))["redeemed"] == [("mug", "ann")]
    await part(ground, inner, NOW + 7 * DAY)
    assert (await past("ann", NOW + 8 * DAY))["redeemed"] == []


async def test_pages_of_a_joint_statement_join_without_a_gap(ground: Ground, past: Eyes) -> None:
    await merge(ground, "ann", "bob", NOW + 2 * DAY)
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        member = await members.get_member(tx, (await programs.open_program(tx, "shop")).program_id, "ann")
        owners = await sharing.owners_of(tx, member.member_id)
        whole = (await ledger.statements_of(tx, owners, since=None, until=NOW + 3 * DAY)).lines
        pages: list[ledger.StatementLine] = []
        while True:
            last = pages[-1].movement if pages else None
            after = (last.posted_at, last.event_id, last.line) if last else None
            page = await ledger.statements_of(tx, owners, since=None, until=NOW + 3 * DAY, after=after, page=2)
            pages += page.lines
            if not page.has_more:
                break
    assert pages == list(whole)


async def test_uses_counted_before_a_merge_count_for_the_survivor_and_part_again(ground: Ground) -> None:
    await place(ground, order("b1", 3000, member="bob", codes=["MINE"]))
    merged = await merge(ground, "ann", "bob", NOW)
    assert await wrong(ground) == []
    with pytest.raises(LimitReached):  # used up under the other name
        await place(ground, order("a1", 3000, codes=["MINE"]))
    await part(ground, merged, NOW)
    told = await place(ground, order("a2", 3000, codes=["MINE"]))
    assert told.beside[orders.CHECKOUT]["discount_minor"] == 100


async def test_an_order_of_the_dropped_that_is_called_off_after_the_merge_is_given_back_to_the_survivor(ground: Ground) -> None:
    await place(ground, order("b1", 3000, member="bob", codes=["MINE", "GIFT"]))
    await merge(ground, "ann", "bob", NOW)
    wanted = ReturnOrder(program="shop", order="b1", kind=CANCELLATION, identities=((journal.IDEMPOTENCY_KEY, "c"),))
    done = await ground.db.run(ground.tenant_id, lambda tx: orders.return_order(tx, wanted, now=NOW))
    assert (done.member, dict(done.balances)["points"]) == ("ann", 0)
    told = await place(ground, order("a1", 3000, codes=["MINE"]))
    assert told.beside[orders.CHECKOUT]["discount_minor"] == 100
