"""The verb `reinstate`: expired points come back, once, within the window that the programme gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from praemia import journal, ledger, members, programs
from praemia.earning.errors import NotReinstatable, UnitUnknown
from praemia.earning.model import REINSTATEMENT, Moved
from praemia.earning.service.moving import Move, first_answer, named, write
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.journal import Identity
from praemia.members import Member, MemberClosed
from praemia.programs import OpenProgram
from praemia.rules import LotPolicy, RuleSet, joins, last_day

_A_DAY = timedelta(days=1)


async def reinstate(
    tx: Tx, slug: str, reference: str, *, unit: str | None, within_days: int | None, key: str | None, now: datetime
) -> Moved:
    """Give back what of a member's points expired at most so many days ago: as many as the programme allows, or fewer where
    `within_days` says so. Every expired lot comes back at most once; nothing to give back is an answer without points.

    They end by the unit's policy from today on. `unit` None: every unit that gives back. Locks the member's accounts.
    Raises MemberUnknown, MemberClosed, UnitUnknown, NotReinstatable, KeyReused.
    """
    program = await programs.open_program(tx, slug)
    member = await members.get_member(tx, program.program_id, reference)
    if member.status != "active":
        raise MemberClosed(reference=reference)
    said = {name: value for name, value in (("unit", unit), ("within_days", within_days)) if value is not None}
    move = Move(program=program, kind=REINSTATEMENT, member=member, inputs=said, names=named(REINSTATEMENT, None, key), now=now)
    accounts = await ledger.lock_accounts(tx, [member.member_id])
    known = await first_answer(tx, move)
    if known is not None:
        return known
    version = program.version_at(move.instant)
    rules = await programs.ruleset_of(tx, program, version)
    windows = _windows(program, rules, unit, within_days)
    today = await programs.local_day(tx, program, now)
    move.event_id = new_id(bucket_of(member.member_id))
    await ledger.settle(tx, [_cause(move, member, today)], accounts)
    postings = []
    for line, (policy, days, number) in enumerate(windows.values()):
        amount = await _given_back(tx, move, member, number, today, days, rules.earning.timezone)
        if amount:
            postings.append(_posting(move, member, number, line, amount, today, policy))
    return await write(tx, move, postings, accounts, version)


async def came_back(tx: Tx, program_id: int, member_id: UUID, expiries: Iterable[tuple[UUID, int]]) -> set[tuple[UUID, int]]:
    """Which of the transfers (event and line) that let a member's points expire were undone by a reinstatement."""
    names = {_once(tx, program_id, member_id, *name): name for name in expiries}
    used = await journal.find_keys(tx, names)
    return {name for identity, name in names.items() if identity.key in used}


def _once(tx: Tx, program_id: int, member_id: UUID, event_id: UUID, line: int) -> Identity:
    """The key that keeps what a transfer let expire from coming back twice."""
    return journal.identity_of(tx, program_id, "expired", f"{member_id}:{event_id}:{line}")


def _windows(program: OpenProgram, rules: RuleSet, unit: str | None, within_days: int | None) -> Mapping[str, tuple[LotPolicy, int, int]]:
    """By unit that gives back: its policy, for how many days, its number."""
    if unit is not None and unit not in program.units:
        raise UnitUnknown(unit=unit)
    found = {
        spoken.code: (
            spoken.lots,
            min(spoken.lots.reinstate_days, spoken.lots.reinstate_days if within_days is None else within_days),
            program.units[spoken.code].number,
        )
        for spoken in rules.earning.units
        if spoken.lots.reinstate_days is not None and unit in (None, spoken.code)
    }
    if not found:
        raise NotReinstatable(unit=unit or rules.earning.units[0].code)
    return found


async def _given_back(tx: Tx, move: Move, member: Member, unit: int, today: date, days: int, zone: ZoneInfo) -> int:
    """How much comes back, with the keys that keep each expired lot from coming back again."""
    expired = {
        _once(tx, move.program.program_id, member.member_id, one.event_id, one.line): one
        for one in await ledger.expired_of(tx, member.member_id, unit, since=today - timedelta(days=days) - _A_DAY)
        if not one.given_back and (today - _gone_on(one, zone)).days <= days
    }
    used = await journal.find_keys(tx, expired)
    fresh = {identity: one for identity, one in expired.items() if identity.key not in used}
    move.claims += fresh
    return sum(one.amount for one in fresh.values())


def _gone_on(expired: ledger.Expired, zone: ZoneInfo) -> date:
    """The local day from which the points were gone: the one after their last, however late that was noticed, or sooner when they
    were taken before their time."""
    noticed = expired.posted_at.astimezone(zone).date()
    return noticed if expired.last_day is None else min(expired.last_day + _A_DAY, noticed)


def _cause(move: Move, member: Member, today: date) -> ledger.Posting:
    """What has expired by today does so first, as part of this event: lines after those of what comes back."""
    return ledger.Posting(
        owner_id=member.member_id,
        event_id=move.event,
        line=len(move.program.units),
        unit=0,
        program_id=move.program.program_id,
        kind=ledger.Kind.EXPIRE,
        amount=0,
        day=today,
        occurred_at=move.instant,
        posted_at=move.instant,
    )


def _posting(move: Move, member: Member, unit: int, line: int, amount: int, today: date, policy: LotPolicy) -> ledger.Posting:
    return ledger.Posting(
        owner_id=member.member_id,
        event_id=move.event,
        line=line,
        unit=unit,
        program_id=move.program.program_id,
        kind=ledger.Kind.REINSTATE,
        amount=amount,
        day=today,
        occurred_at=move.instant,
        posted_at=move.instant,
        last_day=last_day(policy.expiry, today),
        joins=joins(policy, REINSTATEMENT),
    )
