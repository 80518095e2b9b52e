"""Writes that travel together: all of them arrive, or none, and a lost race is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from praemia import journal
from praemia.foundation.db import UNREACHABLE, Contended, Database, Tx, connect
from praemia.foundation.ids import digest_id, new_id
from tests.rooms.ground import Ground, open_ground


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened


async def _claim(tx: Tx, *names: str) -> None:
    claims = [(journal.identity_of(tx, 1, journal.ORDER, name), digest_id(name), new_id(3)) for name in names]
    await journal.claim_keys(tx, claims)


async def _claim_together(ground: Ground, *names: str) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx, tx.together():
        for name in names:
            await _claim(tx, name)


async def _known(db: Database, tenant_id: int, *names: str) -> int:
    async with db.rehearsal(tenant_id) as tx:
        return len(await journal.find_keys(tx, [journal.identity_of(tx, 1, journal.ORDER, name) for name in names]))


async def test_parts_of_one_statement_all_arrive_each_with_its_own_parameters(ground: Ground) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx, tx.together():
        await _claim(tx, "a", "b")
        await _claim(tx, "c")
        assert not await journal.find_keys(tx, [journal.identity_of(tx, 1, journal.ORDER, "a")])  # nothing has travelled yet
    assert await _known(ground.db, ground.tenant_id, "a", "b", "c") == 3


async def test_one_part_that_loses_its_race_takes_the_others_with_it(ground: Ground) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        await _claim(tx, "taken")
    with pytest.raises(Contended):
        await _claim_together(ground, "fresh", "taken")
    assert await _known(ground.db, ground.tenant_id, "fresh", "taken") == 1


async def test_what_writes_is_planned_once_and_what_reads_as_postgresql_thinks_best(ground: Ground) -> None:
    async def mode(tx: Tx) -> str:
        return str(await tx.conn.fetchval("show plan_cache_mode"))

    assert await ground.db.run(ground.tenant_id, mode) == "force_generic_plan"
    async with ground.db.transaction(ground.tenant_id) as tx:
        assert await mode(tx) == "auto"
    async with ground.db.reading(ground.tenant_id) as tx:
        assert await mode(tx) == "force_generic_plan"


async def test_a_reading_cannot_write_sees_what_was_committed_and_always_gives_its_connection_back(ground: Ground, database: str) -> None:
    db = await connect(database, size=1)
    for number in range(20):
        async with ground.db.transaction(ground.tenant_id) as tx:
            await _claim(tx, str(number))
        async with db.reading(ground.tenant_id) as tx:
            assert len(await journal.find_keys(tx, [journal.identity_of(tx, 1, journal.ORDER, str(number))])) == 1
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with db.reading(ground.tenant_id) as tx:
                await _claim(tx, "never")

    async def dawdle() -> None:
        async with db.reading(ground.tenant_id) as tx:
            await tx.conn.fetchval("select pg_sleep(10)")

    for seconds in (0, 0.001, 0.05):
        leaving = asyncio.create_task(dawdle())
        await asyncio.sleep(seconds)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
    async with db.unscoped() as conn:
        assert await conn.fetchval("select current_setting('app.tenant_id', true)") in (None, "")
    await asyncio.wait_for(db.close(), 5)


async def test_who_reads_before_a_reading_has_ended_goes_on_in_it_for_a_while_and_sees_what_was_committed_since(ground: Ground) -> None:
    began = []
    for number in range(40):
        async with ground.db.reading(ground.tenant_id) as tx:
            began.append(await tx.conn.fetchval("select now()"))
            async with ground.db.transaction(ground.tenant_id) as other:
                await _claim(other, str(number))
            assert len(await journal.find_keys(tx, [journal.identity_of(tx, 1, journal.ORDER, str(number))])) == 1
            assert not tx.known
            tx.known["seen"] = number
    assert len(set(began)) == 3


async def test_nobody_goes_on_in_the_reading_of_another_tenant_nor_in_one_that_failed(ground: Ground) -> None:
    seen = []
    for tenant in (1, 2, 1, 2):
        async with ground.db.reading(tenant) as tx:
            seen.append(await tx.conn.fetchval("select current_setting('app.tenant_id')"))
    assert seen == ["1", "2", "1", "2"]
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with ground.db.reading(1) as tx:
            await tx.conn.fetchval("select 1 / 0")
    async with ground.db.reading(1) as tx:
        assert await tx.conn.fetchval("select 1") == 1


async def test_a_reading_whose_server_hung_up_is_not_handed_on(ground: Ground, database: str) -> None:
    owner = await asyncpg.connect(database)

    async def hang_up(pid: int) -> None:
        await owner.execute("select pg_terminate_backend($1, 1000)", pid)

    for ends_well in (False, True, False):
        with suppress(*UNREACHABLE):
            async with ground.db.reading(ground.tenant_id) as tx:
                pid = await tx.conn.fetchval("select pg_backend_pid()")
                if not ends_well:
                    await hang_up(pid)
                    await tx.conn.fetchval("select 1")
        if ends_well:
            await hang_up(pid)
        async with ground.db.reading(ground.tenant_id) as tx:
            assert await tx.conn.fetchval("select pg_backend_pid()") != pid
    await owner.close()
