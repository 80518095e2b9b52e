"""The shared transaction: everybody is answered, nobody pays for his neighbour. No database: the intake only knows a function."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from praemia.foundation.db import Contended
from praemia.foundation.errors import DomainError
from praemia.web.errors import Busy, Overloaded
from praemia.web.intake import Intake

Answer = str | DomainError


class _Ledger:
    """A place where commands end up; it can be slow, and it can choke on some of them."""

    def __init__(self, *, poison: str = "", seconds: float = 0.0) -> None:
        self.poison = poison
        self.seconds = seconds
        self.batches: list[list[str]] = []
        self.at_work = 0
        self.most_at_work = 0

    async def carry_out(self, _: int, commands: Sequence[str]) -> list[Answer]:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        await asyncio.sleep(self.seconds)
        self.at_work -= 1
        if self.poison and self.poison in commands:
            raise ValueError(self.poison)
        self.batches.append(list(commands))
        return [f"done {command}" for command in commands]


async def test_those_who_wait_share_one_transaction() -> None:
    ledger = _Ledger(seconds=0.01)
    intake: Intake[str, str] = Intake(ledger.carry_out)
    answers = await asyncio.gather(*(intake.submit(1, [str(n)]) for n in range(100)))
    assert answers == [[f"done {n}"] for n in range(100)]
    assert len(ledger.batches) <= 4
    assert ledger.most_at_work <= 2


async def test_no_batch_is_larger_than_said_and_a_long_list_goes_in_slices() -> None:
    ledger = _Ledger(seconds=0.005)
    intake: Intake[str, str] = Intake(ledger.carry_out, batch_size=10, slice_size=5)
    parcels = [[f"a{n}" for n in range(25)], *([f"b{n}"] * 3 for n in range(12))]
    answers = await asyncio.gather(*(intake.submit(1, parcel) for parcel in parcels))
    assert answers == [[f"done {command}" for command in parcel] for parcel in parcels]
    assert max(len(batch) for batch in ledger.batches) <= 10
    of_the_list = [[command for command in batch if command.startswith("a")] for batch in ledger.batches]
    assert [len(part) for part in of_the_list if part] == [5] * 5
    assert [command for part in of_the_list for command in part] == parcels[0]


async def test_whoever_sends_one_command_waits_for_no_list() -> None:
    slices, alone = _Ledger(seconds=0.2), _Ledger()

    async def carry_out(tenant: int, commands: Sequence[str]) -> Sequence[Answer]:
        return await (slices if commands[0].startswith("list") else alone).carry_out(tenant, commands)

    intake: Intake[str, str] = Intake(carry_out, slice_size=5)
    lists = [asyncio.create_task(intake.submit(1, [f"list {name}"] * 10)) for name in "abc"]
    await asyncio.sleep(0.005)
    assert slices.at_work == 2
    assert await intake.submit(1, ["one"]) == ["done one"]
    assert slices.at_work == 2
    assert not slices.batches
    assert await asyncio.gather(*lists) == [[f"done list {name}"] * 10 for name in "abc"]
    assert set(map(len, slices.batches)) == {5}


async def test_two_long_lists_are_at_work_at_once_but_never_two_slices_of_one() -> None:
    ledger = _Ledger(seconds=0.002)
    at_work: set[str] = set()
    together: set[frozenset[str]] = set()

    async def carry_out(tenant: int, commands: Sequence[str]) -> Sequence[Answer]:
        whose = commands[0][0]
        assert whose not in at_work
        at_work.add(whose)
        together.add(frozenset(at_work))
        done = await ledger.carry_out(tenant, commands)
        at_work.remove(whose)
        return done

    intake: Intake[str, str] = Intake(carry_out, slice_size=5)
    lists = [[f"{whose}{n}" for n in range(50)] for whose in "abc"]
    answers = await asyncio.gather(*(intake.submit(1, each) for each in lists))
    assert answers == [[f"done {command}" for command in each] for each in lists]
    assert max(map(len, together)) == 2
    for each in lists:
        assert [command for batch in ledger.batches for command in batch if command[0] == each[0][0]] == each


async def test_single_commands_share_a_second_transaction_once_as_many_wait_as_are_at_work() -> None:
    ledger, gate = _Ledger(), asyncio.Event()

    async def carry_out(tenant: int, commands: Sequence[str]) -> Sequence[Answer]:
        begun.append(len(commands))
        await gate.wait()
        return await ledger.carry_out(tenant, commands)

    begun: list[int] = []
    intake: Intake[str, str] = Intake(carry_out)
    waiting = []
    for names, expected in ((range(5), [5]), (range(5, 9), [5]), (range(9, 10), [5, 5]), (range(10, 30), [5, 5])):
        waiting += [asyncio.create_task(intake.submit(1, [str(n)])) for n in names]
        await asyncio.sleep(0.01)
        assert begun == expected
    gate.set()
    await asyncio.gather(*waiting)
    assert begun == [5, 5, 20]


async def test_callers_who_ask_again_at_once_come_in_halves() -> None:
    ledger = _Ledger(seconds=0.01)
    intake: Intake[str, str] = Intake(ledger.carry_out)

    async def caller(n: int) -> None:
        for _ in range(20):
            await asyncio.sleep(0.0005 * n)  # one after the other, as answers go out and questions come in
            await intake.submit(1, [str(n)])

    await asyncio.gather(*(caller(n) for n in range(16)))
    settled = [len(batch) for batch in ledger.batches][len(ledger.batches) // 2 : -4]
    assert settled
    assert sum(settled) / len(settled) >= 4
    assert sum(size == 1 for size in settled) <= len(settled) // 3


async def test_one_bad_command_harms_no_neighbour() -> None:
    ledger = _Ledger(poison="13")
    intake: Intake[str, str] = Intake(ledger.carry_out)
    answers = await asyncio.gather(*(intake.submit(1, [str(n)]) for n in range(50)))
    assert [n for n, (answer,) in enumerate(answers) if isinstance(answer, Exception)] == [13]
    assert isinstance(answers[13][0], ValueError)
    assert sorted(command for batch in ledger.batches for command in batch) == sorted(str(n) for n in range(50) if n != 13)


async def test_a_caller_who_leaves_takes_nothing_with_him() -> None:
    ledger = _Ledger(seconds=0.02)
    intake: Intake[str, str] = Intake(ledger.carry_out)
    leaving = [asyncio.create_task(intake.submit(1, [f"gone {n}"])) for n in range(5)]
    staying = asyncio.create_task(intake.submit(1, ["here"]))
    await asyncio.sleep(0)
    for task in leaving:
        task.cancel()
    assert await staying == ["done here"]
    await intake.drain()
    assert sorted(command for batch in ledger.batches for command in batch) == [*(f"gone {n}" for n in range(5)), "here"]


async def test_a_list_is_answered_slice_by_slice_while_the_next_is_at_work() -> None:
    ledger = _Ledger(seconds=0.005)
    intake: Intake[str, str] = Intake(ledger.carry_out, slice_size=5)
    wanted = [str(n) for n in range(13)]
    seen = []
    async for outcomes in intake.submit_list(1, wanted):
        seen.append((outcomes, len(ledger.batches)))
    assert [outcome for outcomes, _ in seen for outcome in outcomes] == [f"done {one}" for one in wanted]
    assert [done for _, done in seen] == [1, 2, 3]


async def test_who_leaves_in_the_middle_of_a_list_takes_nothing_with_him() -> None:
    ledger = _Ledger(seconds=0.005)
    intake: Intake[str, str] = Intake(ledger.carry_out, slice_size=5)
    wanted = [str(n) for n in range(13)]
    async for _ in intake.submit_list(1, wanted):
        break
    await intake.drain()
    assert [command for batch in ledger.batches for command in batch] == wanted


async def test_tenants_do_not_wait_for_each_other_nor_share_a_transaction() -> None:
    ledger = _Ledger(seconds=0.01)
    intake: Intake[str, str] = Intake(ledger.carry_out)
    await asyncio.gather(*(intake.submit(n % 3, [f"tenant {n % 3}"]) for n in range(60)))
    assert all(len(set(batch)) == 1 for batch in ledger.batches)
    assert 2 < ledger.most_at_work <= 4


async def test_draining_finishes_what_waits_and_takes_nothing_more() -> None:
    ledger = _Ledger(seconds=0.02)
    intake: Intake[str, str] = Intake(ledger.carry_out)
    waiting = [asyncio.create_task(intake.submit(1, [str(n)])) for n in range(20)]
    await asyncio.sleep(0.001)
    await intake.drain()
    assert sum(len(batch) for batch in ledger.batches) == 20
    assert [task.result() for task in waiting] == [[f"done {n}"] for n in range(20)]
    with pytest.raises(Busy):
        await intake.submit(1, ["late"])


async def test_too_many_waiting_is_an_honest_refusal() -> None:
    ledger = _Ledger(seconds=0.02)
    intake: Intake[str, str] = Intake(ledger.carry_out, waiting_limit=10)
    first = asyncio.create_task(intake.submit(1, ["x"] * 10))
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await intake.submit(1, ["y"])
    await first
    assert await intake.submit(1, ["y"]) == ["done y"]


@pytest.mark.parametrize(("trouble", "attempts"), [(Contended(), 1), (asyncpg.ConnectionDoesNotExistError("gone"), 2)])
async def test_a_database_in_trouble_is_not_the_fault_of_a_command(trouble: Exception, attempts: int) -> None:
    calls: list[int] = []

    async def carry_out(_: int, commands: Sequence[str]) -> list[Answer]:
        calls.append(len(commands))
        raise trouble

    intake: Intake[str, str] = Intake(carry_out)
    answers = await intake.submit(1, ["a"] * 8)
    assert all(isinstance(answer, Busy) for answer in answers)
    assert calls == [8] * attempts


async def test_a_lost_connection_is_tried_once_more() -> None:
    ledger = _Ledger()
    calls: list[int] = []

    async def carry_out(tenant: int, commands: Sequence[str]) -> list[Answer]:
        calls.append(tenant)
        if len(calls) == 1:
            raise asyncpg.ConnectionDoesNotExistError("gone")
        return await ledger.carry_out(tenant, commands)

    intake: Intake[str, str] = Intake(carry_out)
    assert await intake.submit(1, ["a"]) == ["done a"]
