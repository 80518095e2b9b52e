"""PostgreSQL settling a whole page and the purse settling one owner leave the same rows: transfers with their lines, what was taken
from which lot, lots and balances. Whatever lies in the accounts, owed or not, and whether nights are lived in order or leapt over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from praemia import ledger
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.values import replace
from praemia.ledger import Kind, Posting
from tests.laws import few
from tests.property.earning_world import World, world
from tests.rooms.ground import NOW, Ground

TODAY = NOW.date()
OWNERS = tuple(new_id(bucket) for bucket in (5, 5, 700))
TABLES = ("transfers", "allocations", "lots", "lot_states", "accounts")
Night = tuple[int, bool]  # so many days from today; whether points only open
Settle = Callable[[Tx, Posting, dict[int, UUID], bool], Awaitable[set[UUID]]]


@dataclass(frozen=True)
class Lying:
    """What an owner has in a unit before the nights: days are counted from today, None: never (or until told)."""

    owner: int
    unit: int
    kind: Kind
    amount: int
    opens: int | None = None
    lasts: int | None = None
    age: int = 0


DAYS = st.none() | st.integers(0, 6)
KINDS = st.sampled_from([Kind.EARN, Kind.EARN, Kind.PROMISE, Kind.PROMISE, Kind.DEBIT, Kind.HOLD])
LYING = st.builds(Lying, st.integers(0, 2), st.integers(0, 1), KINDS, st.integers(1, 9), DAYS, DAYS, st.integers(0, 2))
NIGHTS = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=4)


@pytest.fixture
def shops(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


@few(120)
@given(lying=st.lists(LYING, max_size=14), nights=NIGHTS)
@example(lying=[Lying(0, 0, Kind.PROMISE, 5, opens=3, lasts=1), Lying(0, 0, Kind.EARN, 5, lasts=2)], nights=[(4, True), (4, False)])
@example(
    lying=[Lying(0, 0, Kind.DEBIT, 3), Lying(0, 0, Kind.PROMISE, 5, opens=1, lasts=1), Lying(0, 1, Kind.EARN, 2, lasts=0)],
    nights=[(3, False)],
)
def test_a_page_settled_at_once_leaves_the_rows_that_settling_one_by_one_leaves(
    shops: World, lying: list[Lying], nights: list[Night]
) -> None:
    async def story() -> None:
        async with shops.tenant() as ground:
            numbers = count(1)
            events = [{bucket: UUID(int=bucket << 66 | 7 << 76 | next(numbers)) for bucket in (5, 700)} for _ in nights]
            assert await rows_after(ground, lying, nights, events, at_once) == await rows_after(ground, lying, nights, events, one_by_one)

    shops.run(story())


def test_the_statement_is_what_settles_those_who_owe_nothing(shops: World) -> None:
    """Without this the law above would also hold if everybody went through the purse."""

    async def story() -> None:
        async with shops.tenant() as ground, ground.db.rehearsal(ground.tenant_id) as tx:
            await put_down(tx, [Lying(0, 0, Kind.EARN, 5, lasts=1), Lying(1, 0, Kind.DEBIT, 5), Lying(2, 0, Kind.PROMISE, 5, opens=1)])
            assert await ledger.lock_owners(tx, OWNERS) == {OWNERS[1]}

    shops.run(story())


async def rows_after(ground: Ground, lying: list[Lying], nights: list[Night], events: list[dict[int, UUID]], settle: Settle) -> list[Any]:
    """Every row there is after every night; nothing of it stays."""
    seen: list[Any] = []
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        await put_down(tx, lying)
        for (days, opening_only), own in zip(nights, events, strict=True):
            used = await settle(tx, cause_of(TODAY + timedelta(days=days)), own, opening_only)
            seen.append((used, [[tuple(row) for row in await tx.conn.fetch(f"table {t} order by 1, 2, 3, 4, 5, 6, 7")] for t in TABLES]))
    return seen


async def at_once(tx: Tx, cause: Posting, events: dict[int, UUID], opening_only: bool) -> set[UUID]:
    return await ledger.settle_owners(tx, OWNERS, events, cause, opening_only=opening_only)


async def one_by_one(tx: Tx, cause: Posting, events: dict[int, UUID], opening_only: bool) -> set[UUID]:
    used: set[UUID] = set()
    for owner in OWNERS:
        accounts = await ledger.lock_accounts(tx, [owner])
        own = replace(cause, owner_id=owner, event_id=events[bucket_of(owner)])
        used |= {transfer.event_id for transfer in await ledger.settle(tx, [own], accounts, opening_only=opening_only)}
    return used


async def put_down(tx: Tx, lying: list[Lying]) -> None:
    """Post what lies there, each by an event of its own; what is not there to be taken is not."""
    for n, one in enumerate(lying):
        owner = OWNERS[one.owner]
        accounts = await ledger.lock_accounts(tx, [owner])
        have = accounts[owner, one.unit].available if (owner, one.unit) in accounts else 0
        if one.kind is Kind.HOLD and have < one.amount:
            continue
        posting = replace(
            cause_of(TODAY),
            owner_id=owner,
            event_id=UUID(int=bucket_of(owner) << 66 | 7 << 76 | n + 1000),
            unit=one.unit,
            kind=one.kind,
            amount=one.amount,
            may_owe=one.kind is Kind.DEBIT,
        )
        if one.kind in (Kind.EARN, Kind.PROMISE):
            lasts, opens = day_in(one.lasts), day_in(one.opens) if one.kind is Kind.PROMISE else None
            posting = replace(posting, last_day=lasts, opens_on=opens, earned_at=NOW - timedelta(days=one.age))
        await ledger.post(tx, [posting], accounts)


def cause_of(day: date) -> Posting:
    at = datetime.combine(day, NOW.timetz())
    nobody = UUID(int=0)
    return Posting(
        owner_id=nobody, event_id=nobody, line=0, unit=0, program_id=1, kind=Kind.EXPIRE, amount=0, day=day, occurred_at=at, posted_at=at
    )


def day_in(days: int | None) -> date | None:
    return None if days is None else TODAY + timedelta(days=days)
