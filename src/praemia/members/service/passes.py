"""The verbs about passes: what a device needs to show codes that change, and finding the member who shows one.

A code proves that somebody holds the device now. It is accepted once; `at` is the wall clock, also in a sandbox, because the phone
knows no other.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.members import store
from praemia.members.core import rotating
from praemia.members.errors import MemberClosed, PassCodeInvalid, PassCodeUsed
from praemia.members.model import Member, Pass

VALID_FOR = timedelta(days=60)
_SECRET_BYTES = 32


async def issue_pass(tx: Tx, member: Member, *, at: datetime, holder: UUID | None = None) -> Pass:
    """A new pass for a device. It takes the place of the passes of the same holder. Valid for sixty days, then a new one is asked for."""
    if holder is not None:
        await store.revoke_passes(tx, member.member_id, holder, at)
    while True:
        made = Pass(
            number=f"{secrets.randbelow(10**rotating.NUMBER_DIGITS):0{rotating.NUMBER_DIGITS}}",
            member_id=member.member_id,
            secret=secrets.token_bytes(_SECRET_BYTES),
            holder=holder,
            issued_at=at,
            valid_until=at + VALID_FOR,
        )
        if await store.claim_pass(tx, member.program_id, made):
            await store.insert_pass(tx, member.program_id, made)
            return made


async def revoke_passes(tx: Tx, member_id: UUID, *, at: datetime, holder: UUID | None = None) -> None:
    """Codes of these passes are worth nothing from now on: those of one holder, or all of the member's."""
    await store.revoke_passes(tx, member_id, holder, at)


async def member_by_rotating_code(tx: Tx, program_id: int, text: str, at: datetime) -> Member:
    """Who shows this code now; it is used up by asking. A clock may be one step of thirty seconds off.

    Raises PassCodeInvalid (also for a text that is no such code), PassCodeUsed, MemberClosed. Locks the pass.
    """
    read = rotating.read_code(text)
    held = await store.lock_pass(tx, program_id, read[0]) if read else None
    if read is None or held is None or held.revoked_at is not None or at >= held.valid_until:
        raise PassCodeInvalid()
    step = rotating.step_proven(held.secret, read[1], at)
    if step is None:
        raise PassCodeInvalid()
    if step <= held.last_step:
        raise PassCodeUsed()
    await store.note_step(tx, held, step)
    member = (await store.leading(tx, [held.member_id]))[held.member_id]
    if member.status != "active":
        raise MemberClosed(reference=member.reference)
    return member


def is_rotating_code(text: str) -> bool:
    """Whether a text has the shape of such a code, so that a till knows what was scanned."""
    return rotating.read_code(text) is not None


async def pass_of(tx: Tx, member: Member, holder: UUID, *, at: datetime) -> Pass:
    """The pass a holder has, or a new one: for a device that cannot count codes itself and asks for each."""
    return await store.pass_of(tx, member.member_id, holder, at) or await issue_pass(tx, member, at=at, holder=holder)


def rotating_code(held: Pass, at: datetime) -> str:
    """What the pass shows at an instant."""
    return rotating.code_of(held.number, held.secret, rotating.step_at(at))
