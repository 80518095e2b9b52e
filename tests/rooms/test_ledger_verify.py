"""`verify` names exactly the row that does not fit, and nothing when all is well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest

from praemia.foundation.ids import bucket_of
from praemia.ledger import Discrepancy
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import ONE_POINT_PER_EURO, Ground, open_ground, purchase

Owner = asyncpg.Connection


@dataclass(frozen=True)
class Story:
    """Ada bought for ten (A1) and for five points (A2) and lost twelve (D1); bob bought for three and owes one."""

    ground: Ground
    owner: Owner
    ada: UUID
    bob: UUID
    bought: UUID
    again: UUID
    taken: UUID
    owing: UUID

    async def found(self) -> list[Discrepancy]:
        return await self.ground.discrepancies()

    async def change(self, sql: str, *args: object) -> None:
        """Change exactly one row behind everybody's back."""
        assert (await self.owner.execute(sql, *args)).split()[-1] == "1"


@pytest.fixture
async def story(database: str) -> AsyncIterator[Story]:
    owner = await asyncpg.connect(database)
    async with open_ground(database) as ground:
        await ground.apply(ONE_POINT_PER_EURO)
        await ground.enrol("cafe", "ada", "bob", "cem")
        answers = await ground.record(
            purchase("cafe", "ada", "A1", 1000, key="k1"),
            purchase("cafe", "ada", "A2", 500),
            adjust("cafe", "ada", -12, "D1"),
            purchase("cafe", "bob", "B1", 300),
            adjust("cafe", "bob", -4, "D2", may_owe=True),
            purchase("cafe", None, "G1", 900),
        )
        ids = [recorded(a).event_id for a in answers]
        who = {r["reference"]: r["member_id"] for r in await ground.fetch("select reference, member_id from members")}
        yield Story(ground, owner, who["ada"], who["bob"], ids[0], ids[1], ids[2], ids[4])
    await owner.close()


def lines(found: list[Discrepancy]) -> list[tuple[str, str, str, str]]:
    return [(d.invariant, d.row, d.stored, d.derived) for d in found]


def account(owner: UUID) -> str:
    return f"owner_id={owner} unit=0"


def row(owner: UUID, event: UUID) -> str:
    return f"owner_id={owner} event_id={event} line=0"


async def test_an_honest_ledger_is_clean(story: Story) -> None:
    assert await story.found() == []


async def test_a_wrong_balance_is_named(story: Story) -> None:
    await story.change("update accounts set available = available + 1 where owner_id = $1", story.ada)
    assert lines(await story.found()) == [("L3 L5 L12", account(story.ada), "available=4", "available=3")]


async def test_a_wrong_lifetime_is_named(story: Story) -> None:
    await story.change("update accounts set lifetime = 14 where owner_id = $1", story.ada)
    assert lines(await story.found()) == [("L3 L5 L12", account(story.ada), "lifetime=14", "lifetime=15")]


async def test_a_forgiven_debt_is_named(story: Story) -> None:
    await story.owner.execute("alter table accounts drop constraint accounts_check")
    await story.change("update accounts set debt = 0 where owner_id = $1", story.bob)
    assert lines(await story.found()) == [("L3 L5 L12", account(story.bob), "debt=0", "debt=1")]


async def test_an_account_whose_lots_are_not_all_looked_for_is_named(story: Story) -> None:
    """A lot that nobody finds is lost. Who begins too early finds nothing there and loses nothing."""
    await story.change("update accounts set lots_from = $2 where owner_id = $1", story.ada, story.bought)
    assert await story.found() == []
    await story.change("update accounts set lots_from = $2 where owner_id = $1", story.ada, story.taken)
    assert lines(await story.found()) == [("L3 L5 L12", account(story.ada), f"lots_from={story.taken}", f"lots_from={story.again}")]
    await story.change("update accounts set lots_from = null where owner_id = $1", story.ada)
    assert lines(await story.found()) == [("L3 L5 L12", account(story.ada), "lots_from=None", f"lots_from={story.again}")]


async def test_a_missing_account_is_named(story: Story) -> None:
    await story.change("delete from accounts where owner_id = $1", story.ada)
    (found,) = lines(await story.found())
    assert found[:3] == (
        "L3 L5 L12",
        account(story.ada),
        "available=None, pending=None, held=None, lifetime=None, debt=None, lots_from=None",
    )


