"""Steps of fulfilment are jobs, ends of holds a look at the clock: whoever is killed, a redemption ends captured or released, never both,
never neither.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from praemia import redemption
from praemia.foundation import jobs
from praemia.foundation.db import Tx
from praemia.foundation.jobs import NewJob
from praemia.redemption import Done, State
from praemia.worker.jobs import do_due
from praemia.worker.nights import HOLDS, end_overdue, live_due
from tests.rooms.ground import NOW, Ground, open_ground
from tests.rooms.shop import SHOP, Counter

LATER = NOW + timedelta(minutes=5)  # every lease of NOW has run out


@pytest.fixture
async def counter(database: str) -> AsyncIterator[Counter]:
    async with open_ground(database) as opened:
        await opened.apply(SHOP)
        await opened.enrol("shop", "ann")
        made = Counter(opened)
        await made.fund("ann", 100)
        yield made
        async with opened.db.rehearsal(opened.tenant_id) as tx:
            assert [wrong async for _, found in redemption.verify(tx) for wrong in found] == []
        assert await opened.discrepancies() == []


async def standing(counter: Counter, done: Done) -> State:
    name = str(done.redemption.redemption_id)
    found: Done = await counter.run(lambda tx: redemption.get_redemption(tx, "shop", name, now=NOW))
    return found.redemption.state


async def killed_worker(dsn: str, now: datetime, when: str, step: str, log: Path) -> int:
    words = ["-m", "tests.rooms.step_child", dsn, now.isoformat(), when, step, str(log)]
    process = await asyncio.create_subprocess_exec(sys.executable, *words)
    return await process.wait()


async def settled(ground: Ground) -> list[str]:
    """The transfers that ended a hold."""
    return [row["kind"] for row in await ground.fetch("select kind from transfers where kind in ('capture', 'release')")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["made", "sent"])
async def test_a_saga_killed_at_any_step_is_captured_once_by_the_next_worker(
    when: str, step: str, counter: Counter, database: str, tmp_path: Path
) -> None:
    done = await counter.redeem("ann", "robot")
    log = tmp_path / "world"
    log.touch()
    assert await killed_worker(database, NOW, when, step, log) == -signal.SIGKILL
    assert await standing(counter, done) is State.HELD
    assert await do_due(counter.ground.db, NOW) == 0, "the dead worker's lease still holds"
    asked: list[str] = log.read_text().splitlines()

    async def world(name: str, _redemption: str, key: str) -> None:
        asked.append(f"{name} {key}")

    while await do_due(counter.ground.db, LATER, step=world):
        pass
    assert await standing(counter, done) is State.GIVEN
    assert await settled(counter.ground) == ["capture"]
    assert list(dict.fromkeys(asked)) == [f"{name} {done.redemption.redemption_id}:{name}" for name in ("made", "sent")]
    assert len(asked) == (3 if when == "after" else 2), "only what was done and not written is asked again, under the same key"


async def test_a_step_that_never_works_gives_the_points_back_in_the_end(counter: Counter) -> None:
    done = await counter.redeem("ann", "robot")

    async def broken(_step: str, _redemption: str, _key: str) -> None:
        raise OSError("the robot is out of order")

    now = NOW
    for _ in range(jobs.MOST_ATTEMPTS):
        assert await do_due(counter.ground.db, now, step=broken) == 1
        now += timedelta(hours=2)
    assert await do_due(counter.ground.db, now, step=broken) == 0
    assert await standing(counter, done) is State.RELEASED
    assert (await counter.available("ann"), await settled(counter.ground)) == (100, ["release"])
    async with counter.ground.db.transaction(counter.ground.tenant_id) as tx:
        (dead,) = await jobs.dead_jobs(tx)
    assert "out of order" in (dead.last_error or "")


async def test_a_hold_is_released_after_its_deadline_by_whoever_lives_the_nights(counter: Counter) -> None:
    ground = counter.ground
    held = await counter.redeem("ann", "trees", hold=True, deadline=NOW + timedelta(minutes=10))
    kept = await counter.redeem("ann", "trees", hold=True, deadline=NOW + timedelta(minutes=10))
    await counter.act("capture", kept)
    await live_due(ground.db, NOW + timedelta(minutes=9))
    assert (await standing(counter, held), await standing(counter, kept)) == (State.HELD, State.GIVEN)
    await live_due(ground.db, NOW + timedelta(minutes=10))
    assert (await standing(counter, held), await standing(counter, kept)) == (State.RELEASED, State.GIVEN)
    assert await counter.available("ann") == 90
    told = await ground.fetch("select inputs, verdict from events where kind = 'release'")
    assert [(one["inputs"]["note"], one["verdict"]["about"]["note"]) for one in told] == [("deadline", "deadline")]


async def test_of_two_who_end_the_same_holds_one_ends_each(counter: Counter) -> None:
    ground, over = counter.ground, NOW + timedelta(minutes=10)
    for _ in range(6):
        await counter.redeem("ann", "trees", hold=True, deadline=over)
    ended = await asyncio.gather(*(end_overdue(ground.db, ground.tenant_id, "shop", HOLDS, over) for _ in range(3)))
    assert (sum(ended), await settled(ground)) == (6, ["release"] * 6)
    assert await counter.available("ann") == 100


async def test_a_hold_that_cannot_be_released_keeps_no_other(counter: Counter, database: str, caplog: pytest.LogCaptureFixture) -> None:
    ground, over = counter.ground, NOW + timedelta(minutes=10)
    await ground.enrol("shop", "bob")
    await counter.fund("bob", 100)
    for member in ("ann", "ann", "bob", "ann"):
        await counter.redeem(member, "trees", hold=True, deadline=over)
    owner = await asyncpg.connect(database)
    bobs = "update accounts set held = held + $1 where owner_id = (select member_id from members where reference = 'bob') and held > 0"
    await owner.execute(bobs, -1)
    assert await end_overdue(ground.db, ground.tenant_id, "shop", HOLDS, over) == 3
    assert await live_due(ground.db, over) == 0
    assert [record.message for record in caplog.records if record.name == "praemia.worker.nights"] == ["hold.not_released"] * 3
    await owner.execute(bobs, 1)
    await owner.close()
    assert await end_overdue(ground.db, ground.tenant_id, "shop", HOLDS, over) == 1


async def test_a_step_for_hands_waits_for_them_and_the_next_goes_by_itself(counter: Counter) -> None:
    done = await counter.redeem("ann", "sent")
    assert await do_due(counter.ground.db, NOW) == 0
    await counter.act("take_step", done, step="approved")
    assert await do_due(counter.ground.db, datetime.now(NOW.tzinfo)) == 1
    found = await counter.act("take_step", done, step="sent")
    assert found.redemption.state is State.GIVEN


async def test_an_open_job_is_not_added_twice_and_two_workers_share_without_overlap(counter: Counter) -> None:
    db, tenant = counter.ground.db, counter.ground.tenant_id
    wanted = [NewJob(kind="k", key=str(n), run_at=NOW) for n in range(40)]
    for _ in range(2):
        await db.run(tenant, lambda tx: jobs.enqueue(tx, wanted))
    parts = await asyncio.gather(*(db.run(tenant, lambda tx: jobs.claim(tx, now=NOW, limit=15)) for _ in range(4)))
    keys = [job.job_key for part in parts for job in part]
    assert sorted(keys, key=int) == [str(n) for n in range(40)]


async def test_a_job_whose_lease_was_lost_changes_nothing(counter: Counter) -> None:
    db, tenant = counter.ground.db, counter.ground.tenant_id
    await db.run(tenant, lambda tx: jobs.enqueue(tx, [NewJob(kind="k", key="one", run_at=NOW)]))
    (slow,) = await db.run(tenant, lambda tx: jobs.claim(tx, now=NOW))
    (quick,) = await db.run(tenant, lambda tx: jobs.claim(tx, now=LATER))
    with pytest.raises(jobs.LeaseLost):
        await db.run(tenant, lambda tx: jobs.hold(tx, slow))
    await db.run(tenant, lambda tx: jobs.finish(tx, quick, now=LATER))
    assert await db.run(tenant, lambda tx: jobs.claim(tx, now=LATER + timedelta(days=1))) == []


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 10), (4, 40), (12, 3600), (1000, 3600)])
def test_the_pause_doubles_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert jobs.pause_after(attempts) == timedelta(seconds=seconds)


async def test_jobs_that_are_done_are_forgotten_after_a_while_and_dead_ones_are_not(counter: Counter) -> None:
    ground = counter.ground

    async def some(tx: Tx) -> None:
        await jobs.enqueue(tx, [NewJob(kind="test", key=name, run_at=NOW) for name in ("old", "young", "open", "dead")])
        for job in await jobs.claim(tx, now=NOW):
            if job.job_key in ("old", "young"):
                await jobs.finish(tx, job, now=NOW if job.job_key == "old" else LATER)
            if job.job_key == "dead":
                await jobs.fail(tx, replace(job, attempts=jobs.MOST_ATTEMPTS), "no use", now=NOW)

    await ground.db.run(ground.tenant_id, some)
    assert await jobs.sweep(ground.db, before=LATER) == 1
    assert await jobs.sweep(ground.db, before=LATER) == 0
    left = await ground.fetch("select job_key from jobs where kind = 'test' order by 1")
    assert [row["job_key"] for row in left] == ["dead", "open", "young"]
