"""Refusals about orders."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class OrderUnknown(DomainError):
    """No purchase has this order number. Fields: order."""

    code = "orders.unknown"
    template = "no purchase is known as order {order!r}"


class WrongMember(DomainError):
    """The order belongs to somebody else than the member who was named. Fields: order, member."""

    code = "orders.wrong_member"
    template = "order {order!r} is not an order of {member!r}"


class ExceedsOrder(DomainError):
    """More would come back than is left of the order. Fields: order, what (a line, an article, or "value"), asked, left."""

    code = "orders.exceeds_order"
    template = "{asked} of {what} cannot come back: {left} of it are left of order {order!r}"


class PointsUsed(DomainError):
    """The programme takes nothing back once the points it would take were used. Fields: order, unit, wanted, left (quanta)."""

    code = "orders.points_used"
    template = "points of order {order!r} were used: {wanted} {unit} would have to go, {left} are left of them"
