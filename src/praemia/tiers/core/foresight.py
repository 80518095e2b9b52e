"""Looking ahead: when a tier falls if nothing more happens, until when it is sure, and when somebody has to look again.

A night looks only at members for whom something is due that day, so these days decide what a night costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from praemia.rules import Downgrade, ReviewOn, Tiers, TierWindow
from praemia.tiers.core.figures import bottom, figures, reached
from praemia.tiers.core.windows import ONE_DAY, grace_from, held_from, leaves_on, next_review, reviewed_day
from praemia.tiers.model import Book, Fall, TierState

_LOOKS = 400  # reviews ahead; the longest window (120 months) at monthly reviews needs 121


def next_fall(policy: Tiers, book: Book, state: TierState, after: date) -> Fall | None:
    """The first day after a day on which the earned tier would fall (or a grace begin) if nothing more happened."""
    rank = policy.rank(state.earned)
    if policy.downgrade is Downgrade.NEVER or rank <= bottom(policy):
        return None
    if state.grace_until is not None and state.grace_until > after:
        return _after_grace(policy, book, state, rank)
    held = state.held_until
    steady = policy.window is TierWindow.LIFETIME or policy.only_balance
    for day in _looks(policy, book, after, held):
        if held is not None and held >= day:
            continue
        as_of = _judged_on(policy, day)
        reach = reached(policy, figures(policy, book, as_of))
        if reach < rank:
            target = max(reach, rank - 1) if policy.one_level else reach
            return Fall(day=day, to=policy.named(target))
        if steady:
            return None
        held = held_from(policy, day, as_of) if policy.hold_months or policy.hold_to_next_year else None
        if policy.review is ReviewOn.TIER_END:
            return next_fall_after(policy, book, state, held, rank, as_of)
    return None


def next_fall_after(policy: Tiers, book: Book, state: TierState, held: date | None, rank: int, after: date) -> Fall | None:
    """The fall at the end of a guaranteed time that is yet to be confirmed, and so on."""
    for _ in range(_LOOKS):
        if held is None or held <= after:
            return None
        day = held + ONE_DAY
        as_of = reviewed_day(policy, day)
        reach = reached(policy, figures(policy, book, as_of))
        if reach < rank:
            return Fall(day=day, to=policy.named(max(reach, rank - 1) if policy.one_level else reach))
        after, held = held, held_from(policy, day, as_of)
    return None


def next_due(policy: Tiers, book: Book, state: TierState, fall: Fall | None, today: date) -> date | None:
    """The first day after today on which a night has to look at this member."""
    return min((day for day in _dues(policy, book, state, fall, today) if day is not None and day > today), default=None)


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


def _dues(policy: Tiers, book: Book, state: TierState, fall: Fall | None, today: date) -> Iterator[date | None]:
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
    if above and state.held_until is not None and policy.hold_months:
        yield next_review(policy, max(today, state.held_until), book.joined_on, state.held_until)
    if fall is not None:
        yield fall.day
        if policy.at_risk_days is not None and state.warned_of != fall.day:
            yield max(fall.day - timedelta(days=policy.at_risk_days), today + ONE_DAY)


def is_near(policy: Tiers, fall: Fall, today: date) -> bool:
    """Whether the member is to be told of a fall today."""
    return policy.at_risk_days is not None and (fall.day - today).days <= policy.at_risk_days


def _rises(policy: Tiers, book: Book, state: TierState, review: date) -> bool:
    return reached(policy, figures(policy, book, reviewed_day(policy, review))) > policy.rank(state.earned)


def _after_grace(policy: Tiers, book: Book, state: TierState, rank: int) -> Fall | None:
    assert state.grace_until is not None
    day = state.grace_until + ONE_DAY
    target = max(reached(policy, figures(policy, book, day)), policy.rank(state.grace_to))
    return Fall(day=day, to=policy.named(target)) if target < rank else None


def _looks(policy: Tiers, book: Book, after: date, held: date | None) -> Iterator[date]:
    """The days after a day on which less may count than before, or on which a review looks."""
    if policy.downgrade is Downgrade.IMMEDIATE or policy.review is ReviewOn.DAILY:
        # Nothing changes between the days on which something leaves the window; a review sees it when it looks back on that day.
        late = ONE_DAY if policy.downgrade is not Downgrade.IMMEDIATE and reviewed_day(policy, after) != after else timedelta()
        gone = {leaves_on(policy, counted_on, book.joined_on) for counted_on in book.days}
        days = {day + late for day in gone if day is not None} | {after + ONE_DAY} | ({held + ONE_DAY} if held is not None else set())
        yield from sorted(day for day in days if day > after)
        return
    day: date | None = after
    for _ in range(_LOOKS):
        day = next_review(policy, day, book.joined_on, held) if day is not None else None
        if day is None:
            return
        yield day


def _judged_on(policy: Tiers, day: date) -> date:
    return day if policy.downgrade is Downgrade.IMMEDIATE else reviewed_day(policy, day)
