"""Whose accounts a deed moves: who is named, and who redeemed or took over from them. Nobody is remembered over a wait for a lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from praemia import ledger, members
from praemia.foundation.db import Contended, Tx
from praemia.members import Member
from praemia.redemption import store
from praemia.redemption.model import Redemption
from praemia.redemption.service.reading import find
from praemia.redemption.service.scene import Accounts, Scene


async def holders_of(tx: Tx, found: Iterable[Redemption]) -> dict[UUID, Member]:
    """Who has redemptions now, by who redeemed: themselves, or who took over from them."""
    return await members.leading(tx, {one.member_id for one in found})


async def see_holders(tx: Tx, holders: Mapping[UUID, Member]) -> None:
    """Look again once the accounts of the holders are locked: a merge is undone while somebody waits. Raises Contended then.

    A merge itself shows in the accounts (`ledger.lock_accounts`), so only who took over is looked up.
    """
    taken_over = {owner: holder for owner, holder in holders.items() if owner != holder.member_id}
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
    found = await find(tx, scene, name)
    holders = await holders_of(tx, [found])
    holder = holders[found.member_id]
    accounts = await ledger.lock_accounts(tx, [holder.member_id])
    await see_holders(tx, holders)
    return (await store.lock_redemptions(tx, [found.redemption_id]))[found.redemption_id], holder, accounts
