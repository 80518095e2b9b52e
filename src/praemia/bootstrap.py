"""The composition root: settings -> database -> rooms -> server or command line. The only module that may know everything."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any

import typer
from pydantic import SecretStr

from praemia.cli import Opened, build_cli
from praemia.cli.demo import Demo
from praemia.foundation import postgres
from praemia.foundation.db import Database, connect
from praemia.foundation.loop import run, settle_memory
from praemia.foundation.migrations import migrate
from praemia.foundation.settings import Settings, read_settings
from praemia.foundation.vault import Vault, open_vault

if TYPE_CHECKING:
    import uvicorn

    from praemia.web.crew import Line


@dataclass(slots=True, kw_only=True)
class Rooms:
    """What the edges are given: the database, the settings, and the demonstration when there is one."""

    db: Database
    settings: Settings
    dsn: str
    vault: Vault
    demo: Demo | None = None


@contextmanager
def _database(settings: Settings, data_dir: Path | None = None) -> Iterator[str]:
    """The dsn of the database: DATABASE_URL, or a PostgreSQL of our own that stops with us."""
    if settings.database_url is not None and data_dir is None:
        yield settings.database_url.get_secret_value()
        return
    folder = data_dir or settings.state_dir / "postgres"
    with postgres.running(folder.absolute()) as server:
        yield server.dsn


@asynccontextmanager
async def open_rooms(settings: Settings, *, data_dir: Path | None = None) -> AsyncIterator[Rooms]:
    """The rooms on a migrated database."""
    async with AsyncExitStack() as stack:
        dsn = stack.enter_context(_database(settings, data_dir))
        await migrate(dsn)
        db = await connect(dsn, size=settings.pool_size)
        stack.push_async_callback(db.close)
        vault_file = (data_dir.parent if data_dir is not None else settings.state_dir) / "vault.key"
        given = settings.vault_key.get_secret_value() if settings.vault_key else None
        yield Rooms(db=db, settings=settings, dsn=dsn, vault=open_vault(vault_file.absolute(), given))


@contextmanager
def listening(host: str, port: int) -> Iterator[tuple[int, list[socket]]]:
    """The port to `serve` on, bound for the length of the block, and which one it is: port 0 is one that is free. Refuses NoPort."""
    from praemia.web import crew

    with crew.listening(host, port) as found:
        yield found


async def serve(rooms: Rooms, *, doors: list[socket], ready: asyncio.Event | None = None) -> None:
    """The HTTP server and the workers, in this process, until SIGINT or SIGTERM; sets `ready` once it answers."""
    server = _server_of(rooms)
    async with _at_work(rooms), _meanwhile(_announce(server, ready)):
        await server.serve(sockets=doors)


def serve_together(settings: Settings, *, greet: Callable[[Rooms], Awaitable[None]]) -> None:
    """The same in several processes on one port and one database, until SIGINT or SIGTERM. `greet` is told once the database is there,
    with the port that was found in the settings of its rooms.

    A PostgreSQL of our own belongs to the parent. Refuses before anything is started: NotHere, NoPort, TooManyConnections.
    """
    from praemia.web import crew

    async def prepare() -> None:
        async with open_rooms(settings) as rooms:
            room = await rooms.db.connections_at_most()
            crew.demand_room(room, processes=settings.processes, pool_size=settings.pool_size)
            _server_of(rooms)  # never served: what it loads, all who are forked have and share
            await greet(rooms)

    with crew.reserved(settings.host, settings.port) as port, _database(settings) as dsn:
        settings = settings.model_copy(update={"port": port, "database_url": SecretStr(dsn)})
        asyncio.run(prepare())  # not uvloop, whose threads would outlive it
        crew.keep(settings.processes, lambda line: run(_serve_in_crew(settings, line)))


async def _serve_in_crew(settings: Settings, line: Line) -> None:
    """A hand of the crew. The workers run in the first: several would find each other's work done."""
    from praemia.web import crew

    async with _meanwhile(line.pulse()), open_rooms(settings) as rooms, AsyncExitStack() as stack:
        server = _server_of(rooms)
        _, doors = stack.enter_context(crew.listening(settings.host, settings.port, shared=True))

        async def leave_when_asked() -> None:
            await line.asked_to_leave()
            server.should_exit = True

        if await line.ready():
            if line.number == 0:
                await stack.enter_async_context(_at_work(rooms))
            await stack.enter_async_context(_meanwhile(leave_when_asked()))
            await server.serve(sockets=doors)


