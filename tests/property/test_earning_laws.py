"""Laws of the earning journey over drawn histories, on the real database: nothing is lost, repeated, or decided by chance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praemia import earning, ledger, programs
from praemia.earning import Command
from tests.laws import few
from tests.property.earning_world import CAPPED, FREE, MEMBERS, RICH, World, commands, holdings, rows, seen, world
from tests.rooms.ground import NOW, Ground, purchase

HISTORIES = st.lists(commands(), min_size=1, max_size=25)


@pytest.fixture
def shops(database: str) -> Iterator[World]:
    """A world on a database of this test's own, shared by its examples."""
    with world(database) as opened:
        yield opened


@few(40)
@given(history=HISTORIES)
def test_every_unit_sums_to_zero_and_every_row_follows_from_the_transfers(shops: World, history: list[Command]) -> None:
    async def story(ground: Ground) -> None:
        await ground.record(*history)
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            sums: dict[int, int] = {}
            for unit, _, amount, _ in await ledger.trial_balance(tx, 1):
                sums[unit] = sums.get(unit, 0) + amount
        assert set(sums.values()) <= {0}
        assert await ground.discrepancies() == []

    shops.play(RICH, story)


@few(30)
@given(history=HISTORIES, pieces=st.lists(st.integers(1, 8), max_size=25))
def test_any_split_into_batches_gives_the_same_answers_and_balances(shops: World, history: list[Command], pieces: list[int]) -> None:
    async def one_by_one(ground: Ground) -> Any:
        answers = [seen(answer) for command in history for answer in await ground.record(command)]
        return answers, await holdings(ground), await rows(ground)

    async def in_pieces(ground: Ground) -> Any:
        left, answers = list(history), []
        for size in [*pieces, len(history)]:
            piece, left = left[:size], left[size:]
            answers += [seen(answer) for answer in (await ground.record(*piece) if piece else [])]
        return answers, await holdings(ground), await rows(ground)

    assert shops.play(RICH, one_by_one) == shops.play(RICH, in_pieces)


@few(25)
@given(history=HISTORIES, data=st.data())
def test_sending_everything_again_changes_nothing(shops: World, history: list[Command], data: st.DataObject) -> None:
    async def story(ground: Ground) -> None:
        answers = await ground.record(*history)
        accepted = [(c, a) for c, a in zip(history, answers, strict=True) if isinstance(a, earning.Recorded)]
        before = await holdings(ground), await rows(ground)
        again = data.draw(st.permutations(accepted))
        for (_, first), second in zip(again, await ground.record(*[c for c, _ in again]), strict=True):
            assert isinstance(second, earning.Recorded)
            assert second.replayed
            assert (second.event_id, second.verdict, second.balances) == (first.event_id, first.verdict, first.balances)
        assert (await holdings(ground), await rows(ground)) == before

    shops.play(RICH, story)


@few(25)
@given(history=HISTORIES)
def test_judging_every_stored_event_again_gives_the_stored_verdict_and_the_balances(shops: World, history: list[Command]) -> None:
    async def story(ground: Ground) -> None:
        await ground.record(*history)
        held = {member: {"points": 0, "cents": 0} for member in MEMBERS}
        names = {r["member_id"]: r["reference"] for r in await ground.fetch("select member_id, reference from members")}
        async with ground.db.rehearsal(ground.tenant_id) as tx:
            program = await programs.open_program(tx, "shop")
            for row in await tx.conn.fetch("select event_id from events"):
                event = await earning.get_event(tx, "shop", row["event_id"])
                verdict = await earning.recompute(tx, program, event)
                assert verdict == earning.verdict_of(event)
                for unit, quanta in verdict.awards.items():
                    held[names[event.member_id]][unit] += quanta
        assert held == await holdings(ground)

    shops.play(RICH, story)


def distinct(*, corrections: bool) -> st.SearchStrategy[list[Command]]:
    """Histories without an identity that recurs, so that every order of them is accepted alike."""
    return st.lists(commands(corrections=corrections), max_size=20, unique_by=lambda c: c.identities[0])


@few(25)
@given(history=distinct(corrections=False).map(lambda h: [_without_key(c) for c in h]), data=st.data())
def test_without_anything_that_remembers_every_order_gives_the_same(shops: World, history: list[Command], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(history))

    async def told(ground: Ground, sent: list[Command]) -> Any:
        answers = await ground.record(*sent)
        awards = {c.identities[0]: (seen(a).code, seen(a).awards) for c, a in zip(sent, answers, strict=True)}
        return awards, await holdings(ground)

    assert shops.play(FREE, lambda ground: told(ground, history)) == shops.play(FREE, lambda ground: told(ground, shuffled))


@few(25)
@given(history=distinct(corrections=False).map(lambda h: [_without_key(c) for c in h]), data=st.data())
def test_with_caps_every_order_gives_each_member_the_same_total(shops: World, history: list[Command], data: st.DataObject) -> None:
    """A day lies within its month, so it does not matter which of its purchases found the caps exhausted."""
    shuffled = data.draw(st.permutations(history))

    async def held(ground: Ground, sent: list[Command]) -> Any:
        await ground.record(*sent)
        return await holdings(ground)

    assert shops.play(CAPPED, lambda ground: held(ground, history)) == shops.play(CAPPED, lambda ground: held(ground, shuffled))


@few(15)
@given(amounts=st.lists(st.integers(0, 5000), min_size=1, max_size=12))
def test_a_quote_says_what_the_purchase_will_give_and_leaves_no_trace(shops: World, amounts: list[int]) -> None:
    async def story(ground: Ground) -> None:
        for n, amount in enumerate(amounts):
            command = purchase("shop", "ada", f"O{n}", amount)
            before = await rows(ground)
            async with ground.db.rehearsal(ground.tenant_id) as tx:
                (quoted,) = await earning.record(tx, [command], now=NOW)
            assert await rows(ground) == before
            (recorded,) = await ground.record(command)
            assert seen(quoted) == seen(recorded)

    shops.play(RICH, story)


def _without_key(command: Command) -> Command:
    return Command(
        program=command.program,
        kind=command.kind,
        member=command.member,
        inputs=command.inputs,
        identities=command.identities[:1],
        occurred_at=command.occurred_at,
    )
