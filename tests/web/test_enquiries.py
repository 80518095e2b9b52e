"""The shared look: everybody is answered by a look that began after the question. No database: enquiries only know a function."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from praemia.foundation.errors import DomainError
from praemia.web.enquiries import Enquiries
from praemia.web.errors import Overloaded


class _Shelf:
    """A place to look at: a look sees it as it was when the look began, and takes its time to say so."""

    def __init__(self, *, poison: str = "", seconds: float = 0.01) -> None:
        self.poison = poison
        self.seconds = seconds
        self.version = 0
        self.looks: list[tuple[int, list[str]]] = []

    async def look(self, tenant_id: int, questions: Sequence[str]) -> list[tuple[str, int] | DomainError]:
        seen = self.version
        self.looks.append((tenant_id, list(questions)))
        await asyncio.sleep(self.seconds)
        if self.poison and self.poison in questions:
            raise ValueError(self.poison)
        return [(question, seen) for question in questions]


async def test_the_first_looks_for_himself_and_those_who_come_meanwhile_share_the_next_look() -> None:
    shelf = _Shelf()
    enquiries: Enquiries[str, tuple[str, int]] = Enquiries(shelf.look)
    answers = await asyncio.gather(*(enquiries.ask(1, str(n)) for n in range(50)))
    assert answers == [(str(n), 0) for n in range(50)]
    assert [questions for _, questions in shelf.looks] == [["0"], [str(n) for n in range(1, 50)]]
    assert await enquiries.ask(1, "later") == ("later", 0)


async def test_whoever_asks_after_a_write_was_answered_sees_it_however_many_ask() -> None:
    shelf = _Shelf(seconds=0.001)
    enquiries: Enquiries[str, tuple[str, int]] = Enquiries(shelf.look)

    async def write_and_ask(name: str) -> None:
        for _ in range(20):
            shelf.version += 1
            written = shelf.version
            _, seen = await enquiries.ask(1, name)
            assert seen >= written
            await asyncio.sleep(0)

    await asyncio.gather(*(write_and_ask(str(n)) for n in range(20)))
    assert len(shelf.looks) < 20 * 20 / 4


async def test_tenants_neither_share_a_look_nor_wait_for_each_other() -> None:
    shelf = _Shelf()
    enquiries: Enquiries[str, tuple[str, int]] = Enquiries(shelf.look)
    await asyncio.gather(*(enquiries.ask(n % 3, f"{n % 3}:{n}") for n in range(30)))
    assert all(question.startswith(f"{tenant}:") for tenant, questions in shelf.looks for question in questions)
    assert [tenant for tenant, _ in shelf.looks] == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize("leaving", [0, 1, 7])
async def test_whoever_leaves_takes_nothing_with_him(leaving: int) -> None:
    shelf = _Shelf()
    enquiries: Enquiries[str, tuple[str, int]] = Enquiries(shelf.look)
    asking = [asyncio.create_task(enquiries.ask(1, str(n))) for n in range(10)]
    await asyncio.sleep(0)
    asking[leaving].cancel()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(answers.pop(leaving), asyncio.CancelledError)
    assert answers == [(str(n), 0) for n in range(10) if n != leaving]
    assert await enquiries.ask(1, "later") == ("later", 0)


@pytest.mark.parametrize("bad", [0, 3])
async def test_a_question_that_cannot_be_answered_harms_no_neighbour(bad: int) -> None:
    shelf = _Shelf(poison=str(bad))
    enquiries: Enquiries[str, tuple[str, int]] = Enquiries(shelf.look)
    answers = await asyncio.gather(*(enquiries.ask(1, str(n)) for n in range(5)), return_exceptions=True)
    assert isinstance(answers.pop(bad), ValueError)
    assert answers == [(str(n), 0) for n in range(5) if n != bad]


async def test_a_refusal_is_raised_to_the_one_who_asked() -> None:
    async def look(_: int, questions: Sequence[str]) -> list[str | DomainError]:
        await asyncio.sleep(0)
        return [Overloaded(waiting=1) if question == "no" else question for question in questions]

    enquiries: Enquiries[str, str] = Enquiries(look)
    for _ in range(2):
        answers = await asyncio.gather(*(enquiries.ask(1, one) for one in ("no", "yes", "no")), return_exceptions=True)
        assert [type(answer) for answer in answers] == [Overloaded, str, Overloaded]


@pytest.mark.parametrize("times", [1, 2])
async def test_a_lost_connection_is_tried_once_more_and_then_nobody_is_kept_waiting(times: int) -> None:
    lost = times

    async def look(_: int, questions: Sequence[str]) -> list[str | DomainError]:
        nonlocal lost
        await asyncio.sleep(0)
        if len(questions) > 1 and lost:
            lost -= 1
            raise asyncpg.InterfaceError("gone")
        return list(questions)

    enquiries: Enquiries[str, str] = Enquiries(look)
    answers = await asyncio.gather(*(enquiries.ask(1, str(n)) for n in range(4)), return_exceptions=True)
    expected: list[object] = ["1", "2", "3"] if times == 1 else [asyncpg.InterfaceError] * 3
    assert answers[0] == "0"
    assert [answer if isinstance(answer, str) else type(answer) for answer in answers[1:]] == expected


async def test_looks_have_a_size_and_too_many_waiting_is_an_honest_refusal() -> None:
    shelf = _Shelf()
    enquiries: Enquiries[str, tuple[str, int]] = Enquiries(shelf.look, look_size=4, waiting_limit=10)
    answers = await asyncio.gather(*(enquiries.ask(1, str(n)) for n in range(12)), return_exceptions=True)
    assert [len(questions) for _, questions in shelf.looks] == [1, 4, 4, 2]
    assert isinstance(answers[11], Overloaded)
    assert answers[:11] == [(str(n), 0) for n in range(11)]
