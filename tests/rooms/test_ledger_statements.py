"""What a member reads: history page by page, and a trial balance that comes to nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from praemia import ledger, members
from praemia.foundation.ids import new_id
from praemia.ledger import InsufficientPoints, Kind, Movement, Posting
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground, open_ground, purchase

TWO_UNITS = """
program: cafe
timezone: Europe/Berlin
currency: EUR
units: {points: {}, stamps: {}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: stamp, trigger: purchase, to: stamps, earn: {points: 1}}
"""


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(TWO_UNITS)
        await opened.enrol("cafe", "ada", "bob")
        yield opened


async def owner_of(ground: Ground, reference: str) -> UUID:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        return (await members.get_member(tx, 1, reference)).member_id


async def pages(ground: Ground, owner: UUID, size: int) -> list[list[Movement]]:
    """Every page of the history, each asked for with the last line of the one before."""
    found: list[list[Movement]] = []
    before = None
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        while page := await ledger.history_of(tx, owner, before=before, page=size):
            found.append(page)
            before = (page[-1].event_id, page[-1].line)
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
async def test_pages_of_any_size_show_every_movement_once_newest_first(ground: Ground, size: int) -> None:
    for n in range(4):  # each in a transaction of its own, the later the newer, whatever they say of their day
        await ground.record(purchase("cafe", "ada", f"A{n}", 100 * (n + 1), at=NOW - timedelta(days=n)))
    await ground.record(adjust("cafe", "ada", -2, "k1"), purchase("cafe", "bob", "B1", 900))
    found = await pages(ground, await owner_of(ground, "ada"), size)
    assert [len(page) for page in found[:-1]] == [size] * (len(found) - 1)
    shown = [(m.kind, m.unit, m.amount) for page in found for m in page]
    assert shown == [("debit", 0, -2), *[line for n in (4, 3, 2, 1) for line in (("earn", 1, 1), ("earn", 0, n))]]


async def test_a_page_stays_right_while_new_movements_arrive(ground: Ground) -> None:
    await ground.record(*[purchase("cafe", "ada", f"A{n}", 100) for n in range(3)])
    owner = await owner_of(ground, "ada")
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        first = await ledger.history_of(tx, owner, page=3)
        whole = await ledger.history_of(tx, owner)
    await ground.record(*[purchase("cafe", "ada", f"B{n}", 100) for n in range(3)])
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        rest = await ledger.history_of(tx, owner, before=(first[-1].event_id, first[-1].line))
    assert first + rest == whole


async def test_the_transfers_of_an_event_are_its_awards(ground: Ground) -> None:
    answer = recorded((await ground.record(purchase("cafe", "ada", "A1", 800)))[0])
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        moved = await ledger.transfers_of(tx, await owner_of(ground, "ada"), answer.event_id)
    assert [(m.line, m.unit, m.amount) for m in moved] == [(0, 0, 8), (1, 1, 1)]


async def test_the_roles_of_a_unit_sum_to_zero(ground: Ground) -> None:
    await ground.record(purchase("cafe", "ada", "A1", 800), adjust("cafe", "ada", -3, "k1"), adjust("cafe", "bob", 5, "k2"))
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        rows = await ledger.trial_balance(tx, 1)
    assert {(unit, role): amount for unit, role, amount, _ in rows} == {
        (0, "issued"): -8, (0, "adjustment"): -2, (0, "available"): 10, (1, "issued"): -1, (1, "available"): 1,
    }  # fmt: skip


async def test_a_transfer_is_posted_once(ground: Ground) -> None:
    owner = await owner_of(ground, "ada")
    posting = _posting(owner, Kind.CREDIT, 5)
    await _post(ground, owner, posting)
    with pytest.raises(asyncpg.UniqueViolationError):
        await _post(ground, owner, posting)
    assert await ground.balances("cafe", "ada") == {"points": 5, "stamps": 0}


async def test_a_batch_with_a_debit_too_much_posts_nothing(ground: Ground) -> None:
    owner = await owner_of(ground, "ada")
    with pytest.raises(InsufficientPoints):
        await _post(ground, owner, _posting(owner, Kind.CREDIT, 5), _posting(owner, Kind.DEBIT, 6))
    assert await ground.fetch("select from transfers") == []
    assert await ground.discrepancies() == []


async def test_points_that_expire_sooner_are_taken_first_and_those_that_never_do_last(ground: Ground) -> None:
    owner, day = await owner_of(ground, "ada"), NOW.date()
    lasting = [None, day + timedelta(days=9), day + timedelta(days=3)]
    await _post(ground, owner, *[_posting(owner, Kind.EARN, 5, last_day=last) for last in lasting])
    await _post(ground, owner, _posting(owner, Kind.DEBIT, 8))
    rows = await ground.fetch("select last_day, remaining from lots order by last_day nulls last")
    assert [(r["last_day"], r["remaining"]) for r in rows] == [(lasting[2], 0), (lasting[1], 2), (None, 5)]
    assert await ground.fetch("select from allocations where amount = 5 or amount = 3") == [{}, {}]


async def _post(ground: Ground, owner: UUID, *postings: Posting) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        await ledger.post(tx, postings, await ledger.lock_accounts(tx, [owner]))


def _posting(owner: UUID, kind: Kind, amount: int, **more: object) -> Posting:
    known = {
        "owner_id": owner,
        "event_id": new_id(0),
        "line": 0,
        "unit": 0,
        "program_id": 1,
        "day": NOW.date(),
        "occurred_at": NOW,
        "posted_at": NOW,
    }
    return Posting(**(known | {"kind": kind, "amount": amount} | more))  # type: ignore[arg-type]
