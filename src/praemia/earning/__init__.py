"""The earning journey's front door."""

from praemia.earning.errors import (
    ActivityUnknown,
    BeforeEnrolment,
    ClockBackwards,
    InFuture,
    NotASandbox,
    TooOld,
    UnitUnknown,
    WrongCurrency,
)
from praemia.earning.model import ADJUSTMENT, Command, Recorded
from praemia.earning.service.nights import live_due_nights, set_clock
from praemia.earning.service.reading import get_event, get_event_of_order, recompute, verdict_of, verify
from praemia.earning.service.recording import record

__all__ = [
    "ADJUSTMENT",
    "ActivityUnknown",
    "BeforeEnrolment",
    "ClockBackwards",
    "Command",
    "InFuture",
    "NotASandbox",
    "Recorded",
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
