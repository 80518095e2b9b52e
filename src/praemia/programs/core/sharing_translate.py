"""Checked `sharing` -> the rule language's values."""

from __future__ import annotations

from fractions import Fraction

from praemia.programs.core.schema import ProgramFile
from praemia.rules import Pools, Sharing, Transfers


def to_sharing(file: ProgramFile) -> Sharing:
    """Everything the file says about points between people."""
    block = file.sharing
    transfers = Transfers()
    if block.transfers is not None:
        transfers = Transfers(
            allowed=block.transfers.allowed,
            least=block.transfers.min or Fraction(0),
            fee=(block.transfers.fee_percent or Fraction(0)) / 100,
            expiry=block.transfers.expiry,
        )
    return Sharing(transfers=transfers, pools=Pools(draw=block.pools.draw, who=block.pools.who), merged_tier=block.merge.tier)
