"""Statements that travel together: what writes arrives as a whole or not at all, what reads is answered as if alone, and a lost race is
noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from praemia import earning, journal
from praemia.earning import Recorded
from praemia.foundation.db import UNREACHABLE, Contended, Database, Tx, connect, tentative
from praemia.foundation.ids import digest_id, new_id
from praemia.rules import CounterKey, Scope, Usage
from tests.rooms.ground import NOW, ONE_POINT_PER_EURO, Ground, open_ground, purchase


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


async def _owner_of(tx: Tx, name: str) -> UUID:
    await tx.conn.execute("select 1")  # a statement of its own, on the way
    (found,) = await tx.ask("praemia.journal", "find_keys", tenant_id=tx.tenant_id, keys=[_place(tx, name)])
    return UUID(str(found[1]))


def _place(tx: Tx, name: str) -> tuple[int, UUID]:
    one = journal.identity_of(tx, 1, journal.ORDER, name)
    return one.bucket, one.key


async def test_what_is_asked_side_by_side_is_what_one_after_the_other_answers(ground: Ground) -> None:
    names = ("a", "b", "nobody")
    async with ground.db.transaction(ground.tenant_id) as tx:
        await _claim(tx, "a", "b")

        def looks() -> list[Coroutine[Any, Any, Any]]:
            found = [journal.find_keys(tx, [journal.identity_of(tx, 1, journal.ORDER, name)]) for name in names]
            return [*found, journal.find_keys(tx, []), journal.lock_counters(tx, []), _owner_of(tx, "b")]

        one_by_one = [await look for look in looks()]
        assert await tx.side_by_side(*looks()) == one_by_one
        assert [len(one) for one in one_by_one[:4]] == [1, 1, 0, 0]


async def test_one_look_that_fails_ends_all_and_the_transaction_goes_on(ground: Ground) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        await _claim(tx, "a", "b")
        ended = []

        async def look(name: str) -> None:
            try:
                for _ in range(3):
                    await _owner_of(tx, name)
            finally:
                ended.append(name)

        with pytest.raises(ValueError, match="not enough values to unpack"):
            await tx.side_by_side(look("a"), look("nobody"), look("a"))
        assert sorted(ended) == ["a", "a", "nobody"]
        assert await _owner_of(tx, "a") != await _owner_of(tx, "b")


LIMITED = ONE_POINT_PER_EURO + "    - {id: treat, trigger: purchase, earn: {points: 100}, limit: {times: 1, per: lifetime}}\n"


@pytest.mark.parametrize("bought_before", [0, 1])
async def test_who_waits_for_an_account_judges_by_the_counters_of_whoever_was_first(ground: Ground, bought_before: int) -> None:
    """They are read in the statement that waits. One that is there is locked, which shows it as it is; one that was begun meanwhile
    sends the second look back."""
    await ground.apply(LIMITED.replace("times: 1", f"times: {1 + bought_before}"))
    await ground.enrol("cafe", "ada")
    for number in range(bought_before):
        await ground.record(purchase("cafe", "ada", f"before-{number}", 100))
    async with ground.db.transaction(ground.tenant_id) as tx:
        (first,) = await earning.record(tx, [purchase("cafe", "ada", "first", 100)], now=NOW)
        second = asyncio.create_task(ground.record(purchase("cafe", "ada", "second", 100)))
        await _until_somebody_waits(ground)
    assert isinstance(first, Recorded)
    assert first.verdict.awards == {"points": 101}
    (answer,) = await asyncio.wait_for(second, 10)
    assert isinstance(answer, Recorded)
    assert answer.verdict.awards == {"points": 1}
    used = await ground.fetch("select counter, used from counters where used > 0 order by counter")
    assert {row["used"] for row in used if row["counter"] == "purchases"} == {2 + bought_before}
    assert await ground.discrepancies() == []


async def _until_somebody_waits(ground: Ground) -> None:
    async with asyncio.timeout(10):
        while not (await ground.fetch("select count(*) as n from pg_locks where not granted"))[0]["n"]:  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.01)


async def test_what_a_savepoint_takes_back_is_forgotten(ground: Ground) -> None:
    """A counter that was begun in a part that is undone is not there any more: what counts next begins it again."""
    counter = (new_id(3), CounterKey(scope=Scope.MEMBER, counter="treat", period=NOW.date()))
    async with ground.db.transaction(ground.tenant_id) as tx:
        with suppress(journal.EventUnknown):
            async with tentative(tx):
                await journal.spend_counters(tx, {counter: (1, NOW)})
                raise journal.EventUnknown(reference="x")
        await journal.spend_counters(tx, {counter: (2, NOW)})
        assert (await journal.member_counters(tx, [counter]))[counter] == Usage(used=2, last_at=NOW)
