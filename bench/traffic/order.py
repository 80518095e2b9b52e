"""What the bench orders of the load generator, and what it hears back. Travels as one line of JSON each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Stream = Literal["purchases", "batches", "replays", "members", "balances", "redemptions", "bare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A stream of requests to one server.

    `first` is the number of the first event; numbers are never used twice, except to repeat. `last`: where the stream ends
    by itself (0: only time ends it); repeats begin again at `first` then. `batch` commands go into one request. `keyed`: what is
    recorded has an idempotency key besides its order number. After an answer a connection waits `pause_seconds` before it asks for
    something new.
    """

    stream: Stream
    port: int
    connections: int
    seconds: float
    warm_seconds: float = 0.0
    program: str = ""
    key: str = ""
    members: int = 1
    first: int = 0
    last: int = 0
    batch: int = 1000
    keyed: bool = True
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of it inside the window. `next` is the first number not used, `cpu_seconds` the generator's own."""

    units: int
    seconds: float
    p50_ms: float | None
    p99_ms: float | None
    refused: int
    complaint: str | None
    next: int
    cpu_seconds: float
    statuses: dict[str, int] = field(default_factory=dict)
