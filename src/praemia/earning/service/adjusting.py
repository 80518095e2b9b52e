"""Corrections by hand: within the limits of who makes them at once, above them by a second person. Every one is audited.

What a key corrected for a member on a local day counts together; it is counted under the lock of the member's accounts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from praemia import access, journal, ledger, members, programs
from praemia.access import Actor, Approval
from praemia.earning.core.inputs import content_digest
from praemia.earning.core.limits import limit_of
from praemia.earning.errors import ReasonUnknown, UnitUnknown
from praemia.earning.model import ADJUSTMENT, Command, Recorded
from praemia.earning.service.recording import record
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.journal import IDEMPOTENCY_KEY, KeyReused, OwnedCounter
from praemia.members import Member, MemberClosed
from praemia.programs import OpenProgram
from praemia.rules import Adjustments, CounterKey, Scope


async def adjust(tx: Tx, command: Command, *, by: Actor, scopes: Collection[str], now: datetime) -> Recorded | Approval:
    """Correct a balance, or ask for approval when it is more than the bearer of `scopes` may correct alone.

    The command has exactly one identity, its idempotency key: sent again it answers the event, or the request as it stands. `now` is
    the wall clock. Raises what `record` refuses, ReasonUnknown, UnitUnknown, KeyReused.
    """
    program = await programs.open_program(tx, command.program)
    ((kind, value),) = command.identities
    identity = journal.identity_of(tx, program.program_id, kind, value)
    if identity.key in await journal.find_keys(tx, [identity]):
        return await _record(tx, command, now)
    asked = await access.find_approval(tx, program.program_id, identity.key)
    if asked is not None:
        if asked.content != content_digest(command):
            raise KeyReused(event=str(asked.approval_id))
        return asked
    clock = program.now(now)
    policy = (await programs.policies_of(tx, program, program.version_at(clock))).adjustments
    member = await _admit(tx, program, policy, command)
    await ledger.lock_accounts(tx, [member.member_id])
    counter = _counter(member.member_id, command, by, await programs.local_day(tx, program, now))
    used = (await journal.lock_counters(tx, [counter])).get(counter)
    asked_for = abs(int(command.inputs["amount"]))
    limit = _limit(program, policy, command, scopes)
    if limit is not None and asked_for + (used.used if used else 0) > limit:
        return await _ask(tx, program, policy, command, identity.key, by, now)
    made = await _record(tx, replace(command, beside={"by": by.name}), now)
    await journal.spend_counters(tx, {counter: (asked_for, clock)})
    await _audit(tx, program, made, command, by, now)
    return made


async def approve_adjustment(tx: Tx, slug: str, approval_id: UUID, *, by: Actor, comment: str, now: datetime) -> Recorded:
    """Approve what somebody else asked for and book it, once; a refusal of the booking leaves the request as it was.

    Raises what `access.lock_for_decision` and `record` refuse.
    """
    program = await programs.open_program(tx, slug)
    at = program.now(now)
    approval = await access.lock_for_decision(tx, program.program_id, approval_id, by=by, at=at)
    inputs = approval.body["inputs"]
    command = Command(
        program=slug,
        kind=ADJUSTMENT,
        member=approval.subject,
        inputs=inputs,
        identities=((IDEMPOTENCY_KEY, approval.body["key"]),),
        beside={"by": approval.asked.name, "approved_by": by.name},
    )
    made = await _record(tx, command, now)
    await access.approve(tx, program.program_id, approval_id, by=by, at=at, comment=comment, event_id=made.event_id)
    await _audit(tx, program, made, command, by, now, approval=str(approval_id), asked_by=approval.asked.name, comment=comment)
    return made


async def _admit(tx: Tx, program: OpenProgram, policy: Adjustments, command: Command) -> Member:
    """Refuse now what no approval could make good."""
    assert command.member is not None
    reason = str(command.inputs["reason"])
    if policy.reasons is not None and reason not in policy.reasons:
        raise ReasonUnknown(reason=reason, known=", ".join(policy.reasons))
    if command.inputs["unit"] not in program.units:
        raise UnitUnknown(unit=command.inputs["unit"])
    member = await members.get_member(tx, program.program_id, command.member)
    if member.status != "active":
        raise MemberClosed(reference=command.member)
    return member


def _limit(program: OpenProgram, policy: Adjustments, command: Command, scopes: Collection[str]) -> Fraction | None:
    """In quanta of the unit."""
    covered = {name for name in policy.limits if all(access.covers(scopes, needed) for needed in access.ROLES.get(name, {name}))}
    limit = limit_of(policy, covered)
    return None if limit is None else limit * 10 ** program.units[command.inputs["unit"]].decimals


def _counter(owner: UUID, command: Command, by: Actor, day: date) -> OwnedCounter:
    name = f"adjusted:{command.inputs['unit']}:{by.staff_id or by.key_id or by.name}"
    return owner, CounterKey(scope=Scope.MEMBER, counter=name, period=day)


async def _ask(tx: Tx, program: OpenProgram, policy: Adjustments, command: Command, key: UUID, by: Actor, now: datetime) -> Approval:
    at = program.now(now)
    assert command.member is not None
    ((_, value),) = command.identities
    approval = await access.ask(
        tx,
        program.program_id,
        verb=ADJUSTMENT,
        subject=command.member,
        body={"inputs": dict(command.inputs), "key": value},
        request_key=key,
        content=content_digest(command),
        by=by,
        at=at,
        expires_at=at + timedelta(days=policy.approval_days),
    )
    new = {"approval": str(approval.approval_id), **command.inputs}
    await access.note(tx, by, "access.approval.asked", command.member, at=now, program_id=program.program_id, new=new)
    return approval


async def _record(tx: Tx, command: Command, now: datetime) -> Recorded:
    (answer,) = await record(tx, [command], now=now)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def _audit(tx: Tx, program: OpenProgram, made: Recorded, command: Command, by: Actor, now: datetime, **more: str) -> None:
    unit, amount = command.inputs["unit"], int(command.inputs["amount"])
    after = made.balances.get(unit, 0)
    new = {"event": str(made.event_id), "balance": after, **command.inputs, **more}
    assert command.member is not None
    old = {"balance": after - amount}
    await access.note(tx, by, "ledger.adjustment.made", command.member, at=now, program_id=program.program_id, old=old, new=new)
