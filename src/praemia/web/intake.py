"""Many callers, one commit: whatever waits for a tenant is carried out together, and answered after the commit.

There is no timer. A writer takes what waits at once; while its transaction commits, the next batch gathers by itself,
so an idle server answers as fast as ever and a busy one shares its commits. When as much waits as is at work, a second
writer judges while the first one waits for PostgreSQL. A long list goes in slices, and has writers of its own: the till
never waits for an import. Invariants: a caller is answered only after the commit of its commands; a caller who leaves
takes nothing with him; one bad command harms no neighbour; the commands of one caller are carried out in their order,
so of a list one slice at a time is at work.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from praemia.foundation.db import CONTENDED, UNREACHABLE
from praemia.foundation.errors import DomainError
from praemia.web.errors import Busy, Overloaded

C = TypeVar("C")
R = TypeVar("R")
CarryOut = Callable[[int, Sequence[C]], Awaitable[Sequence[R | DomainError]]]
Outcome = list[R | DomainError | Exception]

BATCH_SIZE = 500  # beyond a few hundred only latency grows, no rate is gained
SLICE = 64  # of a long list: so long are its members' accounts locked, and so much another list waits for
WRITERS_PER_LANE = 2  # with one, callers that ask again at once fall into step: one of them alone, then all others
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
    """What waits for one tenant, single commands or long lists, each caller's parcels in a row; and how many commands are at work.
    A list of which a slice is at work is not here: its slices never overtake each other."""

    __slots__ = ("at_work", "batch_size", "callers", "tenant_id", "waiting", "writers")

    def __init__(self, tenant_id: int, batch_size: int) -> None:
        self.callers: deque[deque[_Parcel[C, R]]] = deque()
        self.tenant_id = tenant_id
        self.batch_size = batch_size
        self.waiting = 0
        self.at_work = 0
        self.writers = 0

    def __bool__(self) -> bool:
        return bool(self.callers)

    def add(self, parcels: deque[_Parcel[C, R]]) -> None:
        """What is left of a caller's parcels; whoever waits already comes first."""
        self.callers.append(parcels)
        self.waiting += len(parcels[0].commands)

    def take(self) -> list[deque[_Parcel[C, R]]]:
        """The callers whose first parcels make the next batch: at least one, as many as fit."""
        taken: list[deque[_Parcel[C, R]]] = []
        size = 0
        while self.callers and (not taken or size + len(self.callers[0][0].commands) <= self.batch_size):
            taken.append(self.callers.popleft())
            size += len(taken[-1][0].commands)
        self.waiting -= size
        return taken

    def deserves(self, writers: int) -> bool:
        """One always; two while as much waits as is at work: then halves take turns, one judging while the other commits."""
        return writers == 1 or (writers <= WRITERS_PER_LANE and self.waiting >= self.at_work)


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
        self._lanes: dict[tuple[int, bool], _Lane[C, R]] = {}
        self._places = asyncio.Semaphore(WRITERS)
        self._writers: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._closing = False

    async def submit(self, tenant_id: int, commands: Sequence[C]) -> Outcome[R]:
        """The outcome of each command, after the commit: a result, a refusal, or the exception that command caused.

        Refuses the whole when too much is waiting or the process is shutting down. Cancelling the caller does not
        cancel the commands.
        """
        return [one for outcome in self._take_in(tenant_id, commands) for one in await outcome]

    async def submit_list(self, tenant_id: int, commands: Sequence[C]) -> AsyncIterator[Outcome[R]]:
        """The same slice by slice: each as soon as it is there, and forgotten here when the next is asked for."""
        outcomes = self._take_in(tenant_id, commands)
        while outcomes:
            yield await outcomes.popleft()

    async def drain(self) -> None:
        """Take nothing more, finish what waits."""
        self._closing = True
        while self._writers:
            await asyncio.wait(set(self._writers))

    def _take_in(self, tenant_id: int, commands: Sequence[C]) -> deque[asyncio.Future[Outcome[R]]]:
        if self._closing:
            raise Busy()
        if self._waiting + len(commands) > self._waiting_limit:
            raise Overloaded(waiting=self._waiting)
        if not commands:
            return deque()
        parcels = deque(_Parcel[C, R](commands[start : start + self._slice]) for start in range(0, len(commands), self._slice))
        outcomes = deque(parcel.outcome for parcel in parcels)
        lane = self._lane_of(tenant_id, is_long=len(parcels) > 1)
        lane.add(parcels)
        self._waiting += len(commands)
        if lane.deserves(lane.writers + 1):
            lane.writers += 1
            writer = asyncio.create_task(self._write(lane), name=f"intake-{tenant_id}")
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)
        return outcomes

    def _lane_of(self, tenant_id: int, *, is_long: bool) -> _Lane[C, R]:
        lane = self._lanes.get((tenant_id, is_long))
        if lane is None:
            lane = self._lanes[tenant_id, is_long] = _Lane(tenant_id, self._slice if is_long else self._batch_size)
        return lane

    async def _write(self, lane: _Lane[C, R]) -> None:
        while lane and lane.deserves(lane.writers):
            async with self._places:
                callers = lane.take()  # nobody, when the other writer took all while this one waited for its place
                batch = [parcels.popleft() for parcels in callers]
                commands = [command for parcel in batch for command in parcel.commands]
                if commands:
                    lane.at_work += len(commands)
                    await self._settle(lane.tenant_id, batch, commands)
                    lane.at_work -= len(commands)
            for parcels in callers:
                if parcels:
                    lane.add(parcels)
        lane.writers -= 1

    async def _settle(self, tenant_id: int, batch: Sequence[_Parcel[C, R]], commands: Sequence[C]) -> None:
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
