"""The proof finds a changed, a missing and a slipped-in row and says which; a slow transaction is neither lost nor an alarm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from praemia import earning, nights, proof
from praemia.foundation.ids import new_id
from praemia.proof import Examined, Exported, Finding, Sealed
from tests.rooms.deeds import recorded
from tests.rooms.ground import NOW, ONE_POINT_PER_EURO, Ground, open_ground, purchase

NO_SKEW = timedelta(0)


@dataclass(frozen=True)
class Sealing:
    """Ada bought for ten (A1), bob for three (B1), and all of it is sealed and signed."""

    ground: Ground
    owner: asyncpg.Connection
    key: Any
    ada: UUID
    bought: UUID

    async def seal(self, *, signed: bool = True, now: datetime | None = None) -> Sealed:
        await asyncio.sleep(0.003)  # ids tell milliseconds
        at = now or datetime.now(UTC)
        key = self.key if signed else None
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: proof.seal(tx, now=at, key=key, clocks_differ=NO_SKEW))

    async def examine(self, *, trusted: bytes | None = None, copy: Exported | None = None) -> Examined:
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            return [state async for state in proof.verify(tx, trusted=trusted, copy=copy)][-1]

    async def findings(self) -> list[Finding]:
        return (await self.examine()).findings

    async def change(self, sql: str, *args: object) -> None:
        """Change exactly one row behind everybody's back."""
        assert (await self.owner.execute(sql, *args)).split()[-1] == "1"

    async def exported(self) -> Exported:
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            return await proof.export(tx)


@pytest.fixture
async def sealing(database: str) -> AsyncIterator[Sealing]:
    owner = await asyncpg.connect(database)
    async with open_ground(database) as ground:
        await ground.apply(ONE_POINT_PER_EURO)
        await ground.enrol("cafe", "ada", "bob")
        answers = await ground.record(purchase("cafe", "ada", "A1", 1000), purchase("cafe", "bob", "B1", 300))
        who = {r["reference"]: r["member_id"] for r in await ground.fetch("select reference, member_id from members")}
        made = Sealing(ground, owner, proof.new_key(), who["ada"], recorded(answers[0]).event_id)
        first = await made.seal()
        assert (first.rows, first.is_new, first.is_signed) == (2, True, True)
        yield made
    await owner.close()


def of(found: list[Finding]) -> list[tuple[str, str]]:
    return [(f.what, f.row) for f in found]


def row(owner: UUID, event: UUID, line: int = 0) -> str:
    return f"owner_id={owner} event_id={event} line={line}"


async def test_an_honest_ledger_is_clean_and_signed(sealing: Sealing) -> None:
    state = await sealing.examine()
    assert (state.findings, state.rows, state.waiting, state.newest, state.signed) == ([], 2, 0, 1, 1)


async def test_sealing_again_changes_nothing(sealing: Sealing) -> None:
    before = await sealing.ground.fetch("select * from seals")
    again = await sealing.seal()
    assert (again.rows, again.is_new) == (0, False)
    assert await sealing.ground.fetch("select * from seals") == before
    assert len(await sealing.ground.fetch("select * from checkpoints")) == 1


async def test_what_came_since_waits_and_is_sealed_next(sealing: Sealing) -> None:
    await sealing.ground.record(purchase("cafe", "ada", "A2", 500))
    assert (await sealing.examine()).waiting == 1
    assert (await sealing.seal()).rows == 1
    state = await sealing.examine()
    assert (state.findings, state.rows, state.waiting, state.newest) == ([], 3, 0, 2)


async def test_a_new_day_makes_a_checkpoint_also_when_nothing_came(sealing: Sealing) -> None:
    made = await sealing.seal(now=datetime.now(UTC) + timedelta(days=1))
    assert (made.rows, made.is_new) == (0, True)
    assert await sealing.findings() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("amount = 11", "amount was 10, is 11"),
        ("kind = 'credit'", "kind was earn, is credit"),
        ("unit = 5", "unit was 0, is 5"),
        ("program_id = 7", "program_id was 1, is 7"),
        ("posted_at = posted_at - interval '1 day'", "posted_at was 2025-06-01T12:00:00+00:00, is 2025-05-31T12:00:00+00:00"),
        ("last_day = '2025-06-30'", "last_day was None, is 2025-06-30"),
        ("opens_on = '2025-06-30'", "opens_on was None, is 2025-06-30"),
        ("earned_at = null", "earned_at was 2025-06-01T12:00:00+00:00, is None"),
        ("origin_event_id = '00000000-0000-0000-0000-000000000007'", "origin was None, is 00000000-0000-0000-0000-000000000007"),
        ("occurred_at = occurred_at + interval '1 h'", "occurred_at was 2025-06-01T12:00:00+00:00, is 2025-06-01T13:00:00+00:00"),
    ],
)
async def test_a_changed_column_is_named_with_what_it_was(change: str, says: str, sealing: Sealing) -> None:
    await sealing.change(f"update transfers set {change} where event_id = $1", sealing.bought)  # noqa: S608
    (found,) = await sealing.findings()
    assert (found.what, found.row, found.says) == ("changed", row(sealing.ada, sealing.bought), says)


