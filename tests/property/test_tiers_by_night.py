"""Looking only on due days ends where looking every night does: the days a tier is looked at decide its cost, never its course."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from praemia.foundation.ids import new_id
from praemia.rules import Downgrade, Level, Measure, ReviewOn, RoundTo, Tiers, TierWindow
from praemia.tiers.core.climbing import catch_up, count_event, live
from praemia.tiers.core.figures import figures, reached
from praemia.tiers.model import Book, Cause, Counts, Opening, TierState
from tests.laws import few

START = date(2024, 1, 20)
LEVELS = tuple(Level(id=name, at={Measure.POINTS: at}, factor=Fraction(1)) for name, at in (("base", 0), ("silver", 50), ("gold", 100)))
WINDOWS = [(window, 0) for window in TierWindow if window not in (TierWindow.ROLLING_MONTHS, TierWindow.SINCE_JOINING)]
REVIEWS = [review for review in ReviewOn if review not in (ReviewOn.DATES, ReviewOn.EVERY_DAYS)]


@st.composite
def policies(draw: Any) -> Tiers:
    window, length = draw(st.sampled_from([*WINDOWS, (TierWindow.ROLLING_MONTHS, 3), (TierWindow.SINCE_JOINING, 100)]))
    review = draw(st.sampled_from([*REVIEWS, ReviewOn.DATES, ReviewOn.EVERY_DAYS]))
    downgrade = draw(st.sampled_from(Downgrade))
    hold = draw(st.sampled_from([2, -1] if review is ReviewOn.TIER_END else [0, 2, -1]))  # months; -1: to the end of next year
    return Tiers(
        levels=LEVELS,
        unit="points",
        to="points",
        window=window,
        length=length,
        review=review,
        review_dates=(date(2024, 5, 5), date(2024, 9, 1), date(2025, 2, 2)),
        review_days=45,
        upgrade_at_review=draw(st.booleans()) if downgrade is not Downgrade.IMMEDIATE else False,
        downgrade=downgrade,
        one_level=draw(st.booleans()),
        hold_months=hold if hold > 0 else 0,
        hold_to_next_year=hold < 0,
        grace_months=draw(st.sampled_from([0, 0, 1])),
        grace_to=draw(st.sampled_from([None, RoundTo.END_OF_QUARTER])),
        at_risk_days=draw(st.sampled_from([None, 10])),
    )


events = st.lists(st.tuples(st.integers(0, 260), st.integers(1, 80), st.sampled_from([None, 0, 7, 30])), max_size=8)


def book() -> Book:
    joined = datetime.combine(START, time(9), UTC)
    state = TierState(tier="base", since=joined, seen_on=START, earned="base")
    return Book(owner_id=UUID(int=1), program_id=1, joined_at=joined, zone=ZoneInfo("UTC"), state=state, version=1)


def at_noon(n: int) -> Cause:
    day = START + timedelta(days=n)
    return Cause(at=datetime.combine(day, time(12), UTC), day=day, event=new_id(1))


@given(policies(), events)
@few(150)
def test_looking_on_due_days_ends_where_looking_every_night_does(policy: Tiers, happened: list[tuple[int, int, int | None]]) -> None:
    diligent, lazy = book(), book()
    by_day: dict[int, list[tuple[int, int | None]]] = {}
    for n, points, waits in happened:
        by_day.setdefault(n, []).append((points, waits))
    for n in range(1, 400):
        live(policy, diligent, START + timedelta(days=n))
        for points, waits in by_day.get(n, ()):
            cause = at_noon(n)
            opening = Opening() if waits is None else Opening(waits=True, on=cause.day + timedelta(days=waits))
            catch_up(policy, lazy, cause.day)
            for each in (diligent, lazy):
                count_event(policy, each, Counts(points=points), cause.day, cause, opening)
            assert shown(lazy) == shown(diligent), cause.day
    catch_up(policy, lazy, START + timedelta(days=399))
    assert shown(lazy) == shown(diligent)
    assert [(c.at.date(), c.was, c.becomes) for c in lazy.changes] == [(c.at.date(), c.was, c.becomes) for c in diligent.changes]


@given(policies(), events, st.randoms(use_true_random=False))
@few(200)
def test_what_counts_does_not_depend_on_the_order_of_arrival(
    policy: Tiers, happened: list[tuple[int, int, int | None]], chance: Any
) -> None:
    in_order, shuffled = book(), book()
    late = list(happened)
    chance.shuffle(late)
    for each, sent in ((in_order, sorted(happened, key=lambda one: one[0])), (shuffled, late)):
        for n, points, _ in sent:
            count_event(policy, each, Counts(points=points), at_noon(n).day, at_noon(n), Opening())
    for n in range(0, 500, 37):
        day = START + timedelta(days=n)
        assert figures(policy, in_order, day) == figures(policy, shuffled, day)


@given(policies(), events)
@few(200)
def test_a_tier_is_never_above_what_was_once_reached_nor_below_what_counts_at_once(
    policy: Tiers, happened: list[tuple[int, int, int | None]]
) -> None:
    one = book()
    best = 0
    for n, points, _ in sorted(happened, key=lambda each: each[0]):
        cause = at_noon(n)
        catch_up(policy, one, cause.day)
        count_event(policy, one, Counts(points=points), cause.day, cause, Opening())
        now = reached(policy, figures(policy, one, cause.day))
        best = max(best, now)
        assert policy.rank(one.state.tier) <= best
        if not policy.upgrade_at_review:
            assert policy.rank(one.state.tier) >= now


def shown(one: Book) -> tuple[Any, ...]:
    state = one.state
    return state.tier, state.since.date(), state.earned, state.grace_until, state.grace_to
