"""Many who ask, one look: whoever asks while a look is under way shares the next one with all who wait.

There is no timer. The first looks for himself at once; those who come meanwhile are looked up together, and so on until nobody waits.
Invariants: nobody joins a look that has begun, so whoever asks after a write was answered sees it; tenants never share a look; a caller
who leaves takes nothing with him; a question that cannot be answered harms no neighbour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from praemia.foundation.db import UNREACHABLE
from praemia.foundation.errors import DomainError
from praemia.web.errors import Overloaded
from praemia.web.intake import PAUSE_SECONDS, WAITING_LIMIT

Q = TypeVar("Q")
A = TypeVar("A")
Look = Callable[[int, Sequence[Q]], Awaitable[Sequence[A | DomainError]]]

LOOK_SIZE = 500


class Enquiries(Generic[Q, A]):
    """Answers questions by tenant. `look(tenant_id, questions)` answers each in the same order, or refuses it with a DomainError."""

    def __init__(self, look: Look[Q, A], *, look_size: int = LOOK_SIZE, waiting_limit: int = WAITING_LIMIT) -> None:
        self._look = look
        self._look_size = look_size
        self._waiting_limit = waiting_limit
        self._waiting: dict[int, list[tuple[Q, asyncio.Future[A | Exception]]]] = {}  # of tenants for whom a look is under way
        self._lookers: set[asyncio.Task[None]] = set()

    async def ask(self, tenant_id: int, question: Q) -> A:
        """The answer, as it is after this call. Raises the question's refusal, and Overloaded when too many wait."""
        waiting = self._waiting.get(tenant_id)
        if waiting is None:
            self._waiting[tenant_id] = []
            try:
                (answer,) = await self._answers(tenant_id, [question])
            finally:
                self._go_on(tenant_id)
        else:
            if len(waiting) >= self._waiting_limit:
                raise Overloaded(waiting=len(waiting))
            awaited: asyncio.Future[A | Exception] = asyncio.get_running_loop().create_future()
            waiting.append((question, awaited))
            answer = await awaited
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _go_on(self, tenant_id: int) -> None:
        if not self._waiting[tenant_id]:
            del self._waiting[tenant_id]
            return
        looker = asyncio.create_task(self._look_for_all(tenant_id), name=f"enquiries-{tenant_id}")
        self._lookers.add(looker)
        looker.add_done_callback(self._lookers.discard)

    async def _look_for_all(self, tenant_id: int) -> None:
        while waiting := self._waiting[tenant_id]:
            asked, self._waiting[tenant_id] = waiting[: self._look_size], waiting[self._look_size :]
            answers = await self._answers(tenant_id, [question for question, _ in asked])
            for (_, awaited), answer in zip(asked, answers, strict=True):
                if not awaited.done():  # done here means: its caller has left
                    awaited.set_result(answer)
        del self._waiting[tenant_id]

    async def _answers(self, tenant_id: int, questions: Sequence[Q]) -> Sequence[A | Exception]:
        """One look; when it fails as a whole, one for each question by itself, unless the database is to blame."""
        try:
            return await self._patiently(tenant_id, questions)
        except UNREACHABLE as error:
            return [error] * len(questions)
        except Exception as error:
            if len(questions) == 1:
                return [error]
        return [answer for question in questions for answer in await self._answers(tenant_id, [question])]

    async def _patiently(self, tenant_id: int, questions: Sequence[Q]) -> Sequence[A | DomainError]:
        """Once more after a lost connection."""
        try:
            return await self._look(tenant_id, questions)
        except UNREACHABLE:
            await asyncio.sleep(PAUSE_SECONDS)
        return await self._look(tenant_id, questions)
