"""The import on a real database: what is refused is reported, what is repeated changes nothing, what is killed goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from praemia import ledger, members, programs
from praemia.access import create_tenant
from praemia.foundation.db import Database, connect
from praemia.integrations.bulk import ImportMoved, Order, Report, Tally, Window, WrongCurrency, import_files

NOW = datetime(2025, 6, 1, tzinfo=UTC)
PROGRAM = """\
program: shop
timezone: America/New_York
currency: EUR
units: { points: {} }
activities: { review: { fields: { stars: int } } }
earning:
  accrual: whole_steps
  rules:
    - { id: base, trigger: purchase, earn: { points: 1, per_amount: "1.00" } }
    - { id: seen, trigger: visit, earn: { points: 5 } }
    - { id: said, trigger: review, earn: { points: 7 } }
    - { id: hello, trigger: signup, earn: { points: 50 } }
  caps:
    - { points: 40, per: month }
"""
MAPPING = """\
kind: purchases
currency: EUR
sources: { lines: lines.csv }
order: o
member: m
occurred_at: t
zone: UTC
lines: { sku: "'tea'", amount: a }
enrol: { enrolled_at: "2024-12-01T00:00:00" }
"""
SIMPLE = "kind: {kind}\nsources: {{ lines: lines.csv }}\nid: o\nmember: m\noccurred_at: t\nzone: UTC\nenrol: {{ missing: true }}\n"
PEOPLE = ("ann", "bob", "cid", "m0", "m1", "m2", "m3")
TABLES = ("members", "event_keys", "events", "transfers", "lots", "accounts", "counters", "imports")


@dataclass(frozen=True, slots=True)
class Shop:
    """A tenant with a programme, and a folder for files."""

    db: Database
    dsn: str
    tenant_id: int
    folder: Path

    async def run(self, text: str = MAPPING, **changes: Any) -> Report:
        order = replace(
            Order(text=text, folder=self.folder, program="shop", batch=3), **{k: v for k, v in changes.items() if k != "progress"}
        )
        return await import_files(self.db, self.tenant_id, order, clock=lambda: NOW, progress=changes.get("progress"))

    def write(self, *rows: str) -> None:
        (self.folder / "lines.csv").write_text("o,m,t,a\n" + "\n".join(rows) + "\n", "utf-8")

    async def neighbour(self, slug: str) -> Shop:
        """Another tenant with the same programme, the same files, and no members."""
        tenant_id = await create_tenant(self.db, slug, slug, at=NOW)
        async with self.db.transaction(tenant_id) as tx:
            await programs.apply(tx, PROGRAM, at=NOW, by="test")
        return replace(self, tenant_id=tenant_id)

    async def content(self) -> dict[str, list[Any]]:
        """Every row of every table the import may touch, ids and instants of arrival included."""
        conn = await asyncpg.connect(self.dsn)
        try:
            return {table: await conn.fetch(f"select {table}::text as row from {table} order by 1") for table in TABLES}  # noqa: S608
        finally:
            await conn.close()

    async def balances(self) -> dict[str, int]:
        """What each of the members in these tests may spend."""
        async with self.db.rehearsal(self.tenant_id) as tx:
            program = await programs.open_program(tx, "shop")
            known = await members.find_members(tx, program.program_id, PEOPLE)
            held = {m.reference: await ledger.balances_of(tx, m.member_id, day=NOW.date()) for m in known.values()}
        return {reference: sum(balance.available for balance in balances) for reference, balances in held.items()}


@pytest.fixture
async def shop(database: str, tmp_path: Path) -> AsyncIterator[Shop]:
    db = await connect(database, size=3)
    tenant_id = await create_tenant(db, "main", "Main", at=NOW)
    async with db.transaction(tenant_id) as tx:
        await programs.apply(tx, PROGRAM, at=NOW, by="test")
    yield Shop(db, database, tenant_id, tmp_path)
    await db.close()


def many(count: int, month: int = 1) -> list[str]:
    """Orders of four members over a month, some of several lines."""
    return [f"{month}-{n // 3},m{n // 3 % 4},2025-{month:02d}-{n % 28 // 3 * 3 + 1:02d} 12:00:00,{n % 7}.50" for n in range(count)]


async def test_purchases_earn_and_unknown_members_are_enrolled_once(shop: Shop) -> None:
    shop.write(
        "1,ann,2025-01-02 10:00:00,3.20",
        "1,ann,2025-01-02 10:00:00,1.90",
        "2,ann,2025-01-03 10:00:00,2.00",
        "3,bob,2025-01-03 11:00:00,9.99",
    )
    report = await shop.run()
    assert (report.recorded, report.enrolled, report.refused, report.points) == (3, 2, 0, {"points": 2 * 50 + 5 + 2 + 9})
    assert await shop.balances() == {"ann": 57, "bob": 59}


async def test_returns_among_purchases_take_what_their_goods_would_earn(shop: Shop) -> None:
    shop.write(
        "C1,bob,2025-01-01 09:00:00,4.99",
        "1,bob,2025-01-02 10:00:00,9.00",
        "C2,bob,2025-01-03 10:00:00,2.50",
        "C2,bob,2025-01-03 10:00:00,2.60",
    )
    text = MAPPING.replace("order: o\n", "order: o\nreturns: o like 'C%'\n").replace('enrolled_at: "2024-12-01T00:00:00"', "missing: true")
    report = await shop.run(text)
    assert (report.recorded, report.enrolled, report.points, report.taken) == (3, 1, {"points": 50 + 9}, {"points": 4 + 5})
    assert await shop.balances() == {"bob": 50}
    again = await shop.run(text)
    assert (again.recorded, again.already_known, again.taken) == (0, 3, {})
    assert await shop.balances() == {"bob": 50}


async def test_a_file_of_returns_alone_may_leave_a_debt(shop: Shop) -> None:
    shop.write("C1,ann,2025-01-02 10:00:00,60.00", "C2,ann,2025-01-03 10:00:00,20.00")  # each by itself could earn 40 at most
    report = await shop.run(MAPPING.replace("kind: purchases", "kind: returns"))
    assert (report.points, report.taken) == ({"points": 50}, {"points": 40 + 20})
    assert await shop.balances() == {"ann": -10}


async def test_importing_twice_changes_nothing_and_says_so(shop: Shop) -> None:
    shop.write(*many(40))
    first = await shop.run()
    before = await shop.content()
    second = await shop.run()
    assert await shop.content() == before
    assert (second.recorded, second.already_known, second.enrolled, second.points) == (0, first.events, 0, {})


async def test_a_grown_file_adds_only_what_is_new(shop: Shop) -> None:
    shop.write(*many(12))
    await shop.run()
    shop.write(*many(12), "new,m1,2025-01-30 12:00:00,8.00")
    report = await shop.run()
    assert (report.recorded, report.already_known) == (1, 4)


async def test_an_order_that_changed_since_is_refused_and_keeps_its_first_answer(shop: Shop) -> None:
    shop.write("1,ann,2025-01-02 10:00:00,3.20")
    await shop.run()
    shop.write("1,ann,2025-01-02 10:00:00,30.20")
    report = await shop.run()
    assert list(report.refusals) == ["journal.already_recorded"]
    assert await shop.balances() == {"ann": 53}


async def test_a_dry_run_reports_what_an_import_would_do_and_changes_nothing(shop: Shop) -> None:
    shop.write(*many(60), "odd,m1,2025-01-30 12:00:00,8.005", "late,m1,2026-01-30 12:00:00,8.00")
    before = await shop.content()
    rehearsed = await shop.run(dry_run=True)
    assert await shop.content() == before
    done = await shop.run()
    assert replace(rehearsed, dry_run=False, seconds=done.seconds) == done
    assert {code: count for code, (count, _) in done.refusals.items()} == {"bulk.amount_not_whole": 1, "earning.in_future": 1}


async def test_a_refusal_names_the_order_and_its_row(shop: Shop) -> None:
    shop.write("1,ann,2025-01-02 10:00:00,3.20", "2,ann,2025-01-02 10:00:00,cheap")
    (refusal,) = (await shop.run()).refusals["bulk.amount_unreadable"][1]
    assert (refusal.identity, refusal.row, refusal.message) == ("2", 2, "lines.amount: 'cheap' is not a number")


async def test_guests_are_recorded_earn_nothing_and_are_counted(shop: Shop) -> None:
    shop.write("1,,2025-01-02 10:00:00,3.20", "2,ann,2025-01-02 10:00:00,3.20")
    report = await shop.run(MAPPING + "missing_member: guest\n")
    assert (report.recorded, report.guests, report.rows.without_member, report.points) == (2, 1, 1, {"points": 53})


async def test_without_enrolment_unknown_members_are_refused(shop: Shop) -> None:
    shop.write("1,ann,2025-01-02 10:00:00,3.20")
    report = await shop.run(MAPPING.replace("enrol:", "#"))
    assert (report.refused, list(report.refusals)) == (1, ["members.unknown"])


async def test_month_by_month_equals_all_at_once(shop: Shop) -> None:
    shop.write(*many(90, 1), *many(90, 2), *many(90, 3))
    months = ((date(2025, 1, 1), date(2025, 1, 31)), (date(2025, 2, 1), date(2025, 2, 28)), (date(2025, 3, 1), None))
    parts = [await shop.run(window=Window(first_day=first, last_day=last)) for first, last in months]
    by_month = await shop.balances()
    whole = await (await shop.neighbour("other")).run()
    assert sum(p.points["points"] for p in parts) == whole.points["points"]
    assert sum(by_month.values()) == whole.points["points"]
    assert sum(p.recorded for p in parts) == whole.recorded


class Killed(Exception):
    """Stands for the end of the process between two batches."""


async def test_an_interrupted_import_goes_on_and_reports_as_one(shop: Shop) -> None:
    shop.write(*many(60))

    def stop(position: int, total: int, tally: Tally) -> None:
        if position >= 9:
            raise Killed

    with pytest.raises(Killed):
        await shop.run(progress=stop)
    interrupted = await shop.content()
    report = await shop.run()
    assert (report.resumed_at, report.recorded, report.already_known) == (9, 20, 0)
    assert report.events_now == 11
    assert len(interrupted["events"]) < len((await shop.content())["events"])
    again = await shop.run()
    assert (again.recorded, again.already_known, again.resumed_at) == (0, 20, None)


async def test_the_size_of_a_batch_does_not_change_what_is_earned(shop: Shop) -> None:
    shop.write(*many(30))
    earned = [(await (await shop.neighbour(f"t{batch}")).run(batch=batch)).points for batch in (1, 7, 1000)]
    assert earned[0] == earned[1] == earned[2]


async def test_of_two_processes_at_the_same_import_one_gives_way(shop: Shop) -> None:
    shop.write(*many(60))
    outcomes = await asyncio.gather(shop.run(), shop.run(), return_exceptions=True)
    moved = [o for o in outcomes if isinstance(o, ImportMoved)]
    reports = [o for o in outcomes if isinstance(o, Report)]
    assert len(moved) + len(reports) == 2
    assert reports
    (after,) = {r.recorded + r.already_known for r in [await shop.run()]}
    assert after == 20


async def test_a_mapping_in_another_currency_is_refused(shop: Shop) -> None:
    shop.write(*many(3))
    with pytest.raises(WrongCurrency):
        await shop.run(MAPPING.replace("EUR", "USD"))


async def test_visits_and_activities_are_imported_by_their_ids(shop: Shop) -> None:
    shop.write("v1,ann,2025-01-02 10:00:00,4", "v1,ann,2025-01-02 10:00:00,4", "v2,bob,2025-01-02 10:00:00,5")
    report = await shop.run(SIMPLE.format(kind="visits"))
    assert (report.recorded, report.points) == (2, {"points": 2 * 50 + 2 * 5})
    report = await shop.run(SIMPLE.format(kind="activities") + "activity: \"'review'\"\nfields: { stars: a::int }\n")
    assert (report.recorded, report.refused) == (0, 2), "the ids are taken by the visits"
    shop.write("r1,ann,2025-01-02 10:00:00,4", "r2,bob,2025-01-02 10:00:00,5")
    report = await shop.run(SIMPLE.format(kind="activities") + "activity: \"'review'\"\nfields: { stars: a::int }\n")
    assert (report.recorded, report.points) == (2, {"points": 14})


async def test_a_file_cannot_smuggle_adjustments_in_as_activities(shop: Shop) -> None:
    shop.write("1,ann,2025-01-02 10:00:00,4")
    report = await shop.run(SIMPLE.format(kind="activities") + "activity: \"'adjustment'\"\n")
    assert list(report.refusals) == ["earning.activity_unknown"]


async def test_members_are_enrolled_and_known_the_second_time(shop: Shop) -> None:
    shop.write(",ann,2025-01-02 10:00:00,", ",bob,2025-01-03 10:00:00,")
    text = "kind: members\nsources: { lines: lines.csv }\nreference: m\nenrolled_at: t\nzone: UTC\n"
    assert (await shop.run(text)).recorded == 2
    shop.write(",ann,2025-01-02 10:00:00,", ",cid,2025-01-04 10:00:00,")
    again = await shop.run(text)
    assert (again.recorded, again.already_known) == (1, 1)
    assert await shop.balances() == {"ann": 50, "bob": 50, "cid": 50}