async def test_two_columns_changed_at_once_are_still_a_change(sealing: Sealing) -> None:
    await sealing.change("update transfers set amount = 11, unit = 3 where event_id = $1", sealing.bought)
    (found,) = await sealing.findings()
    assert (found.what, found.row) == ("changed", row(sealing.ada, sealing.bought))
    assert "more than one column" in found.says


async def test_a_missing_row_is_named(sealing: Sealing) -> None:
    await sealing.change("delete from transfers where event_id = $1", sealing.bought)
    assert of(await sealing.findings()) == [("missing", row(sealing.ada, sealing.bought))]


async def test_a_row_slipped_in_under_an_old_event_is_named(sealing: Sealing) -> None:
    await sealing.change(
        "insert into transfers (bucket, tenant_id, owner_id, event_id, line, unit, program_id, amount, occurred_at, posted_at, kind)"
        " select bucket, tenant_id, owner_id, event_id, 9, unit, program_id, amount, occurred_at, posted_at, kind"
        " from transfers where event_id = $1",
        sealing.bought,
    )
    assert of(await sealing.findings()) == [("inserted", row(sealing.ada, sealing.bought, 9))]
    await sealing.seal()
    assert of(await sealing.findings()) == [("inserted", row(sealing.ada, sealing.bought, 9))], "sealing does not absolve it"


async def test_a_row_moved_to_another_owner_is_missing_here_and_slipped_in_there(sealing: Sealing) -> None:
    other = new_id(3, millis=1)
    await sealing.change("update transfers set owner_id = $2 where event_id = $1", sealing.bought, other)
    assert sorted(of(await sealing.findings())) == [
        ("inserted", row(other, sealing.bought)),
        ("missing", row(sealing.ada, sealing.bought)),
    ]


async def test_a_leaf_made_to_fit_a_forged_row_breaks_its_seal(sealing: Sealing) -> None:
    await sealing.change("delete from transfers where event_id = $1", sealing.bought)
    (seal,) = [s for s in await sealing.ground.fetch("select bucket, leaves from seals") if sealing.bought.bytes in s["leaves"]]
    at = seal["leaves"].index(sealing.bought.bytes) - 16
    forged = seal["leaves"][:at] + seal["leaves"][at + 66 :]
    if forged:
        await sealing.change("update seals set leaves = $2 where bucket = $1", seal["bucket"], forged)
    else:
        await sealing.change("delete from seals where bucket = $1", seal["bucket"])
    assert {f.what for f in await sealing.findings()} & {"seal", "checkpoint"}


async def test_a_history_made_anew_has_no_signature(sealing: Sealing) -> None:
    """Whoever owns the database can change a row and build everything on it again; the key is what he has not."""
    copy = await sealing.exported()
    for table in ("checkpoint_signatures", "seals", "checkpoints"):
        await sealing.owner.execute(f"delete from {table}")  # noqa: S608
    await sealing.change("update transfers set amount = 11 where event_id = $1", sealing.bought)
    await sealing.seal(signed=False)
    state = await sealing.examine()
    assert (state.findings, state.newest, state.signed) == ([], 1, 0)
    assert of((await sealing.examine(copy=copy)).findings) == [("copy", "checkpoint=1")]


async def test_a_forgers_own_key_is_not_the_one_that_is_trusted(sealing: Sealing) -> None:
    public = proof.public_of(sealing.key)
    assert (await sealing.examine(trusted=public)).signed == 1
    assert (await sealing.examine(trusted=proof.public_of(proof.new_key()))).signed == 0


async def test_a_broken_signature_is_named(sealing: Sealing) -> None:
    await sealing.change("update checkpoint_signatures set signature = set_byte(signature, 0, get_byte(signature, 0) # 1)")
    state = await sealing.examine()
    assert [f.what for f in state.findings] == ["signature"]
    assert state.signed == 0


async def test_a_changed_checkpoint_is_named_by_itself_and_by_its_signature(sealing: Sealing) -> None:
    await sealing.change("update checkpoints set rows = 3")
    assert {(f.what, f.says.split()[0]) for f in await sealing.findings()} == {("checkpoint", "counts"), ("checkpoint", "its")}
    await sealing.change("update checkpoints set rows = 2, root = sha256(root)")
    assert {f.what for f in await sealing.findings()} == {"checkpoint", "signature"}


async def test_newer_history_that_was_cut_off_is_missed_by_a_copy(sealing: Sealing) -> None:
    answers = await sealing.ground.record(purchase("cafe", "ada", "A2", 500))
    await sealing.seal()
    copy = await sealing.exported()
    for table, column in (("checkpoint_signatures", "number"), ("seals", "checkpoint"), ("checkpoints", "number")):
        await sealing.owner.execute(f"delete from {table} where {column} = 2")  # noqa: S608
    await sealing.change("delete from transfers where event_id = $1", recorded(answers[0]).event_id)
    assert await sealing.findings() == []
    assert of((await sealing.examine(copy=copy)).findings) == [("copy", "checkpoint=2")]


