"""What a unit, or one rule, says about the life of points: when they open, when they end, which are spent first.

Exactly one way of ending in a block, and known activities: `lots_checks`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import Block, Tokens
from praemia.rules import EndOf

NEVER = "none"  # as a rule's expiry
FromAvailable = Annotated[bool, read.either("available", "earned")]


class Told(StrEnum):
    """What waiting points may wait for."""

    FULFILLED = "fulfilled"


class RoundUp(StrEnum):
    """To where a last day may be moved."""

    END_OF_MONTH = "end_of_month"


class PendingBlock(Block):
    """Points wait before they can be used."""

    days: Annotated[int, read.whole(1, 3660)] | None = Field(
        default=None, description="Usable from local midnight of the day so many days after."
    )
    until: Annotated[Told, read.choice(Told)] | None = Field(default=None, description="Points of an order wait until it is fulfilled.")


class RuleExpiryBlock(Block):
    """When points end: exactly one of days, months, end_of and each_year."""

    days: Annotated[int, read.whole(1, 36_600)] | None = Field(default=None, description="So many days on.")
    months: Annotated[int, read.whole(1, 1200)] | None = Field(
        default=None, description="The same day number so many months on, at most the end of that month."
    )
    end_of: Annotated[EndOf, read.choice(EndOf)] | None = Field(default=None, description="The end of the month or year.")
    each_year: Annotated[tuple[int, int], read.MONTH_DAY] | None = Field(
        default=None, description="The next such day of a year, month-day.", examples=["03-31"]
    )
    round_up: Annotated[RoundUp, read.choice(RoundUp)] | None = Field(default=None, description="Then on to the end of that month.")
    counts_from: FromAvailable = Field(
        default=True,
        description="The day from which points can be used, or on which they were earned.",
        json_schema_extra={"default": "available"},
    )


class ExpiryBlock(RuleExpiryBlock):
    """When points end: exactly one of days, months, end_of, each_year and inactivity_months."""

    inactivity_months: Annotated[int, read.whole(1, 1200)] | None = Field(
        default=None, description="The whole balance ends so many months after the member's last activity."
    )
    resets_on: Tokens | None = Field(
        default=None,
        description="Which activity that is: earn, redeem, or names of triggers and activities. Default: earn and redeem.",
        examples=[["earn", "redeem"]],
    )
    extend_on: Tokens | None = Field(
        default=None, description="What moves all points to the newest date: earn, redeem, or triggers and activities.", examples=["earn"]
    )


class _OrNever:
    """Metadata: the word `none` beside a block."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_wrap_validator_function(lambda value, inner: NEVER if value == NEVER else inner(value), handler(source))

    def __get_pydantic_json_schema__(self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "enum": [NEVER]}, handler(core)]}


RuleExpiry = Annotated[RuleExpiryBlock, _OrNever()]
"""A block, or the text NEVER."""
