"""What a file says about goods that come back, and about a return that comes before its order."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import Block, Switch
from praemia.rules import EarnedBack, OnReturn, RedeemedBack, RefundFirst, RestoredExpiry, Shortfall, UsesBack


class Referral(StrEnum):
    """What happens to the bonus of a referral."""

    REVERSE = "reverse"
    KEEP = "keep"


class ReturnsBlock(Block):
    """What happens when goods come back. An order keeps the words of the version it was bought under."""

    earned: Annotated[EarnedBack, read.choice(EarnedBack)] = Field(
        default=EarnedBack.RECOMPUTE,
        description="What is taken: all but what the kept part earns, the share of the value, or the whole steps of each return.",
    )
    redeemed: Annotated[RedeemedBack, read.choice(RedeemedBack)] = Field(
        default=RedeemedBack.PRORATE, description="Points spent on the order come back in proportion, or once nothing is kept."
    )
    shortfall: Annotated[Shortfall, read.choice(Shortfall)] = Field(
        default=Shortfall.NEGATIVE, description="When the points are gone: below zero, stop at zero, or no return."
    )
    restored_expiry: Annotated[RestoredExpiry, read.choice(RestoredExpiry)] = Field(
        default=RestoredExpiry.ORIGINAL, description="Points that come back end when they would have, or as if earned today."
    )
    tier_effect: Annotated[OnReturn, read.choice(OnReturn)] = Field(
        default=OnReturn.REVERT, description="What counted towards a tier is counted back."
    )
    progress: Annotated[OnReturn, read.choice(OnReturn)] = Field(
        default=OnReturn.REVERT, description="Unfinished challenges fall back. There are none yet: keep is refused."
    )
    referral: Annotated[Referral, read.choice(Referral)] = Field(
        default=Referral.REVERSE, description="The bonus of a referral is taken back. There are none yet: keep is refused."
    )
    uses: Annotated[UsesBack, read.choice(UsesBack)] = Field(
        default=UsesBack.REVERT,
        description="Promotions, coupons and budgets can be used again once nothing is kept; all but the codes themselves; or they cannot.",
    )
    block_if_spent: Switch = Field(default=False, description="No return once points of the order were used.")


class OutOfOrderBlock(Block):
    """What happens when messages overtake each other."""

    refund_first: Annotated[RefundFirst, read.choice(RefundFirst)] = Field(
        default=RefundFirst.REJECT, description="A return before its order is refused, or kept until the order arrives."
    )
