"""Points go from one member to another: every piece as it was, both legs or none, whoever else does the same at that moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from praemia import ledger
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.journal import KeyReused
from praemia.sharing import Shared, sentence_of
from tests.rooms.circle import CIRCLE, Circle, all_of, refusal
from tests.rooms.ground import NOW, open_ground

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 31)
SPRING, SUMMER = datetime(2025, 1, 1, 10, tzinfo=UTC), datetime(2025, 2, 1, 10, tzinfo=UTC)


@pytest.fixture
async def circle(database: str) -> AsyncIterator[Circle]:
    async with open_ground(database) as ground:
        await ground.apply(CIRCLE)
        await ground.enrol("circle", "ann", "bob", "cem")
        yield Circle(ground)


async def test_every_piece_keeps_its_last_day_and_when_it_was_earned(circle: Circle) -> None:
    await circle.give("ann", 20, JUNE, SPRING)
    await circle.give("ann", 200, JULY, SUMMER)
    done = await circle.send("ann", "bob", 100)
    assert [done.about[word] for word in ("sent", "fee", "received")] == [100, 0, 100]
    assert done.about["pieces"] == [{"amount": 20, "last_day": "2025-06-30"}, {"amount": 80, "last_day": "2025-07-31"}]
    assert await circle.lots("ann") == [(120, "2025-07-31")]
    assert await circle.lots("bob") == [(20, "2025-06-30"), (80, "2025-07-31")]
    rows = await circle.ground.fetch("select earned_at, origin_event_id from lots where amount in (20, 80) order by amount, event_id")
    assert [row["earned_at"] for row in rows] == [SPRING, SPRING, SUMMER]
    assert rows[0]["origin_event_id"] is None, "what was issued here has no other origin"
    assert rows[2]["origin_event_id"] is not None
    assert await circle.clean() == []


async def test_with_reset_all_arrives_as_one_lot_with_a_new_last_day(circle: Circle) -> None:
    await circle.ground.apply(
        CIRCLE.replace("{points: {}}", "{points: {expiry: {days: 10}}}").replace("{allowed: true}", "{expiry: reset}"), at=NOW
    )
    await circle.give("ann", 20, JUNE)
    await circle.give("ann", 200, JULY)
    await circle.send("ann", "bob", 100)
    assert await circle.lots("bob") == [(100, "2025-06-11")]
    assert await circle.clean() == []


@pytest.mark.parametrize(
    ("share", "amount", "fee"), [("5", 100, 5), ("5", 101, 6), ("0.5", 1000, 5), ("0.5", 1001, 6), ("50", 2, 1), ("33.3", 3, 1)]
)
async def test_the_fee_does_not_arrive_and_is_rounded_up(circle: Circle, share: str, amount: int, fee: int) -> None:
    await circle.ground.apply(CIRCLE.replace("{allowed: true}", f'{{fee_percent: "{share}"}}'), at=NOW)
    await circle.give("ann", 2000)
    done = await circle.send("ann", "bob", amount)
    assert (done.about["fee"], done.about["received"]) == (fee, amount - fee)
    assert await circle.available("ann", "bob") == [2000 - amount, amount - fee]
    assert await circle.clean() == []


async def test_the_fee_is_paid_last_so_what_ends_first_travels(circle: Circle) -> None:
    await circle.ground.apply(CIRCLE.replace("{allowed: true}", "{fee_percent: 10}"), at=NOW)
    await circle.give("ann", 20, JUNE)
    await circle.give("ann", 200, JULY)
    await circle.send("ann", "bob", 100)
    assert await circle.lots("bob") == [(20, "2025-06-30"), (70, "2025-07-31")]
    assert await circle.lots("ann") == [(120, "2025-07-31")]


async def test_what_is_refused_changes_nothing(circle: Circle) -> None:
    await circle.give("ann", 220)
    await circle.give("cem", -5)
    assert await refusal(circle.send("ann", "bob", 221)) == "ledger.insufficient_points"
    assert await refusal(circle.send("cem", "bob", 1)) == "ledger.insufficient_points"
    assert await refusal(circle.send("ann", "nobody", 10)) == "members.unknown"
    assert await refusal(circle.send("nobody", "ann", 10)) == "members.unknown"
    assert await refusal(circle.send("ann", "ann", 10)) == "sharing.to_oneself"
    assert await refusal(circle.send("ann", "bob", 0)) == "sharing.below_least"
    assert await refusal(circle.send("ann", "bob", 10, unit="stars")) == "sharing.unit_unknown"
    assert await circle.available("ann", "bob", "cem") == [220, 0, -5]


@pytest.mark.parametrize(
    ("transfers", "amount", "code"),
    [
        ("{allowed: false}", 50, "sharing.transfers_not_allowed"),
        ("{min: 50}", 49, "sharing.below_least"),
        ("{min: 50}", 50, "done"),
        ("{fee_percent: 60}", 2, "sharing.below_least"),
        ("{fee_percent: 60}", 3, "done"),
    ],
)
async def test_the_programme_says_what_may_be_sent(circle: Circle, transfers: str, amount: int, code: str) -> None:
    await circle.ground.apply(CIRCLE.replace("{allowed: true}", transfers), at=NOW)
    await circle.give("ann", 100)
    assert await refusal(circle.send("ann", "bob", amount)) == code


async def test_a_programme_that_says_nothing_lets_nobody_send(circle: Circle) -> None:
    await circle.ground.apply(CIRCLE[: CIRCLE.index("sharing:")], at=NOW)
    await circle.give("ann", 100)
    assert await refusal(circle.send("ann", "bob", 10)) == "sharing.transfers_not_allowed"


async def test_points_that_only_count_cannot_be_sent(circle: Circle) -> None:
    await circle.ground.apply(CIRCLE.replace("{points: {}}", "{points: {}, miles: {spendable: false}}"), at=NOW)
    assert await refusal(circle.send("ann", "bob", 10, unit="miles")) == "sharing.not_spendable"


async def test_what_has_ended_does_not_travel_and_what_arrives_pays_a_debt_first(circle: Circle) -> None:
    await circle.give("ann", 30, NOW.date() + timedelta(days=1))
    await circle.give("ann", 70)
    await circle.give("bob", -50)
    circle.at = NOW + timedelta(days=5)
    assert await refusal(circle.send("ann", "bob", 71)) == "ledger.insufficient_points"
    await circle.send("ann", "bob", 70)
    assert await circle.available("ann", "bob") == [0, 20]
    assert await circle.lots("bob") == [(20, None)]
    assert await circle.clean() == []


async def test_the_same_key_moves_points_once_and_another_content_is_refused(circle: Circle) -> None:
    await circle.give("ann", 100)
    first = await circle.send("ann", "bob", 40, key="k")
    again = await circle.send("ann", "bob", 40, key="k")
    assert (again.event_id, again.about, again.replayed) == (first.event_id, first.about, True)
    with pytest.raises(KeyReused):
        await circle.send("ann", "bob", 41, key="k")
    assert await circle.available("ann", "bob") == [60, 40]


async def test_a_refused_request_does_not_use_up_its_key(circle: Circle) -> None:
    assert await refusal(circle.send("ann", "bob", 40, key="k")) == "ledger.insufficient_points"
    await circle.give("ann", 100)
    assert not (await circle.send("ann", "bob", 40, key="k")).replayed


async def test_both_read_the_transfer_in_their_own_history(circle: Circle) -> None:
    await circle.give("ann", 100)
    done = await circle.send("ann", "bob", 40)
    owners = [await circle.owner(name) for name in ("ann", "bob")]
    async with circle.ground.db.rehearsal(circle.ground.tenant_id) as tx:
        newest = [(await ledger.history_of(tx, owner))[0] for owner in owners]
    assert [(one.event_id, one.kind, one.amount) for one in newest] == [(done.event_id, "send", -40), (done.event_id, "receive", 40)]


async def test_it_says_in_words_what_happened(circle: Circle) -> None:
    await circle.ground.apply(CIRCLE.replace("{allowed: true}", "{fee_percent: 5}"), at=NOW)
    await circle.give("ann", 1000)
    done = await circle.send("ann", "bob", 150)
    assert sentence_of(done.kind, done.about, "en") == "ann sent 150 points to bob; 142 arrived, the fee is 8."
    assert sentence_of(done.kind, done.about, "de") == "ann hat 150 points an bob geschickt; 142 kamen an, die Gebühr ist 8."


async def test_an_unmatched_leg_is_found(circle: Circle) -> None:
    await circle.give("ann", 100)
    owner = await circle.owner("ann")

    async def vanish(tx: Tx) -> None:
        accounts = await ledger.lock_accounts(tx, [owner])
        event = (await ledger.history_of(tx, owner))[0].event_id
        posting = ledger.Posting(
            owner_id=owner, event_id=event, line=7, unit=0, program_id=1, kind=ledger.Kind.SEND, amount=10,
            day=NOW.date(), occurred_at=NOW, posted_at=NOW,
        )  # fmt: skip
        await ledger.post(tx, [posting], accounts)

    await circle.ground.db.run(circle.ground.tenant_id, vanish)
    assert [(d.invariant, d.stored, d.derived) for d in await circle.clean()] == [("L10", "sent=10", "arrived=0")]


async def test_a_hundred_transfers_in_a_ring_at_once_all_come_about_and_lose_nothing(circle: Circle) -> None:
    ring = [f"m{n}" for n in range(10)]
    await circle.ground.enrol("circle", *ring)
    for name in ring:
        await circle.give(name, 100, JUNE)
    sends = [circle.send(ring[n % 10], ring[(n + step) % 10], 1 + n % 3) for n in range(50) for step in (1, 9)]
    answers = await all_of(*sends)
    assert [answer for answer in answers if not isinstance(answer, Shared)] == []
    expected = dict.fromkeys(ring, 100)
    for n in range(50):
        for step in (1, 9):
            expected[ring[n % 10]] -= 1 + n % 3
            expected[ring[(n + step) % 10]] += 1 + n % 3
    assert await circle.available(*ring) == list(expected.values())
    assert await circle.clean() == []


async def test_of_many_transfers_of_one_balance_exactly_as_many_win_as_it_covers(circle: Circle) -> None:
    await circle.give("ann", 100)
    answers = await all_of(*[circle.send("ann", "bob" if n % 2 else "cem", 30) for n in range(20)])
    won = [answer for answer in answers if isinstance(answer, Shared)]
    assert len(won) == 3
    assert {a.code for a in answers if isinstance(a, DomainError)} == {"ledger.insufficient_points"}
    assert (await circle.available("ann"))[0] == 10
    assert await circle.clean() == []
