"""When a sale without a network happened. A terminal's clock is a claim: it is held against the server's, twice. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from praemia.tills.errors import ClockAhead, ClockMoved

TOLERANCE = timedelta(minutes=2)


def skew_of(sent_at: datetime, now: datetime) -> int:
    """By how many seconds the terminal's own clock is ahead of ours. The way of the message counts as skew; it is short."""
    return _seconds(sent_at - now)


def time_of(at: datetime, *, offset_seconds: int, skew_seconds: int | None, clock: datetime, sandbox: bool) -> tuple[datetime, int]:
    """The instant a sale counts at, and by how many seconds it was moved for that.

    `at` holds the correction `offset_seconds`. When the clock, measured again (`skew_seconds`), asks for another correction, it was set
    meanwhile and nobody knows when the sale was: ClockMoved. A little ahead of now becomes now, more is ClockAhead. A sandbox has a
    clock of its own that may stand still: there whatever lies ahead of it becomes its now.
    """
    if sandbox:
        return (at, 0) if at <= clock else (clock, _seconds(at - clock))
    tolerated = TOLERANCE // timedelta(seconds=1)
    if skew_seconds is not None and abs(-skew_seconds - offset_seconds) > tolerated:
        raise ClockMoved(corrected=offset_seconds, measured=-skew_seconds)
    if at <= clock:
        return at, 0
    if at - clock > TOLERANCE:
        raise ClockAhead(occurred_at=at.isoformat(), now=clock.isoformat(), seconds=_seconds(at - clock))
    return clock, _seconds(at - clock)


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
