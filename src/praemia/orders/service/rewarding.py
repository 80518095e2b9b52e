"""Rewards that come by themselves, right after what brought the points: neither journey knows the other, so it is done here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from praemia import members, programs, redemption
from praemia.earning import Recorded
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.members import Member


async def give_automatic(tx: Tx, answers: Sequence[Recorded | DomainError], *, now: datetime) -> None:
    """Give those who just earned the automatic rewards that their balances reach now. Costs one look at the programme otherwise."""
    earners: dict[str, dict[str, None]] = {}
    for answer in answers:
        if isinstance(answer, Recorded) and answer.member and not answer.replayed and max(answer.verdict.awards.values(), default=0) > 0:
            earners.setdefault(answer.program, {})[answer.member] = None
    for slug, references in earners.items():
        program = await programs.open_program(tx, slug)
        policies = await programs.policies_of(tx, program, program.version_at(program.now(now)))
        if any(reward.automatic for reward in policies.rewards.rewards.values()):
            found = await members.find_named(tx, program.program_id, references)
            earned = [who.member_id for one in references if isinstance(who := found.get(one), Member)]
            await redemption.give_automatic(tx, slug, earned, now=now)
