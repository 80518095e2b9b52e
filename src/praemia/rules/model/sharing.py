"""What a programme says about points between people: sending them, spending them together, and merging memberships."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from praemia.foundation.values import Value, field


class PieceExpiry(StrEnum):
    """When points end that came from somebody else: with the lot they came from, or by the unit's policy from the day they came."""

    KEEP = "keep"
    RESET = "reset"


class Draw(StrEnum):
    """Whose points a pool spends: the oldest of all its members first, or of each in proportion to what they have."""

    OLDEST_FIRST = "oldest_first"
    PROPORTIONAL = "proportional"


class PoolSpender(StrEnum):
    """Who of a pool may spend: its head (who joined first), or anybody."""

    HEAD = "head"
    ANY = "any"


class MergedTier(StrEnum):
    """The tier of two memberships that become one: the higher one, recomputed upwards; or what all their history gives."""

    HIGHER = "higher"
    RECOMPUTE = "recompute"


class Transfers(Value):
    """Sending points. `least` is in whole units; `fee` is the share of what was sent that does not arrive (1/20: five percent)."""

    allowed: bool = False
    least: Fraction = Fraction(0)
    fee: Fraction = Fraction(0)
    expiry: PieceExpiry = PieceExpiry.KEEP


class Pools(Value):
    draw: Draw = Draw.OLDEST_FIRST
    who: PoolSpender = PoolSpender.ANY


class Sharing(Value):
    """All of it, as one version says it."""

    transfers: Transfers = field(default_factory=Transfers)
    pools: Pools = field(default_factory=Pools)
    merged_tier: MergedTier = MergedTier.HIGHER
