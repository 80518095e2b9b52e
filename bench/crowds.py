"""Crowds for the night: a few hundred members live a year through the product's own verbs, then PostgreSQL multiplies their rows.

A copy of a member has ids, bucket and reference of its own and is otherwise the same, so that every law of the books still holds.
The night itself is not asked anything here.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from bench.indexes import without_indexes
from bench.queries import queries
from praemia import access, programs
from praemia.earning import Command, Recorded, record
from praemia.foundation.db import Database
from praemia.foundation.ids import BUCKETS
from praemia.journal import ORDER
from praemia.members import Enrolment

SLUG = "nights"
ORIGINALS = 500
_TABLES = (
    "members",
    "events",
    "transfers",
    "lot_states",
    "allocations",
    "accounts",
    "tier_counts",
    "tier_states",
    "tier_waiting",
    "tier_changes",
)
_BATCH = 1000
_JOINED = datetime(2023, 11, 20, 9, tzinfo=UTC)
Purchases = list[tuple[datetime, int]]  # when, and for how many minor units


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A programme, how one of its members lives, and the midnight at which the measured night begins."""

    name: str
    file: str
    midnight: datetime
    life: Callable[[random.Random], Purchases]


def _ordinary(chance: random.Random) -> Purchases:
    """One to five purchases on any day of thirteen months; every eighth member came to the sale a fortnight before the night."""
    days = sorted(chance.randrange(1, 412) for _ in range(chance.randrange(1, 6)))
    bought = [(datetime(2024, 1, 12, 12, tzinfo=UTC) + timedelta(days=day), 1000 * chance.randrange(1, 15)) for day in days]
    sale = [(datetime(2025, 2, 15, 12, tzinfo=UTC), 2000)] if chance.random() < 1 / 8 else []
    return sorted(bought + sale)


def _yearly(chance: random.Random) -> Purchases:
    """Much in the year before, less in this one, the last of it a fortnight before the year ends."""
    return [
        (datetime(2023, 12, 1 + chance.randrange(20), 12, tzinfo=UTC), 40_000),
        (datetime(2024, 12, 18, 12, tzinfo=UTC), 12_000 + chance.randrange(5000)),
    ]


_RULES = """
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: stamp, trigger: purchase, to: stamps, earn: {points: 1}}
"""
_LEVELS = "levels: [{id: base, at: 0}, {id: silver, at: 100}, {id: gold, at: 300}]"
ORDINARY = Kind(
    name="ordinary",
    file=f"""
program: {SLUG}
units: {{points: {{expiry: {{months: 12, round_up: end_of_month}}}}, stamps: {{pending: {{days: 14}}}}}}
tiers: {{basis: points, window: {{rolling_months: 12}}, review: month_start, at_risk_days: 14, {_LEVELS}}}
{_RULES}""",
    midnight=datetime(2025, 3, 1, tzinfo=UTC),
    life=_ordinary,
)
WORST = Kind(
    name="worst",
    file=f"""
program: {SLUG}
units: {{points: {{expiry: {{end_of: year}}}}, stamps: {{pending: {{days: 14}}}}}}
tiers: {{basis: points, window: calendar_year, review: year_start, {_LEVELS}}}
{_RULES}""",
    midnight=datetime(2025, 1, 1, tzinfo=UTC),
    life=_yearly,
)
KINDS = {kind.name: kind for kind in (ORDINARY, WORST)}


async def gather(db: Database, tenant: str, kind: Kind, live: Callable[[int, datetime], Awaitable[object]]) -> int:
    """The originals of a crowd, on the eve of the measured night; answers the tenant. `live` lives what is due at an instant."""
    tenant_id = await access.create_tenant(db, tenant, tenant, at=_JOINED, bucket_span=BUCKETS)
    async with db.transaction(tenant_id) as tx:
        await programs.apply(tx, kind.file, at=_JOINED, by="bench")
    names = [f"M{n:04d}" for n in range(ORIGINALS)]
    chance = random.Random(1)
    await _record(db, tenant_id, [_sign_up(name) for name in names], _JOINED)
    bought = sorted((at, name, minor) for name in names for at, minor in kind.life(chance))
    for month in sorted({at.replace(day=1) for at, _, _ in bought}):
        await _record(db, tenant_id, [_purchase(*one) for one in bought if one[0].replace(day=1) == month], None)
    for days in (2, 1):  # the first look starts the count of nights, the second lives the one before
        await live(tenant_id, kind.midnight - timedelta(days=days, hours=-1))
    return tenant_id


async def multiply(dsn: str, tenant_id: int, members: int) -> None:
    """Copies of the originals until there are so many members."""
    conn = await asyncpg.connect(dsn)
    try:
        await queries().make_copying(conn)
        copies = max(members // ORIGINALS - 1, 0)
        async with without_indexes(conn, _TABLES):
            for table in _TABLES:
                await getattr(queries(), f"multiply_{table}")(conn, tenant_id=tenant_id, copies=copies)
        await conn.execute("vacuum analyze")
        await conn.execute("checkpoint")
    finally:
        await conn.close()


async def _record(db: Database, tenant_id: int, commands: Sequence[Command], now: datetime | None) -> None:
    for first in range(0, len(commands), _BATCH):
        batch = commands[first : first + _BATCH]
        async with db.transaction(tenant_id) as tx:
            answers = await record(tx, batch, now=now or max(command.occurred_at for command in batch if command.occurred_at))
        assert all(isinstance(answer, Recorded) for answer in answers), answers


def _sign_up(name: str) -> Command:
    return Command(program=SLUG, kind="signup", member=name, occurred_at=_JOINED, enrolment=Enrolment(reference=name, enrolled_at=_JOINED))


def _purchase(at: datetime, name: str, minor: int) -> Command:
    order = f"{name}-{at:%Y%m%d%H}-{minor}"
    inputs = {"order": order, "lines": [{"sku": "tea", "amount_minor": minor}]}
    return Command(program=SLUG, kind="purchase", member=name, inputs=inputs, identities=((ORDER, order),), occurred_at=at)
