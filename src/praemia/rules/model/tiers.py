"""What a programme says about tiers: the levels, what counts for them, over which time, and when a tier rises and falls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from praemia.rules.model.programme import Basis, Selection


class Measure(StrEnum):
    """What a threshold looks at: points earned by purchases (quanta), money spent (minor units), visits, points held (quanta)."""

    POINTS = "points"
    SPEND = "spend"
    VISITS = "visits"
    BALANCE = "balance"


class TierWindow(StrEnum):
    """Over which days points, spend and visits are added up. The last two take a length."""

    LIFETIME = "lifetime"
    CALENDAR_YEAR = "calendar_year"
    CALENDAR_QUARTER = "calendar_quarter"
    CALENDAR_MONTH = "calendar_month"
    ROLLING_MONTHS = "rolling_months"
    SINCE_JOINING = "since_joining_days"


class Downgrade(StrEnum):
    AT_REVIEW = "at_review"
    IMMEDIATE = "immediate"
    NEVER = "never"


class ReviewOn(StrEnum):
    """The local days on which tiers are looked at; TIER_END: when a member's guaranteed time is over."""

    NEVER = "never"
    DAILY = "daily"
    MONTH_START = "month_start"
    QUARTER_START = "quarter_start"
    YEAR_START = "year_start"
    TIER_END = "tier_end"
    DATES = "dates"
    EVERY_DAYS = "every_days"


class RoundTo(StrEnum):
    """To the end of which period a grace is extended."""

    END_OF_MONTH = "end_of_month"
    END_OF_QUARTER = "end_of_quarter"
    END_OF_YEAR = "end_of_year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One tier. Thresholds are inclusive; `entry_quanta` are given once, to whoever first reaches it."""

    id: str
    at: Mapping[Measure, int]
    name: Mapping[str, str] = field(default_factory=dict)
    factor: Fraction = Fraction(1)
    entry_quanta: int = 0
    benefits: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """The tiers of a programme, lowest first.

    `unit` is the unit whose points count, `to` the one that multipliers and entry points are given in. `every_criterion` asks
    for all thresholds of a level, else one is enough. `basis`, `match` and `exclude` say which money counts as spend. At most one
    of `hold_months` and `hold_to_next_year` is set; `grace_months` 0 means none. A tier that is held is not reviewed downwards.
    """

    levels: tuple[Level, ...]
    unit: str
    to: str
    every_criterion: bool = False
    window: TierWindow = TierWindow.LIFETIME
    length: int = 0
    basis: Basis = field(default_factory=Basis)
    match: Selection | None = None
    exclude: Selection | None = None
    upgrade_at_review: bool = False
    downgrade: Downgrade = Downgrade.AT_REVIEW
    one_level: bool = False
    review: ReviewOn = ReviewOn.NEVER
    review_dates: tuple[date, ...] = ()
    review_days: int = 0
    expire_all: bool = False
    hold_months: int = 0
    hold_to_next_year: bool = False
    grace_months: int = 0
    grace_to: RoundTo | None = None
    count_pending: bool = False
    new_tier_rate: bool = False
    at_risk_days: int | None = None

    # What follows from the above, worked out once: a night asks for it millions of times.
    measures: frozenset[Measure] = field(init=False, repr=False, compare=False)
    in_order: tuple[Measure, ...] = field(init=False, repr=False, compare=False)
    by_balance: bool = field(init=False, repr=False, compare=False)
    only_balance: bool = field(init=False, repr=False, compare=False)
    bottom: int = field(init=False, repr=False, compare=False)
    _ranks: Mapping[str | None, int] = field(init=False, repr=False, compare=False)
    _from_the_top: tuple[tuple[int, tuple[tuple[Measure, int], ...]], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """`measures`: everything a threshold of any level looks at. `by_balance`: what is held decides (then only the balance of the
        moment is known, never that of a past day), `only_balance`: alone. `bottom`: the rank of a member for whom nothing counts."""
        measures = frozenset(measure for level in self.levels for measure in level.at)
        ranks: dict[str | None, int] = {}
        for rank, level in enumerate(self.levels):
            ranks.setdefault(level.id, rank)
        from_the_top = tuple((rank, tuple(level.at.items())) for rank, level in reversed(list(enumerate(self.levels))))
        derived = {
            "measures": measures,
            "in_order": tuple(sorted(measures)),
            "by_balance": Measure.BALANCE in measures,
            "only_balance": measures == {Measure.BALANCE},
            "_ranks": ranks,
            "_from_the_top": from_the_top,
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "bottom", self.reached_by(dict.fromkeys(measures, 0)))

    def reached_by(self, found: Mapping[Measure, int]) -> int:
        """The rank that the figures reach; -1: not even the first."""
        for rank, thresholds in self._from_the_top:
            met = 0
            for measure, least in thresholds:
                met += found[measure] >= least
            if met == len(thresholds) if self.every_criterion else met:
                return rank
        return -1

    def rank(self, tier: str | None) -> int:
        """A tier's place from the bottom; -1 for no tier, or one the programme no longer has."""
        return self._ranks.get(tier, -1)

    def named(self, rank: int) -> str | None:
        """The tier at a place; None below the first."""
        return self.levels[rank].id if rank >= 0 else None
