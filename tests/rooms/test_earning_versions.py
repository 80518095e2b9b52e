"""E3, E4: an event is judged by the version of its own time, and the stored inputs give the stored verdict again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from praemia import earning, journal, ledger, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.journal import StoredEvent
from praemia.rules import facts_from_json
from tests.rooms.deeds import activity, adjust, codes, recorded, sign_up
from tests.rooms.ground import JOINED, NOW, ONE_POINT_PER_EURO, Ground, open_ground, purchase

DAY = timedelta(days=1)
DOUBLE = ONE_POINT_PER_EURO.replace("points: 1,", "points: 2,")
TRIPLE = ONE_POINT_PER_EURO.replace("points: 1,", "points: 3,")
RICH = """
program: cafe
timezone: Europe/Berlin
currency: EUR
units: {points: {}, cents: {decimals: 2, value: "0.01"}}
activities: {review: {fields: {stars: int}}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: back, trigger: purchase, to: cents, earn: {points: "0.05", per_amount: "1.00"}}
    - {id: first, trigger: purchase, earn: {points: 7}, when: {first_purchase: true}}
    - {id: vip, trigger: purchase, multiply: 2, when: {segments: [vip]}}
    - {id: local, trigger: purchase, earn: {points: 4}, when: {if: "member.attributes.city == 'Ulm'"}}
    - {id: twice, trigger: purchase, earn: {points: 5}, limit: {times: 2, per: month}}
    - {id: rest, trigger: visit, earn: {points: 2}, cooldown: 24h}
    - {id: stars, trigger: review, earn: {points: 3}, when: {if: "event.stars >= 4"}, limit: {times: 3, per: lifetime, scope: program}}
    - {id: hello, trigger: signup, earn: {points: 50}}
  caps: [{points: 40, per: day}, {points: 90, per: balance}]
  budgets: [{id: fives, rules: [twice], points: 12, per: year}]
