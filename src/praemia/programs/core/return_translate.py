"""Checked `returns` and `out_of_order` -> the rule language's values."""

from __future__ import annotations

from praemia.programs.core.return_blocks import Referral
from praemia.programs.core.schema import ProgramFile
from praemia.rules import OnReturn, Returns


def to_returns(file: ProgramFile) -> Returns:
    """Everything the file says about goods that come back."""
    block = file.returns
    return Returns(
        earned=block.earned,
        redeemed=block.redeemed,
        shortfall=block.shortfall,
        restored_expiry=block.restored_expiry,
        tier_effect=block.tier_effect,
        progress=block.progress,
        referral=OnReturn.REVERT if block.referral is Referral.REVERSE else OnReturn.KEEP,
        uses=block.uses,
        block_if_spent=block.block_if_spent,
        refund_first=file.out_of_order.refund_first,
    )
