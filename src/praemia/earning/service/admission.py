"""The first steps of `record`: answer what is known already, resolve members, refuse what may not count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from praemia import journal, ledger, members, programs
from praemia.earning.core.fields import check_kind
from praemia.earning.core.inputs import happening_of
from praemia.earning.core.portions import earned_at
from praemia.earning.errors import BeforeEnrolment, InFuture, NotPriced, TooOld, UnitUnknown, WrongCurrency
from praemia.earning.model import ADJUSTMENT, Recorded
from praemia.earning.service.job import Answers, Job
from praemia.earning.service.looking import FoundMembers
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.jsons import read_json, split_json
from praemia.members import AlreadyEnrolled, Enrolment, Member, MemberClosed, MemberUnknown
from praemia.programs import OpenProgram, Policies
from praemia.rules import ANNIVERSARY, BIRTHDAY, PURCHASE, SIGNUP, verdict_from_json

_ANY_AGE = frozenset({SIGNUP, BIRTHDAY, ANNIVERSARY})  # an enrolment brings its history; a night is paid however late it is lived


_OUR_PARTS = frozenset({"awards", "verdict", "facts", "after"})  # of an event's verdict; what is beside them is the sender's


async def answer_known(tx: Tx, jobs: list[Job], known: journal.KnownKeys, answers: Answers) -> list[Job]:
    """E1: commands whose identity is used are answered from the record; the rest goes on.

    An identity that comes with a repetition for the first time is used up too: it must never name another event.
    """
    if not known:
        return jobs
    fresh: list[Job] = []
    replays: list[tuple[Job, UUID]] = []
    for job in jobs:
        match journal.recognise(job.command.identities, job.identities, job.content, known):
            case None:
                fresh.append(job)
            case DomainError() as refusal:
                answers[job.index] = refusal
            case event:
                replays.append((job, event))
    await journal.claim_keys(tx, [(i, job.content, event) for job, event in replays for i in job.identities if i.key not in known])
    events = await journal.decided_by_id(tx, {event for _, event in replays})
    for job, event in replays:
        answers[job.index] = replayed(job.command.program, job.command.member, events[event])
    return fresh


def replayed(program: str, member: str | None, event: journal.Decided) -> Recorded:
    """The first answer again, from the record."""
    decided = split_json(event.verdict)
    return Recorded(
        event_id=event.event_id,
        program=program,
        kind=event.kind,
        member=member,
        occurred_at=event.occurred_at,
        posted_at=event.posted_at,
        version=event.version,
        verdict=verdict_from_json(decided["verdict"]),
        balances=read_json(decided["after"]),
        replayed=True,
        beside={key: read_json(part) for key, part in decided.items() if key not in _OUR_PARTS},
    )


async def resolve_members(tx: Tx, jobs: list[Job], seen: FoundMembers, answers: Answers, now: datetime) -> list[Job]:
    """Enrol those who sign up, find the others, unless they were looked for already."""
    go_on: list[Job] = []
    for program in {j.program.program_id: j.program for j in jobs}.values():
        ours = [j for j in jobs if j.program.program_id == program.program_id]
        joined = await _enrol(tx, program, [j for j in ours if j.command.enrolment], answers, now)
        asked = {j.command.member for j in ours if j.command.member is not None and not j.command.enrolment}
        found = seen.get(program.program_id)
        if found is None:
            found = await members.find_named(tx, program.program_id, asked - joined.keys()) if asked - joined.keys() else {}
        for job in ours:
            reference = job.command.member
            if reference is not None and not job.command.enrolment:
                position, who = joined.get(reference, (-1, found.get(reference)))
                job.member = who if isinstance(who, Member) else None
                if isinstance(who, DomainError):
                    answers[job.index] = who
                elif job.member is None or position > job.index:
                    answers[job.index] = MemberUnknown(reference=reference)
                elif job.member.status != "active":
                    answers[job.index] = MemberClosed(reference=reference)
            if answers[job.index] is None:
                go_on.append(job)
    return sorted(go_on, key=lambda j: j.index)


async def _enrol(tx: Tx, program: OpenProgram, jobs: list[Job], answers: Answers, now: datetime) -> dict[str, tuple[int, Member | None]]:
    """Enrol; answers reference -> (position in the batch, member). A refusal changes nothing: who comes at a wrong instant
    is not written to begin with."""
    if not jobs:
        return {}
    untimely = {j.index: refusal for j in jobs if (refusal := _untimely(j, _wish(j).enrolled_at, now))}
    timely = [j for j in jobs if j.index not in untimely]
    joined: dict[str, tuple[int, Member | None]] = {}
    for job, outcome in zip(timely, await members.enrol(tx, program.program_id, [_wish(j) for j in timely]), strict=True):
        if isinstance(outcome, Member):
            job.member = outcome
            joined[outcome.reference] = (job.index, outcome)
        else:
            answers[job.index] = outcome
    units = [u.number for u in program.units.values()]
    await ledger.open_accounts(tx, [(m.member_id, unit, program.program_id) for _, m in joined.values() if m for unit in units])
    if untimely:
        taken = await members.find_members(tx, program.program_id, [_wish(j).reference for j in jobs if j.index in untimely])
        for job in (j for j in jobs if j.index in untimely):
            reference = _wish(job).reference
            since = joined.get(reference, (-1, None))[0] if reference in taken else len(answers)
            answers[job.index] = AlreadyEnrolled(reference=reference) if since < job.index else untimely[job.index]
    return joined


def _wish(job: Job) -> Enrolment:
    assert job.command.enrolment is not None
    return job.command.enrolment


async def admit(tx: Tx, jobs: list[Job], answers: Answers, now: datetime, day: date | None) -> list[Job]:
    """E3, E6: find each command's version and happening; refuse what may not count. `day` None: the programme's local day."""
    admitted: list[Job] = []
    versions: dict[tuple[int, int], Policies] = {}
    days: dict[int, date] = {}
    for job in jobs:
        program_id = job.program.program_id
        job.version = job.program.version_at(job.occurred_at)
        policies = versions.get((program_id, job.version))
        if policies is None:
            policies = versions[program_id, job.version] = await programs.policies_of(tx, job.program, job.version)
        job.rules = policies.rules
        job.tiers = policies.tiers
        job.returns = policies.returns
        if program_id not in days:
            days[program_id] = day or await programs.local_day(tx, job.program, now)
        job.posted_on = days[program_id]
        job.happening = happening_of(job.command.kind, job.command.inputs, job.occurred_at)
        refusal = _refusal(job, now)
        if refusal is None and job.command.kind == PURCHASE and not job.command.priced and policies.prices.automatic:
            refusal = NotPriced()
        if refusal is None:
            admitted.append(job)
        else:
            answers[job.index] = refusal
    return admitted


def _refusal(job: Job, now: datetime) -> DomainError | None:
    refusal = _untimely(job, job.member.enrolled_at if job.member else None, now)
    if refusal is not None:
        return refusal
    limit = job.ruleset.earning.backdate_limit_days
    if limit is not None and job.command.kind not in _ANY_AGE and job.occurred_at < job.program.now(now) - timedelta(days=limit):
        return TooOld(occurred_at=job.occurred_at.isoformat(), limit_days=limit)
    currency = job.command.inputs.get("currency")
    if currency is not None and currency != job.ruleset.earning.currency:
        return WrongCurrency(currency=currency, expected=job.ruleset.earning.currency)
    if job.command.kind == ADJUSTMENT and job.command.inputs["unit"] not in job.program.units:
        return UnitUnknown(unit=job.command.inputs["unit"])
    return check_kind(job.what, job.ruleset.earning)


def _untimely(job: Job, enrolled_at: datetime | None, now: datetime) -> DomainError | None:
    clock = job.program.now(now)
    brought = earned_at(job.command.inputs) if job.command.kind == ADJUSTMENT else None
    if brought is not None and brought > clock:
        return InFuture(occurred_at=brought.isoformat(), now=clock.isoformat())
    if job.occurred_at > clock:
        return InFuture(occurred_at=job.occurred_at.isoformat(), now=clock.isoformat())
    if enrolled_at is not None and job.occurred_at < enrolled_at:
        return BeforeEnrolment(occurred_at=job.occurred_at.isoformat(), enrolled_at=enrolled_at.isoformat())
    return None
