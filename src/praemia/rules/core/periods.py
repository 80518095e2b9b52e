"""Which stored counter a day belongs to: the first local day of each period. A week starts on Monday."""

from __future__ import annotations

from datetime import date, timedelta

from praemia.rules.model import Period

ALWAYS = date(1, 1, 1)
COUNTED = frozenset({Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR, Period.LIFETIME})


def first_day(period: Period, day: date) -> date:
    """The first day of the period that holds `day`; a lifetime starts on 0001-01-01. ORDER and BALANCE keep no counter."""
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)
        case Period.LIFETIME:
            return ALWAYS
        case Period.ORDER | Period.BALANCE:
            raise ValueError(f"period {period} has no counter")