"""


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        yield opened


async def apply(ground: Ground, source: str, at: datetime, effective_from: datetime | None = None) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        await programs.apply(tx, source, at=at, by="test", effective_from=effective_from)


async def points(ground: Ground, *instants: datetime, now: datetime) -> list[int]:
    """What one purchase of one euro at each instant earns, with the version that judged it left out."""
    known = len(await ground.fetch("select from events"))
    bought = [purchase("cafe", "ada", f"O{known + n}", 100, at=at) for n, at in enumerate(instants)]
    return [recorded(a).verdict.awards["points"] for a in await ground.record(*bought, now=now)]


async def test_a_backdated_purchase_is_judged_by_the_version_of_its_day(ground: Ground) -> None:
    await apply(ground, ONE_POINT_PER_EURO, NOW)
    await ground.enrol("cafe", "ada")
    await apply(ground, DOUBLE, NOW + 10 * DAY)
    change, tick = NOW + 10 * DAY, timedelta(microseconds=1)
    assert await points(ground, NOW, change - tick, change, NOW + 20 * DAY, now=NOW + 20 * DAY) == [1, 1, 2, 2]
    assert [r["version"] for r in await ground.fetch("select version from events where kind = 'purchase' order by event_id")] == [
        1,
        1,
        2,
        2,
    ]


async def test_a_version_planned_ahead_counts_from_its_date(ground: Ground) -> None:
    await apply(ground, ONE_POINT_PER_EURO, NOW)
    await ground.enrol("cafe", "ada")
    await apply(ground, DOUBLE, NOW, NOW + 5 * DAY)
    assert await points(ground, NOW + 4 * DAY, now=NOW + 4 * DAY) == [1]
    assert await points(ground, NOW + 4 * DAY, NOW + 5 * DAY, now=NOW + 6 * DAY) == [1, 2]


async def test_a_rollback_counts_from_its_moment_and_leaves_the_days_before_it(ground: Ground) -> None:
    await apply(ground, ONE_POINT_PER_EURO, NOW)
    await ground.enrol("cafe", "ada")
    await apply(ground, TRIPLE, NOW + DAY)
    async with ground.db.transaction(ground.tenant_id) as tx:
        await programs.roll_back(tx, "cafe", 1, at=NOW + 2 * DAY, by="test")
    assert await points(ground, NOW, NOW + DAY, NOW + 2 * DAY, now=NOW + 3 * DAY) == [1, 3, 1]


async def test_a_repeated_request_keeps_the_verdict_of_its_version(ground: Ground) -> None:
    await apply(ground, ONE_POINT_PER_EURO, NOW)
    await ground.enrol("cafe", "ada")
    first = recorded((await ground.record(purchase("cafe", "ada", "A1", 100)))[0])
    await apply(ground, TRIPLE, NOW)
    again = recorded((await ground.record(purchase("cafe", "ada", "A1", 100), now=NOW + DAY))[0])
    assert (again.replayed, again.version, again.verdict) == (True, 1, first.verdict)


async def test_a_cap_of_a_day_is_that_of_the_event_in_the_programmes_zone(ground: Ground) -> None:
    await ground.apply(ONE_POINT_PER_EURO + "  caps: [{points: 10, per: day}]\n")
    await ground.enrol("cafe", "ada")
    late_in_berlin = datetime(2025, 5, 20, 21, 59, 59, tzinfo=UTC)  # still the 20th there
    next_day = late_in_berlin + timedelta(seconds=1)
    bought = [
        purchase("cafe", "ada", f"O{n}", 800, at=at) for n, at in enumerate((NOW, late_in_berlin, next_day, late_in_berlin, next_day))
    ]
    assert [recorded(a).verdict.awards.get("points", 0) for a in await ground.record(*bought)] == [8, 8, 8, 2, 2]


async def test_a_unit_that_came_later_is_earned_by_those_who_joined_before(ground: Ground) -> None:
    await ground.apply(ONE_POINT_PER_EURO)
    await ground.enrol("cafe", "ada")
    wider = ONE_POINT_PER_EURO.replace("  points: {}", "  points: {}\n  stamps: {}")
    await apply(ground, wider + "    - {id: stamp, trigger: purchase, to: stamps, earn: {points: 1}}\n", NOW + DAY)
    await ground.record(purchase("cafe", "ada", "A1", 500), now=NOW + 2 * DAY)
    assert await ground.balances("cafe", "ada") == {"points": 5, "stamps": 1}
    assert await ground.discrepancies() == []


async def test_every_stored_event_judged_again_gives_the_stored_verdict(ground: Ground) -> None:
    await ground.apply(RICH)
    await ground.enrol("cafe", "ada", segments=("vip",), attributes={"city": "Ulm"})
    await ground.enrol("cafe", "bob", "cem")
    hour = timedelta(hours=1)
    await ground.record(*[purchase("cafe", who, f"{who}{n}", 900 + n, at=NOW - n * 7 * hour) for n in range(6) for who in ("ada", "bob")])
    await ground.record(*[activity("cafe", "visit", "cem", f"V{n}", at=NOW - n * 9 * hour) for n in range(5)])
    await ground.record(
        *[activity("cafe", "review", who, f"R{who}{n}", fields={"stars": 3 + n}) for n in range(3) for who in ("ada", "bob", "cem")]
    )
    await ground.record(adjust("cafe", "ada", -5, "k1"), purchase("cafe", None, "G1", 999))
    async with ground.db.transaction(ground.tenant_id) as tx:
        await members.change(tx, 1, "ada", members.Change(segments=(), attributes={}))  # what is true today must not matter
    await apply(ground, TRIPLE.replace("  points: {}", '  points: {}\n  cents: {decimals: 2, value: "0.01"}'), NOW)
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        stored = await _all_events(tx)
        assert len(stored) == 31
        fired = set()
        for event in stored:
            verdict = earning.verdict_of(event)
            assert await earning.recompute(tx, program, event) == verdict
            assert dict(verdict.awards) == event.verdict["awards"]
            fired |= {outcome.rule for outcome in verdict.outcomes if outcome.fired}
        assert fired == {"base", "back", "first", "vip", "local", "twice", "rest", "stars", "hello"}  # else the programme proves little
        assert any(earning.verdict_of(event).cuts for event in stored)


async def test_a_recomputation_notices_an_event_that_was_tampered_with(ground: Ground) -> None:
    await ground.apply(RICH)
    await ground.enrol("cafe", "ada")
    first, second = [recorded(a) for a in await ground.record(purchase("cafe", "ada", "A1", 1000), purchase("cafe", "ada", "A2", 500))]
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        event = await earning.get_event(tx, "cafe", first.event_id)
        other = await earning.get_event(tx, "cafe", second.event_id)
        forged = replace(event, inputs=other.inputs)
        assert await earning.recompute(tx, program, forged) != first.verdict


async def test_only_facts_the_rules_look_at_are_kept(ground: Ground) -> None:
    await ground.apply(ONE_POINT_PER_EURO)
    await ground.enrol("cafe", "ada", segments=("vip",), attributes={"city": "Ulm", "secret": "x"})
    answer = recorded((await ground.record(purchase("cafe", "ada", "A1", 100)))[0])
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        facts = facts_from_json((await earning.get_event(tx, "cafe", answer.event_id)).verdict["facts"])
    assert (facts.segments, dict(facts.attributes), facts.reference) == (frozenset(), {}, None)


async def test_what_is_found_by_order_number_is_the_event_also_for_a_guest(ground: Ground) -> None:
    await ground.apply(ONE_POINT_PER_EURO)
    await ground.enrol("cafe", "ada")
    for order, member in (("A1", "ada"), ("G1", None)):
        answer = recorded((await ground.record(purchase("cafe", member, order, 300)))[0])
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            event = await earning.get_event_of_order(tx, "cafe", order)
            assert event == await earning.get_event(tx, "cafe", answer.event_id)
            assert (event.inputs["order"], event.member_id is None) == (order, member is None)
            with pytest.raises(journal.EventUnknown):
                await earning.get_event_of_order(tx, "cafe", order + "x")


async def test_an_event_is_not_found_through_another_programme(ground: Ground) -> None:
    await ground.apply(ONE_POINT_PER_EURO)
    await ground.apply(ONE_POINT_PER_EURO.replace("program: cafe", "program: bar"))
    await ground.enrol("cafe", "ada")
    answer = recorded((await ground.record(purchase("cafe", "ada", "A1", 300)))[0])
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        with pytest.raises(journal.EventUnknown):
            await earning.get_event(tx, "bar", answer.event_id)
        with pytest.raises(journal.EventUnknown):
            await earning.get_event_of_order(tx, "bar", "A1")


async def test_balances_of_any_instant_follow_programme_time(ground: Ground) -> None:
    await ground.apply(RICH)
    await ground.enrol("cafe", "ada")
    told: dict[datetime, dict[str, int]] = {NOW: await ground.balances("cafe", "ada")}
    for n in range(1, 8):
        at = NOW + n * DAY
        bought = purchase("cafe", "ada", f"A{n}", 110 * n, at=at - 3 * timedelta(hours=1) * n)
        told[at] = dict(recorded((await ground.record(bought, adjust("cafe", "ada", -1, f"k{n}"), now=at))[1]).balances)
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "cafe")
        owner = (await members.get_member(tx, program.program_id, "ada")).member_id
        codes_of = {u.number: u.code for u in program.units.values()}

        async def held(instant: datetime | None) -> dict[str, int]:
            found = {codes_of[b.unit]: b.available for b in await ledger.balances_of(tx, owner, as_of=instant)}
            return {"points": 0, "cents": 0} | found

        for instant, balances in told.items():
            assert await held(instant) == balances
            assert await held(instant + DAY - timedelta(microseconds=1)) == balances
        assert await held(NOW - timedelta(microseconds=1)) == {"points": 0, "cents": 0}
        assert await held(None) == await held(NOW + 999 * DAY) == told[NOW + 7 * DAY]


async def test_an_enrolment_brings_its_history_whatever_the_limit_of_backdating(ground: Ground) -> None:
    limited = RICH.replace("earning:\n", "earning:\n  backdate_limit_days: 2\n", 1)
    await ground.apply(limited)
    assert codes(await ground.record(sign_up("cafe", "ada", at=JOINED))) == ["recorded"]
    limit = NOW - 2 * DAY
    answers = await ground.record(
        purchase("cafe", "ada", "A1", 100, at=limit), purchase("cafe", "ada", "A2", 100, at=limit - timedelta(microseconds=1))
    )
    assert codes(answers) == ["recorded", "earning.too_old"]


async def _all_events(tx: Tx) -> list[StoredEvent]:
    ids = [r["event_id"] for r in await tx.conn.fetch("select event_id from events order by event_id")]
    return [await earning.get_event(tx, "cafe", event_id) for event_id in ids]
