"""The pool and the one place that opens, commits and rolls back a transaction.

A transaction belongs to one tenant: its first statement names the tenant to row-level security, which shows nothing
without it. Connections run as the role praemia_app, which can neither update nor delete ledger entries.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, TypeVar

import asyncpg

from praemia.foundation.errors import DomainError
from praemia.foundation.jsons import read_json, write_json
from praemia.foundation.sql import Statement, read_together, side_by_side, write_together

T = TypeVar("T")
_ATTEMPTS = 6
_READINGS = 16  # in one transaction: whoever looks for old transactions must not find one that never ends
_RACED = ("event_keys", "counters")  # tables (or their partitions) in which two transactions may both have found a key free
_PLANNED_ONCE = "; set local plan_cache_mode = force_generic_plan"
_ZERO, _MICRO = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)  # of PostgreSQL's instants
_JSONB_VERSION = b"\x01"  # before the text, in PostgreSQL's binary form
# The database is away, starting or going: no statement is to blame, and the same one may work in a moment.
UNREACHABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server went away between two messages of one statement
    OSError,
)


class Contended(Exception):
    """Another transaction came first in a way that only a fresh look can settle; `Database.run` tries again."""


CONTENDED = (Contended, asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""Others were in the way. Doing it all again is safe and may work."""


