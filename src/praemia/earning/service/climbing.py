"""Tiers on the way through a batch: with which tier each event is judged, and what it does to the tier. Nothing where there are none.

Late events are judged with the tier of their own time and count for their own day; the tier itself is looked at by the newest version.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from praemia import programs, tiers
from praemia.earning.core.returned import as_bought
from praemia.earning.core.standing import Standing
from praemia.earning.model import RETURN
from praemia.earning.service.job import Job
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.rules import PURCHASE, CounterKey, Facts, OnReturn, Tiers, Usage, Verdict, waits
from praemia.tiers import Book, Counts, Opening, Wanted

Books = Mapping[UUID, Book]


async def books_of(tx: Tx, jobs: list[Job], now: datetime) -> dict[UUID, Book]:
    """The books of the batch's members in programmes with tiers, read under the lock of their accounts."""
    wanted: dict[UUID, Wanted] = {}
    for job in jobs:
        if job.tiers is None or job.member is None:
            continue
        job.newest = job.program.version_at(job.program.now(now))
        job.tiers_now = (await programs.policies_of(tx, job.program, job.newest)).tiers or job.tiers
        known = wanted.get(job.member.member_id)
        wanted[job.member.member_id] = Wanted(
            owner_id=job.member.member_id,
            joined_at=job.member.enrolled_at,
            program_id=job.program.program_id,
            policy=job.tiers,
            version=max(job.version, known.version if known else 0),
            zone=job.ruleset.earning.timezone,
            since=min(job.occurred_at, known.since if known else job.occurred_at),
        )
    return await tiers.read_books(tx, list(wanted.values()))


def tier_of(job: Job, book: Book | None) -> str | None:
    """The member's tier at the time of the event; None: the programme has none."""
    if book is None or job.tiers is None:
        return None
    tiers.catch_up(job.tiers, book, min(job.happened_on, job.day))
    return book.tier_at(job.occurred_at)


def judged(job: Job, book: Book | None, standing: Standing, shared: Mapping[CounterKey, Usage]) -> tuple[Verdict, Facts]:
    """The verdict with the member's tier at that time, or with the one it leads to, if the programme says so; and its facts."""
    tier = tier_of(job, book)
    facts = standing.facts(shared, tier)
    verdict = job.ruleset.judge(job.what, facts)
    if book is None or job.tiers is None or not job.tiers.new_tier_rate or job.command.kind != PURCHASE:
        return verdict, facts
    for _ in job.tiers.levels:
        lifted = _lifted(job, job.tiers, book, verdict)
        if lifted == tier:
            break
        tier = lifted
        facts = standing.facts(shared, tier)
        verdict = job.ruleset.judge(job.what, facts)
    return verdict, facts


def climb(job: Job, book: Book, standing: Standing) -> None:
    """Count the event and look at the tier. Points that welcome to a tier are in the balances from then on."""
    policy = _policy(job, book)
    counts = _counts(job, job.tiers) if job.tiers else tiers.Counts()
    if not counts and not policy.by_balance:
        return
    held, coming = standing.balances.get(policy.unit, 0), standing.pending.get(policy.unit, 0)
    book.balance = held + (coming if policy.count_pending else 0)
    welcomed = len(book.entries)
    cause = tiers.Cause(at=job.occurred_at, day=job.happened_on, event=job.event)
    tiers.count_event(policy, book, counts, job.happened_on, cause, _opening(job, policy.unit))
    for entry in book.entries[welcomed:]:
        later = any(waits(unit.lots, tiers.ENTRY) for unit in job.ruleset.earning.units if unit.code == entry.unit)
        account = standing.pending if later else standing.balances
        account[entry.unit] = account.get(entry.unit, 0) + entry.quanta


def _counts(job: Job, policy: Tiers) -> Counts:
    if job.command.kind != RETURN:
        return tiers.qualifying(policy, job.what, job.judged.awards)
    if job.returns.tier_effect is OnReturn.KEEP:
        return Counts()
    gone = {unit: -quanta for unit, quanta in job.judged.awards.items()}
    # The visit was one, whatever came back of it.
    return replace(Counts().minus(tiers.qualifying(policy, as_bought(job.what), gone)), visits=0)


def _policy(job: Job, book: Book) -> Tiers:
    late = job.happened_on < book.state.seen_on
    policy = job.tiers_now if late else job.tiers
    assert policy is not None, "a member has a book where the programme has tiers"
    book.version = max(book.version, job.newest if late else job.version)
    return policy


def _lifted(job: Job, policy: Tiers, book: Book, verdict: Verdict) -> str | None:
    counts = tiers.qualifying(policy, job.what, verdict.awards)
    opening = Opening(waits=waits(job.ruleset.unit(policy.unit).lots, PURCHASE))
    gained = 0 if opening.waits and not policy.count_pending else verdict.awards.get(policy.unit, 0)
    return tiers.tier_with(policy, book, counts, job.happened_on, opening, gained)


def _opening(job: Job, unit: str) -> Opening:
    terms = next((portion.terms for portion in job.portions if portion.unit == unit and portion.terms.pending), None)
    return Opening() if terms is None else Opening(waits=True, on=terms.opens_on)
