"""What a terminal says: the text of an event, read strictly. A text that is signed but says something else is a conflict, not a guess."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from praemia.tills.errors import EventUnreadable

MOST_MINOR = 10**12
MOST_QUANTA = 10**15
_CLEAN = r"^[^\x00-\x1f\x7f]*$"
_Text = Annotated[str, Field(min_length=1, max_length=200, pattern=_CLEAN)]
_Minor = Annotated[int, Field(ge=0, le=MOST_MINOR)]


class _Block(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SaidLine(_Block):
    """A line of a sale."""

    sku: Annotated[str, Field(min_length=1, max_length=100, pattern=_CLEAN)]
    amount_minor: Annotated[int, Field(ge=-MOST_MINOR, le=MOST_MINOR)]
    quantity: Annotated[int, Field(ge=1, le=10**6)] = 1
    categories: Annotated[list[_Text], Field(max_length=100)] = []


class Said(_Block):
    """An event. `at` is the terminal's clock corrected by `offset_seconds`, which it measured when it last heard the server's.

    `sale`: `lines` or an amount, `member` by reference or card; `pay_points` needs the number of a `snapshot`. `card`: the number in
    `member` becomes a card that nobody has claimed yet.
    """

    terminal: UUID
    sequence: Annotated[int, Field(ge=1, le=2**53)]
    kind: Literal["sale", "card"]
    at: AwareDatetime
    offset_seconds: Annotated[int, Field(ge=-(10**10), le=10**10)] = 0
    member: _Text | None = None
    order: _Text | None = None
    amount_minor: _Minor | None = None
    lines: Annotated[list[SaidLine], Field(max_length=1000)] = []
    pay_points: Annotated[int, Field(ge=1, le=MOST_QUANTA)] | None = None
    snapshot: Annotated[int, Field(ge=1)] | None = None
    cashier: _Text | None = None

    @property
    def value_minor(self) -> int:
        """What the goods cost."""
        return sum(line.amount_minor for line in self.lines) if self.lines else self.amount_minor or 0


class Place(_Block):
    """Where an event belongs: enough to answer it even when the rest cannot be read."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    terminal: UUID
    sequence: Annotated[int, Field(ge=1, le=2**53)]
    at: AwareDatetime


def read_place(said: str) -> Place:
    """Terminal, sequence and time. Raises EventUnreadable."""
    try:
        return Place.model_validate_json(said)
    except ValidationError as error:
        raise EventUnreadable(reason=_first(error)) from None


def sequence_of(said: str) -> int:
    """The place of an event in its terminal's sequence; 0 when it cannot be read."""
    try:
        return read_place(said).sequence
    except EventUnreadable:
        return 0


def read_said(said: str) -> Said:
    """The whole event. Raises EventUnreadable, also when a sale says neither lines nor an amount, or both."""
    try:
        read = Said.model_validate_json(said)
    except ValidationError as error:
        raise EventUnreadable(reason=_first(error)) from None
    if read.kind == "sale" and bool(read.lines) == (read.amount_minor is not None):
        raise EventUnreadable(reason="a sale says lines, or an amount")
    if read.kind == "card" and read.member is None:
        raise EventUnreadable(reason="a card says its number")
    return read


def instant(at: datetime) -> str:
    """An instant as outcomes keep it."""
    return at.isoformat()


def _first(error: ValidationError) -> str:
    detail: Any = error.errors(include_url=False, include_input=False)[0]
    return f"{'/'.join(map(str, detail['loc'])) or 'text'}: {detail['msg']}"
