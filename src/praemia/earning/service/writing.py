"""The end of `record`: keys, events, transfers and counters, all in the transaction that grants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from praemia import journal, ledger
from praemia.earning.core.portions import Portion
from praemia.earning.model import ADJUSTMENT
from praemia.earning.service.job import Job
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of
from praemia.foundation.loop import give_way, in_turns
from praemia.journal import OwnedCounter, StoredEvent
from praemia.rules import EARN, LotPolicy, extended_day, joins, verdict_to_json


async def write(
    tx: Tx,
    jobs: list[Job],
    accounts: dict[ledger.AccountKey, ledger.Account],
    spent: Mapping[OwnedCounter, tuple[int, datetime]],
    now: datetime,
) -> None:
    """E5: everything in this transaction."""
    events = [_stored(j, now) async for j in in_turns(jobs, 16)]
    async with tx.together():
        await journal.claim_keys(tx, [(i, j.content, j.event) for j in jobs for i in j.identities])
        await journal.insert_events(tx, events, [bucket_of(e.event_id) for e in events])
        await journal.spend_counters(tx, spent)
        await ledger.post(tx, [p async for j in in_turns(jobs, 32) if j.member for p in _postings(j, j.member.member_id, now)], accounts)
        await give_way()
    await _extend(tx, jobs, accounts)


def _stored(job: Job, now: datetime) -> StoredEvent:
    return StoredEvent(
        event_id=job.event,
        program_id=job.program.program_id,
        kind=job.command.kind,
        member_id=job.member.member_id if job.member else None,
        occurred_at=job.occurred_at,
        posted_at=job.program.now(now),
        version=job.version,
        inputs=job.command.inputs,
        verdict={
            "awards": job.judged.awards,
            "verdict": verdict_to_json(job.judged),
            "facts": job.facts,
            "after": job.after,
            **job.command.beside,
        },
    )


def _postings(job: Job, owner: UUID, now: datetime) -> Iterable[ledger.Posting]:
    rules, program, event, day = job.ruleset, job.program, job.event, job.day
    posted_at, earned_at = program.now(now), job.earned_at
    for line, portion in enumerate(job.portions):
        policy = rules.lots_of(portion.unit)
        moves = policy.expiry.moves
        yield ledger.Posting(
            owner_id=owner,
            event_id=event,
            line=line,
            unit=program.units[portion.unit].number,
            program_id=program.program_id,
            kind=_kind(job, portion),
            amount=abs(portion.quanta),
            day=day,
            occurred_at=job.occurred_at,
            posted_at=posted_at,
            last_day=portion.terms.last_day,
            opens_on=portion.terms.opens_on,
            earned_at=earned_at,
            may_owe=portion.quanta < 0,  # judged before: covered, or allowed
            oldest_first=policy.oldest_first,
            joins=moves and _joins(job, portion, policy),
            extend_to=_extended_to(job, portion.unit, policy) if moves else None,
        )


def _kind(job: Job, portion: Portion) -> ledger.Kind:
    if job.command.kind == ADJUSTMENT:
        return ledger.Kind.CREDIT if portion.quanta > 0 else ledger.Kind.DEBIT
    if portion.quanta < 0:
        return ledger.Kind.REVERSE
    return ledger.Kind.PROMISE if portion.terms.pending else ledger.Kind.EARN


def _activities(job: Job, unit: str) -> set[str]:
    """What the event is to a unit's lots: itself, and earning where it earned, or brings what was earned elsewhere."""
    corrects = job.command.kind == ADJUSTMENT and job.earned_at == job.occurred_at
    return {job.command.kind, EARN} if job.judged.awards.get(unit, 0) > 0 and not corrects else {job.command.kind}


def _joins(job: Job, portion: Portion, policy: LotPolicy) -> bool:
    if portion.quanta < 0 or portion.expiry is not None or job.command.inputs.get("last_day") is not None:
        return False
    return all(joins(policy, activity) for activity in _activities(job, portion.unit))


def _extended_to(job: Job, unit: str, policy: LotPolicy) -> date | None:
    """To which day the event moves every lot of a unit: earning does when something was earned, a named activity always."""
    days = [extended_day(policy, activity, job.earned_on) for activity in _activities(job, unit)]
    return max((day for day in days if day is not None), default=None)


async def _extend(tx: Tx, jobs: list[Job], accounts: dict[ledger.AccountKey, ledger.Account]) -> None:
    """What events move that posted nothing in the unit; those that did have moved it in their turn."""
    days: dict[ledger.AccountKey, tuple[date, date]] = {}
    for job in jobs:
        for unit in job.ruleset.moving_units:
            moved = _extended_to(job, unit.code, unit.lots)
            if moved is not None and job.member is not None and all(portion.unit != unit.code for portion in job.portions):
                key = (job.member.member_id, job.program.units[unit.code].number)
                if key in accounts:
                    before, _ = days.get(key, (moved, job.day))
                    days[key] = (max(moved, before), job.day)
    for day in {day for _, day in days.values()}:
        await ledger.extend(tx, {key: moved for key, (moved, on) in days.items() if on == day}, accounts, day=day)
