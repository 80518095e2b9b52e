"""The verb `merge`: two memberships become one. Everything the one has goes over to the other, and its names lead there from now on.

Order of checks: programme, known key, both members, both the same, points held. Order of locks: the accounts of both; whoever waits
for those of the one that goes looks again and finds the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from praemia import journal, ledger, members, tiers
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.members import Member
from praemia.rules import CounterKey, MergedTier, Usage
from praemia.sharing import store
from praemia.sharing.errors import AlreadyMerged, PointsHeld, SameMember
from praemia.sharing.model import MERGE, Merge, Merging, Shared
from praemia.sharing.service.scene import FIRST_PIECE, Scene, Sent, balances_of, done_before, find_member, scene_of, write_event


async def merge(tx: Tx, wanted: Merging, *, now: datetime) -> Shared:
    """Make `drop` a part of `keep`: open and promised points with their dates, debts, counts of limits and tiers, references, cards.

    Events stay where they happened. Sent again with the same key it answers the first time's. Raises MemberUnknown, MemberClosed,
    SameMember, AlreadyMerged, PointsHeld, KeyReused; Contended when a race is lost.
    """
    scene = await scene_of(tx, wanted.program, now=now)
    sent = Sent(kind=MERGE, content={"keep": wanted.keep, "drop": wanted.drop}, key=wanted.key)
    before = await done_before(tx, scene, sent)
    if before is not None:
        return before
    keep, drop = await find_member(tx, scene, wanted.keep), await find_member(tx, scene, wanted.drop)
    if keep.member_id == drop.member_id:
        raise (
            SameMember(member=wanted.keep)
            if wanted.drop in (wanted.keep, keep.reference)
            else AlreadyMerged(drop=wanted.drop, keep=keep.reference)
        )
    both = [keep.member_id, drop.member_id]
    await ledger.open_accounts(tx, [(owner, unit.number, scene.program_id) for owner in both for unit in scene.program.units.values()])
    accounts = await ledger.lock_accounts(tx, both)
    held = sum(account.held for (owner, _), account in accounts.items() if owner == drop.member_id)
    if held:
        raise PointsHeld(member=drop.reference, held=held)
    event_id = new_id(bucket_of(keep.member_id))
    cause = scene.posting(drop.member_id, event_id, FIRST_PIECE, 0, ledger.Kind.SEND, 1)
    moved = await ledger.hand_over(tx, cause, keep.member_id, accounts)
    counters = await _add_counters(tx, keep.member_id, drop.member_id)
    tier = await _merge_tiers(tx, scene, keep, drop, accounts, event_id, now)
    await members.lead_to(tx, drop.member_id, keep.member_id)
    await ledger.name_successor(tx, drop.member_id, keep.member_id)
    await store.insert_merge(
        tx,
        Merge(merge_id=event_id, program_id=scene.program_id, keep_id=keep.member_id, drop_id=drop.member_id, merged_at=scene.at),
    )
    about = {"keep": keep.reference, "drop": drop.reference, **_moved(moved, keep.member_id), "counters": counters, **tier}
    return await write_event(tx, scene, sent, event_id, keep, about, await balances_of(tx, scene, keep.member_id, accounts))


def _moved(postings: Sequence[ledger.Posting], keep: UUID) -> dict[str, Any]:
    """What arrived at the one that stays, by its lots, and what it owes since: what parting again has to give back.

    `line` names the lot that arrived, `sent` the transfer by which it left the lot `of`.
    """
    left = [p for p in postings if p.owner_id != keep and p.of is not None and p.kind in (ledger.Kind.SEND, ledger.Kind.CEDE)]
    arrived = [p for p in postings if p.owner_id == keep and p.kind in (ledger.Kind.RECEIVE, ledger.Kind.INHERIT)]
    owed = [p for p in postings if p.owner_id == keep and p.kind is ledger.Kind.SEND]
    return {
        "lots": [_lot(gone, come) for gone, come in zip(left, arrived, strict=True)],
        "debts": [{"unit": p.unit, "line": p.line, "amount": p.amount} for p in owed],
    }


def _lot(gone: ledger.Posting, come: ledger.Posting) -> dict[str, Any]:
    assert gone.of is not None
    return {
        "unit": come.unit,
        "amount": come.amount,
        "last_day": come.last_day.isoformat() if come.last_day else None,
        "pending": come.kind is ledger.Kind.INHERIT,
        "line": come.line,
        "sent": gone.line,
        "of": [str(gone.of[0]), gone.of[1]],
    }


async def _add_counters(tx: Tx, keep: UUID, drop: UUID) -> list[dict[str, Any]]:
    """Add the counters of limits, caps and purchases; answers what was added, and the instants from before."""
    mine = await journal.counters_of(tx, keep)
    theirs = {key: usage for key, usage in (await journal.counters_of(tx, drop)).items() if usage != Usage()}
    spent = {(keep, key): (usage.used, cast("datetime", usage.last_at)) for key, usage in theirs.items()}
    await journal.spend_counters(tx, spent)
    return [_counted(key, usage, mine.get(key, Usage())) for key, usage in theirs.items()]


def _counted(key: CounterKey, added: Usage, before: Usage) -> dict[str, Any]:
    return {
        "counter": key.counter,
        "period": key.period.isoformat(),
        "used": added.used,
        "last_at": added.last_at.isoformat() if added.last_at else None,
        "was_last_at": before.last_at.isoformat() if before.last_at else None,
    }


async def _merge_tiers(
    tx: Tx, scene: Scene, keep: Member, drop: Member, accounts: dict[ledger.AccountKey, ledger.Account], event_id: UUID, now: datetime
) -> Mapping[str, Any]:
    cause = tiers.Cause(at=scene.at, day=scene.day, event=event_id)
    recompute = scene.policies.sharing.merged_tier is MergedTier.RECOMPUTE
    before = await tiers.remember(tx, scene.program, [keep, drop], cause)
    await tiers.merge(tx, scene.program, keep, drop, accounts, recompute=recompute, cause=cause, now=now)
    await tiers.lay_aside(tx, scene.program, drop, cause)
    return {"tiers": {"before": before, "after": await tiers.remember(tx, scene.program, [keep], cause)}} if before else {}
