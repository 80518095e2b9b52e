"""Calendar arithmetic of tiers: windows, the days on which something leaves them, reviews, guaranteed time and grace."""

from datetime import date, timedelta
from typing import Any

import pytest

from praemia.rules import Level, Measure, ReviewOn, RoundTo, Tiers, TierWindow
from praemia.tiers.core.windows import grace_from, held_from, is_review, leaves_on, looked_up_to, months_later, next_review, window_start

JOINED = date(2024, 2, 29)


def policy(**more: Any) -> Tiers:
    return Tiers(levels=(Level(id="base", at={Measure.SPEND: 0}),), unit="points", to="points", **more)


def rolling(months: int) -> Tiers:
    return policy(window=TierWindow.ROLLING_MONTHS, length=months)


@pytest.mark.parametrize(
    ("tiers", "as_of", "start"),
    [
        (policy(), date(2025, 6, 1), date.min),
        (policy(window=TierWindow.CALENDAR_YEAR), date(2025, 12, 31), date(2025, 1, 1)),
        (policy(window=TierWindow.CALENDAR_QUARTER), date(2025, 6, 30), date(2025, 4, 1)),
        (policy(window=TierWindow.CALENDAR_MONTH), date(2025, 2, 28), date(2025, 2, 1)),
        (rolling(12), date(2026, 3, 9), date(2025, 3, 10)),
        (rolling(12), date(2026, 3, 10), date(2025, 3, 11)),
        (rolling(1), date(2025, 3, 31), date(2025, 3, 1)),
        (rolling(12), date(2025, 2, 28), date(2024, 2, 29)),
        (policy(window=TierWindow.SINCE_JOINING, length=100), JOINED + timedelta(days=99), JOINED),
        (policy(window=TierWindow.SINCE_JOINING, length=100), JOINED + timedelta(days=100), JOINED + timedelta(days=100)),
    ],
)
def test_a_window_ends_today_and_starts_where_it_says(tiers: Tiers, as_of: date, start: date) -> None:
    assert window_start(tiers, as_of, JOINED) == start


@pytest.mark.parametrize("window", [window for window in TierWindow if window is not TierWindow.LIFETIME])
@pytest.mark.parametrize("length", [1, 3, 12])
def test_a_day_leaves_the_window_on_the_first_day_whose_window_starts_after_it(window: TierWindow, length: int) -> None:
    tiers = policy(window=window, length=length)
    for n in range(800):
        counted_on = JOINED + timedelta(days=n)
        gone = leaves_on(tiers, counted_on, JOINED)
        assert gone is not None
        assert window_start(tiers, gone, JOINED) > counted_on
        assert window_start(tiers, gone - timedelta(days=1), JOINED) <= counted_on


@pytest.mark.parametrize(
    ("tiers", "held_until"),
    [
        (policy(review=ReviewOn.DAILY), None),
        (policy(review=ReviewOn.MONTH_START), None),
        (policy(review=ReviewOn.QUARTER_START), None),
        (policy(review=ReviewOn.YEAR_START), None),
        (policy(review=ReviewOn.DATES, review_dates=(date(2024, 5, 1), date(2025, 1, 15))), None),
        (policy(review=ReviewOn.EVERY_DAYS, review_days=30), None),
        (policy(review=ReviewOn.NEVER), None),
    ],
)
def test_the_next_review_is_the_first_day_of_review_to_come(tiers: Tiers, held_until: date | None) -> None:
    for n in range(500):
        after = JOINED + timedelta(days=n)
        coming = next_review(tiers, after, JOINED, held_until)
        days = [after + timedelta(days=more) for more in range(1, 400)]
        assert coming == next((day for day in days if is_review(tiers, day, JOINED, held_until)), None)


def test_a_tier_is_reviewed_when_its_guaranteed_time_is_over() -> None:
    tiers = policy(review=ReviewOn.TIER_END, hold_months=12)
    held = held_from(tiers, date(2025, 3, 10), date(2025, 3, 10))
    assert held == date(2026, 3, 9)
    assert next_review(tiers, date(2025, 6, 1), JOINED, held) == date(2026, 3, 10)
    assert not is_review(tiers, date(2026, 3, 9), JOINED, held)
    assert is_review(tiers, date(2026, 3, 10), JOINED, held)


def test_a_review_looks_at_a_window_that_has_just_ended_as_a_whole() -> None:
    assert looked_up_to(policy(window=TierWindow.CALENDAR_YEAR), date(2026, 1, 1), reviewing=True) == date(2025, 12, 31)
    assert looked_up_to(policy(window=TierWindow.CALENDAR_YEAR), date(2026, 1, 1), reviewing=False) == date(2026, 1, 1)
    assert looked_up_to(rolling(12), date(2026, 1, 1), reviewing=True) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("round_up", "last"),
    [
        (None, date(2026, 1, 31)),
        (RoundTo.END_OF_MONTH, date(2026, 1, 31)),
        (RoundTo.END_OF_QUARTER, date(2026, 3, 31)),
        (RoundTo.END_OF_YEAR, date(2026, 12, 31)),
    ],
)
def test_a_grace_of_one_month_after_the_year(round_up: RoundTo | None, last: date) -> None:
    assert grace_from(policy(grace_months=1, grace_to=round_up), date(2026, 1, 1)) == last


def test_the_end_of_next_year_counts_from_the_year_in_which_it_was_reached() -> None:
    assert held_from(policy(hold_to_next_year=True), date(2026, 1, 1), date(2025, 12, 31)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
    ],
)
def test_months_are_cut_to_their_end(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
