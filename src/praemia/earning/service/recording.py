"""The verb `record`: a batch of commands becomes events and points, one answer each.

Every step works on the whole batch: admission, judging, writing. A command that shares an identity with an earlier one
of its batch starts a new wave, so that it finds the earlier one recorded, or refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from praemia import journal, ledger, tiers
from praemia.earning.core.inputs import content_digest
from praemia.earning.model import Command, Recorded
from praemia.earning.service.admission import admit, answer_known, resolve_members
from praemia.earning.service.climbing import Books
from praemia.earning.service.job import Answer, Answers, Job
from praemia.earning.service.judging import judge, lock_standings
from praemia.earning.service.looking import FoundMembers, look_up
from praemia.earning.service.writing import write
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.programs import OpenProgram


async def record(tx: Tx, commands: Sequence[Command], *, now: datetime, day: date | None = None) -> list[Answer]:
    """Record a batch and answer each command, in order: what it earned and why, or why it was refused.

    `now` is the wall clock; a sandbox programme uses its own. Everything is written in `tx` or, when a race is lost,
    Contended is raised and the caller does the whole batch again (`Database.run`). A refusal changes nothing. On the local
    `day` points are usable or not; None: the programme's today. A night still looks at the day before.
    """
    answers: Answers = [None] * len(commands)
    seen = await look_up(tx, commands)
    known, found = seen.known, seen.members
    jobs = []
    for index, command in enumerate(commands):
        program = seen.programs[command.program]
        if isinstance(program, DomainError):
            answers[index] = program
        else:
            jobs.append(_job(index, command, seen.identities[index], program, now))
    while jobs:
        wave, jobs = split_waves(jobs, known)
        await _record_wave(tx, wave, known, found, answers, now, day)
        if jobs:  # what the wave wrote is to be found
            known, found = await journal.find_keys(tx, (i for j in jobs for i in j.identities)), {}
    return [a for a in answers if a is not None]


def _job(index: int, command: Command, identities: tuple[journal.Identity, ...], program: OpenProgram, now: datetime) -> Job:
    return Job(
        index=index,
        command=command,
        program=program,
        occurred_at=command.occurred_at or program.now(now),
        content=content_digest(command),
        identities=identities,
    )


def split_waves(jobs: list[Job], known: Mapping[UUID, object]) -> tuple[list[Job], list[Job]]:
    """The jobs before the first one that shares an identity with an open one ahead of it, and the rest. E2: nothing overtakes."""
    taken: set[UUID] = set()
    for n, job in enumerate(jobs):
        keys = [i.key for i in job.identities if i.key not in known]
        if not taken.isdisjoint(keys):
            return jobs[:n], jobs[n:]
        taken.update(keys)
    return jobs, []


async def _record_wave(
    tx: Tx, wave: list[Job], known: journal.KnownKeys, found: FoundMembers, answers: Answers, now: datetime, day: date | None
) -> None:
    jobs = await answer_known(tx, wave, known, answers)
    jobs = await resolve_members(tx, jobs, found, answers, now)
    jobs = await admit(tx, jobs, answers, now, day)
    if not jobs:
        return
    accounts, used = await lock_standings(tx, jobs)
    jobs, spent, books = await judge(tx, jobs, accounts, used, answers, now)
    await write(tx, jobs, accounts, spent, now)
    await _write_tiers(tx, jobs, accounts, books, now)
    for job in jobs:
        answers[job.index] = _recorded(job, now)


async def _write_tiers(tx: Tx, jobs: list[Job], accounts: dict[ledger.AccountKey, ledger.Account], books: Books, now: datetime) -> None:
    for program, day in {j.program.program_id: (j.program, j.day) for j in jobs}.values():
        ours = [book for book in books.values() if book.program_id == program.program_id]
        if ours:
            await tiers.write_books(tx, ours, {program.program_id: program}, accounts, day=day, now=now)


def _recorded(job: Job, now: datetime) -> Recorded:
    return Recorded(
        event_id=job.event,
        program=job.program.slug,
        kind=job.command.kind,
        member=job.member.reference if job.member else None,
        occurred_at=job.occurred_at.astimezone(UTC),
        posted_at=job.program.now(now),
        version=job.version,
        verdict=job.judged,
        balances=job.after,
        beside=job.command.beside,
    )
