"""How a programme file says which tiers there are, what counts for them, and when a tier rises and falls: `tiers`.

What spans several keys (a window where something is counted, thresholds that rise) is in `tier_checks`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from praemia.programs.core import scalars as read
from praemia.programs.core.blocks import Amount, BasisBlock, Block, Names, Positive, RuleId, SelectionBlock, Switch, UnitCode
from praemia.rules import Downgrade, Measure, RoundTo


class WindowWord(StrEnum):
    """A window with a name."""

    LIFETIME = "lifetime"
    CALENDAR_YEAR = "calendar_year"
    CALENDAR_QUARTER = "calendar_quarter"
    CALENDAR_MONTH = "calendar_month"


class ReviewWord(StrEnum):
    """A day of review with a name."""

    DAILY = "daily"
    MONTH_START = "month_start"
    QUARTER_START = "quarter_start"
    YEAR_START = "year_start"
    TIER_END = "tier_end"


class HoldWord(StrEnum):
    """A guaranteed time with a name."""

    END_OF_NEXT_YEAR = "end_of_next_year"


class Criteria(StrEnum):
    """How many of a level's thresholds must be met."""

    ANY = "any"
    ALL = "all"


class _WordOr:
    """Metadata: one of some words beside a block (or, without words, a plain number)."""

    def __init__(self, words: read.Reader) -> None:
        self._words = words

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        word = self._words.read
        return core_schema.no_info_wrap_validator_function(
            lambda value, inner: word(value) if isinstance(value, str) else inner(value), handler(source)
        )

    def __get_pydantic_json_schema__(self, core: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [dict(self._words.schema), handler(core)]}


class WindowBlock(Block):
    """A window of some length: exactly one of the two."""

    rolling_months: Annotated[int, read.whole(1, 120)] | None = Field(default=None, description="The last so many months, by the day.")
    since_joining_days: Annotated[int, read.whole(1, 3660)] | None = Field(
        default=None, description="Since the member joined, starting anew every so many days."
    )


class ReviewBlock(Block):
    """Days of review of one's own: exactly one of dates and every_days."""

    dates: tuple[Annotated[date, read.DAY], ...] | None = Field(default=None, max_length=400, description="On these days.")
    every_days: Annotated[int, read.whole(1, 3660)] | None = Field(default=None, description="So many days after joining, and again.")
    then_expire_all: Switch = Field(default=False, description="After an every_days review all points end.")


class HoldBlock(Block):
    """A guaranteed time."""

    months: Annotated[int, read.whole(1, 120)]


class GraceBlock(Block):
    """A member who should fall stays a little longer."""

    months: Annotated[int, read.whole(1, 120)]
    round_up: Annotated[RoundTo, read.choice(RoundTo)] | None = Field(default=None, description="Then on to the end of that period.")


class AtBlock(Block):
    """Thresholds of a level, inclusive."""

    points: Amount | None = Field(default=None, description="Points earned by purchases.")
    spend: Amount | None = Field(default=None, description="Money spent.", examples=["500.00"])
    visits: Annotated[int, read.whole(0, 1_000_000_000)] | None = Field(default=None, description="Purchases and visits.")
    balance: Amount | None = Field(default=None, description="Points held.")


At = Annotated[AtBlock, _WordOr(read.number())]
"""A block, or a number counted in the basis."""


class LevelBlock(Block):
    """One tier."""

    id: RuleId = Field(description="Its name in conditions and answers; keep it when you change the level.", examples=["gold"])
    name: Names | None = Field(default=None, description="What members read.", examples=[{"de": "Gold", "en": "Gold"}])
    at: At = Field(description="From where on: a number counted in the basis, or several thresholds.", examples=[1000])
    multiplier: Positive | None = Field(default=None, description="Multiplies points as an order multiplier does.", examples=["1.5"])
    entry_points: Positive | None = Field(default=None, description="Given once, on reaching it.", examples=[500])
    benefits: tuple[Names, ...] = Field(default=(), max_length=50, description="What else it brings, for people to read.")


class TiersBlock(Block):
    """Tiers, lowest first."""

    levels: tuple[LevelBlock, ...] = Field(min_length=1, max_length=50)
    basis: Annotated[Measure, read.choice(Measure)] = Field(default=Measure.POINTS, description="What `at` counts.")
    criteria: Annotated[Criteria, read.choice(Criteria)] = Field(default=Criteria.ANY, description="Of a level with several thresholds.")
    unit: UnitCode | None = Field(default=None, description="Whose points count. Default: the first qualifying unit, else the first.")
    to: UnitCode | None = Field(default=None, description="Whose points are multiplied and given on entry. Default: the first unit.")
    spend: BasisBlock = Field(default_factory=BasisBlock, description="Which money counts. Default: as under earning.")
    match: SelectionBlock | None = Field(default=None, description="Only these lines count as spend.")
    exclude: SelectionBlock | None = Field(default=None, description="These lines do not count as spend.")
    window: Annotated[WindowBlock, _WordOr(read.choice(WindowWord))] | None = Field(
        default=None,
        description="Over which time it is counted; has to be said unless only the balance counts.",
        examples=["calendar_year"],
    )
    upgrade: Annotated[bool, read.either("at_review", "immediate")] = Field(
        default=False, description="When a tier rises.", json_schema_extra={"default": "immediate"}
    )
    downgrade: Annotated[Downgrade, read.choice(Downgrade)] = Field(default=Downgrade.AT_REVIEW, description="When a tier falls.")
    downgrade_step: Annotated[bool, read.either("one_level", "reached")] = Field(
        default=False, description="How far it falls at once.", json_schema_extra={"default": "reached"}
    )
    review: Annotated[ReviewBlock, _WordOr(read.choice(ReviewWord))] | None = Field(
        default=None,
        description="When tiers are looked at. Default: when the window starts anew; daily for a rolling window or a balance.",
        examples=["year_start"],
    )
    hold: Annotated[HoldBlock, _WordOr(read.choice(HoldWord))] | None = Field(
        default=None, description="For how long a tier is guaranteed once it is reached.", examples=["end_of_next_year"]
    )
    grace: GraceBlock | None = None
    count_pending: Switch = Field(default=False, description="Points count before they can be used.")
    purchase_rate: Annotated[bool, read.either("new_tier", "old_tier")] = Field(
        default=False, description="Whose multiplier the purchase gets that lifts a member.", json_schema_extra={"default": "old_tier"}
    )
    at_risk_days: Annotated[int, read.whole(1, 366)] | None = Field(
        default=None, description="So many days before a fall the member is told."
    )
