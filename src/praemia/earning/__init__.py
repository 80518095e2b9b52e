"""The earning journey's front door."""

from praemia.earning.errors import (
    ActivityUnknown,
    AlreadyRecorded,
    BeforeEnrolment,
    ClockBackwards,
    EventUnknown,
    InFuture,
    KeyReused,
    NotASandbox,
    TooOld,
    UnitUnknown,
    WrongCurrency,
)
from praemia.earning.model import ADJUSTMENT, EVENT_ID, IDEMPOTENCY_KEY, ORDER, Command, Recorded, StoredEvent
from praemia.earning.service.nights import live_due_nights, set_clock
from praemia.earning.service.reading import get_event, get_event_of_order, recompute, verdict_of, verify
from praemia.earning.service.recording import record

__all__ = [
    "ADJUSTMENT",
    "EVENT_ID",
    "IDEMPOTENCY_KEY",
    "ORDER",
    "ActivityUnknown",
    "AlreadyRecorded",
    "BeforeEnrolment",
    "ClockBackwards",
    "Command",
    "EventUnknown",
    "InFuture",
    "KeyReused",
    "NotASandbox",
    "Recorded",
    "StoredEvent",
    "TooOld",
    "UnitUnknown",
    "WrongCurrency",
    "get_event",
    "get_event_of_order",
    "live_due_nights",
    "recompute",
    "record",
    "set_clock",
    "verdict_of",
    "verify",
]
