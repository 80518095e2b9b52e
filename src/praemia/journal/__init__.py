"""The journal's front door: events, the keys that name them once and for ever, and the counters they use up."""

from praemia.journal.core.identities import content_of, recognise
from praemia.journal.errors import AlreadyRecorded, EventUnknown, KeyReused
from praemia.journal.model import EVENT_ID, IDEMPOTENCY_KEY, ORDER, Decided, Identity, KnownKeys, OwnedCounter, StoredEvent
from praemia.journal.service import find_event_of, get_event, get_event_of, identity_of
from praemia.journal.store import (
    claim_keys,
    counter_owner,
    counters_of,
    decided_by_id,
    events_by_id,
    find_keys,
    insert_events,
    lock_counters,
    lock_program_counters,
    member_counters,
    orphan_keys,
    spend_counters,
    unexplained,
    wind_back_counters,
)

__all__ = [
    "EVENT_ID",
    "IDEMPOTENCY_KEY",
    "ORDER",
    "AlreadyRecorded",
    "Decided",
    "EventUnknown",
    "Identity",
    "KeyReused",
    "KnownKeys",
    "OwnedCounter",
    "StoredEvent",
    "claim_keys",
    "content_of",
    "counter_owner",
    "counters_of",
    "decided_by_id",
    "events_by_id",
    "find_event_of",
    "find_keys",
    "get_event",
    "get_event_of",
    "identity_of",
    "insert_events",
    "lock_counters",
    "lock_program_counters",
    "member_counters",
    "orphan_keys",
    "recognise",
    "spend_counters",
    "unexplained",
    "wind_back_counters",
]
