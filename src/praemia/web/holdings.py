"""Balances for many readers in one look: whoever asks while a look is under way shares the next one.

A till asks before and after every sale, and a look for thirty members costs hardly more than for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from praemia import insight, ledger, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.members import Member, MemberUnknown
from praemia.web import presenting


@dataclass(frozen=True, slots=True)
class Question:
    """What does this member hold now? `reference` may be a card's number."""

    program: str
    program_id: int
    reference: str


Held = Mapping[str, Any]
Answers = dict[str, Held | DomainError]


async def held_by(tx: Tx, questions: Sequence[Question], *, now: datetime) -> list[Held | DomainError]:
    """The balances as a client reads them, or why there are none; one answer a question. `now` is the wall clock."""
    asked: dict[tuple[str, int], dict[str, None]] = {}
    for question in questions:
        asked.setdefault((question.program, question.program_id), {})[question.reference] = None
    answers = {program_id: await _in_program(tx, slug, program_id, list(names), now) for (slug, program_id), names in asked.items()}
    return [answers[question.program_id][question.reference] for question in questions]


async def _in_program(tx: Tx, slug: str, program_id: int, names: Sequence[str], now: datetime) -> Answers:
    standing = await insight.holdings_of(tx, program_id, names, now)
    answers: Answers = {
        name: {"member": name, "as_of": presenting.instant(at), "balances": presenting.holdings(held)}
        for name, (at, held) in standing.items()
    }
    others = [name for name in names if name not in answers]
    return answers | await _one_by_one(tx, slug, others, now) if others else answers


async def _one_by_one(tx: Tx, slug: str, names: Sequence[str], now: datetime) -> Answers:
    """Cards, memberships that became part of another, points that open or end by now, and whom nobody knows."""
    program = await programs.open_program(tx, slug)
    found = await members.find_named(tx, program.program_id, names)
    owners = {member.member_id: member for member in found.values() if isinstance(member, Member)}
    held = await ledger.balances_on(tx, list(owners), await programs.local_day(tx, program, now))
    units = {unit.number: (unit.code, unit.decimals) for unit in program.units.values()}
    as_of = presenting.instant(program.now(now))

    def answer(name: str) -> Held | DomainError:
        member = found.get(name, MemberUnknown(reference=name))
        if isinstance(member, DomainError):
            return member
        return {"member": member.reference, "as_of": as_of, "balances": presenting.balances(held[member.member_id], units)}

    return {name: answer(name) for name in names}
