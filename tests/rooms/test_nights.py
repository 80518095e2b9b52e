"""The calendar: birthdays and anniversaries are paid at local midnight, once a year whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from praemia import members, nights, programs
from praemia.members import Change
from praemia.worker.nights import live_due
from tests.rooms.deeds import codes, recorded
from tests.rooms.ground import JOINED, Ground, open_ground, purchase

GIFTS = """
program: cafe
timezone: Europe/Berlin
currency: EUR
units: {points: {}}
earning:
  rules:
    - {id: cake, trigger: birthday, earn: {points: 100}}
    - {id: year, trigger: anniversary, earn: {points: 10}}
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
"""
MARCH = GIFTS.replace("trigger: birthday,", "trigger: birthday, leap_day: mar1,").replace(
    "trigger: anniversary,", "trigger: anniversary, leap_day: mar1,"
)
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2025, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened


async def sandbox(ground: Ground, source: str = GIFTS, clock: datetime = START) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        await programs.apply(tx, source, at=START, by="test", mode=programs.Mode.SANDBOX, clock=clock)


async def until(ground: Ground, to: datetime) -> int:
    """Set the sandbox's clock, in a transaction of its own."""
    return await ground.db.run(ground.tenant_id, lambda tx: nights.set_clock(tx, "cafe", to, now=START))


async def paid(ground: Ground) -> list[tuple[str, str, datetime]]:
    """(reference, kind, instant) of every occasion, in order."""
    rows = await ground.fetch(
        "select m.reference, e.kind, e.occurred_at from events e join members m using (member_id)"
        " where e.kind in ('birthday', 'anniversary') order by e.occurred_at, e.kind, m.reference"
    )
    return [(r["reference"], r["kind"], r["occurred_at"]) for r in rows]


async def days(ground: Ground) -> list[tuple[str, str, str]]:
    """The same with the local day."""
    return [(who, kind, f"{at.astimezone(BERLIN):%Y-%m-%d}") for who, kind, at in await paid(ground)]


