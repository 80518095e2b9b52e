"""The end of `record`: keys, events, transfers and counters, all in the transaction that grants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from praemia import journal, ledger
from praemia.earning.model import ADJUSTMENT
from praemia.earning.service.job import Job
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of
from praemia.journal import OwnedCounter, StoredEvent
from praemia.rules import Expiry, LotTerms, extended_day, terms_of, verdict_to_json

EARN = "earn"  # what a programme calls earning where it says which activity extends


async def write(
    tx: Tx,
    jobs: list[Job],
    accounts: dict[ledger.AccountKey, ledger.Account],
    spent: Mapping[OwnedCounter, tuple[int, datetime]],
    now: datetime,
) -> None:
    """E5: everything in this transaction."""
    await journal.claim_keys(tx, [(i, j.content, j.event) for j in jobs for i in j.identities])
    events = [_stored(j, now) for j in jobs]
    await journal.insert_events(tx, events, [bucket_of(e.event_id) for e in events])
    await ledger.post(tx, [p for j in jobs for p in _postings(j, now)], accounts)
    await _extend(tx, jobs, accounts)
    await journal.spend_counters(tx, spent)


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
            "awards": dict(job.judged.awards),
            "verdict": verdict_to_json(job.judged),
            "facts": job.facts,
            "after": job.after,
        },
    )


def _postings(job: Job, now: datetime) -> Iterable[ledger.Posting]:
    """One transfer per unit and expiry: a rule with an expiry of its own issues a lot of its own."""
    for line, ((unit, expiry), quanta) in enumerate(_portions(job).items()):
        assert job.member is not None
        policy = job.ruleset.unit(unit).lots
        terms = terms_of(policy, expiry, job.occurred_at.astimezone(job.ruleset.earning.timezone).date())
        adjustment = job.command.kind == ADJUSTMENT
        last_day = job.command.inputs.get("last_day") if adjustment else None
        yield ledger.Posting(
            owner_id=job.member.member_id,
            event_id=job.event,
            line=line,
            unit=job.program.units[unit].number,
            program_id=job.program.program_id,
            kind=_kind(adjustment, quanta, terms),
            amount=abs(quanta),
            day=job.day,
            occurred_at=job.occurred_at,
            posted_at=job.program.now(now),
            last_day=date.fromisoformat(last_day) if last_day else terms.last_day,
            opens_on=terms.opens_on,
            may_owe=quanta < 0,  # judged before: covered, or allowed
            oldest_first=policy.oldest_first,
        )


def _portions(job: Job) -> dict[tuple[str, Expiry | None], int]:
    awards = job.judged.awards
    own = {rule.id: rule.expiry for rule in job.ruleset.earning.rules if rule.expiry is not None}
    if not own:
        return {(unit, None): quanta for unit, quanta in awards.items()}
    portions: dict[tuple[str, Expiry | None], int] = {}
    for outcome in job.judged.outcomes:
        if outcome.quanta:
            key = (outcome.unit, own.get(outcome.rule))
            portions[key] = portions.get(key, 0) + outcome.quanta
    return portions or {(unit, None): quanta for unit, quanta in awards.items()}


def _kind(adjustment: bool, quanta: int, terms: LotTerms) -> ledger.Kind:
    if adjustment:
        return ledger.Kind.CREDIT if quanta > 0 else ledger.Kind.DEBIT
    return ledger.Kind.PROMISE if terms.pending else ledger.Kind.EARN


async def _extend(tx: Tx, jobs: list[Job], accounts: dict[ledger.AccountKey, ledger.Account]) -> None:
    """Activity that moves the last day of every open lot: earning does when something was earned, a named activity always."""
    days: dict[ledger.AccountKey, date] = {}
    for job in jobs:
        on = job.occurred_at.astimezone(job.ruleset.earning.timezone).date()
        for unit in job.ruleset.earning.units:
            earned = EARN if job.judged.awards.get(unit.code, 0) > 0 and job.command.kind != ADJUSTMENT else job.command.kind
            moved = extended_day(unit.lots, earned, on) or extended_day(unit.lots, job.command.kind, on)
            if moved is not None and job.member is not None:
                key = (job.member.member_id, job.program.units[unit.code].number)
                days[key] = max(moved, days.get(key, moved))
    if days:
        await ledger.extend(tx, days, accounts)
