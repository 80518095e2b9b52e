"""Instants on their way to PostgreSQL and back: whatever zone they are said in, alone and in lists, at the hour that autumn repeats too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from praemia.foundation.db import Database, connect

LANDED = datetime(1969, 7, 20, 20, 17, 40, 7, UTC)
BERLIN = ZoneInfo("Europe/Berlin")
_ZONES = st.sampled_from([UTC, BERLIN, ZoneInfo("Asia/Kathmandu"), timezone(timedelta(hours=-3, minutes=-30))])
_INSTANTS = st.datetimes(timezones=_ZONES).filter(lambda instant: 1 < instant.year < 9999)  # in every zone


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    opened = await connect(database)
    yield opened
    await opened.close()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instants=st.lists(_INSTANTS, max_size=20))
async def test_instants_come_back_as_they_went(db: Database, instants: list[datetime]) -> None:
    async with db.unscoped() as conn:
        back = await conn.fetchval("select $1::timestamptz[]", instants)
        alone = [await conn.fetchval("select $1::timestamptz", one) for one in instants]
    assert back == alone == [one.astimezone(UTC) for one in instants]
    assert all(one.tzinfo is UTC for one in back)


async def test_the_hour_that_autumn_repeats_is_two_hours(db: Database) -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    async with db.unscoped() as conn:
        one, other = await conn.fetchval("select $1::timestamptz[]", [first, first.replace(fold=1)])
    assert other - one == timedelta(hours=1)


async def test_instants_mean_to_postgresql_what_they_mean_to_us(db: Database) -> None:
    async with db.unscoped() as conn:
        assert await conn.fetchval("select timestamptz '1999-12-31 23:59:59.000001Z'") == datetime(1999, 12, 31, 23, 59, 59, 1, UTC)
        assert await conn.fetchval("select $1::timestamptz::text", LANDED) == "1969-07-20 20:17:40.000007+00"