async def test_a_birthday_is_paid_at_local_midnight_and_every_year_again(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", at=START, birthdate=date(1990, 7, 20))
    await ground.enrol("cafe", "bob", at=START, birthdate=date(1990, 12, 24))
    assert await until(ground, datetime(2026, 7, 20, 12, tzinfo=UTC)) == 556
    assert [(who, at) for who, kind, at in await paid(ground) if kind == "birthday"] == [
        ("ada", datetime(2025, 7, 19, 22, tzinfo=UTC)),  # summer time
        ("bob", datetime(2025, 12, 23, 23, tzinfo=UTC)),
        ("ada", datetime(2026, 7, 19, 22, tzinfo=UTC)),
    ]
    assert await ground.balances("cafe", "ada") == {"points": 210}


async def test_nothing_is_paid_before_midnight_and_all_of_it_at_midnight(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", at=START, birthdate=date(1990, 7, 20))
    midnight = datetime(2025, 7, 19, 22, tzinfo=UTC)
    await until(ground, midnight - timedelta(microseconds=1))
    assert await paid(ground) == []
    await until(ground, midnight)
    assert len(await paid(ground)) == 1


@pytest.mark.once
@pytest.mark.parametrize(("source", "kept"), [(GIFTS, "2025-02-28"), (MARCH, "2025-03-01")], ids=["feb28", "mar1"])
async def test_a_leap_day_is_kept_every_year_where_the_rule_says(ground: Ground, source: str, kept: str) -> None:
    await sandbox(ground, source, clock=datetime(2024, 2, 29, 11, tzinfo=UTC))
    await ground.enrol("cafe", "ada", at=datetime(2024, 2, 29, 10, tzinfo=UTC), birthdate=date(1992, 2, 29))
    await until(ground, datetime(2028, 3, 1, tzinfo=UTC))
    common = [kept, kept.replace("2025", "2026"), kept.replace("2025", "2027")]
    for kind in ("birthday", "anniversary"):
        assert [day for _, k, day in await days(ground) if k == kind] == [*common, "2028-02-29"]


@pytest.mark.once
async def test_the_neighbours_of_a_leap_day_keep_their_own(ground: Ground) -> None:
    await sandbox(ground, clock=datetime(2024, 1, 1, tzinfo=UTC))
    await ground.enrol("cafe", "feb", at=datetime(2024, 1, 1, tzinfo=UTC), birthdate=date(1990, 2, 28))
    await ground.enrol("cafe", "mar", at=datetime(2024, 1, 1, tzinfo=UTC), birthdate=date(1990, 3, 1))
    await until(ground, datetime(2025, 12, 30, tzinfo=UTC))
    assert [(who, day) for who, kind, day in await days(ground) if kind == "birthday"] == [
        ("feb", "2024-02-28"), ("mar", "2024-03-01"), ("feb", "2025-02-28"), ("mar", "2025-03-01"),
    ]  # fmt: skip


async def test_who_joins_on_the_birthday_is_paid_from_next_year_on(ground: Ground) -> None:
    await sandbox(ground, clock=datetime(2025, 7, 20, 12, tzinfo=UTC))
    await ground.enrol("cafe", "ada", at=datetime(2025, 7, 19, 22, tzinfo=UTC), birthdate=date(1990, 7, 20))  # at midnight itself
    await ground.enrol("cafe", "bob", at=datetime(2025, 7, 20, 11, tzinfo=UTC), birthdate=date(1990, 7, 20))
    await until(ground, datetime(2026, 7, 20, 12, tzinfo=UTC))
    assert [(who, day) for who, kind, day in await days(ground) if kind == "birthday"] == [("ada", "2026-07-20"), ("bob", "2026-07-20")]


async def test_the_local_day_of_joining_is_the_anniversary(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "late", at=datetime(2024, 6, 30, 22, 30, tzinfo=UTC))  # half past midnight on 1 July there
    await ground.enrol("cafe", "early", at=datetime(2024, 6, 30, 21, 30, tzinfo=UTC))
    await until(ground, datetime(2025, 8, 1, tzinfo=UTC))
    assert await days(ground) == [("early", "anniversary", "2025-06-30"), ("late", "anniversary", "2025-07-01")]


async def test_no_anniversary_in_the_year_of_joining(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", at=START)
    await until(ground, datetime(2025, 12, 31, 12, tzinfo=UTC))
    assert await paid(ground) == []
    await until(ground, datetime(2027, 1, 31, 12, tzinfo=UTC))
    assert [day for _, _, day in await days(ground)] == ["2026-01-10", "2027-01-10"]


async def test_a_changed_birth_date_pays_once_a_calendar_year(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", at=START, birthdate=date(1990, 3, 1))
    await until(ground, datetime(2025, 4, 1, tzinfo=UTC))
    for born, to in ((date(1990, 6, 1), datetime(2025, 7, 1, tzinfo=UTC)), (date(1990, 2, 1), datetime(2026, 12, 1, tzinfo=UTC))):
        async with ground.db.transaction(ground.tenant_id) as tx:
            await members.change(tx, 1, "ada", Change(birthdate=born))
        await until(ground, to)
    assert [day for _, kind, day in await days(ground) if kind == "birthday"] == ["2025-03-01", "2026-02-01"]


async def test_who_has_left_is_not_paid(ground: Ground, database: str) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", "bob", at=START, birthdate=date(1990, 3, 1))
    conn = await asyncpg.connect(database)
    await conn.execute("update members set status = 'closed' where reference = 'ada'")
    await conn.close()
    await until(ground, datetime(2026, 2, 1, tzinfo=UTC))
    assert {who for who, _, _ in await paid(ground)} == {"bob"}


async def test_a_night_is_paid_by_the_version_of_its_day(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", at=START, birthdate=date(1990, 3, 1))
    await ground.enrol("cafe", "bob", at=START, birthdate=date(1990, 5, 1))
    async with ground.db.transaction(ground.tenant_id) as tx:
        effective = datetime(2025, 4, 1, tzinfo=UTC)
        await programs.apply(tx, GIFTS.replace("points: 100", "points: 7"), at=START, by="test", effective_from=effective)
    await until(ground, datetime(2025, 6, 1, tzinfo=UTC))
    assert (await ground.balances("cafe", "ada"), await ground.balances("cafe", "bob")) == ({"points": 100}, {"points": 7})


async def test_the_clock_sees_what_happened_on_the_way_as_its_own_time(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", at=START, birthdate=date(1990, 3, 1))
    await until(ground, datetime(2025, 6, 1, tzinfo=UTC))
    (gift,) = await ground.fetch("select occurred_at, posted_at from events where kind = 'birthday'")
    assert gift["posted_at"] == gift["occurred_at"] == datetime(2025, 2, 28, 23, tzinfo=UTC)
    (bought,) = await ground.record(purchase("cafe", "ada", "A1", 100))
    assert recorded(bought).posted_at == datetime(2025, 6, 1, tzinfo=UTC)


async def test_in_one_leap_or_in_many_steps_the_same_is_paid(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", at=START, birthdate=date(1990, 3, 1))
    lived = 0
    to = START
    while to < datetime(2025, 3, 20, tzinfo=UTC):
        to += timedelta(hours=7)
        lived += await until(ground, to)
    assert lived == (to.date() - START.date()).days
    assert await until(ground, to) == 0
    assert [day for _, _, day in await days(ground)] == ["2025-03-01"]


async def test_a_clock_goes_neither_backwards_nor_in_a_live_programme(ground: Ground) -> None:
    await sandbox(ground)
    with pytest.raises(nights.ClockBackwards):
        await until(ground, START - timedelta(microseconds=1))
    assert await until(ground, START) == 0
    await ground.apply(GIFTS.replace("program: cafe", "program: bar"))
    async with ground.db.transaction(ground.tenant_id) as tx:
        with pytest.raises(nights.NotASandbox):
            await nights.set_clock(tx, "bar", START + timedelta(days=1), now=START)
        with pytest.raises(programs.ProgramUnknown):
            await nights.set_clock(tx, "pub", START + timedelta(days=1), now=START)


async def test_clocks_set_at_once_live_every_night_once(ground: Ground) -> None:
    await sandbox(ground)
    await ground.enrol("cafe", "ada", at=START, birthdate=date(1990, 1, 12))
    to = [START + timedelta(days=n) for n in (3, 3, 3, 3)]
    assert sum(await asyncio.gather(*(until(ground, t) for t in to))) == 3
    assert [day for _, kind, day in await days(ground) if kind == "birthday"] == ["2025-01-12"]
    assert await ground.discrepancies() == []


async def test_a_live_night_is_paid_once_however_often_and_by_however_many_it_is_run(ground: Ground) -> None:
    await ground.apply(GIFTS, at=JOINED)
    await ground.enrol("cafe", "ada", birthdate=date(1990, 1, 12))
    assert await live_due(ground.db, START) == 0  # the first look starts the count
    late = START + timedelta(days=3)
    assert sum(await asyncio.gather(*(live_due(ground.db, late) for _ in range(4)))) == 3
    assert await live_due(ground.db, late) == 0
    assert await live_due(ground.db, late - timedelta(days=2)) == 0  # a clock that is behind pays nothing twice
    assert [day for _, kind, day in await days(ground) if kind == "birthday"] == ["2025-01-12"]


async def test_a_night_is_paid_however_late_it_is_lived_and_whatever_the_limit_of_backdating(ground: Ground) -> None:
    await ground.apply(GIFTS.replace("earning:\n", "earning:\n  backdate_limit_days: 0\n"), at=JOINED)
    await ground.enrol("cafe", "ada", birthdate=date(1990, 1, 12))
    await live_due(ground.db, START)
    await live_due(ground.db, START + timedelta(days=30))
    assert await ground.balances("cafe", "ada") == {"points": 100}
    late = purchase("cafe", "ada", "A1", 100, at=START)
    assert codes(await ground.record(late, now=START + timedelta(seconds=1))) == ["earning.too_old"]
