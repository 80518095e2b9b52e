"""Deeds of staff that are more than one verb, in one place for the API and the console: what follows by itself, and the audit log.

`now` is the wall clock, `by` who asks. Each runs inside the transaction of its edge.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from praemia import access, earning, members, orders, programs, sharing
from praemia.access import Actor, Approval
from praemia.earning import Command, Recorded
from praemia.foundation.db import Tx
from praemia.members import Card, Carrier, Condition, Member
from praemia.sharing import Merging, Parting, Shared


async def adjust(tx: Tx, command: Command, *, by: Actor, scopes: Collection[str], now: datetime) -> Recorded | Approval:
    """Correct a balance, or ask a second person; then give what comes by itself."""
    made = await earning.adjust(tx, command, by=by, scopes=scopes, now=now)
    if isinstance(made, Recorded):
        await orders.give_automatic(tx, [made], now=now)
    return made


async def approve(tx: Tx, program: str, approval_id: UUID, *, by: Actor, comment: str, now: datetime) -> Recorded:
    """Approve what somebody else asked for and book it; then give what comes by itself."""
    made = await earning.approve_adjustment(tx, program, approval_id, by=by, comment=comment, now=now)
    await orders.give_automatic(tx, [made], now=now)
    return made


async def reject(tx: Tx, program: str, approval_id: UUID, *, by: Actor, comment: str, now: datetime) -> Approval:
    """Decide against a request; who asked withdraws it that way."""
    opened = await programs.get_program(tx, program)
    rejected = await access.reject(tx, opened.program_id, approval_id, by=by, at=opened.now(now), comment=comment)
    new = {"approval": str(approval_id), "comment": comment}
    await access.note(tx, by, "access.approval.rejected", rejected.subject, at=now, program_id=opened.program_id, new=new)
    return rejected


async def block_card(tx: Tx, program: str, number: str, reason: str, *, by: Actor, now: datetime) -> tuple[Card, Member]:
    """Nothing is earned or spent with the card from now on; answers it and whose it is."""
    opened = await programs.get_program(tx, program)
    was = await members.get_card(tx, opened.program_id, number)
    card = await members.block_card(tx, opened.program_id, number, reason, at=opened.now(now))
    holder = await _holder(tx, card)
    if was.condition is Condition.ACTIVE:
        new = {"member": holder.reference, "reason": reason}
        await access.note(tx, by, "members.card.blocked", card.number, at=now, program_id=opened.program_id, new=new)
    return card, holder


async def replace_card(
    tx: Tx, program: str, number: str, successor: str, carrier: Carrier | None, reason: str, *, by: Actor, now: datetime
) -> tuple[Card, Member]:
    """Another number for the same member; answers the new card and whose it is."""
    opened = await programs.get_program(tx, program)
    was = await members.get_card(tx, opened.program_id, number)
    card = await members.replace_card(tx, opened.program_id, number, successor, carrier, reason, at=opened.now(now))
    holder = await _holder(tx, card)
    if was.condition is not Condition.REPLACED:
        new = {"member": holder.reference, "reason": reason, "instead_of": was.number}
        await access.note(tx, by, "members.card.replaced", card.number, at=now, program_id=opened.program_id, new=new)
    return card, holder


async def merge(tx: Tx, wanted: Merging, *, reason: str | None, by: Actor, now: datetime) -> Shared:
    """Make one membership of two."""
    done = await sharing.merge(tx, wanted, now=now)
    if not done.replayed:
        new = {"drop": done.about["drop"], "event": str(done.event_id), **({"reason": reason} if reason else {})}
        await _note_shared(tx, wanted.program, "sharing.members.merged", done, by, now, new)
    return done


async def part(tx: Tx, wanted: Parting, *, by: Actor, now: datetime) -> Shared:
    """Make two memberships of one again."""
    done = await sharing.part(tx, wanted, now=now)
    if not done.replayed:
        new = {"drop": done.about["drop"], "event": str(done.event_id)}
        await _note_shared(tx, wanted.program, "sharing.members.parted", done, by, now, new)
    return done


async def _note_shared(tx: Tx, program: str, action: str, done: Shared, by: Actor, now: datetime, new: dict[str, object]) -> None:
    opened = await programs.get_program(tx, program)
    await access.note(tx, by, action, done.member, at=now, program_id=opened.program_id, new=new)


async def _holder(tx: Tx, card: Card) -> Member:
    return (await members.leading(tx, [card.member_id]))[card.member_id]
