"""What this journey asks of tiers: which one a member is in, and one given for some months."""

from __future__ import annotations

from uuid import UUID

from praemia import ledger, members, tiers
from praemia.foundation.db import Tx
from praemia.members import Member
from praemia.redemption.model import Redemption
from praemia.redemption.service.scene import Scene
from praemia.tiers import Cause


async def tier_of(tx: Tx, scene: Scene, member: Member) -> str | None:
    """The member's tier now; None without tiers."""
    found = await tiers.tier_of(tx, scene.program, member, now=scene.at)
    return None if found is None else found[1].state.tier


async def give_tier(
    tx: Tx, scene: Scene, redemption: Redemption, accounts: dict[ledger.AccountKey, ledger.Account], *, event_id: UUID
) -> None:
    """The tier that was promised, for the promised months from today; the accounts are locked."""
    member = await members.find_by_id(tx, redemption.member_id)
    assert member is not None, "a member is never deleted"
    await tiers.give_for_months(
        tx,
        scene.program,
        member,
        accounts,
        tier=redemption.terms["tier"],
        months=redemption.terms["months"],
        cause=Cause(at=scene.at, day=scene.day, event=event_id),
        now=scene.now,
    )


def follows_balance(scene: Scene) -> bool:
    """Whether the balance makes the tier."""
    return scene.policies.tiers is not None and scene.policies.tiers.by_balance


async def follow(tx: Tx, scene: Scene, member: Member, accounts: dict[ledger.AccountKey, ledger.Account], *, event_id: UUID) -> None:
    """Where the balance makes the tier, let the tier follow the points that went or came back."""
    await tiers.follow_balance(
        tx, scene.program, [member], accounts, cause=Cause(at=scene.at, day=scene.day, event=event_id), now=scene.now, day=scene.day
    )
