"""The orders' front door: what happens to an order after, or before, its purchase is recorded."""

from praemia.orders.core.goods import Returned, kept_of
from praemia.orders.errors import ExceedsOrder, OrderUnknown, PointsUsed, WrongMember
from praemia.orders.model import CANCELLATION, SPENT, OrderView, ReturnOrder, Settlement
from praemia.orders.service.parking import settle_waiting
from praemia.orders.service.reading import explain_event, get_order, recompute, settlement_of, verify
from praemia.orders.service.recording import record
from praemia.orders.service.returning import return_order

__all__ = [
    "CANCELLATION",
    "SPENT",
    "ExceedsOrder",
    "OrderUnknown",
    "OrderView",
    "PointsUsed",
    "ReturnOrder",
    "Returned",
    "Settlement",
    "WrongMember",
    "explain_event",
    "get_order",
    "kept_of",
    "recompute",
    "record",
    "return_order",
    "settle_waiting",
    "settlement_of",
    "verify",
]
