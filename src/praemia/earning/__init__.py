"""The earning journey's front door."""

from praemia.earning.errors import (
    ActivityUnknown,
    BeforeEnrolment,
    InFuture,
    NotReinstatable,
    TooOld,
    UnitUnknown,
    WrongCurrency,
)
from praemia.earning.model import ADJUSTMENT, FULFILMENT, REINSTATEMENT, Command, Moved, Recorded
from praemia.earning.service.fulfilling import fulfil
from praemia.earning.service.reading import get_event, get_event_of_order, recompute, verdict_of, verify
from praemia.earning.service.recording import record
from praemia.earning.service.reinstating import reinstate

__all__ = [
    "ADJUSTMENT",
    "FULFILMENT",
    "REINSTATEMENT",
    "ActivityUnknown",
    "BeforeEnrolment",
    "Command",
    "InFuture",
    "Moved",
    "NotReinstatable",
    "Recorded",
    "TooOld",
    "UnitUnknown",
    "WrongCurrency",
    "fulfil",
    "get_event",
    "get_event_of_order",
    "recompute",
    "record",
    "reinstate",
    "verdict_of",
    "verify",
]
