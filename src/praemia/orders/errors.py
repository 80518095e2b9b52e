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


class NeedsMember(DomainError):
    """What was asked for is for members: nobody was named."""

    code = "orders.needs_member"
    template = "this is for members only: name one"


class NeedsOrder(DomainError):
    """The coupon asks for an order of some amount, so it is used with one. Fields: least_minor."""

    code = "orders.needs_order"
    template = "the code is used with an order of at least {least_minor} (minor units)"


class BelowMinimum(DomainError):
    """The order's goods come to less than the coupon asks for. Fields: amount_minor, least_minor."""

    code = "orders.below_minimum"
    template = "the goods come to {amount_minor}, the code needs {least_minor} (minor units)"


class Incompatible(DomainError):
    """Two of the codes do not go together. Fields: one, other."""

    code = "orders.incompatible"
    template = "{one!r} does not go with {other!r}"


class NotForOrders(DomainError):
    """The redemption gives something that no order can be lowered by. Fields: gives."""

    code = "orders.not_for_orders"
    template = "the redemption gives {gives!r}, which takes nothing off an order"


class PointsDoNotPay(DomainError):
    """The programme does not take points as payment."""

    code = "orders.points_do_not_pay"
    template = "points do not pay in this programme"


class TooFewPoints(DomainError):
    """Fewer points than the programme takes as payment. Fields: asked, least (quanta)."""

    code = "orders.too_few_points"
    template = "{asked} points are fewer than the least that pay, {least}"


class TooManyPoints(DomainError):
    """More points than may pay for this order. Fields: asked, most (quanta)."""

    code = "orders.too_many_points"
    template = "{asked} points are more than may pay for this order, {most}"


class BrokenStep(DomainError):
    """Points pay in whole steps. Fields: asked, step (quanta)."""

    code = "orders.broken_step"
    template = "{asked} is no multiple of {step}, the step in which points pay"


class NotMoney(DomainError):
    """The unit is no money. Fields: unit."""

    code = "orders.not_money"
    template = "{unit!r} is no unit of money in this programme"


class AlreadyReserved(DomainError):
    """The order number is reserved, with other content."""

    code = "orders.already_reserved"
    template = "order {order!r} is reserved already, with other content"


class NotReserved(DomainError):
    """The order is not reserved, or not any more. Fields: order, state."""

    code = "orders.not_reserved"
    template = "order {order!r} is {state}, not reserved"


class ReservationLapsed(DomainError):
    """The reservation's deadline has passed. Fields: order, deadline."""

    code = "orders.reservation_lapsed"
    template = "the reservation of order {order!r} ended at {deadline}"


class DeadlinePassed(DomainError):
    """A reservation must end later than now."""

    code = "orders.deadline_passed"
    template = "{deadline} is not later than {now}"


class CouponUnknown(DomainError):
    """The programme has no such coupon, or issues no codes of it. Fields: coupon, hint."""

    code = "orders.coupon_unknown"
    template = "there is no coupon {coupon!r} to issue codes of{hint}"


class NothingToVoid(DomainError):
    """The code was not used, or all its uses are void already."""

    code = "orders.nothing_to_void"
    template = "no use of the code is left to be made void"
