"""What a programme says about the life of points once they are earned: when they open and when they end."""

from __future__ import annotations

from enum import StrEnum

from praemia.foundation.values import Value


class EndOf(StrEnum):
    MONTH = "month"
    YEAR = "year"


class Pending(Value):
    """Points wait: `days` local days after the event (open at local midnight), or None until the order is fulfilled: what is earned
    without an order has nothing to wait for then, and opens at once."""

    days: int | None = None


class Expiry(Value):
    """When points end. At most one of days, months, end_of, each_year, inactivity_months is set; none of them: never.

    `months` end on the same day number, cut to the month's end; `each_year` is (month, day); `inactivity_months` counts from the
    last of the `resets_on` activities and ends the whole balance: points that come with anything else end with those that are
    there. `round_up_to_month` moves the last day to the end of its month. `from_available` counts from the day the points open,
    else from the day they were earned. `extend_on` names what moves every lot to the newest date: earn, redeem, or an activity.
    """

    days: int | None = None
    months: int | None = None
    end_of: EndOf | None = None
    each_year: tuple[int, int] | None = None
    inactivity_months: int | None = None
    resets_on: frozenset[str] = frozenset({"earn", "redeem"})
    round_up_to_month: bool = False
    from_available: bool = True
    extend_on: frozenset[str] = frozenset()

    @property
    def moves(self) -> bool:
        """Whether anything that happens later moves the end of lots."""
        return self.inactivity_months is not None or bool(self.extend_on)


class LotPolicy(Value):
    """How a unit's points live: when they open, when they end, and which are spent first.

    `reinstate_days`: for how many days after their end points can be given back, once; None: never.
    """

    pending: Pending | None = None
    expiry: Expiry = Expiry()
    oldest_first: bool = False
    reinstate_days: int | None = None
