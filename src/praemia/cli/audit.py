"""`praemia audit`: who did what, when and from where."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Annotated

import typer

from praemia import access, programs
from praemia.access import AuditEntry
from praemia.cli import terminal
from praemia.cli.opening import Rooms, opened, speaks_for


def audit_command(
    context: typer.Context,
    program: Annotated[str | None, typer.Argument(help="Only this programme.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many entries.")] = 20,
    tenant: Annotated[str | None, typer.Option(help="Which tenant (default: PRAEMIA_TENANT or main).")] = None,
) -> None:
    """List what was administered, newest first. `praemia verify` proves that nothing of it was changed.

    Example: praemia audit cafe --limit 50
    """

    async def work(rooms: Rooms) -> list[AuditEntry]:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            program_id = (await programs.get_program(tx, program)).program_id if program else None
            return await access.audit_of(tx, program_id=program_id, limit=limit)

    table = terminal.table("number", "when", "who", "from", "did", "to", "details")
    for entry in opened(context).run(work):
        details = json.dumps(dict(entry.details), ensure_ascii=False)
        when = f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        cells = (entry.actor.name, entry.actor.origin, entry.action, entry.subject, details)
        table.add_row(str(entry.number), when, *map(terminal.escape, cells))
    terminal.console().print(table)
