"""A programme's life: applied, planned, exported, rolled back, by one or by many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia import programs
from praemia.foundation.db import Database, Tx, connect
from praemia.foundation.errors import InvalidInput
from praemia.programs import Applied, Mode
from praemia.rules import Fixed
from tests.laws import few
from tests.unit.programs.generated import texts

NOW = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def shop(points: int = 1, units: str = "points: {}") -> str:
    rule = f"{{ id: hello, trigger: signup, earn: {{ points: {points} }} }}"
    return f"program: shop\nunits: {{ {units} }}\nearning:\n  rules:\n    - {rule}\n"


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    opened = await connect(database)
    yield opened
    await opened.close()


@pytest.fixture
async def tenant_id(db: Database) -> int:
    async with db.unscoped() as conn:
        made: int = await conn.fetchval("select access_create_tenant('acme', 'Acme', 0, 1024, $1)", NOW)
    return made


@pytest.fixture
async def tx(db: Database, tenant_id: int) -> AsyncIterator[Tx]:
    async with db.transaction(tenant_id) as opened:
        yield opened


async def apply(tx: Tx, source: str, at: datetime = NOW, effective_from: datetime | None = None) -> Applied:
    return await programs.apply(tx, source, at=at, by="ada", effective_from=effective_from)


async def points_at(tx: Tx, instant: datetime) -> int:
    program = await programs.open_program(tx, "shop")
    rules = await programs.ruleset_of(tx, program, program.version_at(instant))
    effect = rules.earning.rules[0].effect
    assert isinstance(effect, Fixed)
    return effect.quanta


async def test_the_first_version_counts_from_the_beginning(tx: Tx) -> None:
    applied = await apply(tx, shop(5))
    assert (applied.changed, applied.version.version, applied.version.applied_by) == (True, 1, "ada")
    assert await points_at(tx, datetime(1970, 1, 1, tzinfo=UTC)) == 5
    stored = await programs.version_at(tx, "shop", datetime(1970, 1, 1, tzinfo=UTC))
    assert stored == applied.version


async def test_a_later_version_counts_from_its_date_and_not_before(tx: Tx) -> None:
    await apply(tx, shop(1))
    await apply(tx, shop(2), NOW + DAY, NOW + 10 * DAY)
    at_noon = [NOW + n * DAY for n in (0, 9, 10, 11)]
    assert [await points_at(tx, instant) for instant in at_noon] == [1, 1, 2, 2]
    assert await points_at(tx, NOW + 10 * DAY - timedelta(microseconds=1)) == 1


async def test_a_newer_version_replaces_one_planned_for_later(tx: Tx) -> None:
    await apply(tx, shop(1))
    await apply(tx, shop(2), NOW, NOW + 10 * DAY)
    plan = await programs.plan(tx, shop(3), at=NOW)
    assert [warning.code for warning in plan.warnings] == ["gives_more", "replaces_planned"]
    await apply(tx, shop(3), NOW + DAY)
    assert [await points_at(tx, NOW + n * DAY) for n in (0, 1, 20)] == [1, 3, 3]


async def test_a_version_cannot_reach_into_the_past(tx: Tx) -> None:
    await apply(tx, shop(1))
    with pytest.raises(programs.EffectiveTooEarly):
        await apply(tx, shop(2), NOW, NOW - timedelta(seconds=1))
    assert len(await programs.history(tx, "shop")) == 1


async def test_an_unchanged_file_makes_no_version(tx: Tx) -> None:
    first = await apply(tx, shop(1))
    again = await apply(tx, shop(1), NOW + DAY)
    assert (again.changed, again.version) == (False, first.version)
    assert (await apply(tx, shop(1) + "# note\n")).version.version == 2


async def test_the_planned_text_applied_again_for_an_earlier_day_is_a_version(tx: Tx) -> None:
    await apply(tx, shop(1))
    await apply(tx, shop(2), NOW, NOW + 10 * DAY)
    assert (await apply(tx, shop(2), NOW + DAY)).changed
    assert await points_at(tx, NOW + 2 * DAY) == 2


async def test_rolling_back_is_a_new_version_with_the_old_text(tx: Tx) -> None:
    await apply(tx, shop(1) + "# first\n")
    await apply(tx, shop(2), NOW + DAY)
    back = await programs.roll_back(tx, "shop", 1, at=NOW + 2 * DAY, by="bob")
    assert (back.version.version, back.version.note, back.version.applied_by) == (3, "back to version 1", "bob")
    assert await programs.export(tx, "shop") == shop(1) + "# first\n"
    assert [await points_at(tx, NOW + n * DAY) for n in (0, 1, 2)] == [1, 2, 1]
    assert [made.version for made in await programs.history(tx, "shop")] == [1, 2, 3]


async def test_a_unit_keeps_its_number_and_decimals_for_ever(tx: Tx) -> None:
    await apply(tx, shop(units="points: {}, cash: { decimals: 2 }"))
    await apply(tx, shop(units="stamps: {}, points: {}"), NOW + DAY)
    units = (await programs.open_program(tx, "shop")).units
    assert {code: (unit.number, unit.decimals) for code, unit in units.items()} == {"points": (0, 0), "cash": (1, 2), "stamps": (2, 0)}
    wrong = shop(units="points: {}, cash: { decimals: 3 }")
    with pytest.raises(programs.UnitDecimalsFixed):
        await programs.plan(tx, wrong, at=NOW)
    with pytest.raises(programs.UnitDecimalsFixed):
        await apply(tx, wrong, NOW + DAY)
    assert len(await programs.history(tx, "shop")) == 2


async def test_a_file_with_faults_changes_nothing(tx: Tx) -> None:
    with pytest.raises(InvalidInput):
        await apply(tx, shop().replace("signup", "sign-up"))
    assert await programs.list_programs(tx) == []


async def test_a_wish_without_effect_is_planned_and_applied_by_nobody(tx: Tx) -> None:
    for verb in (
        apply(tx, f"{shop()}returns: {{ referral: keep }}\n"),
        programs.plan(tx, f"{shop()}returns: {{ progress: keep }}\n", at=NOW),
    ):
        with pytest.raises(InvalidInput):
            await verb
    assert await programs.list_programs(tx) == []


async def test_a_plan_writes_nothing(tx: Tx) -> None:
    plan = await programs.plan(tx, shop(), at=NOW)
    assert (plan.base, [(change.kind, change.part, change.id) for change in plan.changes]) == (
        None,
        [("created", "unit", "points"), ("created", "rule", "hello")],
    )
    assert await programs.list_programs(tx) == []


async def test_planning_the_newest_text_plans_nothing(tx: Tx) -> None:
    await apply(tx, shop())
    plan = await programs.plan(tx, shop(), at=NOW)
    assert (plan.same_text, plan.changes, plan.warnings) == (True, (), ())
    plan = await programs.plan(tx, shop() + "# only a comment\n", at=NOW)
    assert (plan.same_text, plan.changes, plan.warnings) == (False, (), ())


async def test_a_sandbox_has_its_own_time_and_stays_a_sandbox(tx: Tx) -> None:
    clock = datetime(2030, 1, 1, tzinfo=UTC)
    await programs.apply(tx, shop(1), at=NOW, by="ada", mode=Mode.SANDBOX, clock=clock)
    program = await programs.get_program(tx, "shop")
    assert (program.mode, program.clock, program.now(NOW)) == (Mode.SANDBOX, clock, clock)
    assert (await apply(tx, shop(2))).version.effective_from == clock
    with pytest.raises(programs.ModeFixed):
        await programs.apply(tx, shop(3), at=NOW, by="ada", mode=Mode.LIVE)


async def test_what_does_not_exist_is_refused_by_name(tx: Tx) -> None:
    with pytest.raises(programs.ProgramUnknown):
        await programs.open_program(tx, "shop")
    await apply(tx, shop())
    with pytest.raises(programs.VersionUnknown):
        await programs.export(tx, "shop", 2)
    with pytest.raises(programs.VersionUnknown):
        await programs.ruleset_of(tx, await programs.open_program(tx, "shop"), 2)


async def test_one_tenant_sees_nothing_of_another(db: Database, tenant_id: int) -> None:
    async with db.transaction(tenant_id) as tx:
        await apply(tx, shop(1))
    async with db.unscoped() as conn:
        other = await conn.fetchval("select access_create_tenant('other', 'Other', 0, 1024, $1)", NOW)
    async with db.transaction(other) as tx:
        assert await programs.list_programs(tx) == []
        assert (await apply(tx, shop(2))).version.version == 1


async def test_applied_at_the_same_time_versions_are_numbered_one_after_the_other(db: Database, tenant_id: int) -> None:
    async def one(points: int) -> int:
        async with db.transaction(tenant_id) as tx:
            return (await apply(tx, shop(points))).version.version

    assert sorted(await asyncio.gather(*(one(points) for points in range(1, 9)))) == list(range(1, 9))


async def test_compiled_rules_are_shared_by_equal_texts_only(tx: Tx) -> None:
    await apply(tx, shop(1))
    await apply(tx, shop(2), NOW + DAY)
    await apply(tx, shop(1), NOW + 2 * DAY)
    program = await programs.open_program(tx, "shop")
    first, second, third = [await programs.ruleset_of(tx, program, version) for version in (1, 2, 3)]
    assert first is third
    assert first is not second


def test_any_file_is_exported_byte_for_byte(kept_database: str) -> None:
    @few(25)
    @given(st.lists(texts(), min_size=1, max_size=2))
    def law(sources: list[str]) -> None:
        asyncio.run(_apply_and_export(kept_database, sources))

    law()


async def _apply_and_export(dsn: str, sources: list[str]) -> None:
    db = await connect(dsn, size=1)
    try:
        async with db.unscoped() as conn:
            tenant_id = await conn.fetchval(
                "select coalesce(access_find_tenant('exports'), access_create_tenant('exports', 'E', 0, 1024, $1))", NOW
            )
        async with db.rehearsal(tenant_id) as tx:
            for source in sources:
                applied = await apply(tx, source)
                assert await programs.export(tx, "made", applied.version.version) == source
            assert await programs.export(tx, "made") == sources[-1]
    finally:
        await db.close()
