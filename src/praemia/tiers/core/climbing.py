"""Rising and falling: what an event, a night or an assignment makes of a member's tier. Every change goes through `_settled`.

`look` compares what counts with what is held. A tier rises at once or at a review; it falls at a review or at once, but not while it is
held, and after the grace if there is one. What was assigned lies beside what was earned, and ends on its own day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from praemia.foundation.values import replace
from praemia.rules import Downgrade, ReviewOn, Tiers
from praemia.tiers.core.figures import Figures, bottom, figures, reached
from praemia.tiers.core.foresight import confirmed_until, is_near, next_due, next_fall
from praemia.tiers.core.windows import grace_from, held_from, is_review, looked_up_to
from praemia.tiers.model import Book, Cause, Change, Counts, Entry, Mode, Opening, Reason, TierState, Waiting


def catch_up(policy: Tiers, book: Book, day: date) -> None:
    """Live the nights up to `day` in which this member was due. A balance of a past night is not known: that is left to the night."""
    if policy.by_balance or policy.expire_all:
        return
    while book.state.due_day is not None and book.state.due_day <= day:
        live(policy, book, book.state.due_day)


def live(policy: Tiers, book: Book, day: date) -> None:
    """The night to `day` for one member: waiting points come, what was assigned ends, a review is held if it is the day for one."""
    cause = _night_to(day, book.zone)
    for waiting in [w for w in book.waiting.values() if w.opens_on is not None and w.opens_on <= day]:
        come(book, waiting)
    state = book.state
    if state.assigned is not None and state.assigned_until is not None and state.assigned_until < day:
        ended = replace(state, assigned=None, assigned_until=None, is_fixed=False)
        _settled(policy, book, ended, cause, Reason.ENDED, figures(policy, book, day))
    reviewing = is_review(policy, day, book.joined_on, book.state.held_until)
    look(policy, book, cause, as_of=looked_up_to(policy, day, reviewing=reviewing), reviewing=reviewing)
    book.expires_all = book.expires_all or (reviewing and policy.expire_all)


def count(policy: Tiers, book: Book, counts: Counts, day: date, cause: Cause) -> None:
    """Count on a local day (below zero: back) and look at what has become of the tier."""
    add(book, day, counts)
    look(policy, book, replace(cause, day=max(cause.day, book.state.seen_on)))


def add(book: Book, day: date, counts: Counts) -> None:
    """Count without looking."""
    if counts:
        book.days[day] = book.days.get(day, Counts()).plus(counts)
        book.added[day] = book.added.get(day, Counts()).plus(counts)
        book.lifetime = book.lifetime.plus(counts)
        book.touched = True


def put_off(book: Book, waiting: Waiting) -> None:
    """Points that will count later."""
    book.waiting[waiting.event_id] = book.put_off[waiting.event_id] = waiting
    book.touched = True


def count_event(policy: Tiers, book: Book, counts: Counts, day: date, cause: Cause, opens: Opening) -> None:
    """Count what happened on a local day; its points only once they can be used, unless the programme says otherwise."""
    later = opens.waits and not policy.count_pending and (opens.on is None or opens.on > max(cause.day, book.state.seen_on))
    if later and counts.points > 0 and cause.event is not None:
        put_off(book, Waiting(event_id=cause.event, day=day, opens_on=opens.on, points=counts.points))
        counts = replace(counts, points=0)
    count(policy, book, counts, day, cause)


def count_back(policy: Tiers, book: Book, counts: Counts, day: date, cause: Cause, origin: UUID) -> None:
    """Take back what an event of a local day counted for: first what still waits."""
    waiting = book.waiting.get(origin)
    if waiting is not None and counts.points > 0:
        taken = min(waiting.points, counts.points)
        put_off(book, replace(waiting, points=waiting.points - taken))
        counts = replace(counts, points=counts.points - taken)
    count(policy, book, Counts().minus(counts), day, cause)


def tier_with(policy: Tiers, book: Book, counts: Counts, day: date, opens: Opening, gained: int) -> str | None:
    """The tier that counting this, and holding so much more, would lift the member to; the present one when it would not."""
    trial = replace(
        book, days=dict(book.days), waiting={}, added={}, put_off={}, came=set(), changes=[], entries=[], warnings=[],
        balance=book.balance + gained,
    )  # fmt: skip
    seen = replace(counts, points=0) if opens.waits and not policy.count_pending else counts
    count(policy, trial, seen, day, Cause(at=book.state.since, day=day))
    return trial.state.tier if policy.rank(trial.state.tier) > policy.rank(book.state.tier) else book.state.tier


def come(book: Book, waiting: Waiting) -> None:
    """Waiting points count now, for the day they were earned on."""
    del book.waiting[waiting.event_id]
    book.put_off.pop(waiting.event_id, None)
    book.came.add(waiting.event_id)
    add(book, waiting.day, Counts(points=waiting.points))


def look(policy: Tiers, book: Book, cause: Cause, *, as_of: date | None = None, reviewing: bool = False) -> None:
    """Compare what counts on `as_of` (the day of the cause) with what is held, and let the tier rise, stay or fall."""
    state, until = book.state, as_of or cause.day
    found = figures(policy, book, until)
    reach, rank = reached(policy, found), policy.rank(state.earned)
    if reach > rank and (reviewing or not policy.upgrade_at_review):
        risen = replace(state, earned=policy.named(reach), held_until=held_from(policy, cause.day, until), grace_until=None, grace_to=None)
        _settled(policy, book, _greeted(policy, book, risen, reach, cause), cause, Reason.REACHED, found)
    elif reach >= rank:
        _settled(policy, book, _confirmed(policy, state, rank, cause, until, reviewing=reviewing), cause, Reason.REACHED, found)
    else:
        _settled(policy, book, _fallen(policy, state, reach, cause, until, reviewing=reviewing), cause, Reason.FELL, found)


def assign(policy: Tiers, book: Book, tier: str | None, mode: Mode, until: date | None, cause: Cause) -> None:
    """Give a tier (None: take back what was given). ONCE makes it their own; what counts decides from then on."""
    state = book.state
    if tier is None:
        given = replace(state, assigned=None, assigned_until=None, is_fixed=False)
    elif mode is Mode.ONCE:
        rank = policy.rank(tier)
        held = held_from(policy, cause.day, cause.day) if rank > bottom(policy) else None
        given = replace(state, earned=tier, held_until=until or held, grace_until=None, grace_to=None)
    else:
        given = replace(state, assigned=tier, assigned_until=until, is_fixed=mode is Mode.FIXED)
    _settled(policy, book, given, cause, Reason.ASSIGNED, figures(policy, book, cause.day))


def merge(policy: Tiers, kept: Book, dropped: Book, cause: Cause, *, recompute: bool) -> None:
    """One member's counts and tier become another's. The better of both is kept, then what the sum reaches; `recompute`: only that."""
    for day, counts in [*dropped.days.items()]:
        add(kept, day, counts)
        add(dropped, day, Counts().minus(counts))
    older = dropped.lifetime  # what was counted before the days at hand stays one sum
    if older:
        add(kept, dropped.joined_on, older)
        add(dropped, dropped.joined_on, Counts().minus(older))
    for waiting in [*dropped.waiting.values()]:
        put_off(kept, waiting)
        put_off(dropped, replace(waiting, points=0))
    mine, theirs = kept.state, dropped.state
    reach = reached(policy, figures(policy, kept, cause.day))
    better = max((mine, theirs), key=lambda state: policy.rank(state.earned))
    gift = max((mine, theirs), key=lambda state: policy.rank(state.assigned))
    state = replace(
        mine,
        earned=policy.named(reach) if recompute else better.earned,
        held_until=None if recompute else better.held_until,
        grace_until=None if recompute else better.grace_until,
        grace_to=None if recompute else better.grace_to,
        assigned=gift.assigned,
        assigned_until=gift.assigned_until,
        is_fixed=gift.is_fixed,
        entered=mine.entered | theirs.entered,
    )
    _settled(policy, kept, state, cause, Reason.MERGED, figures(policy, kept, cause.day))
    if reach > policy.rank(state.earned):
        look(policy, kept, cause)


@lru_cache(maxsize=64)
def _night_to(day: date, zone: ZoneInfo) -> Cause:
    return Cause(at=datetime.combine(day, time(), zone).astimezone(UTC), day=day)


def effective(policy: Tiers, state: TierState) -> str | None:
    """The tier that counts."""
    if state.assigned is not None and (state.is_fixed or policy.rank(state.assigned) > policy.rank(state.earned)):
        return state.assigned
    return policy.named(policy.rank(state.earned))


def _confirmed(policy: Tiers, state: TierState, rank: int, cause: Cause, as_of: date, *, reviewing: bool) -> TierState:
    held = state.held_until
    anew = reviewing or (policy.hold_to_next_year and cause.event is not None)
    if rank > bottom(policy) and anew and (policy.hold_months or policy.hold_to_next_year):
        held = confirmed_until(policy, held, cause.day, as_of)
    if held == state.held_until and state.grace_until is None and state.grace_to is None:
        return state
    return replace(state, held_until=held, grace_until=None, grace_to=None)


def _fallen(policy: Tiers, state: TierState, reach: int, cause: Cause, as_of: date, *, reviewing: bool) -> TierState:
    """The state of somebody for whom too little counts: still held, in grace, or a tier below."""
    grace_over = state.grace_until is not None and state.grace_until < cause.day
    if policy.downgrade is Downgrade.NEVER or not (reviewing or grace_over or policy.downgrade is Downgrade.IMMEDIATE):
        return state
    if state.held_until is not None and state.held_until >= cause.day:
        return state
    rank = policy.rank(state.earned)
    target = max(reach, rank - 1) if policy.one_level else reach
    if policy.grace_months:
        if state.grace_until is None:
            return replace(state, grace_until=grace_from(policy, cause.day), grace_to=policy.named(target))
        if not grace_over:
            return state
        target = max(reach, policy.rank(state.grace_to))
    kept = target > bottom(policy) and (reach >= target or policy.review is ReviewOn.TIER_END)
    held = held_from(policy, cause.day, as_of) if kept else None
    return replace(state, earned=policy.named(target), held_until=held, grace_until=None, grace_to=None)


def _greeted(policy: Tiers, book: Book, state: TierState, rank: int, cause: Cause) -> TierState:
    """Whoever reaches a tier for the first time by their own doing is welcomed to it."""
    level = policy.levels[rank]
    if not level.entry_quanta or level.id in state.entered:
        return state
    if cause.greet:
        book.entries.append(Entry(tier=level.id, unit=policy.to, quanta=level.entry_quanta, cause=cause))
    return replace(state, entered=state.entered | {level.id})


def _settled(policy: Tiers, book: Book, state: TierState, cause: Cause, reason: Reason, found: Figures) -> None:
    """Make a state the member's, with the change it is, the warning it asks for and the day somebody has to look again."""
    tier, since = effective(policy, state), state.since
    if tier != state.tier:
        at = max(cause.at, state.since)
        book.changes.append(
            Change(at=at, was=state.tier, becomes=tier, reason=reason, figures={m.value: n for m, n in found.items()}, cause=cause.event)
        )
        book.past = (*book.past, (at, state.tier))
        since = at
    fall = next_fall(policy, book, state, cause.day)
    warned_of = state.warned_of
    if fall is not None and warned_of != fall.day and is_near(policy, fall, cause.day):
        warned_of = fall.day
        book.warnings.append((fall.day, fall.to))
    due_day = next_due(policy, book, state, fall, cause.day, warned_of=warned_of)
    state = replace(state, tier=tier, since=since, seen_on=max(state.seen_on, cause.day), warned_of=warned_of, due_day=due_day)
    book.touched = book.touched or not book.stored or state != book.state
    book.state = state
