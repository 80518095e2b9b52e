"""When points open and when they end: calendar arithmetic in local days. Pure.

A lot has a last usable local day; it is gone at the next local midnight.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from praemia.foundation.values import Value
from praemia.rules.model import PURCHASE, EndOf, Expiry, LotPolicy

EARN = "earn"  # what a programme calls earning where it says which activity extends


class LotTerms(Value):
    """What a lot is issued with. `opens_on` of a pending lot None: when told; `last_day` None: never ends (or counts from opening)."""

    pending: bool = False
    opens_on: date | None = None
    last_day: date | None = None


def waits(policy: LotPolicy, trigger: str) -> bool:
    """Whether what is earned on a trigger opens later. Only an order can be fulfilled."""
    return policy.pending is not None and (policy.pending.days is not None or trigger == PURCHASE)


def terms_of(policy: LotPolicy, expiry: Expiry | None, earned_on: date, *, waits: bool = True) -> LotTerms:
    """The terms of points earned on a local day; `expiry` is a rule's own and replaces the unit's. `waits` False: they open at once."""
    rule = policy.expiry if expiry is None else expiry
    if policy.pending is None or not waits:
        return LotTerms(last_day=last_day(rule, earned_on))
    if policy.pending.days is None:
        return LotTerms(pending=True, last_day=None if rule.from_available else last_day(rule, earned_on))
    opens_on = earned_on + timedelta(days=policy.pending.days)
    return LotTerms(pending=True, opens_on=opens_on, last_day=last_day(rule, opens_on if rule.from_available else earned_on))


def last_day(expiry: Expiry, start: date) -> date | None:
    """The last usable local day of points that start on `start`; None: they never end."""
    if expiry.days is not None:
        day = start + timedelta(days=expiry.days)
    elif expiry.months is not None:
        day = _months_later(start, expiry.months)
    elif expiry.inactivity_months is not None:
        day = _months_later(start, expiry.inactivity_months)
    elif expiry.end_of is not None:
        day = _end_of_month(start) if expiry.end_of is EndOf.MONTH else date(start.year, 12, 31)
    elif expiry.each_year is not None:
        day = _next_anniversary(start, *expiry.each_year)
    else:
        return None
    return _end_of_month(day) if expiry.round_up_to_month else day


def extended_day(policy: LotPolicy, activity: str, on: date) -> date | None:
    """To which last day an activity (earn, redeem, or a name) on a local day moves every open lot; None: it moves nothing.

    Earning moves them to the last day of what was earned, which may count from a later opening.
    """
    if activity not in _moving(policy):
        return None
    moved = last_day(policy.expiry, on)
    newest = terms_of(policy, None, on).last_day if activity in (EARN, PURCHASE) else None
    return moved if moved is None or newest is None else max(moved, newest)


def joins(policy: LotPolicy, activity: str) -> bool:
    """Whether points that come with an activity end with the points that are there: under inactivity the whole balance ends at
    once, and this activity does not put that off."""
    return policy.expiry.inactivity_months is not None and activity not in _moving(policy)


def _moving(policy: LotPolicy) -> frozenset[str]:
    return policy.expiry.resets_on if policy.expiry.inactivity_months is not None else policy.expiry.extend_on


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _next_anniversary(start: date, month: int, day: int) -> date:
    for year in (start.year, start.year + 1):
        end = date(year, month, min(day, calendar.monthrange(year, month)[1]))
        if end >= start:
            return end
    raise AssertionError("a date of next year is never before a date of this one")
