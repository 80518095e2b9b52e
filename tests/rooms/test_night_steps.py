"""The order of a night, and that it is lived once: page by page, by many, killed in the middle, however late."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from praemia import nights
from praemia.nights import Lived
from praemia.worker.nights import live_due
from tests.architecture.tree import REPOSITORY
from tests.rooms.deeds import adjust
from tests.rooms.ground import JOINED, Ground, open_ground, purchase
from tests.rooms.lifetimes import RULES, START, Lifetimes

CAKE = RULES + ", {id: cake, trigger: birthday, earn: {points: 100}}"
CROWD = 300
CROWDED = """
program: cafe
timezone: Europe/Berlin
units: {points: {expiry: {days: 30}}, stamps: {pending: {days: 31}}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: stamp, trigger: purchase, to: stamps, earn: {points: 1}}
    - {id: cake, trigger: birthday, earn: {points: 100}, expiry: none}
"""
BOUGHT = datetime(2025, 3, 1, 9, tzinfo=UTC)
AFTER = datetime(2025, 4, 1, 9, tzinfo=UTC)  # what was bought on 1 March has expired, its stamps have opened, and it is a birthday


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened


async def crowd(ground: Ground, members: int = CROWD) -> None:
    """A live programme with a crowd that bought on 1 March and was born on 1 April."""
    await ground.apply(CROWDED, at=JOINED)
    names = [f"m{n}" for n in range(members)]
    await ground.enrol("cafe", *names, birthdate=date(1990, 4, 1))
    await live_due(ground.db, BOUGHT)
    await ground.record(*[purchase("cafe", name, f"o-{name}", 1000, at=BOUGHT) for name in names], now=BOUGHT)


async def kinds(ground: Ground) -> dict[str, int]:
    """How many transfers of each kind there are."""
    rows = await ground.fetch("select kind, count(*) as n from transfers group by kind")
    return {row["kind"]: row["n"] for row in rows}


async def events(ground: Ground) -> dict[str, int]:
    """How many events of each kind there are."""
    rows = await ground.fetch("select kind, count(*) as n from events where kind in ('night', 'birthday') group by kind")
    return {row["kind"]: row["n"] for row in rows}


ONCE = {"earn": 2 * CROWD, "promise": CROWD, "open": CROWD, "expire": CROWD}


async def test_everything_a_night_does_happens_in_its_order(ground: Ground) -> None:
    life = Lifetimes(ground)
    await life.open("pending: {days: 31}, expiry: {days: 1}", CAKE)
    async with ground.db.transaction(ground.tenant_id) as tx:
        await tx.conn.execute("update member_profiles set birthday = 401")
    await life.send(adjust("cafe", "ada", 7, "k"))
    await life.buy(10)
    await life.until("2025-03-31")
    await life.send(adjust("cafe", "ada", 8, "l"))
    await life.until("2025-04-02", 0)
    rows = await ground.fetch(
        "select t.kind, t.amount, e.kind as event, t.posted_at from transfers t join events e using (bucket, event_id)"
        " where t.posted_at > $1 and e.kind in ('night', 'birthday') order by t.event_id, t.line",
        datetime(2025, 3, 31, 12, tzinfo=UTC),
    )
    assert [(row["event"], row["kind"], row["amount"], row["posted_at"].day) for row in rows] == [
        ("night", "open", 10, 1),
        ("birthday", "promise", 100, 1),
        ("night", "expire", 8, 2),
    ]
    assert (await life.balance(), await ground.discrepancies()) == ((10, 100), [])


async def test_points_on_their_last_day_still_count_for_what_a_night_gives(ground: Ground) -> None:
    life = Lifetimes(ground)
    await life.open("expiry: {days: 10}", CAKE)
    async with ground.db.transaction(ground.tenant_id) as tx:
        await tx.conn.execute("update member_profiles set birthday = 312")
    await life.buy(50)
    await life.until("2025-03-12", 0)
    rows = await ground.fetch("select verdict -> 'after' as after from events where kind = 'birthday'")
    assert [row["after"]["points"] for row in rows] == [150]
    assert await life.balance() == (100, 0)


async def test_an_event_of_a_bucket_owns_what_opens_there_and_another_what_expires(ground: Ground) -> None:
    await crowd(ground, 40)
    await live_due(ground.db, AFTER)
    owned = await ground.fetch(
        "select e.bucket, min(e.inputs::text)::json as inputs, count(distinct t.owner_id) as owners, array_agg(distinct t.kind) as kinds"
        " from events e join transfers t using (bucket, event_id) where e.kind = 'night' group by e.bucket, e.event_id"
    )
    for step in ("open", "expire"):
        own = [row for row in owned if row["inputs"] == {"day": "2025-04-01", "step": step}]
        assert len(own) == len({row["bucket"] for row in own}) <= 40
        assert (sum(row["owners"] for row in own), {tuple(row["kinds"]) for row in own}) == (40, {(step,)})
    assert (await events(ground))["night"] == len(owned)


async def test_a_night_without_anything_due_leaves_no_trace(ground: Ground) -> None:
    await crowd(ground, 10)
    await live_due(ground.db, BOUGHT + timedelta(days=20))
    assert await events(ground) == {}


async def test_pages_add_up_to_the_night_and_the_night_again_changes_nothing(ground: Ground, database: str) -> None:
    await crowd(ground)
    await live_due(ground.db, AFTER - timedelta(days=1))
    pages: list[Lived] = []
    while not pages or pages[-1].more:
        pages.append(await ground.db.run(ground.tenant_id, lambda tx: nights.live_page(tx, "cafe", now=AFTER, owners=1)))
    assert (len(pages) > 15, pages[-1], sum(page.nights for page in pages)) == (True, Lived(nights=1), 1)
    assert (await kinds(ground), (await events(ground))["birthday"]) == (ONCE, CROWD)
    assert await ground.db.run(ground.tenant_id, lambda tx: nights.live_page(tx, "cafe", now=AFTER)) == Lived()
    conn = await asyncpg.connect(database)
    await conn.execute("update programs set lived_until = '2025-03-31'")  # as if the end had never been written
    await conn.close()
    await live_due(ground.db, AFTER)
    assert (await kinds(ground), await ground.discrepancies()) == (ONCE, [])


async def test_many_processes_take_turns(ground: Ground) -> None:
    await crowd(ground)
    assert sum(await asyncio.gather(*(live_due(ground.db, AFTER) for _ in range(4)))) == 31
    assert (await kinds(ground), (await events(ground))["birthday"], await ground.discrepancies()) == (ONCE, CROWD, [])


@pytest.mark.parametrize("step", ["open", "celebrate", "expire"])
async def test_a_night_that_is_killed_in_the_middle_is_lived_once(ground: Ground, database: str, step: str) -> None:
    await crowd(ground)
    await live_due(ground.db, AFTER - timedelta(days=1))
    child = subprocess.Popen([sys.executable, "-m", "tests.rooms.night_child", database, AFTER.isoformat()], cwd=REPOSITORY)
    async with asyncio.timeout(60):
        while not await ground.fetch("select from nights where step = $1 and from_bucket between 16 and 48", step):
            assert child.poll() is None, "the night was over before anybody was killed"
            await asyncio.sleep(0.002)
    child.kill()
    child.wait()
    done = Counter(await kinds(ground))
    assert done != Counter(ONCE), "nothing was left to do"
    await live_due(ground.db, AFTER)
    assert (await kinds(ground), (await events(ground))["birthday"], await ground.discrepancies()) == (ONCE, CROWD, [])


async def test_hands_at_once_live_the_night_that_one_hand_lives(ground: Ground) -> None:
    await crowd(ground)
    await live_due(ground.db, AFTER - timedelta(days=1))

    async def hand() -> int:
        pages = [Lived(more=True)]
        while pages[-1].more:
            pages.append(await ground.db.run(ground.tenant_id, lambda tx: nights.live_page(tx, "cafe", now=AFTER, owners=5)))
        return sum(page.nights for page in pages)

    assert sum(await asyncio.gather(*(hand() for _ in range(4)))) == 1
    assert (await kinds(ground), (await events(ground))["birthday"], await ground.discrepancies()) == (ONCE, CROWD, [])


async def test_lanes_share_the_buckets_of_a_step_and_are_taken_by_one_hand_each(ground: Ground) -> None:
    await crowd(ground)
    await live_due(ground.db, AFTER - timedelta(days=1))
    await ground.db.run(ground.tenant_id, lambda tx: nights.live_page(tx, "cafe", now=AFTER, owners=1))
    lanes = await ground.fetch("select lane, step, from_bucket, to_bucket from nights order by lane")
    assert (len(lanes), {lane["step"] for lane in lanes}, lanes[-1]["to_bucket"]) == (8, {"open"}, 1023)
    assert [lane["from_bucket"] for lane in lanes[1:]] == [lane["to_bucket"] + 1 for lane in lanes[:-1]]
    async with ground.db.rehearsal(ground.tenant_id) as one, ground.db.rehearsal(ground.tenant_id) as other:
        assert (await nights.live_page(one, "cafe", now=AFTER, owners=1)).more
        assert (await nights.live_page(other, "cafe", now=AFTER, owners=1)).more  # would wait for ever in the same lane
        changed = [
            await tx.conn.fetchval("select array_agg(lane) from nights where xmin = pg_current_xact_id()::xid") for tx in (one, other)
        ]
    assert changed == [[0], [1]]


async def test_what_may_come_to_the_end_of_a_budget_is_lived_by_one_hand(ground: Ground) -> None:
    await crowd(ground)
    await live_due(ground.db, AFTER - timedelta(days=1))
    seen: Counter[str] = Counter()
    more = True
    while more:
        more = (await ground.db.run(ground.tenant_id, lambda tx: nights.live_page(tx, "cafe", now=AFTER, owners=1))).more
        left = await ground.fetch("select step from nights where day = '2025-04-01' and from_bucket <= to_bucket")
        seen |= Counter(lane["step"] for lane in left)
    assert (seen["open"], seen["celebrate"], seen["expire"]) == (8, 1, 8)


async def test_a_night_lived_late_looks_at_its_own_day(ground: Ground) -> None:
    await crowd(ground, 5)
    late = AFTER + timedelta(days=40)
    assert await live_due(ground.db, late) == 71
    assert (await kinds(ground), await ground.discrepancies()) == (
        {"earn": 10, "promise": 5, "open": 5, "expire": 5}, [],
    )  # fmt: skip
    rows = await ground.fetch("select distinct occurred_at from events where kind = 'night'")
    assert [row["occurred_at"] for row in rows] == [datetime(2025, 3, 31, 22, tzinfo=UTC)]


async def test_a_sandbox_does_not_live_what_has_nothing_to_do(ground: Ground) -> None:
    life = Lifetimes(ground)
    await life.open("expiry: {months: 12}")
    await life.buy(10)
    assert await life.until("2030-01-01") == (date(2030, 1, 1) - START.date()).days
    assert await events(ground) == {"night": 1}
