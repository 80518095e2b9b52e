"""What clients send and read about tills: what was shown, terminals that go on without a network, and what is settled afterwards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from praemia.web.bodies.answers import Answer
from praemia.web.bodies.scalars import MINOR_LIMIT, Body, Instant, Name, Reference, Text

MOST_EVENTS = 500
_Spelled = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class FindBody(Body):
    """What somebody shows at the till: a card, a code that changes, a gift card, a coupon, a receipt, or four signs of a card."""

    text: Reference


class CandidateAnswer(Answer):
    """One of few whose card ends like this."""

    member: str
    name: Annotated[str, Field(description="masked: one recognises one's own")]
    ends: str


class FoundGiftCard(Answer):
    """What a gift card holds."""

    ends: str
    balance_minor: int


class FoundAnswer(Answer):
    """What the text turned out to be."""

    kind: Literal["member", "candidates", "code", "promotion", "gift_card", "order"]
    member: str | None
    candidates: list[CandidateAnswer]
    gift_card: FoundGiftCard | None


class TerminalBody(Body):
    """A new terminal. With `public_key` (Ed25519, base64url) its private half stays where it was made."""

    name: Name
    location: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    public_key: _Spelled | None = None


class TerminalAnswer(Answer):
    """A terminal. `next_sequence` is what it has to send next, `snapshot` the number of its newest."""

    terminal: str
    name: str
    location: str
    next_sequence: int
    snapshot: int | None
    skew_seconds: Annotated[int | None, Field(description="how far its clock was ahead when it last reported")]
    registered_at: Instant
    seen_at: Instant | None
    revoked_at: Instant | None


class RegisteredAnswer(TerminalAnswer):
    """A new terminal. `server_key` verifies its snapshots; `private_key` is shown now and never again."""

    server_key: str
    private_key: Annotated[str | None, Field(description="32 bytes as base64url; null when it brought a key")]
    server_time: Instant


class TerminalsAnswer(Answer):
    """Every terminal, the newest first."""

    terminals: list[TerminalAnswer]


class SnapshotAnswer(Answer):
    """A snapshot: its text, word for word as it was signed, and the signature over `praemia.till-snapshot.1 ` and the text."""

    number: int
    text: str
    signature: str
    server_time: Instant


class SignedBody(Body):
    """An event as the terminal wrote it, and the signature over `praemia.till-event.1 ` and that text."""

    said: Annotated[str, Field(min_length=1, max_length=100_000)]
    signature: _Spelled


class SyncBody(Body):
    """What happened without a network. `sent_at` is the terminal's own clock now, uncorrected."""

    sent_at: Instant
    events: Annotated[list[SignedBody], Field(max_length=MOST_EVENTS)]


class TakenAnswer(Answer):
    """The answer to one event, the same however often it is sent. `recorded`: it counts. `conflict`: it is kept and does not count.
    `refused`: nothing of it is kept. `waiting`: it comes after one that was refused."""

    sequence: int
    state: Literal["recorded", "conflict", "refused", "waiting"]
    replayed: bool = False
    kind: str | None = None
    event: str | None = None
    member: str | None = None
    card: str | None = None
    occurred_at: Instant | None = None
    moved_seconds: Annotated[int | None, Field(description="by how much a clock that was ahead was set back")] = None
    awards: dict[str, int] | None = None
    balances: dict[str, int] | None = None
    due_minor: int | None = None
    code: str | None = None
    detail: str | None = None


class SyncAnswer(Answer):
    """The answers in the order of the sequence, and what comes next."""

    server_time: Instant
    skew_seconds: int | None
    next_sequence: int
    answers: list[TakenAnswer]


class ConflictAnswer(Answer):
    """An event that could not be taken as it was said. `settled` is what somebody did about it."""

    terminal: str
    sequence: int
    state: Literal["recorded", "conflict", "settled"]
    code: str
    detail: str
    said: str
    settled: dict[str, Any] | None
    occurred_at: Instant
    received_at: Instant


class ConflictsAnswer(Answer):
    """What waits for somebody, the oldest first."""

    conflicts: list[ConflictAnswer]


class SettleConflictBody(Body):
    """What is to become of a conflict: recorded as it was said, without the points that were to pay, or not at all; and why."""

    how: Literal["again", "without_points", "drop"]
    note: Text
    member: Annotated[Reference | None, Field(description="instead of the one that was said")] = None


class UnreceiptedBody(Body):
    """Goods come back without their receipt. `number` is the return's own, its identity."""

    number: Reference
    member: Reference
    amount_minor: Annotated[int, Field(ge=1, le=MINOR_LIMIT)]
    location: Name | None = None
