"""The earning journey's front door."""

from praemia.earning.core.inputs import content_digest, happening_of
from praemia.earning.core.standing import PURCHASES
from praemia.earning.errors import (
    ActivityUnknown,
    BeforeEnrolment,
    InFuture,
    NotPriced,
    NotReinstatable,
    ReasonUnknown,
    TooOld,
    UnitUnknown,
    WrongCurrency,
)
from praemia.earning.model import ADJUSTMENT, FULFILMENT, REINSTATEMENT, RETURN, Command, Moved, Recorded
from praemia.earning.service.adjusting import adjust, approve_adjustment
from praemia.earning.service.fulfilling import fulfil
from praemia.earning.service.reading import get_event, get_event_of_order, recompute, verdict_of, verify
from praemia.earning.service.recording import record
from praemia.earning.service.reinstating import came_back, reinstate

__all__ = [
    "ADJUSTMENT",
    "FULFILMENT",
    "PURCHASES",
    "REINSTATEMENT",
    "RETURN",
    "ActivityUnknown",
    "BeforeEnrolment",
    "Command",
    "InFuture",
    "Moved",
    "NotPriced",
    "NotReinstatable",
    "ReasonUnknown",
    "Recorded",
    "TooOld",
    "UnitUnknown",
    "WrongCurrency",
    "adjust",
    "approve_adjustment",
    "came_back",
    "content_digest",
    "fulfil",
    "get_event",
    "get_event_of_order",
    "happening_of",
    "recompute",
    "record",
    "reinstate",
    "verdict_of",
    "verify",
]
