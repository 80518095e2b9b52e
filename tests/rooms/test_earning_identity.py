"""E1: an event's identities are used once, for ever; sent again it answers as the first time, with other content it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from praemia import earning, journal
from praemia.foundation.db import Contended
from praemia.foundation.ids import made_at, new_id
from praemia.foundation.jsons import read_json
from praemia.foundation.values import replace
from tests.rooms.deeds import activity, adjust, codes, recorded, sign_up, someone_waits
from tests.rooms.ground import NOW, ONE_POINT_PER_EURO, Ground, open_ground, purchase

CAPPED = ONE_POINT_PER_EURO + "    - {id: hello, trigger: visit, earn: {points: 3}}\n  caps: [{points: 10, per: day}]\n"


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    async with open_ground(database) as opened:
        await opened.apply(CAPPED)
        await opened.enrol("cafe", "ada", "bob")
        yield opened


async def test_the_same_request_again_gets_the_first_answer_also_after_more_has_happened(ground: Ground) -> None:
    command = purchase("cafe", "ada", "A1", 450, key="k1")
    (first,) = await ground.record(command)
    await ground.record(purchase("cafe", "ada", "A2", 300))
    (again,) = await ground.record(command)
    first, again = recorded(first), recorded(again)
    assert again.replayed
    assert not first.replayed
    assert (again.event_id, again.balances, again.verdict) == (first.event_id, {"points": 4}, first.verdict)
    assert (again.occurred_at, again.posted_at, again.version) == (first.occurred_at, first.posted_at, first.version)
    assert await ground.balances("cafe", "ada") == {"points": 7}


async def test_a_key_with_other_content_is_refused_and_names_the_first_event(ground: Ground) -> None:
    (first,) = await ground.record(adjust("cafe", "ada", 5, "k1"))
    (refused,) = await ground.record(adjust("cafe", "ada", 6, "k1"))
    assert isinstance(refused, journal.KeyReused)
    assert refused.fields["event"] == str(recorded(first).event_id)
    assert await ground.balances("cafe", "ada") == {"points": 5}


@pytest.mark.parametrize("changed", [{"member": "bob"}, {"amount": 500}, {"at": NOW}, {"channel": "web"}], ids=lambda c: next(iter(c)))
async def test_an_order_number_without_a_key_is_recorded_once_whatever_changes(ground: Ground, changed: dict[str, object]) -> None:
    await ground.record(purchase("cafe", "ada", "A1", 400))
    sent = {"member": "ada", "amount": 400} | changed
    member, amount = sent.pop("member"), sent.pop("amount")
    (refused,) = await ground.record(purchase("cafe", member, "A1", amount, **sent))  # type: ignore[arg-type]
    assert isinstance(refused, journal.AlreadyRecorded)
    assert (refused.fields["identity"], refused.fields["value"]) == ("order", "A1")
    assert (await ground.balances("cafe", "ada"), await ground.balances("cafe", "bob")) == ({"points": 4}, {"points": 0})


async def test_a_key_is_one_key_for_all_members_and_kinds(ground: Ground) -> None:
    await ground.record(adjust("cafe", "ada", 5, "k1"))
    answers = await ground.record(
        adjust("cafe", "bob", 5, "k1"), purchase("cafe", "ada", "A1", 500, key="k1"), activity("cafe", "visit", "ada", key="k1")
    )
    assert codes(answers) == ["journal.key_reused"] * 3
    assert (await ground.balances("cafe", "ada"), await ground.balances("cafe", "bob")) == ({"points": 5}, {"points": 0})


async def test_kinds_of_identity_and_programmes_have_names_of_their_own(ground: Ground) -> None:
    await ground.apply(CAPPED.replace("program: cafe", "program: bar"))
    await ground.enrol("bar", "ada")
    answers = await ground.record(
        purchase("cafe", "ada", "X", 100),
        activity("cafe", "visit", "ada", "X"),
        adjust("cafe", "ada", 1, "X"),
        purchase("bar", "ada", "X", 700),
    )
    assert codes(answers) == ["recorded"] * 4


async def test_a_refused_command_uses_up_no_identity(ground: Ground) -> None:
    refused = await ground.record(adjust("cafe", "ada", -5, "k1"), purchase("cafe", "eve", "A1", 100, key="k2"))
    assert codes(refused) == ["ledger.insufficient_points", "members.unknown"]
    assert await ground.fetch("select from event_keys") == []
    answers = await ground.record(adjust("cafe", "ada", 7, "k1"), purchase("cafe", "ada", "A1", 200, key="k2"))
    assert codes(answers) == ["recorded", "recorded"]
    assert await ground.balances("cafe", "ada") == {"points": 9}


async def test_twice_in_one_batch_is_the_same_as_twice(ground: Ground) -> None:
    same, other = purchase("cafe", "ada", "A1", 400, key="k1"), purchase("cafe", "ada", "A1", 900, key="k2")
    answers = await ground.record(same, same, other, same)
    assert codes(answers) == ["recorded", "replayed", "journal.already_recorded", "replayed"]
    assert len({recorded(answers[n]).event_id for n in (0, 1, 3)}) == 1
    assert await ground.balances("cafe", "ada") == {"points": 4}


async def test_in_one_batch_the_identity_of_a_refused_command_passes_to_the_next(ground: Ground) -> None:
    answers = await ground.record(purchase("cafe", "eve", "A1", 400), purchase("cafe", "ada", "A1", 400))
    assert codes(answers) == ["members.unknown", "recorded"]


async def test_a_batch_keeps_its_order_also_around_a_shared_identity(ground: Ground) -> None:
    commands = [
        purchase("cafe", "eve", "A1", 800),  # refused: leaves the order number free
        purchase("cafe", "ada", "A1", 800),  # takes 8 of the 10 points of the day
        purchase("cafe", "ada", "A2", 800),  # gets the rest
    ]
    answers = await ground.record(*commands)
    assert [recorded(a).verdict.awards.get("points") for a in answers[1:]] == [8, 2]
    assert [recorded(a).balances["points"] for a in answers[1:]] == [8, 10]


async def test_three_hundred_repetitions_in_one_batch_are_one_event(ground: Ground) -> None:
    command = purchase("cafe", "ada", "A1", 400, key="k1")
    answers = await ground.record(*[command] * 300)
    assert codes(answers) == ["recorded"] + ["replayed"] * 299


async def test_repetitions_of_events_that_arrived_months_apart_are_answered_together(ground: Ground) -> None:
    (first,) = await ground.record(purchase("cafe", "ada", "A1", 400))
    arrived = made_at(recorded(first).event_id)
    async with ground.db.transaction(ground.tenant_id) as tx:
        kept = list((await journal.events_by_id(tx, [recorded(first).event_id])).values())
        later = [new_id(7, millis=int((arrived + timedelta(days=days)).timestamp() * 1000)) for days in (0, 29, 58)]
        months = [replace(kept[0], event_id=event_id) for event_id in later]
        await journal.insert_events(tx, months, [7] * len(months))
        wanted = [one.event_id for one in (*kept, *months)]
        decided = await journal.decided_by_id(tx, [*wanted, new_id(7)])
    assert decided.keys() == set(wanted)
    assert {(one.kind, one.occurred_at, one.posted_at, one.version) for one in decided.values()} == {
        (one.kind, one.occurred_at, one.posted_at, one.version) for one in kept
    }
    assert [read_json(one.verdict) for one in decided.values()] == [one.verdict for one in kept] * 4


async def test_an_identity_that_came_with_a_repetition_is_used_up_too(ground: Ground) -> None:
    (first,) = await ground.record(purchase("cafe", "ada", "A1", 400, key="k1"))
    (again,) = await ground.record(purchase("cafe", "ada", "A1", 400, key="k2"))
    assert recorded(again).event_id == recorded(first).event_id
    answers = await ground.record(purchase("cafe", "ada", "A2", 400, key="k2"))
    assert codes(answers) == ["journal.key_reused"]
    assert await ground.balances("cafe", "ada") == {"points": 4}


async def test_two_identities_of_two_events_are_refused(ground: Ground) -> None:
    await ground.record(purchase("cafe", "ada", "A1", 400, key="k1"), purchase("cafe", "ada", "A2", 300, key="k2"))
    (refused,) = await ground.record(purchase("cafe", "ada", "A1", 400, key="k2"))
    assert codes([refused]) == ["journal.key_reused"]


async def test_a_key_under_which_an_activity_of_another_id_was_sent_is_refused(ground: Ground) -> None:
    await ground.record(activity("cafe", "visit", "ada", "V1", key="k1"), activity("cafe", "visit", "ada", "V2", key="k2"))
    again = [activity("cafe", "visit", "ada", *sent[:1], key=sent[1]) for sent in [("V3", "k1"), ("V1", "k2"), ("V1", "k1"), ("V1", "k9")]]
    assert codes(await ground.record(*again)) == ["journal.key_reused", "journal.key_reused", "replayed", "replayed"]
    assert codes(await ground.record(activity("cafe", "visit", "ada", "V3"))) == ["recorded"]


async def test_a_repeated_sign_up_with_a_key_answers_as_the_first_time(ground: Ground) -> None:
    command = sign_up("cafe", "eve", key="k1", segments=("a",), attributes={"x": 1, "y": 2})
    assert codes(await ground.record(command, command)) == ["recorded", "replayed"]
    assert codes(await ground.record(sign_up("cafe", "eve", key="k1", segments=("a",), attributes={"y": 2, "x": 1}))) == ["replayed"]
    assert codes(await ground.record(sign_up("cafe", "eve", key="k1", segments=("b",)))) == ["journal.key_reused"]
    assert codes(await ground.record(sign_up("cafe", "eve"))) == ["members.already_enrolled"]


async def test_a_command_without_identity_happens_as_often_as_it_is_sent(ground: Ground) -> None:
    assert codes(await ground.record(*[activity("cafe", "visit", "ada")] * 2)) == ["recorded"] * 2
    assert await ground.balances("cafe", "ada") == {"points": 6}


@pytest.mark.parametrize("member", ["ada", None], ids=["member", "guest"])
async def test_of_many_connections_racing_for_one_key_exactly_one_records(ground: Ground, member: str | None) -> None:
    commands = [purchase("cafe", member, "A1", 400, key="k1")] * 12
    answers = [a for (a,) in await asyncio.gather(*(ground.record(c) for c in commands))]
    assert sorted(codes(answers)) == ["recorded"] + ["replayed"] * 11
    assert len({recorded(a).event_id for a in answers}) == 1
    assert len(await ground.fetch("select from events where kind = 'purchase'")) == 1
    assert await ground.discrepancies() == []


async def test_of_different_requests_racing_for_one_key_one_wins_and_the_others_are_refused(ground: Ground) -> None:
    racing = [adjust("cafe", member, n, "k1") for n in range(1, 7) for member in ("ada", "bob")]
    answers = [a for (a,) in await asyncio.gather(*(ground.record(c) for c in racing))]
    assert sorted(codes(answers)) == ["journal.key_reused"] * 11 + ["recorded"]
    assert len(await ground.fetch("select from transfers")) == 1


async def test_who_loses_the_race_for_a_key_writes_nothing_and_looks_again(ground: Ground, database: str) -> None:
    command = purchase("cafe", None, "A1", 400)
    async with ground.db.transaction(ground.tenant_id) as first:
        await earning.record(first, [command], now=NOW)
        late = asyncio.create_task(_once(ground, command))
        await someone_waits(database)
    with pytest.raises(Contended):
        await late
    assert codes(await ground.record(command)) == ["replayed"]


async def _once(ground: Ground, command: earning.Command) -> None:
    async with ground.db.transaction(ground.tenant_id) as tx:
        await earning.record(tx, [command], now=NOW)
