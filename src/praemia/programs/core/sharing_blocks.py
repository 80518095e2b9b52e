"""How a programme file speaks of points between people: `sharing`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import Amount, Block, Switch
from praemia.rules import Draw, MergedTier, PieceExpiry, PoolSpender


class TransfersBlock(Block):
    """Members send points to each other."""

    allowed: Switch = Field(default=True, description="Without this block nobody can.")
    min: Amount | None = Field(default=None, description="Fewer points than this cannot be sent.", examples=[100])
    fee_percent: Amount | None = Field(
        default=None, description="The share of what was sent that does not arrive, rounded up. Default: none.", examples=[5]
    )
    expiry: Annotated[PieceExpiry, read.choice(PieceExpiry)] = Field(
        default=PieceExpiry.KEEP, description="keep: every piece ends when it would have ended; reset: by the unit's expiry from that day."
    )


class PoolsBlock(Block):
    """Households and teams spend together. A pool may say otherwise when it is made."""

    draw: Annotated[Draw, read.choice(Draw)] = Field(
        default=Draw.OLDEST_FIRST, description="Take the oldest points of all its members first, or of each in proportion."
    )
    who: Annotated[PoolSpender, read.choice(PoolSpender)] = Field(default=PoolSpender.ANY, description="Who may spend.")


class MergeBlock(Block):
    """Two memberships of one person become one."""

    tier: Annotated[MergedTier, read.choice(MergedTier)] = Field(
        default=MergedTier.HIGHER, description="higher: the better of the two, then recomputed upwards; recompute: from all that counted."
    )


class SharingBlock(Block):
    """Points between people."""

    transfers: TransfersBlock | None = None
    pools: PoolsBlock = Field(default_factory=PoolsBlock)
    merge: MergeBlock = Field(default_factory=MergeBlock)
