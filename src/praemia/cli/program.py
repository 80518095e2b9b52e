"""`praemia program`: a programme as a file. Faults are printed as a compiler does: place, line, caret, suggestion.

Exit codes: 0 done, 1 refused or faults in the file, 2 wrong use of the command.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from praemia import access, programs
from praemia.cli import terminal
from praemia.cli.opening import Rooms, opened, operator, speaks_for
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.programs import Applied, Change, Kind, Mode, Plan, ProgramVersion

if TYPE_CHECKING:
    from rich.console import Console

program_app = typer.Typer(help="A programme as a file: check it, see what it changes, put it into force, go back.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The programme file (YAML); - reads standard input.", show_default=False)]
Slug = Annotated[str, typer.Argument(help="The programme's short name, as in its file.", show_default=False)]
Tenant = Annotated[str | None, typer.Option(help="Which tenant (default: PRAEMIA_TENANT or main).")]
_NOBODY = "command line"
_COLOURS = {Kind.CREATED: ("green", "+"), Kind.CHANGED: ("yellow", "~"), Kind.REMOVED: ("red", "-")}


@program_app.command("schema")
def schema() -> None:
    """Print the JSON Schema of programme files, for editors and other tools.

    Example: praemia program schema > program.schema.json
    """
    sys.stdout.write(json.dumps(programs.json_schema(), indent=2, ensure_ascii=False) + "\n")


@program_app.command("validate")
def validate(file: File) -> None:
    """Check a file and print every fault of it. Needs no database.

    Example: praemia program validate examples/customer-cafe.yaml
    """
    source = _source_of(file)
    with _refusals(file, source):
        reading = programs.read_program(source).in_earnest()
    _print_warnings(file, source, reading.warnings)
    rules = len(reading.file.earning.rules)
    terminal.console().print(
        f"[green]valid[/green]: programme {reading.file.program}, {rules} rules, units {', '.join(reading.file.units)}"
    )


@program_app.command("plan")
def plan(context: typer.Context, file: File, tenant: Tenant = None) -> None:
    """Show what applying a file would change. Changes nothing.

    Example: praemia program plan examples/customer-cafe.yaml
    """
    source = _source_of(file)

    async def work(rooms: Rooms) -> Plan:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            return await programs.plan(tx, source, at=datetime.now(UTC))

    with _refusals(file, source):
        planned = opened(context).run(work)
    _print_plan(planned)
    _print_warnings(file, source, planned.warnings)


@program_app.command("apply")
def apply(
    context: typer.Context,
    file: File,
    effective_from: Annotated[
        datetime | None,
        typer.Option("--from", help="From when it counts (ISO 8601, UTC unless said). Default: now.", parser=datetime.fromisoformat),
    ] = None,
    note: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Make a new programme a sandbox, with a clock of its own.")] = False,
    by: Annotated[str, typer.Option(help="Who applies it, for the history.")] = _NOBODY,
    tenant: Tenant = None,
) -> None:
    """Put a file into force. The first version counts from the beginning, a later one from now or --from.

    Example: praemia program apply examples/customer-cafe.yaml --note "double points in March"
    """
    source = _source_of(file)
    since = effective_from.replace(tzinfo=UTC) if effective_from and effective_from.tzinfo is None else effective_from

    async def work(rooms: Rooms) -> tuple[Plan, Applied]:
        now = datetime.now(UTC)
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            planned = await programs.plan(tx, source, at=now)
            mode = Mode.SANDBOX if sandbox else None
            applied = await programs.apply(tx, source, at=now, effective_from=since, note=note, by=by, mode=mode)
            await _note(tx, applied, by, now)
            return planned, applied

    with _refusals(file, source):
        planned, applied = opened(context).run(work)
    if applied.changed:
        _print_plan(planned)
        _print_warnings(file, source, planned.warnings)
    _print_applied(applied)


@program_app.command("export")
def export(
    context: typer.Context,
    slug: Slug,
    version: Annotated[int | None, typer.Option(help="Which version. Default: the newest.")] = None,
    tenant: Tenant = None,
) -> None:
    """Print a version's file, byte for byte as it was applied.

    Example: praemia program export cafe --version 3 > cafe.yaml
    """

    async def work(rooms: Rooms) -> str:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            return await programs.export(tx, slug, version)

    with _refusals():
        source = opened(context).run(work)
    sys.stdout.buffer.write(source.encode())
    sys.stdout.flush()


@program_app.command("history")
def history(context: typer.Context, slug: Slug, tenant: Tenant = None) -> None:
    """List every version: since when it counts, who applied it, when and why.

    Example: praemia program history cafe
    """

    async def work(rooms: Rooms) -> list[ProgramVersion]:
        async with rooms.db.rehearsal(await speaks_for(rooms, tenant)) as tx:
            return await programs.history(tx, slug)

    with _refusals():
        versions = opened(context).run(work)
    table = terminal.table("version", "counts from", "applied", "by", "note", "sha-256")
    for one in versions:
        applied = f"{one.applied_at:%Y-%m-%d %H:%M} UTC"
        table.add_row(
            str(one.version), _since(one), applied, terminal.escape(one.applied_by), terminal.escape(one.note), one.digest.hex()[:12]
        )
    terminal.console().print(table)


@program_app.command()
def rollback(
    context: typer.Context,
    slug: Slug,
    version: Annotated[int, typer.Argument(help="The version to go back to.", show_default=False)],
    by: Annotated[str, typer.Option(help="Who does it, for the history.")] = _NOBODY,
    tenant: Tenant = None,
) -> None:
    """Put an older version's file into force again, from now on. What was earned meanwhile stays.

    Example: praemia program rollback cafe 3
    """

    async def work(rooms: Rooms) -> tuple[Plan, Applied]:
        now = datetime.now(UTC)
        async with rooms.db.transaction(await speaks_for(rooms, tenant)) as tx:
            planned = await programs.plan(tx, await programs.export(tx, slug, version), at=now)
            applied = await programs.roll_back(tx, slug, version, at=now, by=by)
            await _note(tx, applied, by, now)
            return planned, applied

    with _refusals():
        planned, applied = opened(context).run(work)
    if applied.changed:
        _print_plan(planned)
    _print_applied(applied)


async def _note(tx: Tx, applied: Applied, by: str, now: datetime) -> None:
    """Into the audit log, unless nothing was done. Without a name it is the account of the machine."""
    if applied.changed:
        made, who = applied.version, operator(None if by == _NOBODY else by)
        await access.note(tx, who, "programs.program.applied", made.program, at=now, program_id=made.program_id, **applied.deed)


def _source_of(file: Path) -> str:
    """The file's text with its line ends as they are. Exits with 2 when there is no such text."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode("utf-8")
    except OSError as error:
        _errors().print(f"[red]{terminal.escape(str(file))}[/red]: {terminal.escape(error.strerror or 'cannot be read')}")
        raise typer.Exit(2) from None
    except UnicodeDecodeError as error:
        _errors().print(f"[red]{terminal.escape(str(file))}[/red]: not UTF-8 at byte {error.start}")
        raise typer.Exit(1) from None


