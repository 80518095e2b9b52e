"""Commands that several room tests send: sign-up, correction, visit, activity; `purchase` is in ground."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from praemia import earning, journal
from praemia.earning import Command, Recorded
from praemia.foundation.errors import DomainError
from praemia.members import Enrolment
from tests.rooms.ground import JOINED


def sign_up(program: str, reference: str, *, at: datetime = JOINED, key: str | None = None, **more: Any) -> Command:
    """An enrolment as an event."""
    return Command(
        program=program,
        kind="signup",
        member=reference,
        identities=_keyed(key),
        occurred_at=at,
        enrolment=Enrolment(reference=reference, enrolled_at=at, **more),
    )


def adjust(program: str, reference: str, amount: int, key: str | None = None, *, unit: str = "points", may_owe: bool = False) -> Command:
    """A correction by staff, in quanta."""
    inputs = {"unit": unit, "amount": amount, "reason": "test"} | ({"may_owe": True} if may_owe else {})
    return Command(program=program, kind=earning.ADJUSTMENT, member=reference, inputs=inputs, identities=_keyed(key))


def activity(
    program: str,
    kind: str,
    reference: str | None,
    own: str | None = None,
    *,
    at: datetime | None = None,
    key: str | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Command:
    """A visit, or an activity with its fields; `own` is the sender's id of it."""
    identities = (((journal.EVENT_ID, own),) if own else ()) + _keyed(key)
    return Command(
        program=program,
        kind=kind,
        member=reference,
        inputs={"fields": dict(fields)} if fields else {},
        identities=identities,
        occurred_at=at,
    )


def recorded(answer: Recorded | DomainError) -> Recorded:
    """The answer, which must not be a refusal."""
    assert isinstance(answer, Recorded), answer
    return answer


def codes(answers: list[Recorded | DomainError]) -> list[str]:
    """Each answer in a word: recorded, replayed, or the refusal's code."""
    return [("replayed" if a.replayed else "recorded") if isinstance(a, Recorded) else a.code for a in answers]


async def someone_waits(dsn: str) -> None:
    """Come back when a transaction of that database waits for a lock."""
    conn = await asyncpg.connect(dsn)
    try:
        for _ in range(1000):
            if await conn.fetchval("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"):
                return
            await asyncio.sleep(0.01)
        raise AssertionError("nobody waited")
    finally:
        await conn.close()


def _keyed(key: str | None) -> tuple[tuple[str, str], ...]:
    return () if key is None else ((journal.IDEMPOTENCY_KEY, key),)