def _server_of(rooms: Rooms) -> uvicorn.Server:
    import uvicorn

    from praemia.web.app import create_app
    from praemia.web.serving import Http, server_of

    server = server_of(uvicorn.Config(create_app(rooms), http=Http, log_config=None, access_log=False, timeout_graceful_shutdown=5))
    settle_memory()
    return server


@asynccontextmanager
async def _at_work(rooms: Rooms) -> AsyncIterator[None]:
    """The workers for nights, jobs, sweeping, seals and figures, for the length of the block."""
    from praemia.worker.figures import keep_figures
    from praemia.worker.jobs import do_jobs
    from praemia.worker.mail import take_up
    from praemia.worker.nights import live_nights
    from praemia.worker.seals import keep_sealing
    from praemia.worker.sweeping import keep_sweeping

    if rooms.settings.smtp_url is not None:
        await take_up(rooms.db, now=datetime.now(UTC))
    async with _meanwhile(
        live_nights(rooms.db),
        do_jobs(rooms.db, post=_post_of(rooms)),
        keep_sweeping(rooms.db, keep_jobs=timedelta(days=rooms.settings.keep_jobs_days)),
        keep_sealing(rooms.db, rooms.settings.proof_key_file),
        keep_figures(rooms.db),
    ):
        yield


@asynccontextmanager
async def _meanwhile(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work that goes on beside the block and ends with it."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _post_of(rooms: Rooms) -> Callable[[int, Mapping[str, Any], datetime], Awaitable[None]]:
    """How mail leaves: by the SMTP server of the settings, or not at all."""
    from praemia.worker.jobs import kept_in_the_outbox
    from praemia.worker.mail import deliver

    if rooms.settings.smtp_url is None:
        return kept_in_the_outbox
    from praemia.integrations.smtp import Smtp

    transport = Smtp(rooms.settings.smtp_url.get_secret_value(), rooms.settings.mail_from)

    async def post(tenant_id: int, body: Mapping[str, Any], now: datetime) -> None:
        await deliver(rooms.db, tenant_id, body, rooms.vault, transport, now=now)

    return post


async def _announce(server: uvicorn.Server, ready: asyncio.Event | None) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event to wait for
        await asyncio.sleep(0.02)
    if ready is not None:
        ready.set()


class JsonLine(logging.Formatter):
    """A record as one line of JSON: what happened, what was said with it, how grave, which process, when, and a trace without values."""

    _of_every_record = frozenset(vars(logging.makeLogRecord({})))

    def format(self, record: logging.LogRecord) -> str:
        """The line. What has no place in JSON is written as Python shows it: a log never fails."""
        line: dict[str, Any] = {"event": record.getMessage()}
        line |= {name: value for name, value in vars(record).items() if name not in self._of_every_record}
        line |= {"level": record.levelname.lower(), "process": record.process or 0}
        line["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=repr)


def build() -> typer.Typer:
    """The command line, with everything it may open. Logs are JSON lines on stderr, ours from `info` on, those of others from `warning`."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(JsonLine())
    logging.basicConfig(handlers=[lines], level=logging.WARNING)
    logging.getLogger("praemia").setLevel(logging.INFO)
    return build_cli(Opened(open_rooms=open_rooms, listening=listening, serve=serve, serve_together=serve_together, settings=read_settings))
