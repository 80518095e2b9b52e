"""The block of a programme file that says who may correct balances by hand, how much, and why."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import Amount, Block

ROLE = read.identifier(r"[a-z*][a-z0-9_:*-]{0,99}", "a role, or a permission like ledger:adjustment:write")


class AdjustmentsBlock(Block):
    """Corrections by hand."""

    reasons: Annotated[tuple[str, ...], read.TOKEN_LIST] | None = Field(
        default=None, description="The codes a reason must be one of. Default: any text.", examples=[["goodwill", "typing_error"]]
    )
    limits: dict[Annotated[str, ROLE], Amount] = Field(
        default_factory=dict,
        description="How many points the bearer of a role or permission may correct alone, for one member on one day; who has none "
        "of them, nothing. Default: no limit.",
        examples=[{"support": 100, "supervisor": 1000}],
    )
    approval_above: Amount | None = Field(
        default=None, description="Above so many points a second person has to approve, whoever asks.", examples=[5000]
    )
    approval_days: Annotated[int, read.whole(1, 365)] = Field(default=7, description="How many days a request waits for approval.")
