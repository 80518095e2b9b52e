"""Terminals without a network: each event once and in order, bounded by snapshot and programme, conflicts told and never guessed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from praemia import members, programs, tills
from praemia.foundation.db import Tx
from praemia.members import Carrier
from praemia.tills import How, Settle, Signed
from tests.rooms.counter import BOSS, CORNER, Corner
from tests.rooms.ground import NOW, open_ground, purchase


@pytest.fixture
async def corner(database: str) -> AsyncIterator[Corner]:
    async with open_ground(database) as ground:
        await ground.apply(CORNER)
        await ground.enrol("corner", "anna", "bert")
        yield Corner(ground)


async def issue(corner: Corner, reference: str, number: str) -> None:
    async def work(tx: Tx) -> None:
        program = await programs.get_program(tx, "corner")
        member = await members.get_member(tx, program.program_id, reference)
        await members.issue_card(tx, member, number, Carrier.PLASTIC, at=NOW)

    await corner.run(work)


async def block(corner: Corner, number: str) -> None:
    async def work(tx: Tx) -> None:
        program = await programs.get_program(tx, "corner")
        await members.block_card(tx, program.program_id, number, "lost", at=NOW)

    await corner.run(work)


async def test_a_sale_sent_three_times_earns_once_and_is_answered_the_same(corner: Corner) -> None:
    register = await corner.terminal()
    sale = register.say(member="anna", amount_minor=1250)
    answers = [await register.take(sale) for _ in range(3)]
    assert [answer.told for answer in answers] == [answers[0].told] * 3
    assert [answer.replayed for answer in answers] == [False, True, True]
    assert answers[0].told["awards"] == {"points": 12}
    assert await corner.points("anna") == 12


async def test_what_came_too_early_waits_and_keeps_nothing(corner: Corner) -> None:
    register = await corner.terminal()
    first, second, third = (register.say(member="anna", amount_minor=100 * n) for n in (1, 2, 3))
    assert await register.code(third) == "!tills.sequence_gap"
    assert await register.code(first) == "recorded"
    assert await register.code(third) == "!tills.sequence_gap"
    assert await register.code(second) == "recorded"
    assert await register.code(third) == "recorded"
    assert await corner.points("anna") == 6


async def test_an_old_sequence_with_other_content_is_refused(corner: Corner) -> None:
    register = await corner.terminal()
    await register.take(register.say(member="anna", amount_minor=100))
    register.sequence = 0
    assert await register.code(register.say(member="anna", amount_minor=99_00)) == "!tills.sequence_reused"
    assert await corner.points("anna") == 1


async def test_a_changed_word_or_another_key_is_refused_and_uses_up_nothing(corner: Corner) -> None:
    register, other = await corner.terminal(), await corner.terminal("two")
    sale = register.say(member="anna", amount_minor=100)
    changed = Signed(said=sale.said.replace("100", "900"), signature=sale.signature)
    forged = Signed(said=sale.said, signature=tills.sign_event(other.key, sale.said))
    assert await register.code(changed) == "!tills.signature_wrong"
    assert await register.code(forged) == "!tills.signature_wrong"
    assert await register.code(sale) == "recorded"


async def test_an_event_of_another_terminal_is_refused_though_it_is_signed(corner: Corner) -> None:
    register = await corner.terminal()
    event = {"terminal": str((await corner.terminal("two")).terminal_id), "sequence": 1, "kind": "sale", "at": NOW.isoformat()}
    assert await register.code(register.sign(json.dumps({**event, "amount_minor": 1}))) == "!tills.event_unreadable"


async def test_a_revoked_terminal_says_nothing_any_more(corner: Corner) -> None:
    register = await corner.terminal()
    sale = register.say(member="anna", amount_minor=100)
    await corner.run(lambda tx: tills.revoke(tx, "corner", register.terminal_id, now=NOW, by=BOSS))
    assert await register.code(sale) == "!tills.terminal_revoked"


async def test_a_snapshot_tells_bands_and_digests_and_neither_balances_nor_numbers(corner: Corner) -> None:
    await corner.fund("anna", 730)
    await issue(corner, "anna", "4006-1234")
    await issue(corner, "bert", "4006-9999")
    await block(corner, "4006-9999")
    register = await corner.terminal()
    told = await register.snapshot()
    assert tills.is_snapshot_signed(register.server_key, told.text, told.signature)
    said = json.loads(told.text)
    assert set(said) == {"terminal", "program", "number", "taken_at", "valid_until", "salt", "unit", "bands", "limits", "cards"}
    salt, cards = told.snapshot.salt, said["cards"]
    assert set(cards.values()) == {-1, 0, 2}, "bands, and none of them the balance"
    assert set(cards) == {tills.card_digest(salt, shown) for shown in ("anna", "bert", "4006-1234", "4006-9999")}
    assert cards[tills.card_digest(salt, "4006-1234")] == 2  # 500 and more
    assert cards[tills.card_digest(salt, "anna")] == 2
    assert cards[tills.card_digest(salt, "bert")] == 0
    assert cards[tills.card_digest(salt, "4006-9999")] == -1


async def test_a_tampered_snapshot_is_refused(corner: Corner) -> None:
    register = await corner.terminal()
    told = await register.snapshot()
    assert not tills.is_snapshot_signed(register.server_key, told.text.replace('"number":1', '"number":2'), told.signature)
    assert not tills.is_snapshot_signed((await corner.terminal("two")).server_key, told.text, told.signature)


async def test_points_pay_up_to_the_floor_of_the_band_the_server_remembers(corner: Corner) -> None:
    await corner.fund("anna", 730)
    register = await corner.terminal()
    number = (await register.snapshot()).snapshot.number
    assert await register.code(register.say(member="anna", amount_minor=2000, pay_points=500, snapshot=number)) == "recorded"
    assert await corner.points("anna") == 730 - 500 + 15
    await corner.fund("bert", 90)
    later = (await register.snapshot()).snapshot.number
    above = register.say(member="bert", amount_minor=2000, pay_points=100, snapshot=later)
    assert await register.code(above) == "tills.above_band"
    assert await corner.points("bert") == 90


async def test_points_pay_only_with_a_snapshot_that_was_good_at_the_time(corner: Corner) -> None:
    await corner.fund("anna", 2000)
    register = await corner.terminal()
    sale: dict[str, Any] = {"member": "anna", "amount_minor": 2000, "pay_points": 100}
    assert await register.code(register.say(**sale)) == "tills.snapshot_unknown"
    assert await register.code(register.say(**sale, snapshot=1)) == "tills.snapshot_unknown"
    await register.snapshot()
    tomorrow = NOW + timedelta(hours=25)
    assert await register.code(register.say(**sale, snapshot=1, at=tomorrow), now=tomorrow) == "tills.snapshot_over"
    assert await register.code(register.say(**{**sale, "member": "nobody"}, snapshot=1)) == "tills.card_not_in_snapshot"
    assert await register.code(register.say(**{**sale, "pay_points": 600}, snapshot=1)) == "tills.burn_too_large"


async def test_limits_of_the_day_hold_over_all_terminals_for_a_member_and_for_each_terminal(corner: Corner) -> None:
    await corner.fund("anna", 5000)
    await corner.fund("bert", 5000)
    one, two = await corner.terminal(), await corner.terminal("two")
    numbers = {id(one): (await one.snapshot()).snapshot.number, id(two): (await two.snapshot()).snapshot.number}

    async def burn(register: object, member: str) -> str:
        assert register is one or register is two
        till = one if register is one else two
        return await till.code(till.say(member=member, amount_minor=1000, pay_points=500, snapshot=numbers[id(till)]))

    assert await burn(one, "anna") == "recorded"
    assert await burn(two, "anna") == "tills.over_limit"  # 1000 of 600 for a member
    assert await burn(one, "bert") == "tills.over_limit"  # 1000 of 900 at a terminal
    assert await burn(two, "bert") == "recorded"


async def test_a_conflict_is_kept_with_its_reason_and_what_follows_goes_on(corner: Corner) -> None:
    await issue(corner, "bert", "4006-9999")
    await block(corner, "4006-9999")
    register = await corner.terminal()
    codes = [
        await register.code(register.say(member="stranger", amount_minor=500)),
        await register.code(register.say(member="4006-9999", amount_minor=500)),
        await register.code(register.say(member="anna", amount_minor=200_01)),
        await register.code(register.say(member="anna", lines=[], wrong=True)),
        await register.code(register.say(member="anna", amount_minor=500)),
    ]
    assert codes == ["members.unknown", "members.card_blocked", "tills.sale_too_large", "tills.event_unreadable", "recorded"]
    waiting = await corner.run(lambda tx: tills.conflicts_of(tx, "corner"))
    assert [(kept.sequence, kept.outcome["code"]) for kept in waiting] == [(n + 1, code) for n, code in enumerate(codes[:4])]
    assert await corner.points("anna") == 5


async def test_points_spent_elsewhere_meanwhile_are_a_conflict_that_takes_nothing(corner: Corner) -> None:
    await corner.fund("anna", 500)
    register = await corner.terminal()
    await register.snapshot()
    sale = register.say(member="anna", amount_minor=1000, pay_points=500, snapshot=1)
    await corner.fund("anna", -400)
    assert await register.code(sale) == "ledger.insufficient_points"
    assert await corner.points("anna") == 100
    settle = Settle(program="corner", terminal_id=register.terminal_id, sequence=1, how=How.WITHOUT_POINTS, note="the shop bears it")
    kept = await corner.run(lambda tx: tills.settle(tx, settle, now=NOW, by=BOSS))
    assert kept.settled["awards"] == {"points": 10}
    assert await corner.points("anna") == 110
    assert await register.code(sale) == "ledger.insufficient_points"  # the terminal is answered as the first time
    assert not await corner.run(lambda tx: tills.conflicts_of(tx, "corner"))


async def test_somebody_settles_once_for_another_member_or_not_at_all_and_says_why(corner: Corner) -> None:
    register = await corner.terminal()
    for n in range(2):
        await register.code(register.say(member="typo", amount_minor=500 + n))

    async def settle(sequence: int, how: How, note: str = "asked", member: str | None = None) -> str:
        wanted = Settle(program="corner", terminal_id=register.terminal_id, sequence=sequence, how=how, note=note, member=member)
        try:
            return (await corner.run(lambda tx: tills.settle(tx, wanted, now=NOW, by=BOSS))).state.value  # type: ignore[no-any-return]
        except Exception as refusal:
            return str(getattr(refusal, "code", refusal))

    assert await settle(1, How.AGAIN) == "members.unknown"
    assert await settle(1, How.AGAIN, "") == "input.invalid"
    assert await settle(1, How.AGAIN, member="anna") == "settled"
    assert await settle(1, How.DROP) == "tills.no_conflict"
    assert await settle(2, How.DROP) == "settled"
    assert await settle(3, How.DROP) == "tills.event_unknown"
    assert await corner.points("anna") == 5


async def test_a_sale_counts_by_the_version_of_its_own_time(corner: Corner) -> None:
    register = await corner.terminal()
    sale = register.say(member="anna", amount_minor=1000)
    later = NOW + timedelta(hours=2)
    await corner.ground.apply(CORNER.replace("points: 1, per", "points: 3, per"), at=NOW + timedelta(hours=1))
    assert (await register.take(sale, now=later)).told["awards"] == {"points": 10}
    assert (await register.take(register.say(member="anna", amount_minor=1000, at=later), now=later)).told["awards"] == {"points": 30}


async def test_a_sale_that_comes_after_days_is_told_and_not_recorded(corner: Corner) -> None:
    register = await corner.terminal()
    assert await register.code(register.say(member="anna", amount_minor=100), now=NOW + timedelta(days=8)) == "tills.too_late"


async def test_a_clock_a_little_ahead_counts_as_now_and_far_ahead_is_a_conflict(corner: Corner) -> None:
    register = await corner.terminal()
    told = (await register.take(register.say(member="anna", amount_minor=100, at=NOW + timedelta(seconds=90)))).told
    assert (told["state"], told["moved_seconds"], told["occurred_at"]) == ("recorded", 90, NOW.isoformat())
    assert await register.code(register.say(member="anna", amount_minor=100, at=NOW + timedelta(hours=1))) == "tills.clock_ahead"


async def test_a_clock_that_was_set_meanwhile_is_a_conflict(corner: Corner) -> None:
    register = await corner.terminal()
    sale = register.say(member="anna", amount_minor=100, offset_seconds=-3600)  # it was an hour ahead and corrected that

    async def report(ahead: timedelta) -> int | None:
        terminal = await corner.run(lambda tx: tills.report(tx, "corner", register.terminal_id, sent_at=NOW + ahead, now=NOW))
        return terminal.skew_seconds  # type: ignore[no-any-return]

    assert await report(timedelta()) == 0
    assert await register.code(sale) == "tills.clock_moved"
    assert await report(timedelta(hours=1)) == 3600
    assert await register.code(register.say(member="anna", amount_minor=100, offset_seconds=-3600)) == "recorded"


async def test_a_card_handed_out_without_a_network_earns_with_the_next_event(corner: Corner) -> None:
    register = await corner.terminal()
    assert await register.code(register.say(kind="card", member="4006-7777")) == "recorded"
    assert await register.code(register.say(member="4006-7777", amount_minor=700)) == "recorded"
    assert await corner.points("4006-7777") == 7
    assert await corner.ground.discrepancies() == []


async def test_one_order_number_is_one_sale_also_between_terminals(corner: Corner) -> None:
    one, two = await corner.terminal(), await corner.terminal("two")
    assert await one.code(one.say(member="anna", amount_minor=100, order="R-1")) == "recorded"
    assert await two.code(two.say(member="anna", amount_minor=900, order="R-1")) == "journal.already_recorded"
    assert await corner.points("anna") == 1


async def test_a_code_of_a_phone_counts_for_its_own_moment_once(corner: Corner) -> None:
    async def codes(tx: Tx) -> list[str]:
        program = await programs.get_program(tx, "corner")
        held = await members.issue_pass(tx, await members.get_member(tx, program.program_id, "anna"), at=NOW)
        return [members.rotating_code(held, NOW), members.rotating_code(held, NOW + timedelta(minutes=5))]

    shown, other = await corner.run(codes)
    register = await corner.terminal()
    later = NOW + timedelta(hours=3)
    assert await register.code(register.say(member=shown, amount_minor=500), now=later) == "recorded"
    assert await register.code(register.say(member=shown, amount_minor=500), now=later) == "members.pass_code_used"
    assert await register.code(register.say(member=other, amount_minor=500), now=later) == "members.pass_code_invalid"
    assert await corner.points("anna") == 5


async def known_of(corner: Corner, register: Any, *shown: str, now: Any = NOW) -> list[str]:
    """Which of these a new snapshot of the terminal holds, in the order they were named."""
    told = (await register.snapshot(now=now)).snapshot
    return [one for one in shown if tills.card_digest(told.salt, one) in told.cards]


async def visit(corner: Corner, member: str, location: str, at: Any) -> None:
    """Somebody buys something at a place."""
    command = purchase("corner", member, f"{member}-{location}-{at.isoformat()}", 1000, at=at, location=location)
    (answer,) = await corner.ground.record(command, now=at)
    assert not isinstance(answer, Exception), answer


async def test_a_bounded_snapshot_holds_who_was_at_the_place_lately_before_others_the_last_first(corner: Corner) -> None:
    await corner.ground.apply(CORNER.replace('    sale: "200.00"', '    snapshot_cards: 3\n    sale: "200.00"'), at=NOW)
    newcomers = [f"aa-{number}" for number in range(6)]
    await corner.ground.enrol("corner", *newcomers)
    await issue(corner, "bert", "4006-1234")
    everybody = ("anna", "bert", "4006-1234", *newcomers)
    register, later = await corner.terminal(), NOW + timedelta(hours=3)
    assert "anna" not in await known_of(corner, register, *everybody, now=later)
    await visit(corner, "anna", "berlin", NOW + timedelta(hours=1))
    await visit(corner, "bert", "berlin", NOW + timedelta(hours=2))
    await visit(corner, "aa-0", "hamburg", NOW + timedelta(hours=2))
    kept = await known_of(corner, register, *everybody, now=later)
    assert kept == ["anna", "bert", "4006-1234"], "their cards and references, and nobody who was elsewhere"
    assert await known_of(corner, register, *everybody, now=later) == kept, "again the same"
    await visit(corner, "aa-5", "berlin", later)
    assert await known_of(corner, register, *everybody, now=later) == ["bert", "4006-1234", "aa-5"]
    await block(corner, "4006-1234")
    assert await known_of(corner, register, *everybody, now=later) == ["bert", "4006-1234", "aa-5"], "what a till has to refuse stays"


async def test_whoever_was_at_the_place_long_ago_is_no_regular_any_more(corner: Corner) -> None:
    await corner.ground.apply(CORNER.replace('    sale: "200.00"', '    snapshot_cards: 1\n    sale: "200.00"'), at=NOW)
    await corner.ground.enrol("corner", "zoe")
    register = await corner.terminal()
    await visit(corner, "zoe", "berlin", NOW)
    assert await known_of(corner, register, "anna", "zoe", now=NOW + timedelta(days=59)) == ["zoe"]
    assert await known_of(corner, register, "anna", "zoe", now=NOW + timedelta(days=61)) == ["anna"]
