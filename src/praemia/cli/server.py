"""`praemia serve` and `praemia migrate`."""

from __future__ import annotations

import logging
from socket import socket
from typing import Annotated

import typer

from praemia import access
from praemia.cli.opening import Rooms, address_of, opened, speaks_for
from praemia.cli.staff import setup_link
from praemia.foundation import loop
from praemia.foundation.migrations import migrate
from praemia.foundation.settings import Settings

log = logging.getLogger("praemia.serve")


def serve_command(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: PRAEMIA_HOST or 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to listen on (default: PORT or 8000; 0: a free one).")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Server processes that share the port (default: PRAEMIA_PROCESSES or 1). Linux only.")
    ] = None,
) -> None:
    """Serve the HTTP API, until Ctrl-C.

    One process uses one processor. With several, PostgreSQL takes about half of what they take: two processes on three or four processors,
    four on six or eight. Each has a pool of PRAEMIA_POOL_SIZE database connections. A process that dies or hangs is replaced.

    Example: praemia serve --port 8080

    Example: praemia serve --processes 4
    """
    door = opened(context)
    given = {"host": host, "port": port, "processes": processes}
    settings = door.settings().model_copy(update={name: value for name, value in given.items() if value is not None})

    if settings.processes > 1:
        door.serve_together(settings, greet=_greet)
        return

    async def alone(settings: Settings, doors: list[socket]) -> None:
        async with door.open_rooms(settings) as rooms:
            await _greet(rooms)
            await door.serve(rooms, doors=doors)

    with door.listening(settings.host, settings.port) as (found, doors):
        loop.run(alone(settings.model_copy(update={"port": found}), doors))


async def _greet(rooms: Rooms) -> None:
    """Say where it answers and, until it has an owner, where to begin. Said at once, for whoever reads it from a pipe waits for it."""
    settings = rooms.settings
    address = address_of(settings.host, settings.port)
    log.info("server.bound", extra={"host": settings.host, "port": settings.port, "processes": settings.processes})
    print(f"Praemia answers on {address}" + (f", with {settings.processes} processes" if settings.processes > 1 else ""), flush=True)
    if not await _is_owned(rooms):
        print(f"Nobody owns it yet. Begin here: {setup_link(settings, rooms.vault, address)}", flush=True)


async def _is_owned(rooms: Rooms) -> bool:
    """Whether the tenant of the settings has an owner; one is made at /setup or by `praemia staff owner create`."""
    async with rooms.db.transaction(await speaks_for(rooms)) as tx:
        return await access.has_owner(tx)


def migrate_command(context: typer.Context) -> None:
    """Bring the database up to date. `praemia serve` does it too; this is for a deployment that separates the two.

    Example: DATABASE_URL=postgresql://… praemia migrate
    """
    door = opened(context)

    async def work(rooms: Rooms) -> None:
        applied = await migrate(rooms.dsn)
        print("\n".join(applied) if applied else "The database is up to date.")

    door.run(work)