async def test_a_changed_transfer_is_named_with_what_depends_on_it(story: Story) -> None:
    await story.change("update transfers set amount = 11 where event_id = $1", story.bought)
    assert set(lines(await story.found())) == {
        ("L3 L5 L12", account(story.ada), "available=3, lifetime=15, open=3", "available=4, lifetime=16, open=4"),
        ("L4", row(story.ada, story.bought), "remaining=0", "remaining=1"),
        ("E5", f"event_id={story.bought} unit=0", "verdict=10", "transfers=11"),
    }


async def test_a_lost_transfer_is_named(story: Story) -> None:
    await story.change("delete from transfers where event_id = $1", story.taken)
    assert {d.row for d in await story.found()} == {account(story.ada), row(story.ada, story.taken), f"event_id={story.taken} unit=0"}
    assert {d.invariant for d in await story.found()} == {"L3 L5 L12", "L6", "E5"}


async def test_an_invented_transfer_is_named(story: Story) -> None:
    await story.change(
        "insert into transfers"
        " (bucket, tenant_id, owner_id, event_id, line, unit, program_id, kind, amount, occurred_at, posted_at, earned_at)"
        " select bucket, tenant_id, owner_id, event_id, 9, unit, program_id, kind, amount, occurred_at, posted_at, earned_at"
        " from transfers where event_id = $1",
        story.bought,
    )
    assert [(d.invariant, d.stored, d.derived) for d in await story.found()] == [
        (
            "L3 L5 L12",
            f"available=3, lifetime=15, lots_from={story.again}",
            f"available=13, lifetime=25, lots_from={story.bought}",
        ),
        ("E5", "verdict=10", "transfers=20"),
    ]


async def test_a_transfer_that_lost_its_lot_is_named(story: Story) -> None:
    await story.change("update transfers set earned_at = null where event_id = $1", story.again)
    assert lines(await story.found()) == [
        ("L3 L5 L12", account(story.ada), "open=0", "open=3"),
        ("L4", row(story.ada, story.again), "remaining=3", "remaining=-2"),
    ]


async def test_a_lot_whose_state_was_lost_is_named(story: Story) -> None:
    await story.change("delete from lot_states where event_id = $1", story.again)
    assert lines(await story.found()) == [
        ("L3 L5 L12", account(story.ada), "open=5", "open=3"),
        ("L4", row(story.ada, story.again), "remaining=5", "remaining=3"),
    ]


async def test_the_state_of_a_lot_that_nobody_issued_is_named(story: Story) -> None:
    await story.change(
        "insert into lot_states select bucket, tenant_id, owner_id, event_id, 9, pending, last_day, 0 from lot_states where event_id = $1",
        story.again,
    )
    assert [(d.invariant, d.row) for d in await story.found()] == [("L4", f"owner_id={story.ada} event_id={story.again} line=9")]


async def test_a_lot_that_holds_too_much_is_named(story: Story) -> None:
    await story.change("update lot_states set remaining = 5 where event_id = $1", story.again)
    assert lines(await story.found()) == [
        ("L3 L5 L12", account(story.ada), "open=5", "open=3"),
        ("L4", row(story.ada, story.again), "remaining=5", "remaining=3"),
    ]


async def test_a_lot_that_holds_more_than_it_was_issued_with_is_named(story: Story) -> None:
    """What was given back to it fits what it holds, and still nobody issued so much."""
    await story.change("update allocations set amount = -2 where event_id = $1 and lot_event_id = $2", story.taken, story.again)
    await story.change("update lot_states set remaining = 7 where event_id = $1", story.again)
    assert ("L4", row(story.ada, story.again), "remaining=7", "remaining=5") in lines(await story.found())


async def test_a_lot_shut_behind_everybodys_back_is_named(story: Story) -> None:
    await story.change("update lot_states set pending = true where event_id = $1", story.again)
    assert lines(await story.found()) == [("L3 L5 L12", account(story.ada), "open=0, waiting=3", "open=3, waiting=0")]


async def test_an_extra_allocation_is_named(story: Story) -> None:
    await story.change(
        "insert into allocations (bucket, tenant_id, owner_id, event_id, line, lot_event_id, lot_line, amount)"
        " select bucket, tenant_id, owner_id, event_id, 0, lot_event_id, 7, 1 from allocations where event_id = $1 and lot_event_id = $2",
        story.taken,
        story.bought,
    )
    assert lines(await story.found()) == [
        ("L4", f"owner_id={story.ada} event_id={story.bought} line=7", "remaining=None", "remaining=-1"),
        ("L6", row(story.ada, story.taken), "allocated=13", "transfer=12"),
    ]


