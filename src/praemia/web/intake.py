"""Many callers, one commit: whatever waits for a tenant is carried out together, and answered after the commit.

There is no timer. A writer takes what waits at once; while its transaction commits, the next batch gathers by itself,
so an idle server answers as fast as ever and a busy one shares its commits. A long list goes in slices, and whoever
sends a single command waits for one slice at most: the till never waits for an import. When much waits, a second writer
judges while the first one waits for PostgreSQL. Invariants: a caller is answered only after the commit of its commands;
a caller who leaves takes nothing with him; one bad command harms no neighbour; the commands of one caller are carried
out in their order, so of a list one slice at a time is at work.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from praemia.foundation.db import CONTENDED, UNREACHABLE
from praemia.foundation.errors import DomainError
from praemia.web.errors import Busy, Overloaded

C = TypeVar("C")
R = TypeVar("R")
CarryOut = Callable[[int, Sequence[C]], Awaitable[Sequence[R | DomainError]]]
Outcome = list[R | DomainError | Exception]

BATCH_SIZE = 500  # beyond a few hundred only latency grows, no rate is gained
SLICE = 64  # of a long list: a slice is what everybody else may have to wait for
WRITERS_PER_TENANT = 2  # the second only while a slice is ready: with less it would halve the batches, and each costs its round trips
WRITERS = 4  # over all tenants: half the pool, so that reads always find a connection
WAITING_LIMIT = 20_000  # about two seconds of work; beyond it an honest refusal is better than a timeout
# When the database stayed contended after its own retries, or the connection went away, no command is to blame. Repeating is
# safe, for every command carries an identity: one that was committed after all answers as a replay.
PAUSE_SECONDS = 0.1


class _Parcel(Generic[C, R]):
    """The commands of one caller and where he waits for their outcome."""

    __slots__ = ("commands", "outcome")

    def __init__(self, commands: Sequence[C]) -> None:
        self.commands = commands
        self.outcome: asyncio.Future[Outcome[R]] = asyncio.get_running_loop().create_future()


class _Lane(Generic[C, R]):
    """What waits for one tenant, and how many writers are at work for it: parcels of single callers (`few` commands of them), and long
    lists in slices. A list of which a slice is at work is not here."""

    __slots__ = ("few", "lists", "parcels", "writers")

    def __init__(self) -> None:
        self.parcels: deque[_Parcel[C, R]] = deque()
        self.lists: deque[deque[_Parcel[C, R]]] = deque()
        self.few = 0
        self.writers = 0

    def __bool__(self) -> bool:
        return bool(self.parcels or self.lists)


class Intake(Generic[C, R]):
    """Collects commands by tenant and carries them out in shared transactions.

    `carry_out(tenant_id, commands)` runs one transaction and answers one result per command in the same order; a
    DomainError among them is that command's refusal, an exception means that nothing of the batch was committed.
    """

    def __init__(
        self, carry_out: CarryOut[C, R], *, batch_size: int = BATCH_SIZE, slice_size: int = SLICE, waiting_limit: int = WAITING_LIMIT
    ) -> None:
        self._carry_out = carry_out
        self._batch_size = batch_size
        self._slice = slice_size
        self._waiting_limit = waiting_limit
        self._lanes: dict[int, _Lane[C, R]] = {}
        self._places = asyncio.Semaphore(WRITERS)
        self._writers: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._closing = False

    async def submit(self, tenant_id: int, commands: Sequence[C]) -> Outcome[R]:
        """The outcome of each command, after the commit: a result, a refusal, or the exception that command caused.

        Refuses the whole when too much is waiting or the process is shutting down. Cancelling the caller does not
        cancel the commands.
        """
        if self._closing:
            raise Busy()
        if self._waiting + len(commands) > self._waiting_limit:
            raise Overloaded(waiting=self._waiting)
        if not commands:
            return []
        lane = self._lanes.get(tenant_id)
        if lane is None:
            lane = self._lanes[tenant_id] = _Lane()
        parcels: list[_Parcel[C, R]] = [_Parcel(commands[start : start + self._slice]) for start in range(0, len(commands), self._slice)]
        if len(parcels) == 1:
            lane.parcels.extend(parcels)
            lane.few += len(commands)
        else:
            lane.lists.append(deque(parcels))
        self._waiting += len(commands)
        if lane.writers == 0 or (lane.writers < WRITERS_PER_TENANT and self._is_full(lane)):
            lane.writers += 1
            writer = asyncio.create_task(self._write(tenant_id, lane), name=f"intake-{tenant_id}")
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)
        return await parcels[0].outcome if len(parcels) == 1 else [outcome for parcel in parcels for outcome in await parcel.outcome]

    async def drain(self) -> None:
        """Take nothing more, finish what waits."""
        self._closing = True
        while self._writers:
            await asyncio.wait(set(self._writers))

    def _is_full(self, lane: _Lane[C, R]) -> bool:
        """Whether what is ready is worth a writer of its own."""
        return bool(lane.lists) or lane.few >= self._slice

    async def _write(self, tenant_id: int, lane: _Lane[C, R]) -> None:
        while lane and (lane.writers == 1 or self._is_full(lane)):
            async with self._places:
                series = lane.lists.popleft() if lane.lists else None
                batch = self._take(lane, series)
                if batch:
                    await self._settle(tenant_id, batch)
                if series:
                    lane.lists.appendleft(series)
        lane.writers -= 1
        if not lane.writers and not lane:
            self._lanes.pop(tenant_id, None)

    def _take(self, lane: _Lane[C, R], series: deque[_Parcel[C, R]] | None) -> list[_Parcel[C, R]]:
        """The next slice of a list, and with it the parcels in order of arrival, together at most a batch."""
        taken: list[_Parcel[C, R]] = [series.popleft()] if series else []
        size = sum(len(parcel.commands) for parcel in taken)
        while lane.parcels and (not taken or size + len(lane.parcels[0].commands) <= self._batch_size):
            parcel = lane.parcels.popleft()
            lane.few -= len(parcel.commands)
            size += len(parcel.commands)
            taken.append(parcel)
        return taken

    async def _settle(self, tenant_id: int, batch: list[_Parcel[C, R]]) -> None:
        commands = [command for parcel in batch for command in parcel.commands]
        outcome = await self._attempt(tenant_id, commands)
        self._waiting -= len(commands)
        start = 0
        for parcel in batch:
            end = start + len(parcel.commands)
            if not parcel.outcome.done():  # done here means: its caller has left
                parcel.outcome.set_result(outcome[start:end])
            start = end

    async def _attempt(self, tenant_id: int, commands: Sequence[C]) -> Outcome[R]:
        """Carry out the commands; when that fails as a whole, each half by itself, down to the one that is to blame."""
        try:
            return list(await self._persist(tenant_id, commands))
        except Busy as busy:  # the database is to blame, no command is
            return [busy] * len(commands)
        except Exception as error:
            if len(commands) == 1:
                return [error]
        half = len(commands) // 2
        return [*await self._attempt(tenant_id, commands[:half]), *await self._attempt(tenant_id, commands[half:])]

    async def _persist(self, tenant_id: int, commands: Sequence[C]) -> Sequence[R | DomainError]:
        """Carry out, once more after a lost connection; raises Busy when the database is to blame."""
        try:
            return await self._carry_out(tenant_id, commands)
        except CONTENDED as error:
            raise Busy() from error
        except UNREACHABLE:
            await asyncio.sleep(PAUSE_SECONDS)
        try:
            return await self._carry_out(tenant_id, commands)
        except (*CONTENDED, *UNREACHABLE) as error:
            raise Busy() from error
