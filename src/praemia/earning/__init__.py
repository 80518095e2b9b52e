"""The earning journey's front door."""

from praemia.earning.errors import (
    ActivityUnknown,
    BeforeEnrolment,
    InFuture,
    TooOld,
    UnitUnknown,
    WrongCurrency,
)
from praemia.earning.model import ADJUSTMENT, Command, Recorded
from praemia.earning.service.reading import get_event, get_event_of_order, recompute, verdict_of, verify
from praemia.earning.service.recording import record

__all__ = [
    "ADJUSTMENT",
    "ActivityUnknown",
    "BeforeEnrolment",
    "Command",
    "InFuture",
    "Recorded",
    "TooOld",
    "UnitUnknown",
    "WrongCurrency",
    "get_event",
    "get_event_of_order",
    "recompute",
    "record",
    "verdict_of",
    "verify",
]
