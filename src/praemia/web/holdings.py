"""Balances for many readers in one look: whoever asks while a look is under way shares the next one.

A till asks before and after every sale, and a look for thirty members costs hardly more than for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from praemia import ledger, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.members import Member, MemberUnknown
from praemia.web import presenting


@dataclass(frozen=True, slots=True)
class Question:
    """What does this member hold now? `reference` may be a card's number."""

    program: str
    reference: str


Held = Mapping[str, Any]


async def held_by(tx: Tx, questions: Sequence[Question], *, now: datetime) -> list[Held | DomainError]:
    """The balances as a client reads them, or why there are none; one answer a question. `now` is the wall clock."""
    answers: dict[Question, Held | DomainError] = {}
    for slug in dict.fromkeys(question.program for question in questions):
        asked = {question.reference: question for question in questions if question.program == slug}
        try:
            answers |= {asked[name]: answer for name, answer in (await _in_program(tx, slug, list(asked), now)).items()}
        except DomainError as refusal:
            answers |= dict.fromkeys(asked.values(), refusal)
    return [answers[question] for question in questions]


async def _in_program(tx: Tx, slug: str, names: Sequence[str], now: datetime) -> dict[str, Held | DomainError]:
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
