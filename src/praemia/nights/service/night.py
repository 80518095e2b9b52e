"""One night of one programme, page by page, in the fixed order of `Step`.

Until EXPIRE whatever posts says the day before, so that points whose last day is over can still be used and counted. A page that
is lived twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from praemia import programs
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.foundation.values import replace
from praemia.nights.model import Night, Page, Step
from praemia.nights.service.celebrating import celebrate, occasions_of
from praemia.nights.service.reviewing import review
from praemia.nights.service.rewarding import costs_of, reward
from praemia.nights.service.settling import expire, open_waiting
from praemia.programs import OpenProgram

Work = Callable[[Tx, Night, Page, int], Awaitable[tuple[int, UUID | None]]]
"""Does a step for owners from page.bucket to the last bucket given. Answers how many it touched, and after which one it stopped,
if it did."""

_STEPS: Mapping[Step, Work] = {
    Step.OPEN: open_waiting,
    Step.REWARD: reward,
    Step.CELEBRATE: celebrate,
    Step.REVIEW: review,
    Step.EXPIRE: expire,
}
_ORDER = list(Step)


def first_page(day: date) -> Page:
    """Where the night of a day begins."""
    return Page(day=day, step=_ORDER[0])


async def night_of(tx: Tx, program: OpenProgram, day: date, zone: ZoneInfo, now: datetime) -> Night:
    """The midnight at which a local day begins."""
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    version = program.version_at(midnight)
    policies = await programs.policies_of(tx, program, version)
    return Night(program=program, day=day, midnight=midnight, zone=zone, version=version, policies=policies, now=now)


def has_more_than_lots(night: Night) -> bool:
    """Whether anything may happen that night besides what opens and expires."""
    return bool(occasions_of(night) or costs_of(night))


async def live(tx: Tx, night: Night, page: Page, *, span: int, enough: int) -> Page | None:
    """Live on from a page, `span` buckets at a time, until `enough` owners were touched. Answers what comes next, None when the
    night is over."""
    coming: Page | None = page
    touched = 0
    while coming is not None and touched < enough:
        here = coming
        coming, more = await live_step(tx, night, here, last_bucket=BUCKETS - 1, span=span, enough=enough - touched)
        touched += more
        if coming.bucket >= BUCKETS:
            coming = after_step(here)
    return coming


async def live_step(tx: Tx, night: Night, page: Page, *, last_bucket: int, span: int, enough: int) -> tuple[Page, int]:
    """Live on within a step and up to a bucket, until `enough` owners were touched. Answers what comes next, behind the last bucket
    when nothing does, and how many were touched."""
    touched = 0
    while page.bucket <= last_bucket and touched < enough:
        until = min(page.bucket + span - 1, last_bucket)
        more, after = await _STEPS[page.step](tx, night, page, until)
        touched += more
        page = replace(page, after=after) if after is not None else replace(page, bucket=until + 1, after=None)
    return page, touched


def after_step(page: Page) -> Page | None:
    """Where the step after a page's begins; None: it was the last."""
    later = _ORDER[_ORDER.index(page.step) + 1 :]
    return Page(day=page.day, step=later[0]) if later else None
