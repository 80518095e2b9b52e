"""Refusals of the earning journey."""

from __future__ import annotations

from praemia.foundation.errors import DomainError


class InFuture(DomainError):
    """The event claims to happen later than now."""

    code = "earning.in_future"
    template = "{occurred_at} lies in the future; the programme's clock says {now}"


class BeforeEnrolment(DomainError):
    """The event happened before the member joined."""

    code = "earning.before_enrolment"
    template = "{occurred_at} is before the member joined ({enrolled_at})"


class TooOld(DomainError):
    """The event is older than the programme accepts."""

    code = "earning.too_old"
    template = "{occurred_at} is more than {limit_days} days old"


class ActivityUnknown(DomainError):
    """The programme declares no such activity."""

    code = "earning.activity_unknown"
    template = "the programme declares no activity {activity!r}{hint}"


class UnitUnknown(DomainError):
    """The programme has no such unit."""

    code = "earning.unit_unknown"
    template = "the programme has no unit {unit!r}"


class NotReinstatable(DomainError):
    """The programme does not give expired points back."""

    code = "earning.not_reinstatable"
    template = "expired {unit!r} do not come back in this programme"


class NotPriced(DomainError):
    """The programme has promotions that apply by themselves: its purchases are priced first. Nothing is wrong with the purchase."""

    code = "earning.not_priced"
    template = "the programme has promotions of its own: the purchase has to be priced first"


class ReasonUnknown(DomainError):
    """The programme knows no such reason for a correction by hand."""

    code = "earning.reason_unknown"
    template = "the programme knows no reason {reason!r} for a correction; known are {known}"


class WrongCurrency(DomainError):
    """The purchase is in another currency than the programme."""

    code = "earning.wrong_currency"
    template = "the purchase is in {currency}, the programme counts in {expected}"
