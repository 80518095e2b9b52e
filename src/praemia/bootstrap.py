"""The composition root: settings -> database -> rooms -> server or command line. The only module that may know everything."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import typer

from praemia.cli import Opened, build_cli
from praemia.cli.demo import Demo
from praemia.foundation import postgres
from praemia.foundation.db import Database, connect
from praemia.foundation.loop import settle_memory
from praemia.foundation.migrations import migrate
from praemia.foundation.settings import Settings
from praemia.foundation.vault import Vault, open_vault


@dataclass(slots=True, kw_only=True)
class Rooms:
    """What the edges are given: the database, the settings, and the demonstration when there is one."""

    db: Database
    settings: Settings
    dsn: str
    vault: Vault
    demo: Demo | None = None


@asynccontextmanager
async def open_rooms(settings: Settings, *, data_dir: Path | None = None) -> AsyncIterator[Rooms]:
    """The rooms on a migrated database: DATABASE_URL, or a PostgreSQL of our own that stops with us."""
    async with AsyncExitStack() as stack:
        if settings.database_url is not None and data_dir is None:
            dsn = settings.database_url.get_secret_value()
        else:
            folder = data_dir or settings.state_dir / "postgres"
            dsn = stack.enter_context(postgres.running(folder.absolute())).dsn
        await migrate(dsn)
        db = await connect(dsn, size=settings.pool_size)
        stack.push_async_callback(db.close)
        vault_file = (data_dir.parent if data_dir is not None else settings.state_dir) / "vault.key"
        given = settings.vault_key.get_secret_value() if settings.vault_key else None
        yield Rooms(db=db, settings=settings, dsn=dsn, vault=open_vault(vault_file.absolute(), given))


async def serve(rooms: Rooms, *, host: str, port: int, ready: asyncio.Event | None = None) -> None:
    """The HTTP server and the workers for nights, jobs and seals, until SIGINT or SIGTERM; sets `ready` once it answers."""
    import uvicorn

    from praemia.web.app import create_app
    from praemia.web.serving import Http, server_of
    from praemia.worker.figures import keep_figures
    from praemia.worker.jobs import do_jobs
    from praemia.worker.mail import take_up
    from praemia.worker.nights import live_nights
    from praemia.worker.seals import keep_sealing
    from praemia.worker.sweeping import keep_sweeping

    config = uvicorn.Config(
        create_app(rooms), http=Http, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
    server = server_of(config)
    settle_memory()
    nights = asyncio.create_task(live_nights(rooms.db), name="nights")
    if rooms.settings.smtp_url is not None:
        await take_up(rooms.db, now=datetime.now(UTC))
    jobs = asyncio.create_task(do_jobs(rooms.db, post=_post_of(rooms)), name="jobs")
    sweeping = asyncio.create_task(keep_sweeping(rooms.db, keep_jobs=timedelta(days=rooms.settings.keep_jobs_days)), name="sweeping")
    seals = asyncio.create_task(keep_sealing(rooms.db, rooms.settings.proof_key_file), name="seals")
    figures = asyncio.create_task(keep_figures(rooms.db), name="figures")
    watch = asyncio.create_task(_announce(server, ready)) if ready else None
    try:
        await server.serve()
    finally:
        for task in filter(None, (nights, jobs, sweeping, seals, figures, watch)):
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


async def _announce(server: object, ready: asyncio.Event) -> None:
    while not getattr(server, "started", False):  # noqa: ASYNC110 - uvicorn offers no event to wait for
        await asyncio.sleep(0.02)
    ready.set()


class JsonLine(logging.Formatter):
    """A record as one line of JSON: what happened, what was said with it, how grave, when, and a trace without the values of variables."""

    _of_every_record = frozenset(vars(logging.makeLogRecord({})))

    def format(self, record: logging.LogRecord) -> str:
        """The line. What has no place in JSON is written as Python shows it: a log never fails."""
        line = {"event": record.getMessage()}
        line |= {name: value for name, value in vars(record).items() if name not in self._of_every_record}
        line |= {"level": record.levelname.lower(), "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=repr)


def build() -> typer.Typer:
    """The command line, with everything it may open. Logs are JSON lines on stderr, ours from `info` on, those of others from `warning`."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(JsonLine())
    logging.basicConfig(handlers=[lines], level=logging.WARNING)
    logging.getLogger("praemia").setLevel(logging.INFO)
    return build_cli(Opened(open_rooms=open_rooms, serve=serve, settings=Settings))
