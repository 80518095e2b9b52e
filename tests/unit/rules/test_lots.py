"""When points open and end: calendar arithmetic in local days, by hand-made tables."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia.rules import EndOf, Expiry, LotPolicy, LotTerms, Pending, extended_day, joins, last_day, terms_of, waits

DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("expiry", "start", "end"),
    [
        (Expiry(), "2025-01-31", None),
        (Expiry(days=30), "2025-01-10", "2025-02-09"),
        (Expiry(days=90), "2025-01-31", "2025-05-01"),
        (Expiry(days=365), "2024-02-29", "2025-02-28"),
        (Expiry(months=1), "2025-01-25", "2025-02-25"),
        (Expiry(months=1), "2025-01-31", "2025-02-28"),
        (Expiry(months=1), "2024-01-31", "2024-02-29"),
        (Expiry(months=1), "2025-02-28", "2025-03-28"),
        (Expiry(months=12), "2024-02-29", "2025-02-28"),
        (Expiry(months=48), "2024-02-29", "2028-02-29"),
        (Expiry(months=3), "2025-11-30", "2026-02-28"),
        (Expiry(months=11), "2025-12-31", "2026-11-30"),
        (Expiry(months=12, round_up_to_month=True), "2025-03-05", "2026-03-31"),
        (Expiry(months=1, round_up_to_month=True), "2024-01-31", "2024-02-29"),
        (Expiry(days=1, round_up_to_month=True), "2025-01-31", "2025-02-28"),
        (Expiry(end_of=EndOf.MONTH), "2025-02-01", "2025-02-28"),
        (Expiry(end_of=EndOf.MONTH), "2024-02-29", "2024-02-29"),
        (Expiry(end_of=EndOf.YEAR), "2025-01-01", "2025-12-31"),
        (Expiry(end_of=EndOf.YEAR), "2025-12-31", "2025-12-31"),
        (Expiry(each_year=(3, 31)), "2025-03-31", "2025-03-31"),
        (Expiry(each_year=(3, 31)), "2025-04-01", "2026-03-31"),
        (Expiry(each_year=(2, 29)), "2025-01-01", "2025-02-28"),
        (Expiry(each_year=(2, 29)), "2023-03-01", "2024-02-29"),
        (Expiry(each_year=(6, 15), round_up_to_month=True), "2025-06-16", "2026-06-30"),
        (Expiry(inactivity_months=6), "2025-08-31", "2026-02-28"),
    ],
)
def test_the_last_day_by_hand(expiry: Expiry, start: str, end: str | None) -> None:
    assert last_day(expiry, day(start)) == (None if end is None else day(end))


@given(DAYS, st.integers(1, 400))
def test_no_way_of_counting_ends_before_it_starts(start: date, n: int) -> None:
    every = [
        Expiry(days=n), Expiry(months=n), Expiry(inactivity_months=n), Expiry(end_of=EndOf.MONTH), Expiry(end_of=EndOf.YEAR),
        Expiry(each_year=(n % 12 + 1, n % 28 + 1)), Expiry(each_year=(2, 29)),
    ]  # fmt: skip
    for expiry in every:
        end = last_day(expiry, start)
        assert end is not None
        assert end >= start
        rounded = last_day(Expiry(days=(end - start).days or 1, round_up_to_month=True), start)
        assert rounded is not None
        assert (rounded + timedelta(days=1)).day == 1


@given(DAYS, DAYS, st.integers(1, 60))
def test_what_starts_later_never_ends_earlier(one: date, other: date, n: int) -> None:
    for expiry in (Expiry(days=n), Expiry(months=n), Expiry(end_of=EndOf.MONTH), Expiry(each_year=(n % 12 + 1, n % 28 + 1))):
        first, second = last_day(expiry, min(one, other)), last_day(expiry, max(one, other))
        assert first is not None
        assert second is not None
        assert first <= second


@given(DAYS, st.integers(1, 600))
def test_months_keep_the_day_number_or_cut_it_to_the_last_of_the_month(start: date, months: int) -> None:
    end = last_day(Expiry(months=months), start)
    assert end is not None
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


TWO_WEEKS = Pending(days=14)
TOLD = Pending()


@pytest.mark.parametrize(
    ("policy", "own", "terms"),
    [
        (LotPolicy(), None, LotTerms()),
        (LotPolicy(expiry=Expiry(days=1)), None, LotTerms(last_day=day("2025-03-02"))),
        (LotPolicy(expiry=Expiry(days=1)), Expiry(), LotTerms()),
        (LotPolicy(), Expiry(days=2), LotTerms(last_day=day("2025-03-03"))),
        (LotPolicy(pending=TWO_WEEKS), None, LotTerms(pending=True, opens_on=day("2025-03-15"))),
        (
            LotPolicy(pending=TWO_WEEKS, expiry=Expiry(days=90)), None,
            LotTerms(pending=True, opens_on=day("2025-03-15"), last_day=day("2025-06-13")),
        ),
        (
            LotPolicy(pending=TWO_WEEKS, expiry=Expiry(days=90, from_available=False)), None,
            LotTerms(pending=True, opens_on=day("2025-03-15"), last_day=day("2025-05-30")),
        ),
        (LotPolicy(pending=TOLD, expiry=Expiry(days=90)), None, LotTerms(pending=True)),
        (LotPolicy(pending=TOLD, expiry=Expiry(days=90, from_available=False)), None, LotTerms(pending=True, last_day=day("2025-05-30"))),
    ],
)  # fmt: skip
def test_the_terms_of_points_earned_on_the_first_of_march(policy: LotPolicy, own: Expiry | None, terms: LotTerms) -> None:
    assert terms_of(policy, own, day("2025-03-01")) == terms


def test_what_does_not_wait_counts_from_its_own_day() -> None:
    policy = LotPolicy(pending=TWO_WEEKS, expiry=Expiry(days=90))
    assert terms_of(policy, None, day("2025-03-01"), waits=False) == LotTerms(last_day=day("2025-05-30"))


def test_only_an_order_waits_to_be_fulfilled() -> None:
    assert [waits(LotPolicy(pending=TOLD), trigger) for trigger in ("purchase", "signup", "review")] == [True, False, False]
    assert [waits(LotPolicy(pending=TWO_WEEKS), trigger) for trigger in ("purchase", "signup", "review")] == [True, True, True]
    assert not waits(LotPolicy(), "purchase")


@pytest.mark.parametrize(
    ("expiry", "activity", "moved"),
    [
        (Expiry(months=12), "earn", None),
        (Expiry(months=12, extend_on=frozenset({"earn"})), "earn", "2026-03-01"),
        (Expiry(months=12, extend_on=frozenset({"earn"})), "redeem", None),
        (Expiry(months=12, extend_on=frozenset({"review"})), "review", "2026-03-01"),
        (Expiry(inactivity_months=6), "earn", "2025-09-01"),
        (Expiry(inactivity_months=6), "redeem", "2025-09-01"),
        (Expiry(inactivity_months=6), "visit", None),
        (Expiry(inactivity_months=6, resets_on=frozenset({"visit"})), "earn", None),
        (Expiry(extend_on=frozenset({"earn"})), "earn", None),
    ],
)
def test_what_moves_every_lot_and_to_which_day(expiry: Expiry, activity: str, moved: str | None) -> None:
    assert extended_day(LotPolicy(expiry=expiry), activity, day("2025-03-01")) == (None if moved is None else day(moved))


def test_the_newest_date_is_that_of_what_was_earned_even_when_it_opens_later() -> None:
    policy = LotPolicy(pending=TWO_WEEKS, expiry=Expiry(days=90, extend_on=frozenset({"earn", "redeem"})))
    assert extended_day(policy, "earn", day("2025-03-01")) == terms_of(policy, None, day("2025-03-01")).last_day == day("2025-06-13")
    assert extended_day(policy, "redeem", day("2025-03-01")) == day("2025-05-30")


def test_under_inactivity_what_comes_with_anything_else_ends_with_what_is_there() -> None:
    policy = LotPolicy(expiry=Expiry(inactivity_months=6, resets_on=frozenset({"redeem"})))
    assert joins(policy, "earn")
    assert not joins(policy, "redeem")
    assert not joins(LotPolicy(expiry=Expiry(months=6)), "earn")
