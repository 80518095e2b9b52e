"""Everybody at once, on the real database: exactly as many win as may."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from praemia import catalogue, redemption
from praemia.catalogue import Wish
from praemia.foundation.db import connect
from praemia.redemption import Act, Done
from tests.rooms.ground import Ground, open_ground
from tests.rooms.shop import SHOP, Counter, code_of

CROWD = 200
CONNECTIONS = 16


@pytest.fixture
async def counter(database: str) -> AsyncIterator[Counter]:
    async with open_ground(database) as opened:
        await opened.apply(SHOP)
        crowd = await connect(database, size=CONNECTIONS)
        ground = Ground(crowd, opened.tenant_id)
        try:
            yield Counter(ground)
            async with opened.db.rehearsal(opened.tenant_id) as tx:
                assert [wrong async for _, found in redemption.verify(tx) for wrong in found] == []
            assert await opened.discrepancies() == []
        finally:
            await crowd.close()


async def everybody(work: Callable[[int], Awaitable[Any]], crowd: int = CROWD) -> Tally[str]:
    return Tally(await asyncio.gather(*(code_of(work(n)) for n in range(crowd))))


async def looked_up(counter: Counter, name: str) -> Done:
    found: Done = await counter.run(lambda tx: redemption.get_redemption(tx, "shop", name, now=counter.now))
    return found


async def people(counter: Counter, number: int, points: int) -> list[str]:
    names = [f"m{n}" for n in range(number)]
    await counter.ground.enrol("shop", *names)
    for name in names:
        await counter.fund(name, points)
    return names


async def test_of_the_last_item_one_goes_out(counter: Counter) -> None:
    names = await people(counter, 40, 100)
    told = await everybody(lambda n: counter.redeem(names[n % 40], "last"))
    assert told == {"ok": 1, "catalogue.out_of_stock": CROWD - 1}
    assert await counter.left("last") == 0


async def test_of_a_stock_in_many_slices_exactly_all_go_out(counter: Counter) -> None:
    names = await people(counter, 20, 5000)
    told = await everybody(lambda n: counter.redeem(names[n % 20], "many", wish=Wish(quantity=17)), crowd=130)
    rest = 2000 - 17 * told["ok"]
    assert 0 <= rest < 17, told
    assert await counter.left("many") == rest
    last = await code_of(counter.redeem(names[0], "many", wish=Wish(quantity=rest or 1)))
    assert last == ("ok" if rest else "catalogue.out_of_stock")
    assert set(told) <= {"ok", "catalogue.out_of_stock"}


async def test_of_a_single_use_code_one_use_wins(counter: Counter) -> None:
    await people(counter, 1, 100)
    await counter.ground.apply(SHOP.replace("starts_after_days: 30, valid_days: 30, bound: true", "bound: true"))
    code = (await counter.redeem("m0", "coupon")).codes[0].spelled or ""
    told = await everybody(lambda _: counter.burn(code, "m0"))
    assert told == {"ok": 1, "catalogue.code_used_up": CROWD - 1}


async def test_one_balance_pays_exactly_as_often_as_it_covers(counter: Counter) -> None:
    await people(counter, 1, 70)
    told = await everybody(lambda _: counter.redeem("m0", "trees"))
    assert told == {"ok": 7, "ledger.insufficient_points": CROWD - 7}
    assert await counter.available("m0") == 0


async def test_one_key_is_one_redemption(counter: Counter) -> None:
    await people(counter, 1, 1000)
    answers = await asyncio.gather(*(counter.redeem("m0", "trees", key="k") for _ in range(50)))
    assert len({done.event_id for done in answers}) == 1
    assert sum(not done.replayed for done in answers) == 1
    assert await counter.available("m0") == 990


async def test_a_limit_holds_when_the_member_asks_with_both_hands(counter: Counter) -> None:
    await people(counter, 1, 1000)
    assert await everybody(lambda _: counter.redeem("m0", "monthly"), crowd=60) == {"ok": 2, "catalogue.limit_reached": 58}


async def test_capture_and_release_at_once_end_in_one_of_them(counter: Counter) -> None:
    await people(counter, 1, 1000)
    for _ in range(10):
        held = await counter.redeem("m0", "last", hold=True)
        verbs = ("capture", "release", "cancel", "capture", "release", "cancel")
        await asyncio.gather(*(code_of(counter.act(verb, held)) for verb in verbs))
        found = await looked_up(counter, str(held.redemption.redemption_id))
        assert found.redemption.state in ("released", "cancelled")
        assert await counter.available("m0") == 1000
        assert await counter.left("last") == 1


@pytest.mark.parametrize(("late", "outcome"), [("release", "redemption.not_held"), ("capture", "ok")])
async def test_who_waits_for_an_account_finds_the_redemption_as_it_was_left(counter: Counter, late: str, outcome: str) -> None:
    """Both are locked by one statement, whose snapshot is older than the wait: what is locked is read as it stands all the same."""
    await people(counter, 1, 1000)
    held = await counter.redeem("m0", "last", hold=True)
    ground, act = counter.ground, Act(program="shop", redemption=str(held.redemption.redemption_id))
    async with ground.db.transaction(ground.tenant_id) as tx:
        await redemption.capture(tx, act, now=counter.now)
        waiting = asyncio.create_task(code_of(counter.act(late, held)))
        async with asyncio.timeout(10):
            while not (await ground.fetch("select from pg_locks where not granted")):  # noqa: ASYNC110 - PostgreSQL tells nobody
                await asyncio.sleep(0.01)
    assert await asyncio.wait_for(waiting, 10) == outcome
    settled = await ground.fetch("select kind from transfers where kind in ('capture', 'release')")
    assert [row["kind"] for row in settled] == ["capture"]


async def test_uploaded_codes_go_to_as_many_as_there_are(counter: Counter) -> None:
    names = await people(counter, 10, 1000)
    uploaded = [f"PARTNER-{n:04}" for n in range(25)]
    await counter.run(lambda tx: catalogue.upload_codes(tx, 1, "partner", uploaded))
    handed: list[str | None] = []

    async def one(n: int) -> None:
        handed.append((await counter.redeem(names[n % 10], "pooled")).codes[0].spelled)

    assert await everybody(one, crowd=60) == {"ok": 25, "catalogue.pool_empty": 35}
    assert sorted(code or "" for code in handed) == uploaded


async def test_a_gift_card_pays_exactly_what_it_holds(counter: Counter) -> None:
    await people(counter, 1, 1000)
    done = await counter.redeem("m0", "card")
    number, event = done.cards[0].spelled or "", done.redemption.redemption_id

    async def pay(n: int) -> None:
        at = done.redemption.made_at
        await counter.run(lambda tx: catalogue.charge_card(tx, 1, number, 30, event_id=event, line=n + 1, day=at.date(), at=at))

    assert await everybody(pay, crowd=100) == {"ok": 33, "catalogue.card_short": 67}
