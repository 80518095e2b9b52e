"""Tiers on the real database: what purchases count, when a tier rises and falls, and what a night does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from praemia import members, programs, tiers
from praemia.foundation.db import Tx
from praemia.rules import explain
from praemia.tiers import Assignment, Counts, Credit, Mode, View
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import JOINED, Ground, open_ground, purchase

JUNE = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
FILE = """
program: cafe
currency: EUR
units: {{points: {{}}}}
earning: {{rules: [{{id: base, trigger: purchase, earn: {{points: 1, per_amount: "1.00"}}}}]}}
tiers: {tiers}
"""
YEARLY = (
    """{basis: spend, window: calendar_year, levels: [{id: base, at: 0}, {id: silver, at: 100, entry_points: 50}, {id: gold, at: 300}]}"""
)
DOUBLE = """{basis: spend, window: lifetime, levels: [{id: base, at: 0}, {id: gold, at: 100, multiplier: "2", entry_points: 50}]}"""
BALANCE = """{basis: balance, downgrade: immediate, levels: [{id: base, at: 0}, {id: gold, at: 100}]}"""
COUNTED = """{basis: points, window: {rolling_months: 12}, levels: [{id: base, at: 0}, {id: gold, at: 100}]}"""


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened


async def prepare(ground: Ground, wanted: str, *names: str) -> None:
    await ground.apply(FILE.format(tiers=wanted))
    for answer in await ground.enrol("cafe", *(names or ("eve",))):
        recorded(answer)


async def view(ground: Ground, name: str = "eve", *, now: datetime = JUNE) -> View:
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        found = await tiers.tier_of(tx, program, await members.get_member(tx, program.program_id, name), now=now)
        assert found is not None
        return found[1]


async def tier(ground: Ground, name: str = "eve", *, now: datetime = JUNE) -> str | None:
    return (await view(ground, name, now=now)).state.tier


async def night(ground: Ground, day: date) -> int:
    """The review of one night, page by page."""
    midnight = datetime.combine(day, time(), UTC)

    async def page(tx: Tx, after: UUID | None) -> tuple[int, UUID | None]:
        program = await programs.open_program(tx, "cafe")
        return await tiers.review(tx, program, day, midnight=midnight, now=midnight, buckets=(0, 1023), after=after)

    looked, after = await ground.db.run(ground.tenant_id, lambda tx: page(tx, None))
    assert after is None
    return looked


async def buy(ground: Ground, order: str, cents: int, *, at: datetime = JUNE, now: datetime | None = None, name: str = "eve") -> Any:
    (answer,) = await ground.record(purchase("cafe", name, order, cents, at=at), now=now or max(at, JUNE))
    return recorded(answer)


async def assign(ground: Ground, *, now: datetime = JUNE, key: str = "k", name: str = "eve", **wish: Any) -> tiers.Given:
    names = (("key", key),)
    return await ground.db.run(ground.tenant_id, lambda tx: tiers.assign(tx, "cafe", Assignment(member=name, **wish), names, now=now))


async def test_reaching_a_threshold_exactly_lifts_at_once_and_welcomes_once(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    assert (await buy(ground, "A1", 9999)).balances == {"points": 99}
    assert await tier(ground) == "base"
    reached = await buy(ground, "A2", 1)
    assert await tier(ground) == "silver"
    assert reached.balances == {"points": 99 + 50}  # a cent is no point, the welcome is fifty
    assert await ground.balances("cafe", "eve") == {"points": 149}
    await night(ground, date(2026, 1, 1))
    assert await tier(ground, now=JUNE.replace(year=2026)) == "silver"  # the year in which it was reached is reviewed
    await night(ground, date(2027, 1, 1))
    assert await tier(ground, now=JUNE.replace(year=2027)) == "base"
    await buy(ground, "A3", 20000, at=JUNE.replace(year=2027))
    assert await tier(ground, now=JUNE.replace(year=2027)) == "silver"
    assert await ground.balances("cafe", "eve") == {"points": 149 + 200}
    assert await ground.discrepancies() == []


async def test_a_batch_climbs_as_its_purchases_would_one_by_one(ground: Ground) -> None:
    await prepare(ground, DOUBLE, "eve", "bob")
    steps = [6000, 5000, 1000, 700]
    together = [recorded(a) for a in await ground.record(*[purchase("cafe", "eve", f"E{n}", c) for n, c in enumerate(steps)], now=JUNE)]
    apart = [await buy(ground, f"B{n}", cents, name="bob") for n, cents in enumerate(steps)]
    assert [a.verdict.awards for a in together] == [a.verdict.awards for a in apart]
    assert [a.verdict.awards["points"] for a in together] == [60, 50, 20, 14]
    assert [a.balances for a in together] == [a.balances for a in apart]
    assert await ground.balances("cafe", "eve") == await ground.balances("cafe", "bob") == {"points": 194}
    assert await ground.discrepancies() == []


async def test_the_multiplier_is_told_as_an_outcome_of_its_own_and_judged_again_the_same(ground: Ground) -> None:
    from praemia import earning

    await prepare(ground, DOUBLE)
    await buy(ground, "A1", 10000)
    told = await buy(ground, "A2", 3000)
    assert {o.rule: o.quanta for o in told.verdict.outcomes} == {"base": 30, "tier:gold": 30}
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        event = await earning.get_event(tx, "cafe", told.event_id)
        assert event.verdict["facts"]["tier"] == "gold"
        assert await earning.recompute(tx, await programs.open_program(tx, "cafe"), event) == told.verdict


async def test_the_purchase_that_lifts_gets_the_new_rate_only_when_the_programme_says_so(ground: Ground) -> None:
    await prepare(ground, DOUBLE.replace("window: lifetime", "window: lifetime, purchase_rate: new_tier"))
    assert (await buy(ground, "A1", 10000)).verdict.awards == {"points": 200}
    assert await tier(ground) == "gold"


async def test_a_late_purchase_counts_in_the_year_of_its_own_day(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    await buy(ground, "A1", 9000)
    await buy(ground, "A2", 9000, at=datetime(2024, 12, 30, 12, tzinfo=UTC))
    assert (await view(ground)).figures == {"spend": 9000}
    assert await tier(ground) == "base"
    await buy(ground, "A3", 1000, at=datetime(2025, 1, 2, 12, tzinfo=UTC))
    assert await tier(ground) == "silver"


async def test_a_late_purchase_is_judged_with_the_tier_of_its_own_time(ground: Ground) -> None:
    await prepare(ground, DOUBLE)
    await buy(ground, "A1", 10000)
    late = await buy(ground, "A2", 1000, at=JUNE - timedelta(days=3), now=JUNE + timedelta(days=1))
    assert late.verdict.awards == {"points": 10}
    assert (await buy(ground, "A3", 1000, at=JUNE + timedelta(days=1))).verdict.awards == {"points": 20}


async def test_history_brought_in_order_lives_the_reviews_in_between(ground: Ground) -> None:
    await prepare(
        ground,
        "{basis: spend, window: calendar_quarter, upgrade: at_review, review: quarter_start, "
        'levels: [{id: base, at: 0}, {id: silver, at: 250, multiplier: "1.25"}, {id: gold, at: 750, multiplier: "1.5"}]}',
    )
    days = [(date(2024, 2, 1), 30000), (date(2024, 5, 1), 75000), (date(2024, 8, 1), 1000), (date(2024, 11, 1), 1000)]
    bought = [purchase("cafe", "eve", day.isoformat(), cents, at=datetime.combine(day, time(12), UTC)) for day, cents in days]
    answers = [recorded(a) for a in await ground.record(*bought, now=JUNE)]
    assert [a.verdict.awards["points"] for a in answers] == [300, 937, 15, 10]  # base, silver, gold, base: by the quarter before
    assert await ground.discrepancies() == []


async def test_a_night_looks_at_nobody_who_is_not_due_and_changes_nothing_the_second_time(ground: Ground) -> None:
    await prepare(ground, YEARLY, "eve", "bob")
    await buy(ground, "A1", 10000)
    await buy(ground, "B1", 5000, name="bob")
    assert await night(ground, date(2026, 1, 1)) == 0
    assert await night(ground, date(2027, 1, 1)) == 1
    assert await night(ground, date(2027, 1, 1)) == 0
    assert [dict(r) for r in await ground.fetch("select was, becomes, because, figures from tier_changes order by at")] == [
        {"was": "base", "becomes": "silver", "because": "reached", "figures": {"spend": 10000}},
        {"was": "silver", "becomes": "base", "because": "fell", "figures": {"spend": 0}},
    ]


async def test_a_tier_that_follows_the_balance_falls_with_what_is_spent(ground: Ground) -> None:
    await prepare(ground, BALANCE)
    await ground.record(adjust("cafe", "eve", 120, "k1"), now=JUNE)
    assert await tier(ground) == "gold"
    await ground.record(adjust("cafe", "eve", -21, "k2"), now=JUNE)
    assert await tier(ground) == "base"


async def test_waiting_points_count_when_they_can_be_used_for_the_day_they_were_earned(ground: Ground) -> None:
    await ground.apply(FILE.format(tiers=COUNTED).replace("{points: {}}", "{points: {pending: {days: 14}}}"))
    await ground.enrol("cafe", "eve")
    await buy(ground, "A1", 10000)
    assert (await view(ground)).figures == {"points": 0}
    assert await night(ground, date(2025, 6, 14)) == 0
    assert await night(ground, date(2025, 6, 15)) == 1
    assert await tier(ground, now=datetime(2025, 6, 15, 12, tzinfo=UTC)) == "gold"
    assert (await view(ground, now=datetime(2025, 6, 15, 12, tzinfo=UTC))).until == date(2026, 5, 31)
    assert await ground.fetch("select * from tier_waiting where points > 0") == []


async def test_who_is_looked_at_before_the_night_was_lived_sees_what_it_will_do(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    await buy(ground, "A1", 10000)
    assert await tier(ground, now=datetime(2026, 12, 31, 12, tzinfo=UTC)) == "silver"
    assert await tier(ground, now=datetime(2027, 1, 1, 12, tzinfo=UTC)) == "base"


async def test_an_assigned_floor_can_be_exceeded_and_ends_on_its_day(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    await assign(ground, tier="silver", until=date(2025, 8, 31))
    assert (await view(ground)).until == date(2025, 8, 31)
    await buy(ground, "A1", 30000)
    assert await tier(ground) == "gold"
    await night(ground, date(2025, 9, 1))
    assert await tier(ground, now=datetime(2025, 9, 1, 12, tzinfo=UTC)) == "gold"


async def test_a_fixed_tier_is_the_tier_whatever_is_counted_until_it_ends(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    await assign(ground, tier="silver", mode=Mode.FIXED, until=date(2025, 8, 31))
    await buy(ground, "A1", 30000)
    assert await tier(ground) == "silver"
    await night(ground, date(2025, 9, 1))
    assert await tier(ground, now=datetime(2025, 9, 1, 12, tzinfo=UTC)) == "gold"
    reasons = [r["because"] for r in await ground.fetch("select because from tier_changes order by at, change_id")]
    assert reasons == ["assigned", "ended"]


async def test_an_assignment_is_repeated_by_its_key_and_refused_for_an_unknown_tier(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    first = await assign(ground, tier="silver", key="k1")
    again = await assign(ground, tier="silver", key="k1")
    assert (again.event_id, again.replayed) == (first.event_id, True)
    with pytest.raises(tiers.TierUnknown, match="did you mean 'silver'"):
        await assign(ground, tier="sliver", key="k2")
    with pytest.raises(tiers.UntilPast):
        await assign(ground, tier="gold", until=date(2025, 5, 31), key="k3")
    assert await tier(ground) == "silver"


async def test_what_was_counted_elsewhere_counts_on_its_own_day_and_welcomes_nobody(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    for key, day in (("k1", date(2024, 7, 1)), ("k2", date(2025, 1, 1))):
        wish = Credit(member="eve", day=day, counts=Counts(spend_minor=10000), greet=False)
        async with ground.db.transaction(ground.tenant_id) as tx:
            await tiers.credit(tx, "cafe", wish, (("key", key),), now=JUNE)
    assert await tier(ground) == "silver"
    assert await ground.balances("cafe", "eve") == {"points": 0}
    assert await ground.discrepancies() == []


async def test_counting_back_lands_on_the_day_of_the_purchase(ground: Ground) -> None:
    await prepare(ground, YEARLY.replace("window: calendar_year", "window: calendar_year, downgrade: immediate"))
    first = await buy(ground, "A1", 10000, at=datetime(2025, 2, 1, 12, tzinfo=UTC))
    assert await tier(ground) == "silver"

    async def back(tx: Tx) -> None:
        from praemia import ledger

        program = await programs.open_program(tx, "cafe")
        member = await members.get_member(tx, program.program_id, "eve")
        accounts = await ledger.lock_accounts(tx, [member.member_id])
        cause = tiers.Cause(at=JUNE, day=JUNE.date())
        await tiers.count_back(
            tx,
            program,
            member,
            accounts,
            counts=Counts(points=1, spend_minor=1),
            purchase_id=first.event_id,
            purchased_at=first.occurred_at,
            cause=cause,
            now=JUNE,
        )

    await ground.db.run(ground.tenant_id, back)
    assert await tier(ground) == "base"
    assert await ground.fetch("select day, points, spend_minor from tier_counts where day > '-infinity'") == [
        {"day": date(2025, 2, 1), "points": 99, "spend_minor": 9999}
    ]


async def test_two_memberships_merged_have_the_higher_tier_then_what_the_sum_reaches(ground: Ground) -> None:
    await prepare(ground, YEARLY, "eve", "bob")
    await buy(ground, "A1", 20000)
    await buy(ground, "B1", 10000, name="bob")

    async def merge(tx: Tx) -> None:
        from praemia import ledger

        program = await programs.open_program(tx, "cafe")
        eve, bob = [await members.get_member(tx, program.program_id, name) for name in ("eve", "bob")]
        accounts = await ledger.lock_accounts(tx, [eve.member_id, bob.member_id])
        await tiers.merge(tx, program, bob, eve, accounts, recompute=False, cause=tiers.Cause(at=JUNE, day=JUNE.date()), now=JUNE)

    await ground.db.run(ground.tenant_id, merge)
    assert await tier(ground, "bob") == "gold"
    assert (await view(ground, "eve")).figures == {"spend": 0}
    assert await ground.discrepancies() == []


async def test_a_review_with_then_expire_all_ends_what_is_held_after_it_was_counted(ground: Ground) -> None:
    await prepare(
        ground, "{basis: balance, review: {every_days: 365, then_expire_all: true}, levels: [{id: base, at: 0}, {id: gold, at: 100}]}"
    )
    await ground.record(adjust("cafe", "eve", 120, "k1"), now=JUNE)
    await night(ground, JOINED.date() + timedelta(days=2 * 365))
    assert await ground.balances("cafe", "eve") == {"points": 0}
    assert await tier(ground, now=datetime(2026, 1, 2, tzinfo=UTC)) == "gold"
    await night(ground, JOINED.date() + timedelta(days=3 * 365))
    assert await tier(ground, now=datetime(2027, 1, 2, tzinfo=UTC)) == "base"
    assert await ground.discrepancies() == []


async def test_a_member_is_told_of_a_fall_before_it_comes(ground: Ground) -> None:
    await prepare(ground, YEARLY.replace("window: calendar_year", "window: calendar_year, at_risk_days: 30"))
    await buy(ground, "A1", 10000)
    assert (await view(ground)).at_risk is None
    assert await night(ground, date(2026, 12, 2)) == 1
    warned = await ground.fetch("select inputs from events where kind = 'tier_at_risk'")
    assert [w["inputs"] for w in warned] == [{"tier": "silver", "falls_on": "2027-01-01", "to": "base"}]
    assert await night(ground, date(2026, 12, 3)) == 0
    at_risk = (await view(ground, now=datetime(2026, 12, 3, tzinfo=UTC))).at_risk
    assert at_risk is not None
    assert (at_risk.day, at_risk.to) == (date(2027, 1, 1), "base")


async def test_a_new_version_of_the_tiers_is_looked_at_in_the_first_night(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    await buy(ground, "A1", 10000)
    await ground.apply(FILE.format(tiers=YEARLY.replace("at: 300", "at: 100")), at=JUNE)
    assert await night(ground, date(2025, 6, 2)) == 1
    assert await tier(ground, now=datetime(2025, 6, 2, tzinfo=UTC)) == "gold"


async def test_a_programme_without_tiers_keeps_no_books(ground: Ground) -> None:
    await ground.apply(FILE.format(tiers="").replace("tiers: ", ""))
    await ground.enrol("cafe", "eve")
    await buy(ground, "A1", 10000)
    assert await night(ground, date(2026, 1, 1)) == 0
    assert await ground.fetch("select 1 from tier_counts union all select 1 from tier_states") == []


async def test_of_purchases_at_the_same_moment_one_lifts_and_one_welcome_is_given(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    commands = [purchase("cafe", "eve", f"R{n}", 2000, at=JUNE) for n in range(8)]
    answers = await asyncio.gather(*(ground.record(command, now=JUNE) for command in commands))
    assert all(recorded(answer) for (answer,) in answers)
    assert await ground.balances("cafe", "eve") == {"points": 8 * 20 + 50}
    assert len(await ground.fetch("select 1 from tier_changes")) == 1
    assert (await view(ground)).figures == {"spend": 16000}
    assert await ground.discrepancies() == []


@pytest.mark.parametrize(
    ("damage", "invariant"),
    [
        ("update tier_counts set spend_minor = spend_minor + 1 where day > '-infinity'", "T1"),
        ("update tier_states set tier = 'gold'", "T2"),
    ],
)
async def test_verify_names_a_tier_that_nothing_explains(ground: Ground, database: str, damage: str, invariant: str) -> None:
    await prepare(ground, YEARLY)
    await buy(ground, "A1", 10000)
    assert await ground.discrepancies() == []
    conn = await asyncpg.connect(database)
    await conn.execute(damage)
    await conn.close()
    assert [found.invariant for found in await ground.discrepancies()] == [invariant]


async def test_a_late_purchase_is_looked_at_by_the_tiers_of_today(ground: Ground) -> None:
    from praemia import earning

    await prepare(ground, YEARLY)
    await buy(ground, "A1", 9900, at=JUNE)
    july = JUNE.replace(month=7)
    newer = YEARLY.replace("{id: silver, at: 100, entry_points: 50}", "{id: regular, at: 100, entry_points: 70}")
    await ground.apply(FILE.format(tiers=newer), at=july)
    await buy(ground, "A2", 100, at=JUNE - timedelta(days=1), now=july)
    assert await tier(ground, now=july) == "regular"
    assert await ground.balances("cafe", "eve") == {"points": 99 + 1 + 70}
    (entry,) = await ground.fetch("select event_id, version from events where kind = 'tier_entry'")
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        event = await earning.get_event(tx, "cafe", entry["event_id"])
        rules = await programs.ruleset_of(tx, program, event.version)
        (told,) = explain(earning.verdict_of(event), rules.earning, "en")
    assert told.sentence == "Welcome to tier regular: 70 points."


async def test_how_a_tier_came_about_is_told_newest_first(ground: Ground) -> None:
    await prepare(ground, YEARLY)
    bought = [await buy(ground, f"A{n}", 10_000 * n, at=JUNE + timedelta(hours=n)) for n in (1, 2)]
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        told = await tiers.changes_of(tx, await members.get_member(tx, program.program_id, "eve"))
    assert [(change.becomes, change.cause) for change in told][:2] == [("gold", bought[1].event_id), ("silver", bought[0].event_id)]
