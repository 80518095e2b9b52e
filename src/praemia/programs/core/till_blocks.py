"""How a programme file speaks of its tills: `till`, and under it what may happen while a till has no network."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import Amount, Block, Positive, Switch

Bands = Annotated[tuple[str, ...], read.TOKEN_LIST]


class OfflineBurnBlock(Block):
    """Points may pay while a till has no network: at most so many, in whole points of `pay_with_points`."""

    sale: Positive = Field(description="In one sale.", examples=[500])
    member: Positive | None = Field(default=None, description="By one member on one day. Default: as for one sale.", examples=[500])
    terminal: Positive | None = Field(
        default=None, description="At one terminal on one day. Default: ten times what one sale may take.", examples=[5000]
    )


class OfflineBlock(Block):
    """What a till may do without a network. What goes beyond is not lost: it is listed, and somebody settles it."""

    earn: Switch = Field(default=True, description="Sales are queued and earn when the till is back.")
    sale: Positive = Field(default=Fraction(500), description="The largest sale.", examples=["500.00"])
    sales_per_member: Annotated[int, read.whole(1, 10_000)] = Field(default=10, description="Sales of one member on one day.")
    sales_per_terminal: Annotated[int, read.whole(1, 1_000_000)] = Field(default=1000, description="Sales at one terminal on one day.")
    burn: OfflineBurnBlock | None = Field(default=None, description="Without this block points pay only with a network.")
    snapshot_hours: Annotated[int, read.whole(1, 720)] = Field(default=24, description="How long a snapshot of balance bands counts.")
    snapshot_cards: Annotated[int, read.whole(0, 50_000)] = Field(
        default=5000,
        description="The most cards a snapshot holds: first those of whoever was at the place lately, then the newest.",
    )
    late_days: Annotated[int, read.whole(1, 366)] = Field(
        default=7, description="A sale that arrives later than this is listed instead of recorded."
    )


class TillBlock(Block):
    """What cashiers may do by themselves."""

    undo_minutes: Annotated[int, read.whole(0, 1440)] = Field(default=15, description="For how long a sale can be undone at the till.")
    without_receipt: Amount = Field(default=Fraction(50), description="The largest return without a receipt; 0: none.", examples=["50.00"])
    bands: Bands = Field(
        default=("100", "500", "1000"),
        description="Where balance bands begin, in whole points: a till without network knows the band, never the balance.",
    )
    offline: OfflineBlock = Field(default_factory=OfflineBlock)
