"""Corrections by hand: alone within the limit, by a second person above it, exactly once, and always written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from praemia import access, earning, programs, proof
from praemia.access import Actor, Approval
from praemia.earning import Recorded
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import new_id
from tests.rooms.deeds import adjust
from tests.rooms.ground import NOW, ONE_POINT_PER_EURO, Ground, open_ground

LIMITS = """
adjustments:
  reasons: [goodwill, test]
  limits: {support: 100, supervisor: 1000}
  approval_above: 5000
  approval_days: 3
"""
SUPPORT = Actor(name="sue", origin="test", key_id=new_id(0))
OTHER = Actor(name="otto", origin="test", key_id=new_id(0))
THIRD = Actor(name="tim", origin="test", key_id=new_id(0))


@dataclass(frozen=True)
class Desk:
    """A programme with limits and the member ada; sue of support, otto who supervises."""

    ground: Ground
    program_id: int

    async def adjust(
        self, amount: int, key: str, *, by: Actor = SUPPORT, role: str = "support", now: datetime = NOW, **inputs: Any
    ) -> Recorded | Approval:
        command = adjust("cafe", "ada", amount, key)
        for name, value in inputs.items():
            command = type(command)(**{**_fields(command), "inputs": {**command.inputs, name: value}})
        scopes = access.ROLES.get(role, frozenset({role}))
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: earning.adjust(tx, command, by=by, scopes=scopes, now=now))

    async def asked(self, amount: int, key: str, **more: Any) -> Approval:
        answer = await self.adjust(amount, key, **more)
        assert isinstance(answer, Approval), answer
        return answer

    async def booked(self, amount: int, key: str, **more: Any) -> Recorded:
        answer = await self.adjust(amount, key, **more)
        assert isinstance(answer, Recorded), answer
        return answer

    async def approve(self, approval: UUID, *, by: Actor = OTHER, now: datetime = NOW) -> Recorded:
        return await self.ground.db.run(
            self.ground.tenant_id, lambda tx: earning.approve_adjustment(tx, "cafe", approval, by=by, comment="", now=now)
        )

    async def reject(self, approval: UUID, *, by: Actor = OTHER, now: datetime = NOW) -> Approval:
        return await self.ground.db.run(
            self.ground.tenant_id, lambda tx: access.reject(tx, self.program_id, approval, by=by, at=now, comment="no")
        )

    async def balance(self) -> int:
        return (await self.ground.balances("cafe", "ada")).get("points", 0)

    async def log(self) -> list[tuple[str, str]]:
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            return [(e.actor.name, e.action) for e in reversed(await access.audit_of(tx, program_id=self.program_id))]

    async def audit_faults(self) -> list[str]:
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            return [says async for _, says in access.verify_audit(tx, {})]


def _fields(command: Any) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__struct_fields__}


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Desk]:
    async with open_ground(database) as ground:
        await ground.apply(ONE_POINT_PER_EURO + LIMITS)
        await ground.enrol("cafe", "ada")
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            program_id = (await programs.get_program(tx, "cafe")).program_id
        yield Desk(ground, program_id)


async def test_up_to_the_limit_one_person_is_enough(desk: Desk) -> None:
    await desk.booked(100, "k1")
    assert await desk.balance() == 100
    assert await desk.log() == [("sue", "ledger.adjustment.made")]


async def test_above_the_limit_nothing_is_booked_until_somebody_else_approves(desk: Desk) -> None:
    asked = await desk.asked(101, "k1")
    assert await desk.balance() == 0
    made = await desk.approve(asked.approval_id)
    assert await desk.balance() == 101
    assert made.beside == {"by": "sue", "approved_by": "otto"}
    assert await desk.log() == [("sue", "access.approval.asked"), ("otto", "ledger.adjustment.made")]


async def test_small_corrections_of_a_day_count_together_up_and_down(desk: Desk) -> None:
    await desk.booked(60, "k1")
    await desk.booked(-40, "k2")
    assert (await desk.asked(1, "k3")).subject == "ada"
    await desk.booked(60, "k4", by=OTHER)
    await desk.booked(60, "k5", now=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("role", "most"), [("support", 100), ("supervisor", 1000), ("owner", 1000), ("ledger:adjustment:write", 0), ("shop", 0)]
)
async def test_the_highest_limit_of_what_a_key_covers_counts(role: str, most: int, desk: Desk) -> None:
    if most:
        await desk.booked(most, "k1", role=role)
    await desk.asked(1, "k2", role=role)


async def test_without_limits_everybody_may_up_to_what_nobody_may_alone(desk: Desk) -> None:
    await desk.ground.apply(ONE_POINT_PER_EURO + "adjustments: {approval_above: 50}\n", at=NOW)
    await desk.booked(50, "k1", role="till")
    await desk.asked(1, "k2", role="owner")


async def test_a_unit_with_decimals_counts_whole_units(desk: Desk) -> None:
    source = ONE_POINT_PER_EURO.replace("points: {}", "points: {}\n  money: {decimals: 2}") + "adjustments: {limits: {support: 1.50}}\n"
    await desk.ground.apply(source, at=NOW)
    await desk.booked(150, "k1", unit="money")
    await desk.asked(1, "k2", unit="money")


async def test_who_asked_cannot_approve_but_withdraw(desk: Desk) -> None:
    asked = await desk.asked(500, "k1")
    with pytest.raises(access.SecondPersonNeeded):
        await desk.approve(asked.approval_id, by=SUPPORT)
    assert (await desk.reject(asked.approval_id, by=SUPPORT)).state_at(NOW) == "rejected"
    with pytest.raises(access.ApprovalDecided):
        await desk.approve(asked.approval_id)
    assert await desk.balance() == 0


async def test_a_request_expires(desk: Desk) -> None:
    asked = await desk.asked(500, "k1")
    late = NOW + timedelta(days=3)
    with pytest.raises(access.ApprovalExpired):
        await desk.approve(asked.approval_id, now=late)
    assert asked.state_at(late) == "expired"
    await desk.approve(asked.approval_id, now=late - timedelta(seconds=1))


async def test_of_many_who_approve_at_once_one_does(desk: Desk) -> None:
    asked = await desk.asked(500, "k1")
    people = [Actor(name=f"a{n}", origin="test", key_id=new_id(0)) for n in range(8)]
    answers = await asyncio.gather(*(desk.approve(asked.approval_id, by=by) for by in people), return_exceptions=True)
    assert sum(isinstance(a, Recorded) for a in answers) == 1
    assert sum(isinstance(a, access.ApprovalDecided) for a in answers) == 7
    assert await desk.balance() == 500
    assert await desk.audit_faults() == []


async def test_of_many_small_corrections_at_once_none_passes_the_limit(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.adjust(30, f"k{n}") for n in range(8)))
    assert sum(isinstance(a, Recorded) for a in answers) == 3
    assert await desk.balance() == 90


async def test_the_same_key_answers_the_request_and_then_what_became_of_it(desk: Desk) -> None:
    asked = await desk.asked(500, "k1")
    assert (await desk.asked(500, "k1")).approval_id == asked.approval_id
    with pytest.raises(DomainError) as refused:
        await desk.adjust(501, "k1")
    assert refused.value.code == "journal.key_reused"
    made = await desk.approve(asked.approval_id)
    again = await desk.booked(500, "k1")
    assert (again.event_id, again.replayed) == (made.event_id, True)


async def test_the_same_request_twice_at_once_is_one(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.asked(500, "k1") for _ in range(6)))
    assert len({a.approval_id for a in answers}) == 1


async def test_a_booking_that_is_refused_leaves_the_request_waiting(desk: Desk) -> None:
    asked = await desk.asked(-500, "k1")
    with pytest.raises(DomainError) as refused:
        await desk.approve(asked.approval_id)
    assert refused.value.code == "ledger.insufficient_points"
    await desk.booked(600, "k2", by=THIRD, role="supervisor")
    await desk.approve(asked.approval_id)
    assert await desk.balance() == 100


@pytest.mark.parametrize(
    ("inputs", "code"), [({"reason": "because"}, "earning.reason_unknown"), ({"unit": "stars"}, "earning.unit_unknown")]
)
async def test_what_no_approval_makes_good_is_refused_at_once(inputs: dict[str, Any], code: str, desk: Desk) -> None:
    with pytest.raises(DomainError) as refused:
        await desk.adjust(500, "k1", **inputs)
    assert refused.value.code == code
    assert await desk.log() == []


async def test_only_what_still_waits_is_listed_as_waiting(desk: Desk) -> None:
    first, second, third = [await desk.asked(500 + n, f"k{n}") for n in range(3)]
    await desk.approve(first.approval_id)
    async with desk.ground.db.rehearsal(desk.ground.tenant_id) as tx:
        waiting = await access.approvals_of(tx, desk.program_id, waiting_at=NOW)
        everything = await access.approvals_of(tx, desk.program_id, limit=2)
        expired = await access.approvals_of(tx, desk.program_id, waiting_at=NOW + timedelta(days=9))
    assert [a.approval_id for a in waiting] == [third.approval_id, second.approval_id]
    assert [a.approval_id for a in everything] == [third.approval_id, second.approval_id]
    assert expired == []


async def test_an_approval_without_its_event_is_named(desk: Desk, database: str) -> None:
    asked = await desk.asked(500, "k1")
    made = await desk.approve(asked.approval_id)
    owner = await asyncpg.connect(database)
    await owner.execute("delete from events where event_id = $1", made.event_id)
    await owner.close()
    async with desk.ground.db.rehearsal(desk.ground.tenant_id) as tx:
        found = [state async for state in proof.verify(tx)][-1].findings
    assert [(f.what, f.row) for f in found] == [("approval", f"approval={asked.approval_id}")]


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("update audit set actor = 'eve' where number = 2", ["its content is not what was written"]),
        ("update audit set details = details || '{\"amount\": 1}' where number = 2", ["its content is not what was written"]),
        ("delete from audit where number = 2", ["entries 2 to 2 are missing"]),
        ("update audit set previous = sha256(previous) where number = 2", ["does not follow from the entry before it"]),
    ],
)
async def test_a_changed_log_is_named(tampering: str, says: list[str], desk: Desk, database: str) -> None:
    for n in range(3):
        await desk.booked(10, f"k{n}")
    assert await desk.audit_faults() == []
    owner = await asyncpg.connect(database)
    await owner.execute(tampering)
    await owner.close()
    assert await desk.audit_faults() == says


async def test_keys_are_audited_with_who_made_them(desk: Desk) -> None:
    async with desk.ground.db.transaction(desk.ground.tenant_id) as tx:
        issued = await access.issue(tx, name="till 3", scopes=["till"], now=datetime.now(UTC), by=SUPPORT)
        await access.revoke(tx, issued.key.key_id, now=datetime.now(UTC), by=OTHER)
        entries = await access.audit_of(tx, limit=2)
    assert [(e.actor.name, e.action, e.subject) for e in entries] == [
        ("otto", "access.key.revoked", str(issued.key.key_id)),
        ("sue", "access.key.issued", str(issued.key.key_id)),
    ]
    assert issued.secret not in str(entries)
    assert await desk.audit_faults() == []
