"""The middle of `record`: read what the verdicts depend on, under lock, and judge in order of arrival."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from praemia import journal, ledger, members
from praemia.earning.core.portions import adjusted_portion, portions_of
from praemia.earning.core.returned import as_bought, seen_alone, taken_back, taken_portions
from praemia.earning.core.standing import PURCHASES, Standing, later
from praemia.earning.model import ADJUSTMENT, RETURN
from praemia.earning.service import climbing
from praemia.earning.service.climbing import Books, books_of, climb
from praemia.earning.service.job import Answers, Job
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import bucket_of, new_id
from praemia.foundation.loop import in_turns
from praemia.journal import OwnedCounter
from praemia.rules import PURCHASE, CounterKey, Scope, Shortfall, Usage, Verdict, facts_to_json
from praemia.tiers import Book

Accounts = dict[ledger.AccountKey, ledger.Account]
Used = Mapping[OwnedCounter, Usage]


async def lock_standings(tx: Tx, jobs: list[Job]) -> tuple[Accounts, Used]:
    """Lock what the verdicts depend on, in one round trip: the members' accounts and then the counters that rules may look at."""
    for job in jobs:
        job.counters = _counters(job)
    wanted = {(j.member.member_id, key) for j in jobs if j.member for key in j.counters if key.scope is Scope.MEMBER}
    accounts, used = await tx.side_by_side(
        ledger.lock_accounts(tx, {j.member.member_id for j in jobs if j.member}), journal.lock_counters(tx, wanted)
    )
    return accounts, used


async def judge(
    tx: Tx, jobs: list[Job], accounts: Accounts, used: Used, answers: Answers, now: datetime
) -> tuple[list[Job], dict[OwnedCounter, tuple[int, datetime]], Books]:
    """E2: judge in order, each verdict seeing what the earlier ones of the batch did.

    Answers the jobs that go on, what to add to which counter, and the books of tiers; a debit that is not covered is refused here.
    """
    standings = await _standings(tx, jobs, accounts, used)
    shared = await _shared_counters(tx, jobs)
    books = await books_of(tx, jobs, now)
    spent: dict[OwnedCounter, tuple[int, datetime]] = {}
    judged: list[Job] = []
    async for job in in_turns(jobs, 16):
        if job.member is None:
            job.event_id = new_id(job.identities[0].bucket if job.identities else 0)
            job.verdict = Verdict(awards={}, outcomes=())
            judged.append(job)
            continue
        owner, counters = job.member.member_id, shared.setdefault(job.program.program_id, {})
        standing, book = standings[owner], books.get(owner)
        refusal = _judge_one(job, standing, counters, book)
        if refusal is not None:
            answers[job.index] = refusal
            continue
        increments = standing.apply(
            job.judged,
            purchase=job.command.kind == PURCHASE,
            occurred_at=job.occurred_at,
            shared=counters,
            portions=job.portions,
            day=job.day,
        )
        if book is not None:
            climb(job, book, standing)
        job.after = dict(standing.balances)
        judged.append(job)
        for key, more in increments.items():
            whose = owner if key.scope is Scope.MEMBER else journal.counter_owner(tx, job.program.program_id, key)
            counter = (whose, key)
            before, last = spent.get(counter, (0, None))
            spent[counter] = (before + more, later(last, job.occurred_at))
    return judged, spent, books


def _judge_one(job: Job, standing: Standing, shared: Mapping[CounterKey, Usage], book: Book | None) -> DomainError | None:
    assert job.member is not None
    job.event_id = new_id(bucket_of(job.member.member_id))
    if job.command.kind == ADJUSTMENT:
        unit, amount = job.command.inputs["unit"], job.command.inputs["amount"]
        available = max(standing.balances.get(unit, 0), 0)
        if -amount > available and not job.command.inputs.get("may_owe"):
            return ledger.InsufficientPoints(asked=-amount, available=available)
        job.verdict = Verdict(awards={unit: amount} if amount else {}, outcomes=())
        job.portions = (adjusted_portion(job.command.inputs, job.ruleset, job.earned_on),) if amount else ()
        return None
    if job.command.kind == RETURN:
        return _take_back(job, standing, book)
    job.verdict, facts = climbing.judged(job, book, standing, shared)
    job.portions = portions_of(job.verdict, job.ruleset, job.command.kind, job.earned_on)
    job.facts = facts_to_json(job.ruleset, facts)
    return None


def _take_back(job: Job, standing: Standing, book: Book | None) -> DomainError | None:
    facts = seen_alone(standing.facts({}, climbing.tier_of(job, book)))
    earned = job.ruleset.judge(as_bought(job.what), facts)
    taken = taken_back(earned, standing.balances, job.returns.shortfall)
    if isinstance(taken, DomainError):
        return taken
    job.verdict, job.portions = taken, taken_portions(taken)
    held = {unit: standing.balances.get(unit, 0) for unit in earned.awards}
    job.facts = facts_to_json(job.ruleset, facts) | ({"held": held} if job.returns.shortfall is Shortfall.CLAMP else {})
    return None


async def _standings(tx: Tx, jobs: list[Job], accounts: Accounts, used: Used) -> dict[UUID, Standing]:
    """What is known of every member of the batch, read under the lock of their accounts."""
    codes = {j.program.program_id: {u.number: u.code for u in j.program.units.values()} for j in jobs}
    owners = {j.member.member_id: j.member for j in jobs if j.member}
    standings = {o: Standing(reference=m.reference, segments=m.segments) for o, m in owners.items()}
    for program_id, day in {j.program.program_id: j.day for j in jobs}.items():
        ours = {key: account for key, account in accounts.items() if account.program_id == program_id}
        for (owner, unit), held in (await ledger.standing(tx, ours, day)).items():
            standings[owner].balances[codes[program_id][unit]] = held.available
            if held.pending:
                standings[owner].pending[codes[program_id][unit]] = held.pending
    if any(j.ruleset.needs_attributes for j in jobs):
        for owner, profile in (await members.profiles_of(tx, owners)).items():
            standings[owner].attributes = profile.attributes
    for (owner, key), usage in used.items():
        if key == PURCHASES:
            standings[owner].purchases = usage.used
        else:
            standings[owner].used[key] = usage
    return standings


def _counters(job: Job) -> Collection[CounterKey]:
    if job.member is None:
        return ()
    rules = job.ruleset
    counters = rules.counters_on(job.happened_on, job.command.kind)
    return (*counters, PURCHASES) if job.command.kind == PURCHASE or rules.needs_purchases_before else counters


async def _shared_counters(tx: Tx, jobs: list[Job]) -> dict[int, dict[CounterKey, Usage]]:
    """Lock the counters that a whole programme shares, programme by programme in the order of their numbers."""
    wanted: dict[int, set[CounterKey]] = {}
    for job in jobs:
        if job.member:
            keys = [key for key in job.counters if key.scope is Scope.PROGRAM]
            if keys:
                wanted.setdefault(job.program.program_id, set()).update(keys)
    return {p: await journal.lock_program_counters(tx, p, wanted[p]) for p in sorted(wanted)}