@dataclass(slots=True)
class Tx:
    """An open transaction of one tenant: the first argument of every verb.

    `known` is what a room remembers until the transaction ends; whoever changes it in the database forgets it here.
    """

    conn: Any
    tenant_id: int
    known: dict[Any, Any] = field(default_factory=dict)
    _to_write: list[Statement] | None = None
    _in_company: bool = False

    async def ask(self, package: str, name: str, /, **parameters: Any) -> Sequence[Any]:
        """The rows of a named statement, their values in the order of its columns: at once, or with what is asked beside it."""
        statement = Statement(package, name, parameters)
        if self._in_company:
            return await statement
        (rows,) = await read_together(self.conn, [statement])
        return rows

    async def side_by_side(self, *looks: Coroutine[Any, Any, Any]) -> list[Any]:
        """What the coroutines answer, where what they `ask` travels together, in one round trip as often as one of them asks. Rows are
        locked in the order in which they are asked for; what locks none sees what was there when the first of them began to wait."""
        self._in_company = True
        try:
            return await side_by_side(self.conn, looks)
        finally:
            self._in_company = False

    async def write(self, package: str, name: str, /, **parameters: Any) -> None:
        """Carry out a named statement that writes: at once, or with the others of `together`. Raises Contended when another
        transaction was first with a key."""
        statement = Statement(package, name, parameters)
        if self._to_write is not None:
            self._to_write.append(statement)
        else:
            await self._carry_out([statement])

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Writes of this block travel in one round trip at its end, or with those of the block around it. Nothing read inside the
        block sees them."""
        if self._to_write is not None:
            yield
            return
        statements: list[Statement] = []
        self._to_write = statements
        try:
            yield
        finally:
            self._to_write = None
        if statements:
            await self._carry_out(statements)

    async def _carry_out(self, statements: Sequence[Statement]) -> None:
        try:
            await write_together(self.conn, statements)
        except asyncpg.UniqueViolationError as error:
            if str(error.table_name).startswith(_RACED):
                raise Contended from error
            raise


@dataclass(slots=True)
class _Reading:
    """A connection in a transaction that reads, and how often it was used since that began."""

    conn: Any
    uses: int = 0


class Database:
    """A pool of connections as the application role. Make one with `connect`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._readings: dict[int, _Reading] = {}  # by tenant: left, but not ended yet
        self._endings: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def transaction(self, tenant_id: int) -> AsyncIterator[Tx]:
        """One transaction: commits when the block ends well, rolls back on any exception."""
        async with self._open(tenant_id, ending="commit") as tx:
            yield tx

    @asynccontextmanager
    async def rehearsal(self, tenant_id: int) -> AsyncIterator[Tx]:
        """The same path without the commit: for quotes, dry runs and rule tests. Always rolls back."""
        async with self._open(tenant_id, ending="rollback") as tx:
            yield tx

    async def run(self, tenant_id: int, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Do `work` in one transaction and commit; on a deadlock or a lost race roll back and do it again, a few times.

        Its statements are planned once a connection: PostgreSQL would plan a batch's lists anew each time they are short, because
        it takes an unknown list for ten entries long, and that costs more than carrying them out.
        """
        for attempt in range(_ATTEMPTS):
            try:
                async with self._open(tenant_id, ending="commit", setting=_PLANNED_ONCE) as tx:
                    return await work(tx)
            except CONTENDED:
                if attempt == _ATTEMPTS - 1:
                    raise
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _open(self, tenant_id: int, *, ending: Literal["commit", "rollback"], setting: str = "") -> AsyncIterator[Tx]:
        async with self._pool.acquire() as conn:
            try:
                # One message for all statements; the int is formatted, never text from outside.
                await conn.execute(f"begin; set local app.tenant_id = '{int(tenant_id)}'{setting}")
                yield Tx(conn, tenant_id)
                await conn.execute(ending)
            except BaseException:
                await _give_up(conn)
                raise

    @asynccontextmanager
    async def reading(self, tenant_id: int) -> AsyncIterator[Tx]:
        """A transaction that reads what many wait for: its statements are planned once a connection, as those of `run`. Each statement
        sees what was committed before it.

        Nobody waits for its end, for there is nothing to commit; and who begins before it has ended goes on in it.
        """
        open_one = self._readings.pop(tenant_id, None) or _Reading(await self._pool.acquire())
        try:
            if not open_one.uses:
                await open_one.conn.execute(f"begin read only; set local app.tenant_id = '{int(tenant_id)}'{_PLANNED_ONCE}")
            open_one.uses += 1
            yield Tx(open_one.conn, tenant_id)
            if open_one.uses < _READINGS and tenant_id not in self._readings:
                self._readings[tenant_id] = open_one
        finally:
            ending = asyncio.create_task(self._end(tenant_id, open_one, open_one.uses))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)

    async def _end(self, tenant_id: int, reading: _Reading, uses: int) -> None:
        if reading.uses != uses:
            return  # somebody goes on in it
        if self._readings.get(tenant_id) is reading:
            del self._readings[tenant_id]
        with suppress(*UNREACHABLE):  # then the pool has noticed already
            try:
                await _give_up(reading.conn)
            finally:
                await self._pool.release(reading.conn)

    @asynccontextmanager
    async def unscoped(self) -> AsyncIterator[Any]:
        """A connection without a tenant: sees no row of any tenant; for the few functions asked before the tenant is known."""
        async with self._pool.acquire() as conn:
            yield conn

    async def connections_at_most(self) -> int:
        """How many connections PostgreSQL has for everybody who is no superuser."""
        async with self.unscoped() as conn:
            most: int = await conn.fetchval(
                "select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
            )
            return most

    async def close(self) -> None:
        """Wait for open transactions and close every connection."""
        await self._pool.close()


@asynccontextmanager
async def tentative(tx: Tx) -> AsyncIterator[None]:
    """A part of a transaction that may be refused: a refusal (DomainError) undoes this part alone and is raised on."""
    await tx.conn.execute("savepoint tentative")
    try:
        yield
    except DomainError:
        await tx.conn.execute("rollback to savepoint tentative; release savepoint tentative")
        tx.known.clear()  # what was learnt inside may have been undone
        raise
    await tx.conn.execute("release savepoint tentative")


async def connect(dsn: str, *, size: int = 8) -> Database:
    """Open a pool of `size` connections to a migrated database."""
    pool = await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=_prepare_connection,
        reset=_keep,
        server_settings={"role": "praemia_app", "application_name": "praemia", "timezone": "UTC"},
    )
    return Database(pool)


async def _give_up(conn: Any) -> None:
    """Roll back; a connection that cannot even do that is cut, so that nobody gets it from the pool again."""
    if conn.is_closed():
        return
    try:
        await conn.execute("rollback")
    except Exception:
        conn.terminate()


async def _prepare_connection(conn: Any) -> None:
    await conn.set_type_codec("json", encoder=as_json, decoder=read_json, schema="pg_catalog", format="binary")
    await conn.set_type_codec(
        "jsonb",
        encoder=lambda value: _JSONB_VERSION + as_json(value),
        decoder=lambda content: read_json(content[len(_JSONB_VERSION) :]),
        schema="pg_catalog",
        format="binary",
    )
    await conn.set_type_codec(
        "timestamptz",
        encoder=lambda instant: _counted(instant.astimezone(UTC)),  # in their own zone the two hours that autumn repeats are equal
        decoder=lambda counted: _ZERO + timedelta(0, 0, counted[0]),
        schema="pg_catalog",
        format="tuple",
    )


@lru_cache(maxsize=1024)
def _counted(instant: datetime) -> tuple[int]:
    """An instant as PostgreSQL counts it. An event says the same one in a dozen places, and counting it costs the driver as much as ten
    other values of a row."""
    return ((instant - _ZERO) // _MICRO,)


async def _keep(_: Any) -> None:
    """No reset round trip between uses: every setting we make is local to its transaction."""


def as_json(value: Any) -> bytes:
    """JSON values as text; a text is JSON already."""
    return value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else write_json(value)
