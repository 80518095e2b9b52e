"""What a programme says about goods that come back: which points go, which come back, and what else is undone."""

from __future__ import annotations

from enum import StrEnum

from praemia.foundation.values import Value


class EarnedBack(StrEnum):
    """How many points a return takes: what the kept part would not have earned, its share of the value, or the whole steps of each
    return by itself."""

    RECOMPUTE = "recompute"
    BY_VALUE = "by_value"
    FLOOR_STEPS_EACH = "floor_steps_each"


class RedeemedBack(StrEnum):
    """When points spent on the order come back: with every part of it, or once nothing is kept."""

    PRORATE = "prorate"
    ON_FULL = "on_full"


class Shortfall(StrEnum):
    """What happens when the points are not there any more: the balance falls below zero, stops at zero, or the return is refused."""

    NEGATIVE = "negative"
    CLAMP = "clamp"
    REFUSE = "refuse"


class RestoredExpiry(StrEnum):
    """When points that come back end: when they would have ended, or as if they were earned today."""

    ORIGINAL = "original"
    FRESH = "fresh"


class OnReturn(StrEnum):
    """Whether something an order brought is taken back with it."""

    REVERT = "revert"
    KEEP = "keep"


class UsesBack(StrEnum):
    """What of the promotions, coupons and budgets that an order used up is free again once nothing of it is kept: all of it, all but the
    codes themselves (a code that was used stays used), or nothing."""

    REVERT = "revert"
    BUT_CODES = "but_codes"
    KEEP = "keep"


class RefundFirst(StrEnum):
    """What happens to a return of an order nobody knows yet."""

    REJECT = "reject"
    PARK = "park"


class Returns(Value):
    """How returns are settled; an order is settled by the version it was bought under, and `refund_first` by the one in force."""

    earned: EarnedBack = EarnedBack.RECOMPUTE
    redeemed: RedeemedBack = RedeemedBack.PRORATE
    shortfall: Shortfall = Shortfall.NEGATIVE
    restored_expiry: RestoredExpiry = RestoredExpiry.ORIGINAL
    tier_effect: OnReturn = OnReturn.REVERT
    progress: OnReturn = OnReturn.REVERT
    referral: OnReturn = OnReturn.REVERT
    uses: UsesBack = UsesBack.REVERT
    block_if_spent: bool = False
    refund_first: RefundFirst = RefundFirst.REJECT
