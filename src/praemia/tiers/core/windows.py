"""Calendar arithmetic of tiers in local days: where a window starts, when it loses a day, when a review comes."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

from praemia.rules import Downgrade, ReviewOn, RoundTo, Tiers, TierWindow

ONE_DAY = timedelta(days=1)
_QUARTER = 3


def window_start(policy: Tiers, as_of: date, joined_on: date) -> date:
    """The first day that counts on `as_of`, which is the last."""
    match policy.window:
        case TierWindow.LIFETIME:
            return date.min
        case TierWindow.ROLLING_MONTHS:
            return months_later(as_of, -policy.length) + ONE_DAY
        case TierWindow.SINCE_JOINING:
            return as_of - timedelta(days=(as_of - joined_on).days % policy.length)
        case _:
            return _period_start(policy.window, as_of)


def leaves_on(policy: Tiers, counted_on: date, joined_on: date) -> date | None:
    """The first day on which what was counted on a day is out of the window; None: it never is."""
    match policy.window:
        case TierWindow.LIFETIME:
            return None
        case TierWindow.ROLLING_MONTHS:
            day = months_later(counted_on, policy.length)
            while window_start(policy, day, joined_on) <= counted_on:
                day += ONE_DAY
            return day
        case TierWindow.SINCE_JOINING:
            return window_start(policy, counted_on, joined_on) + timedelta(days=policy.length)
        case _:
            months = {TierWindow.CALENDAR_YEAR: 12, TierWindow.CALENDAR_QUARTER: _QUARTER}.get(policy.window, 1)
            return months_later(_period_start(policy.window, counted_on), months)


def looked_up_to(policy: Tiers, day: date, *, reviewing: bool) -> date:
    """Up to which day a look in the night to `day` counts. A review looks back: a window that has just ended counts as a whole."""
    backwards = reviewing and policy.downgrade is not Downgrade.IMMEDIATE
    return day - ONE_DAY if backwards and policy.window not in (TierWindow.ROLLING_MONTHS, TierWindow.LIFETIME) else day


def is_review(policy: Tiers, day: date, joined_on: date, held_until: date | None) -> bool:
    """Whether tiers are reviewed in the night to `day`."""
    match policy.review:
        case ReviewOn.NEVER:
            return False
        case ReviewOn.TIER_END:
            return held_until is not None and held_until < day
        case ReviewOn.DATES:
            return day in policy.review_dates
        case ReviewOn.EVERY_DAYS:
            return day > joined_on and (day - joined_on).days % policy.review_days == 0
        case ReviewOn.DAILY:
            return True
        case ReviewOn.MONTH_START:
            return day.day == 1
        case ReviewOn.QUARTER_START:
            return day.day == 1 and day.month % _QUARTER == 1
        case ReviewOn.YEAR_START:
            return (day.month, day.day) == (1, 1)


def next_review(policy: Tiers, after: date, joined_on: date, held_until: date | None) -> date | None:
    """The first day of review after a day."""
    match policy.review:
        case ReviewOn.NEVER:
            return None
        case ReviewOn.TIER_END:
            return None if held_until is None else max(held_until, after) + ONE_DAY
        case ReviewOn.DATES:
            return next((day for day in policy.review_dates if day > after), None)
        case ReviewOn.EVERY_DAYS:
            rounds = max((after - joined_on).days // policy.review_days + 1, 1)
            return joined_on + timedelta(days=rounds * policy.review_days)
        case ReviewOn.DAILY:
            return after + ONE_DAY
        case ReviewOn.MONTH_START:
            return months_later(after.replace(day=1), 1)
        case ReviewOn.QUARTER_START:
            return months_later(_period_start(TierWindow.CALENDAR_QUARTER, after), _QUARTER)
        case ReviewOn.YEAR_START:
            return date(after.year + 1, 1, 1)


def held_from(policy: Tiers, day: date, as_of: date) -> date | None:
    """The last guaranteed day of a tier reached (or confirmed) on `day` by what counted up to `as_of`."""
    if policy.hold_to_next_year:
        return date(as_of.year + 1, 12, 31)
    return months_later(day, policy.hold_months) - ONE_DAY if policy.hold_months else None


def grace_from(policy: Tiers, day: date) -> date:
    """The last day of a grace that starts on `day`."""
    last = months_later(day, policy.grace_months) - ONE_DAY
    match policy.grace_to:
        case None:
            return last
        case RoundTo.END_OF_MONTH:
            return months_later(last.replace(day=1), 1) - ONE_DAY
        case RoundTo.END_OF_QUARTER:
            return months_later(_period_start(TierWindow.CALENDAR_QUARTER, last), _QUARTER) - ONE_DAY
        case RoundTo.END_OF_YEAR:
            return date(last.year, 12, 31)


@lru_cache(maxsize=4096)  # a night asks the same of every member
def months_later(day: date, months: int) -> date:
    """The same day number so many months on (or back), cut to the end of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _period_start(window: TierWindow, day: date) -> date:
    match window:
        case TierWindow.CALENDAR_YEAR:
            return date(day.year, 1, 1)
        case TierWindow.CALENDAR_QUARTER:
            return date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)
        case _:
            return day.replace(day=1)
