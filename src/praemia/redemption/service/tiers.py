"""What this journey asks of tiers: which one a member is in, and one given for some months."""

from __future__ import annotations

from praemia.foundation.db import Tx
from praemia.members import Member
from praemia.redemption.model import Redemption
from praemia.redemption.service.scene import Scene


async def tier_of(tx: Tx, scene: Scene, member: Member) -> str | None:
    """The member's tier now; None without tiers."""
    return None


async def give_tier(tx: Tx, scene: Scene, redemption: Redemption) -> None:
    """The tier that was promised, for the promised months from today."""
