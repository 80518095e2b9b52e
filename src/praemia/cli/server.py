"""`praemia serve` and `praemia migrate`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from praemia import access
from praemia.cli.opening import Rooms, opened, speaks_for
from praemia.cli.staff import setup_link
from praemia.foundation import loop
from praemia.foundation.migrations import migrate


def serve_command(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: PRAEMIA_HOST or 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: PORT or 8000).")] = None,
) -> None:
    """Serve the HTTP API, until Ctrl-C.

    Example: praemia serve --port 8080
    """
    door = opened(context)
    settings = door.settings()

    async def go() -> None:
        async with door.open_rooms(settings) as rooms:
            where = (host or settings.host, port or settings.port)
            address = f"http://{where[0]}:{where[1]}"
            print(f"Praemia answers on {address}")
            if not await _is_owned(rooms):
                print(f"Nobody owns it yet. Begin here: {setup_link(settings, rooms.vault, address)}")
            await door.serve(rooms, host=where[0], port=where[1])

    loop.run(go())


async def _is_owned(rooms: Any) -> bool:
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