async def test_an_allocation_that_takes_too_much_is_named(story: Story) -> None:
    await story.change("update allocations set amount = 11 where event_id = $1 and lot_event_id = $2", story.taken, story.bought)
    assert lines(await story.found()) == [
        ("L4", row(story.ada, story.bought), "remaining=0", "remaining=-1"),
        ("L6", row(story.ada, story.taken), "allocated=13", "transfer=12"),
    ]


async def test_a_lost_allocation_is_named(story: Story) -> None:
    await story.change("delete from allocations where event_id = $1 and lot_event_id = $2", story.taken, story.again)
    assert lines(await story.found()) == [("L4", row(story.ada, story.again), "remaining=3", "remaining=5")]


async def test_a_debt_beside_an_open_lot_is_named(story: Story) -> None:
    """L5: whoever owes holds nothing. The sums are right here: the debit just did not take from the lot."""
    await story.change("delete from allocations where event_id = $1 and lot_event_id = $2", story.taken, story.again)
    await story.change("update lot_states set remaining = 5 where event_id = $1", story.again)
    await story.change("update accounts set debt = 2 where owner_id = $1", story.ada)
    assert lines(await story.found()) == [("L3 L5 L12", account(story.ada), "debt=2, open=5", "debt=0, open=3")]


async def test_a_missing_event_is_named_by_its_transfer_and_by_its_keys(story: Story) -> None:
    await story.change("delete from events where event_id = $1", story.bought)
    found = await story.found()
    assert lines(found)[0] == ("E5", f"event_id={story.bought} unit=0", "verdict=None", "transfers=10")
    assert [(d.invariant, d.stored) for d in found[1:]] == [("E1", f"event={story.bought}")] * 2  # the order and the key


async def test_a_changed_verdict_is_named(story: Story) -> None:
    forged = """update events set verdict = jsonb_set(verdict::jsonb, '{awards,points}', '12')::json where event_id = $1"""
    await story.change(forged, story.bought)
    assert lines(await story.found()) == [("E5", f"event_id={story.bought} unit=0", "verdict=12", "transfers=10")]


async def test_a_key_that_leads_nowhere_is_named(story: Story) -> None:
    (key,) = await story.ground.fetch("select bucket, key from event_keys where event_id = $1 limit 1", story.again)
    nowhere = UUID(int=story.again.int ^ 1)
    await story.change("update event_keys set event_id = $1 where key = $2", nowhere, key["key"])
    (found,) = await story.found()
    assert (found.invariant, found.bucket, found.row, found.stored) == ("E1", key["bucket"], f"key={key['key']}", f"event={nowhere}")


async def test_a_member_whose_reference_leads_elsewhere_is_named(story: Story) -> None:
    await story.change("update lookups set member_id = $1, member_bucket = $2 where key = '1:ada'", story.bob, bucket_of(story.bob))
    (found,) = await story.found()
    assert (found.invariant, found.row, found.stored) == ("M1", f"member_id={story.ada}", "reference=ada")


async def test_a_reference_that_leads_to_nobody_is_named(story: Story) -> None:
    await story.change(
        "insert into lookups select bucket, tenant_id, kind, '1:eve', member_bucket, $1 from lookups where key = '1:ada'",
        UUID(int=story.ada.int ^ 1),
    )
    (found,) = await story.found()
    assert (found.invariant, found.row) == ("M1", "reference=1:eve")


async def test_a_row_in_a_bucket_that_is_not_its_own_is_missed_where_it_belongs(story: Story) -> None:
    elsewhere = (bucket_of(story.ada) + 500) % 1024
    await story.change("update accounts set bucket = $2 where owner_id = $1", story.ada, elsewhere)
    assert {(d.bucket, d.row) for d in await story.found()} == {(b, account(story.ada)) for b in (bucket_of(story.ada), elsewhere)}


async def test_of_many_wrong_rows_the_first_ten_are_named_for_every_stretch_of_buckets(story: Story) -> None:
    await story.change("update tenants set first_bucket = 0, bucket_span = 128")
    await story.ground.enrol("cafe", *(f"m{n}" for n in range(90)))
    await story.owner.execute("update accounts set lifetime = lifetime + 1")
    found = await story.found()
    assert all(d.invariant == "L3 L5 L12" for d in found)
    assert len(found) == 20


async def test_a_tenant_is_not_told_of_anothers_rows(story: Story, database: str) -> None:
    async with open_ground(database, slug="other") as other:
        await story.change("update accounts set available = available + 1 where owner_id = $1", story.ada)
        assert await other.discrepancies() == []