@contextmanager
def _refusals(file: Path | None = None, source: str = "") -> Iterator[None]:
    """Print a refusal for people and exit with 1."""
    try:
        yield
    except InvalidInput as refusal:
        console = _errors()
        for fault in refusal.faults:
            _print_fault(console, file, source, fault, "error", "red")
        count = len(refusal.faults)
        console.print(f"[red]{count} {'fault' if count == 1 else 'faults'}[/red]; nothing was changed")
        raise typer.Exit(1) from None
    except DomainError as refusal:
        _errors().print(f"[red]refused[/red] ({refusal.code}): {terminal.escape(str(refusal))}")
        raise typer.Exit(1) from None


def _print_fault(console: Console, file: Path | None, source: str, fault: Fault, what: str, colour: str) -> None:
    place = ":".join(str(part) for part in (file, fault.line, fault.column) if part is not None)
    console.print(
        terminal.text(
            (f"{place}: " if fault.line else "", "bold"), (what, f"bold {colour}"), f": {fault.message} ", (f"[{fault.code}]", "dim")
        )
    )
    lines = source.splitlines() if fault.line else []
    if fault.line and fault.line <= len(lines):
        margin = f"{fault.line:>5} | "
        line, column = lines[fault.line - 1].replace("\t", " "), fault.column or 1
        start = max(0, column - 80) if len(line) > 120 else 0
        console.print(terminal.text((margin, "dim"), line[start : start + 120]))
        console.print(terminal.text((" " * (len(margin) - 2) + "| ", "dim"), " " * (column - 1 - start), ("^", f"bold {colour}")))
    if fault.suggestion:
        console.print(terminal.text(("      = ", "dim"), ("help", "bold cyan"), f": {fault.suggestion}"))


def _print_warnings(file: Path, source: str, warnings: tuple[Fault, ...]) -> None:
    console = _errors()
    for warning in warnings:
        _print_fault(console, file, source, warning, "warning", "yellow")


def _print_plan(planned: Plan) -> None:
    console = terminal.console(soft_wrap=True, highlight=False)
    if planned.base is None:
        console.print(f"Programme [bold]{planned.program}[/bold] is new.")
    elif planned.same_text:
        console.print(f"Programme [bold]{planned.program}[/bold]: no changes, this is version {planned.base}.")
    elif not planned.changes:
        console.print(f"Programme [bold]{planned.program}[/bold]: only comments or layout differ from version {planned.base}.")
    else:
        console.print(f"Programme [bold]{planned.program}[/bold] would change from version {planned.base}:")
    for change in planned.changes:
        colour, sign = _COLOURS[change.kind]
        console.print(terminal.text((f"  {sign} ", f"bold {colour}"), (change.sentence, colour)))
        if change.part != "setting":
            _print_fields(console, change, colour)
    counts = {kind: sum(change.kind is kind for change in planned.changes) for kind in Kind}
    if planned.changes:
        console.print(f"{counts[Kind.CREATED]} to create, {counts[Kind.CHANGED]} to change, {counts[Kind.REMOVED]} to remove")


def _print_fields(console: Console, change: Change, colour: str) -> None:
    """A changed part key by key; of a new one, in one line, what its sentence leaves out."""
    if change.kind is Kind.CHANGED:
        for field in change.fields:
            before = terminal.text((field.before or "(default)", "red"))
            console.print(terminal.text(f"      {field.key}: ", before, " -> ", (field.after or "(default)", colour)))
    elif change.kind is Kind.CREATED:
        told = ("name.", "trigger", "earn.", "multiply", "add")
        rest = ", ".join(f"{field.key}: {field.after}" for field in change.fields if not field.key.startswith(told))
        if rest:
            console.print(terminal.text((f"      {rest}", "dim")))


def _print_applied(applied: Applied) -> None:
    made = applied.version
    if applied.changed:
        terminal.console().print(f"[green]applied[/green]: {made.program} version {made.version}, counts from {_since(made)}")
    else:
        terminal.console().print(f"unchanged: {made.program} is at version {made.version} already")


def _since(version: ProgramVersion) -> str:
    return "the beginning" if version.version == 1 else f"{version.effective_from:%Y-%m-%d %H:%M:%S} UTC"


def _errors() -> Console:
    return terminal.console(stderr=True, soft_wrap=True, highlight=False)