async def test_a_checkpoint_gone_without_its_seals_is_named(sealing: Sealing) -> None:
    await sealing.ground.record(purchase("cafe", "ada", "A2", 500))
    await sealing.seal()
    await sealing.owner.execute("delete from checkpoint_signatures where number = 2")
    await sealing.owner.execute("delete from checkpoints where number = 2")
    assert ("checkpoint", "checkpoint=2") in of(await sealing.findings())


async def test_an_export_can_be_checked_elsewhere(sealing: Sealing) -> None:
    text = proof.spell_export(await sealing.exported())
    read = proof.read_export(text)
    public = proof.public_of(sealing.key)
    assert proof.faults_of(read, public) == []
    assert proof.faults_of(proof.read_export(text.replace('"rows": 2', '"rows": 3')), public) == ["its hash is not the one of its content"]
    assert proof.faults_of(read, proof.public_of(proof.new_key())) == ["it is not signed by the key you trust"]
    with pytest.raises(proof.ExportUnreadable):
        proof.read_export("{}")


async def test_an_unsigned_checkpoint_can_be_signed_later(sealing: Sealing) -> None:
    await sealing.ground.record(purchase("cafe", "ada", "A2", 500))
    await sealing.seal(signed=False)
    assert (await sealing.examine()).signed == 1
    await sealing.seal()
    assert (await sealing.examine()).signed == 2


async def test_a_slow_transaction_is_neither_lost_nor_an_alarm(sealing: Sealing) -> None:
    """It makes its ids, then takes its time; what is sealed meanwhile stops before it began."""
    ground = sealing.ground
    async with ground.db.transaction(ground.tenant_id) as slow:
        (late,) = await earning.record(slow, [purchase("cafe", "bob", "SLOW", 700)], now=datetime.now(UTC))
        await asyncio.sleep(0.02)
        await ground.record(purchase("cafe", "ada", "QUICK", 200))
        meanwhile = await sealing.seal()
        assert (meanwhile.rows, meanwhile.held_back is not None) == (0, True)
        assert await sealing.findings() == []
    assert await sealing.findings() == []
    assert (await sealing.seal()).rows == 2
    state = await sealing.examine()
    assert (state.findings, state.rows, state.waiting) == ([], 4, 0)
    assert recorded(late).event_id.bytes in b"".join(s["leaves"] for s in await ground.fetch("select leaves from seals"))


async def test_a_night_lived_page_by_page_is_no_alarm_in_between(sealing: Sealing) -> None:
    """Every page writes under events of its own, so what was sealed after one is not added to by the next."""
    ground = sealing.ground
    await ground.apply(ONE_POINT_PER_EURO.replace("points: {}", "points: {expiry: {days: 2}}"))
    await ground.record(purchase("cafe", "ada", "A2", 500), purchase("cafe", "bob", "B2", 400))
    more = True
    while more:
        lived = await ground.db.run(ground.tenant_id, lambda tx: nights.live_page(tx, "cafe", now=NOW))
        more = lived.more
    expired, more = 0, True
    while more:
        lived = await ground.db.run(ground.tenant_id, lambda tx: nights.live_page(tx, "cafe", now=NOW + timedelta(days=4)))
        more = lived.more
        expired += (await sealing.seal()).rows
        assert await sealing.findings() == []
    assert expired == 4  # two purchases, and their end


async def test_two_at_once_make_one_checkpoint(sealing: Sealing) -> None:
    await sealing.ground.record(purchase("cafe", "ada", "A2", 500))
    made = await asyncio.gather(*(sealing.seal() for _ in range(4)))
    assert sorted(m.rows for m in made) == [0, 0, 0, 1]
    assert await sealing.findings() == []
    assert [c["number"] for c in await sealing.ground.fetch("select number from checkpoints order by number")] == [1, 2]


async def test_a_run_that_is_killed_leaves_nothing(sealing: Sealing) -> None:
    ground = sealing.ground
    await ground.record(purchase("cafe", "ada", "A2", 500))
    await asyncio.sleep(0.003)
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        assert (await proof.seal(tx, now=datetime.now(UTC), clocks_differ=NO_SKEW)).rows == 1
    assert (await sealing.examine()).waiting == 1
    assert (await sealing.seal()).rows == 1
    assert await sealing.findings() == []


async def test_after_a_long_pause_what_is_new_is_found_along_the_key(sealing: Sealing) -> None:
    await sealing.ground.record(purchase("cafe", "ada", "A2", 500))
    assert (await sealing.seal(now=datetime.now(UTC) + timedelta(days=2))).rows == 1
    assert await sealing.findings() == []
