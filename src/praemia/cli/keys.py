"""`praemia key`: keys for the HTTP API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from praemia import access
from praemia.cli import terminal
from praemia.cli.opening import Rooms, opened, operator, speaks_for

key_app = typer.Typer(help="Keys for the HTTP API.", no_args_is_help=True)
Tenant = Annotated[str | None, typer.Option(help="Which tenant (default: PRAEMIA_TENANT or main).")]


@key_app.command("issue")
def issue(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the key is for, e.g. 'till 3'.")],
    scope: Annotated[list[str] | None, typer.Option(help="A permission, e.g. earning:purchase:write. Repeatable.")] = None,
    role: Annotated[str | None, typer.Option(help=f"A set of permissions: {', '.join(access.ROLES)}.")] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="A key that reaches sandbox programmes only.")] = False,
    tenant: Tenant = None,
) -> None:
    """Issue a key. It is shown once; only its digest is kept.

    Example: praemia key issue "web shop" --role shop
    """

    async def work(rooms: Rooms) -> str:
        scopes = [*(scope or []), *([role] if role else [])]
        mode = access.Mode.TEST if sandbox else access.Mode.LIVE
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            issued = await access.issue(tx, name=name, scopes=scopes, mode=mode, now=datetime.now(UTC), by=operator())
        return issued.secret

    print(opened(context).run(work))


@key_app.command("list")
def show(context: typer.Context, tenant: Tenant = None) -> None:
    """List the keys, without their secrets."""

    async def work(rooms: Rooms) -> list[access.ApiKey]:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            return list(await access.keys_of(tx))

    table = terminal.table("key", "name", "id", "scopes", "revoked")
    for key in opened(context).run(work):
        table.add_row(f"{key.shown_prefix}…", terminal.escape(key.name), str(key.key_id), ", ".join(key.scopes), str(key.revoked_at or ""))
    terminal.console().print(table)


@key_app.command("revoke")
def revoke(
    context: typer.Context, key_id: Annotated[UUID, typer.Argument(help="The id that `key list` shows.")], tenant: Tenant = None
) -> None:
    """Revoke a key; it stops working within seconds."""

    async def work(rooms: Rooms) -> None:
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            await access.revoke(tx, key_id, now=datetime.now(UTC), by=operator())

    opened(context).run(work)
