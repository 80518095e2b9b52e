"""Deeds of staff that are more than one verb, in one place for the API and the console: what follows by itself, and the audit log.

`now` is the wall clock, `by` who asks. Each runs inside the transaction of its edge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from praemia import access, earning, identity, members, orders, programs, sharing, tiers
from praemia.access import Actor, Approval
from praemia.earning import Command, Moved, Recorded
from praemia.foundation.db import Tx
from praemia.foundation.vault import Vault
from praemia.members import Card, Carrier, Condition, Member
from praemia.sharing import Merging, Parting, Shared
from praemia.tiers import Assignment, Given

MEMBERSHIP_CLOSED = "members.membership.closed"
"""What the audit log calls the end of a membership."""


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
        await _note(tx, wanted.program, "sharing.members.merged", done.member, by, now, new)
    return done


async def part(tx: Tx, wanted: Parting, *, by: Actor, now: datetime) -> Shared:
    """Make two memberships of one again."""
    done = await sharing.part(tx, wanted, now=now)
    if not done.replayed:
        new = {"drop": done.about["drop"], "event": str(done.event_id)}
        await _note(tx, wanted.program, "sharing.members.parted", done.member, by, now, new)
    return done


async def assign_tier(tx: Tx, program: str, wish: Assignment, names: Sequence[tuple[str, str]], *, by: Actor, now: datetime) -> Given:
    """Give a tier by hand, or take back what was given."""
    given = await tiers.assign(tx, program, wish, names, now=now)
    if not given.replayed:
        new = {"tier": wish.tier, "as": wish.mode.value, "until": wish.until.isoformat() if wish.until else None, "reason": wish.reason}
        await _note(tx, program, "tiers.tier.assigned", wish.member, by, now, new | {"event": str(given.event_id)})
    return given


async def reinstate(
    tx: Tx, program: str, reference: str, *, unit: str | None, within_days: int | None, key: str | None, by: Actor, now: datetime
) -> Moved:
    """Give expired points back."""
    moved = await earning.reinstate(tx, program, reference, unit=unit, within_days=within_days, key=key, now=now)
    if moved.moved and not moved.replayed:
        new = {"event": str(moved.event_id), "moved": dict(moved.moved)}
        await _note(tx, program, "ledger.reinstatement.made", reference, by, now, new)
    return moved


async def close_membership(tx: Tx, vault: Vault, program: str, reference: str, *, reason: str | None, by: Actor, now: datetime) -> Member:
    """End a membership: nothing is earned or spent any more, and who it was is forgotten here and in what they signed in with."""
    member = await sharing.close_membership(tx, program, reference, now=now)
    for subject in await sharing.owners_of(tx, member.member_id):
        await identity.forget(tx, vault, subject, now=now)
    await _note(tx, program, MEMBERSHIP_CLOSED, member.reference, by, now, {"reason": reason} if reason else {})
    return member


async def _note(tx: Tx, program: str, action: str, subject: str, by: Actor, now: datetime, new: Mapping[str, object]) -> None:
    opened = await programs.get_program(tx, program)
    await access.note(tx, by, action, subject, at=now, program_id=opened.program_id, new=dict(new))


async def _holder(tx: Tx, card: Card) -> Member:
    return (await members.leading(tx, [card.member_id]))[card.member_id]
