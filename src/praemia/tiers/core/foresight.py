"""Looking ahead: when a tier falls if nothing more happens, until when it is sure, and when somebody has to look again.

A night looks only at members for whom something is due that day, so these days decide what a night costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from praemia.rules import Downgrade, ReviewOn, Tiers, TierWindow
from praemia.tiers.core.figures import bottom, figures, reached
from praemia.tiers.core.windows import ONE_DAY, grace_from, held_from, is_review, leaves_on, looked_up_to, next_review
from praemia.tiers.model import Book, Fall, TierState

_LOOKS = 400  # reviews ahead; the longest window (120 months) at monthly reviews needs 121


def next_fall(policy: Tiers, book: Book, state: TierState, after: date) -> Fall | None:
    """The first day after a day on which the earned tier would fall (or a grace begin) if nothing more happened."""
    rank = policy.rank(state.earned)
    if policy.downgrade is Downgrade.NEVER or rank <= bottom(policy):
        return None
    if state.grace_until is not None and state.grace_until > after:
        return _after_grace(policy, book, state, rank)
    held, day = state.held_until, after
    steady = policy.window is TierWindow.LIFETIME or policy.only_balance
    for _ in range(_LOOKS):
        coming = _next_look(policy, book, day, held)
        if coming is None:
            return None
        day = coming
        reviewing = is_review(policy, day, book.joined_on, held)
        as_of = looked_up_to(policy, day, reviewing=reviewing)
        reach = reached(policy, figures(policy, book, as_of))
        falls = (reviewing or policy.downgrade is Downgrade.IMMEDIATE) and (held is None or held < day)
        if reach < rank and falls:
            return Fall(day=day, to=policy.named(max(reach, rank - 1) if policy.one_level else reach))
        if reach >= rank and reviewing:
            if steady:
                return None
            held = confirmed_until(policy, held, day, as_of)
    return None


def confirmed_until(policy: Tiers, held: date | None, day: date, as_of: date) -> date | None:
    """Until when a tier is guaranteed after a review on `day` found enough for it."""
    if not policy.hold_to_next_year and held is not None and held >= day:
        return held
    anew = held_from(policy, day, as_of)
    return anew if held is None or anew is None else max(held, anew)


def next_due(policy: Tiers, book: Book, state: TierState, fall: Fall | None, today: date, *, warned_of: date | None) -> date | None:
    """The first day after today on which a night has to look at this member, who was last warned of a fall on a day."""
    return min((day for day in _dues(policy, book, state, fall, today, warned_of) if day is not None and day > today), default=None)


def sure_until(policy: Tiers, book: Book, state: TierState, fall: Fall | None) -> date | None:
    """The last day on which the tier is sure; None: nothing ends it."""
    if state.assigned is not None and (state.is_fixed or policy.rank(state.assigned) > policy.rank(state.earned)):
        return state.assigned_until
    if policy.rank(state.earned) <= bottom(policy):
        return None
    if state.grace_until is not None:
        return state.grace_until
    if state.held_until is not None and state.held_until >= state.seen_on:
        return state.held_until
    if fall is None:
        return None
    return grace_from(policy, fall.day) if policy.grace_months else fall.day - ONE_DAY


def _dues(policy: Tiers, book: Book, state: TierState, fall: Fall | None, today: date, warned_of: date | None) -> Iterator[date | None]:
    yield from (waiting.opens_on for waiting in book.waiting.values())
    for last in (state.assigned_until, state.grace_until):
        yield None if last is None else last + ONE_DAY
    review = next_review(policy, today, book.joined_on, state.held_until)
    above = policy.rank(state.earned) > bottom(policy)
    if policy.expire_all:
        yield review
    if policy.by_balance and (policy.upgrade_at_review or (above and policy.downgrade is Downgrade.AT_REVIEW)):
        yield review
    if policy.upgrade_at_review and review is not None and _rises(policy, book, state, review):
        yield review
    if above and (policy.hold_months or policy.hold_to_next_year):
        yield _renewal(policy, book, state, today)
    if fall is not None:
        yield fall.day
        if policy.at_risk_days is not None and warned_of != fall.day:
            yield max(fall.day - timedelta(days=policy.at_risk_days), today + ONE_DAY)


def is_near(policy: Tiers, fall: Fall, today: date) -> bool:
    """Whether the member is to be told of a fall today."""
    return policy.at_risk_days is not None and (fall.day - today).days <= policy.at_risk_days


def _renewal(policy: Tiers, book: Book, state: TierState, today: date) -> date | None:
    """The first review after today that may prolong the guaranteed time."""
    held = state.held_until
    review = next_review(policy, today if held is None or policy.hold_to_next_year else max(today, held), book.joined_on, held)
    if review is None or not policy.hold_to_next_year:
        return review
    return None if held == confirmed_until(policy, held, review, looked_up_to(policy, review, reviewing=True)) else review


def _rises(policy: Tiers, book: Book, state: TierState, review: date) -> bool:
    return reached(policy, figures(policy, book, looked_up_to(policy, review, reviewing=True))) > policy.rank(state.earned)


def _after_grace(policy: Tiers, book: Book, state: TierState, rank: int) -> Fall | None:
    assert state.grace_until is not None
    day = state.grace_until + ONE_DAY
    as_of = looked_up_to(policy, day, reviewing=is_review(policy, day, book.joined_on, state.held_until))
    target = max(reached(policy, figures(policy, book, as_of)), policy.rank(state.grace_to))
    return Fall(day=day, to=policy.named(target)) if target < rank else None


def _next_look(policy: Tiers, book: Book, after: date, held: date | None) -> date | None:
    """The first day after a day on which a review looks, or on which less may count than before."""
    days: set[date] = set()
    daily = policy.review is ReviewOn.DAILY
    if daily or policy.downgrade is Downgrade.IMMEDIATE:
        # Between the days on which something leaves the window nothing changes; a review that looks back sees it a day later.
        late = after + ONE_DAY - looked_up_to(policy, after + ONE_DAY, reviewing=daily)
        gone = {leaves_on(policy, counted_on, book.joined_on) for counted_on in book.days}
        days = {day + late for day in gone if day is not None} | ({held + ONE_DAY} if held is not None else set())
        days.add(after + ONE_DAY if held is None else max(held, after) + ONE_DAY)
    review = None if daily else next_review(policy, after, book.joined_on, held)
    return min((day for day in (*days, *([review] if review else [])) if day > after), default=None)
