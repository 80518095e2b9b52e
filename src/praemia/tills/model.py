"""Values of the tills. Points in quanta, money in minor units, instants by the programme's clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from praemia.catalogue import GiftCard
from praemia.members import Member

CHANNEL = "till"
"""The channel of everything that is sold here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A till with a key. `next_sequence` is what it has to send next; `skew_seconds` how far its clock was ahead when it last reported."""

    terminal_id: UUID
    program_id: int
    name: str
    location: str
    public_key: bytes
    next_sequence: int
    snapshots: int
    skew_seconds: int | None
    registered_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A new terminal. `server_key` verifies its snapshots; `private_key` is its own, made here because it brought none: shown once."""

    terminal: Terminal
    server_key: bytes
    private_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a terminal was told. `cards`: digest -> number of the band (0: below the first, -1: the card does not work)."""

    terminal_id: UUID
    number: int
    taken_at: datetime
    valid_until: datetime
    salt: str
    unit: str
    bands: Sequence[int]
    cards: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedSnapshot:
    """A snapshot as it is sent: the text that was signed, and the signature."""

    snapshot: Snapshot
    text: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An event as a terminal sends it: its text, word for word, and the signature over it."""

    said: str
    signature: bytes


class State(StrEnum):
    """What became of an event."""

    RECORDED = "recorded"
    CONFLICT = "conflict"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to an event. `told` never changes; `replayed`: it was given before."""

    sequence: int
    told: Mapping[str, Any]
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvent:
    """An event as it is kept. `settled` says what somebody did about a conflict."""

    terminal_id: UUID
    sequence: int
    program_id: int
    said: str
    state: State
    outcome: Mapping[str, Any]
    settled: Mapping[str, Any] | None
    occurred_at: datetime
    received_at: datetime


class How(StrEnum):
    """How a conflict is settled: as it was said, without the points that were to pay, or not at all."""

    AGAIN = "again"
    WITHOUT_POINTS = "without_points"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """What is to become of a conflict, and why. `member` takes the place of the one that was said."""

    program: str
    terminal_id: UUID
    sequence: int
    how: How
    note: str
    member: str | None = None


class Kind(StrEnum):
    """What somebody showed at the till."""

    MEMBER = "member"
    CANDIDATES = "candidates"
    CODE = "code"
    PROMOTION = "promotion"
    GIFT_CARD = "gift_card"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A member whose card ends like this."""

    member: Member
    ends: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a text turned out to be. `text` is the code, promotion or order number as it was given."""

    kind: Kind
    text: str
    member: Member | None = None
    candidates: Sequence[Candidate] = ()
    gift_card: GiftCard | None = None
