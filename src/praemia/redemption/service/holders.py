"""Whose accounts a deed moves: who is named, and who redeemed or took over from them. Nobody is remembered over a wait for a lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from praemia import ledger, members
from praemia.foundation.db import Contended, Tx
from praemia.foundation.values import Value
from praemia.members import Member
from praemia.redemption import store
from praemia.redemption.errors import RedemptionUnknown
from praemia.redemption.model import Redemption
from praemia.redemption.service.reading import id_of
from praemia.redemption.service.scene import Accounts, Scene


class Meant(Value):
    """A redemption that somebody names, by what never changes about it, and who has it now: who redeemed, or who took over from them."""

    redemption_id: UUID
    program_id: int
    owner_id: UUID
    holder: Member


async def meant_by(tx: Tx, names: Iterable[str]) -> dict[str, Meant]:
    """Redemptions by the text of their id, unlocked; what is no id of one is absent."""
    ids = {name: one for name in names if (one := id_of(name)) is not None}
    owners = await store.who_redeemed(tx, ids.values())
    holders = await members.leading(tx, {owner for _, owner in owners.values()}) if owners else {}
    return {
        name: Meant(redemption_id=one, program_id=owners[one][0], owner_id=owners[one][1], holder=holders[owners[one][1]])
        for name, one in ids.items()
        if one in owners
    }


async def see_holders(tx: Tx, meant: Iterable[Meant]) -> None:
    """Look again once the accounts of the holders are locked: a merge is undone while somebody waits. Raises Contended then.

    A merge itself shows in the accounts (`ledger.lock_accounts`), so only who took over is looked up.
    """
    taken_over = {one.owner_id: one.holder for one in meant if one.owner_id != one.holder.member_id}
    now = await members.leading(tx, taken_over) if taken_over else {}
    if any(now[owner].member_id != holder.member_id for owner, holder in taken_over.items()):
        raise Contended


async def see_named(tx: Tx, scene: Scene, named: Mapping[str, Member]) -> None:
    """The same for members by name: a card, or the reference of somebody whom they took over, may lead elsewhere by now."""
    otherwise = {name: member for name, member in named.items() if name != member.reference}
    now = await members.find_named(tx, scene.program_id, otherwise) if otherwise else {}
    for name, member in otherwise.items():
        found = now.get(name)
        if not isinstance(found, Member) or found.member_id != member.member_id:
            raise Contended


async def locked(tx: Tx, scene: Scene, name: str) -> tuple[Redemption, Member, Accounts]:
    """A redemption behind lock with who has it and their accounts, which are locked first. Raises RedemptionUnknown, Contended."""
    meant = (await meant_by(tx, [name])).get(name)
    if meant is None or meant.program_id != scene.program_id:
        raise RedemptionUnknown(redemption=name)
    accounts, standing = await lock(tx, [meant.holder.member_id], [meant.redemption_id])
    await see_holders(tx, [meant])
    return standing[meant.redemption_id], meant.holder, accounts


async def lock(tx: Tx, owners: Iterable[UUID], redemptions: Iterable[UUID]) -> tuple[Accounts, dict[UUID, Redemption]]:
    """Lock accounts and then redemptions, in one round trip: what is locked is read as it stands when the lock is had. Raises Contended."""
    accounts, standing = await tx.side_by_side(ledger.lock_accounts(tx, owners), store.lock_redemptions(tx, redemptions))
    return accounts, standing
