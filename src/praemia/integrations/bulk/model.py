"""Values of the bulk import: what a mapping says, what was staged, what came of it."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What the rows of an import are. RETURNS are goods that come back without their order."""

    PURCHASES = "purchases"
    RETURNS = "returns"
    MEMBERS = "members"
    VISITS = "visits"
    ACTIVITIES = "activities"

    @property
    def has_lines(self) -> bool:
        """Whether a row is a line of an order."""
        return self in (Kind.PURCHASES, Kind.RETURNS)


class Format(StrEnum):
    """How a source file is written."""

    PARQUET = "parquet"
    CSV = "csv"
    NDJSON = "ndjson"


class AmountUnit(StrEnum):
    """Whether amounts are written as 12.34 or as 1234."""

    MAJOR = "major"
    MINOR = "minor"


class AmountRounding(StrEnum):
    """What happens to a fraction of the smallest coin. Halves go away from zero, or to the even neighbour."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"


class MissingMember(StrEnum):
    """What a row without a member is: a guest's, or a fault."""

    GUEST = "guest"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Files of one kind, by path or glob relative to the data folder, seen as one table called `name`."""

    name: str
    path: str
    format: Format
    delimiter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """Rows that are not imported, counted under a reason."""

    when: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """Enrol members on first sight. `enrolled_at` None: at their first event of the import."""

    enrolled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How rows become events. Every text in `texts`, `amounts`, `lines`, `lists` and `fields` is a DuckDB expression over `joined`.

    `identity` names the order, the id of the visit or activity, or the member's reference. `texts` and `amounts` are what
    an event has once; for purchases `line_texts`, `line_amounts`, `line_lists` are per row, since a row is a line.
    """

    kind: Kind
    sources: tuple[Source, ...]
    joined: str
    identity: str
    member: str
    occurred_at: str
    zone: str | None = None
    leave_out: tuple[LeaveOut, ...] = ()
    rows_may_repeat: bool = False
    currency: str | None = None
    amount_unit: AmountUnit = AmountUnit.MAJOR
    rounding: AmountRounding | None = None
    texts: Map[str, str] = field(default_factory=dict)
    amounts: Map[str, str] = field(default_factory=dict)
    fields: Map[str, str] = field(default_factory=dict)
    line_texts: Map[str, str] = field(default_factory=dict)
    line_amounts: Map[str, str] = field(default_factory=dict)
    line_lists: Map[str, tuple[str, ...]] = field(default_factory=dict)
    quantity: str | None = None
    free: str | None = None
    segments: str | None = None
    missing_member: MissingMember = MissingMember.REFUSE
    enrol: Enrol | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Local days, both ends included; None is open."""

    first_day: date | None = None
    last_day: date | None = None

    def __str__(self) -> str:
        return f"{self.first_day or ''}..{self.last_day or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedEvent:
    """One event read from the files. `fault` is "field:kind:value" when it cannot be a command; `row` counts from 1 in the first source."""

    position: int
    row: int
    identity: str | None
    member: str | None
    occurred_at: datetime | None
    enrols: bool
    fault: str | None
    inputs: Map[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """What became of the rows of the first source before they were events."""

    read: int
    joined: int
    without_member: int
    outside_window: int
    left_out: Map[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One refused event, as an example in the report."""

    identity: str | None
    row: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did. `points` are quanta by unit, `taken` what returns took of them; `seconds` and `events_now` are of this run, all
    else of the import as a whole."""

    kind: Kind
    program: str
    window: Window
    dry_run: bool
    rows: RowCounts
    events: int
    recorded: int
    already_known: int
    refused: int
    guests: int
    enrolled: int
    points: Map[str, int]
    taken: Map[str, int]
    refusals: Map[str, tuple[int, tuple[Refusal, ...]]]
    resumed_at: int | None
    events_now: int
    seconds: float

    @property
    def events_per_second(self) -> int:
        """The rate of this run."""
        return round(self.events_now / self.seconds) if self.seconds else 0
