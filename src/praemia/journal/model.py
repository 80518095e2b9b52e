"""Values of the journal: events as they are kept, and the identities that name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.values import Value
from praemia.rules import CounterKey

IDEMPOTENCY_KEY = "key"
ORDER = "order"
EVENT_ID = "id"

OwnedCounter = tuple[UUID, CounterKey]
KnownKeys = Mapping[UUID, tuple[UUID, UUID]]
"""Used keys: key -> (event, content)."""


class Identity(Value):
    """A used-once name of an event: its digest, and the bucket in which it is kept."""

    bucket: int
    key: UUID


class Decided(Value):
    """What a repetition of an event is answered from: all but what was sent. `verdict` is JSON, unread."""

    event_id: UUID
    kind: str
    occurred_at: datetime
    posted_at: datetime
    version: int
    verdict: str


class StoredEvent(Value):
    """An event as it is kept: everything needed to explain and to recompute it. `member_id` None: a guest."""

    event_id: UUID
    program_id: int
    kind: str
    member_id: UUID | None
    occurred_at: datetime
    posted_at: datetime
    version: int
    inputs: Mapping[str, Any]
    verdict: Mapping[str, Any]
