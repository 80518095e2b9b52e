"""`praemia import`: files through the same journey as the till's, with a progress bar, a dry run and a report."""

from __future__ import annotations

import json
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from praemia.cli import terminal
from praemia.cli.opening import Rooms, opened, speaks_for
from praemia.foundation.errors import DomainError, InvalidInput
from praemia.integrations.bulk import BATCH, Order, Report, Tally, Window, check_mapping, import_files

if TYPE_CHECKING:
    from rich.console import Console

bulk_app = typer.Typer()
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Local day of the programme, included.")]
Folder = Annotated[Path | None, typer.Option("--data", file_okay=False, help="Where the sources are (default: beside the mapping).")]
_LINE_SECONDS = 5


@bulk_app.command("import")
def import_command(
    context: typer.Context,
    mapping: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The mapping file (YAML).")],
    program: Annotated[str, typer.Option(help="The programme to import into.")],
    folder: Folder = None,
    from_date: Day = None,
    until_date: Day = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything, change nothing, and say what would be refused.")] = False,
    batch: Annotated[int, typer.Option(min=1, max=10_000, help="Events per transaction.")] = BATCH,
    report: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the report as JSON, too.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Which tenant (default: PRAEMIA_TENANT or main).")] = None,
) -> None:
    """Import purchases, members, visits or activities from Parquet, CSV or NDJSON files.

    Interrupted, it goes on where it stopped; repeated, it changes nothing. The exit code is 1 when the mapping or the files
    are refused; single refused events are counted in the report.

    Example: praemia import examples/imports/online_retail.yaml --data ./files --program online-retail --dry-run
    """
    console = terminal.console()
    text = mapping.read_text("utf-8")
    try:
        check_mapping(text)
        order = Order(
            text=text,
            folder=folder or mapping.parent,
            program=program,
            window=Window(first_day=_day(from_date), last_day=_day(until_date)),
            dry_run=dry_run,
            batch=batch,
        )
        done = _carry_out(context, console, order, tenant)
    except InvalidInput as refusal:
        _print_faults(mapping, text, refusal)
        raise typer.Exit(1) from None
    except DomainError as refusal:
        console.print(f"[red]{terminal.escape(str(refusal))}[/red] [dim]({refusal.code})[/dim]")
        raise typer.Exit(1) from None
    if report is not None:
        report.write_text(json.dumps(as_json(done), indent=2, ensure_ascii=False) + "\n", "utf-8")
    _print_report(console, done)


def as_json(report: Report) -> dict[str, object]:
    """The report as JSON values."""
    whole = asdict(report)
    whole["window"] = {"first_day": _iso(report.window.first_day), "last_day": _iso(report.window.last_day)}
    whole["refusals"] = {
        code: {"count": count, "examples": [asdict(example) for example in examples]} for code, (count, examples) in report.refusals.items()
    }
    whole["seconds"] = round(report.seconds, 3)
    whole["events_per_second"] = report.events_per_second
    return whole


def _carry_out(context: typer.Context, console: Console, order: Order, tenant: str | None) -> Report:
    shown: _Shown = _LiveBar(console) if console.is_terminal else _PlainLines()

    async def work(rooms: Rooms) -> Report:
        tenant_id = await speaks_for(rooms, tenant)
        return await import_files(rooms.db, tenant_id, order, clock=lambda: datetime.now(UTC), progress=shown.tell)

    with shown.on_screen():
        return opened(context).run(work)


class _Shown(Protocol):
    def on_screen(self) -> AbstractContextManager[object]: ...
    def tell(self, position: int, total: int, tally: Tally) -> None: ...


class _LiveBar:
    """A bar with a rate and the time that is left, for a terminal."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._bar.add_task("reading the files", total=None, rate="")
        self._rate = _Rate()

    def on_screen(self) -> AbstractContextManager[object]:
        return self._bar

    def tell(self, position: int, total: int, tally: Tally) -> None:
        rate = f"{self._rate.at(position)}/s, {tally.refused:,} refused"
        self._bar.update(self._task, description="importing", total=total, completed=position, rate=rate)


class _PlainLines:
    """A line every few seconds, for logs."""

    def __init__(self) -> None:
        self._said = 0.0
        self._rate = _Rate()

    def on_screen(self) -> AbstractContextManager[object]:
        return nullcontext()

    def tell(self, position: int, total: int, tally: Tally) -> None:
        rate = self._rate.at(position)
        if position == total or time.monotonic() - self._said >= _LINE_SECONDS:
            self._said = time.monotonic()
            print(f"{position:,} of {total:,} events, {rate}/s, {tally.refused:,} refused", flush=True)


class _Rate:
    """Events per second since the first batch was there."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def at(self, position: int) -> str:
        now = time.monotonic()
        if self._first is None:
            self._first = (now, position)
        since, start = self._first
        return f"{round((position - start) / (now - since)):,}" if now > since and position > start else "…"


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _print_faults(path: Path, text: str, refusal: InvalidInput) -> None:
    """Like a compiler: place, sentence, the line with a caret, what was probably meant."""
    lines = text.splitlines()
    for fault in refusal.faults:
        print(f"{path}:{fault.line or 1}:{fault.column or 1}: {fault.message}", file=sys.stderr)
        if fault.line and fault.line <= len(lines):
            print(f"    {lines[fault.line - 1]}\n    {' ' * ((fault.column or 1) - 1)}^", file=sys.stderr)
        if fault.suggestion:
            print(f"    {fault.suggestion}", file=sys.stderr)


def _print_report(console: Console, done: Report) -> None:
    rows = terminal.table("rows", "", show_header=False, title="Files")
    rows.add_row("rows read", f"{done.rows.read:,}")
    if done.rows.joined != done.rows.read:
        rows.add_row("rows after the join", f"{done.rows.joined:,}")
    rows.add_row("rows without a member", f"{done.rows.without_member:,}")
    for reason, count in done.rows.left_out.items():
        rows.add_row(f"left out: {terminal.escape(reason)}", f"{count:,}")
    if done.rows.outside_window:
        rows.add_row("rows outside the dates", f"{done.rows.outside_window:,}")
    console.print(rows)
    events = terminal.table(
        "events", "", show_header=False, title="Dry run: nothing was changed" if done.dry_run else f"Imported into {done.program}"
    )
    for label, count in (
        (done.kind.value, done.events),
        ("recorded", done.recorded),
        ("of them guests'", done.guests),
        ("already known", done.already_known),
        ("refused", done.refused),
        ("members enrolled", done.enrolled),
    ):
        events.add_row(label, f"{count:,}")
    for unit, quanta in done.points.items():
        events.add_row(f"{terminal.escape(unit)} (quanta)", f"{quanta:,}")
    for unit, quanta in done.taken.items():
        events.add_row(f"{terminal.escape(unit)} taken back (quanta)", f"{quanta:,}")
    console.print(events)
    if done.refusals:
        refusals = terminal.table("code", "events", "for example", title="Refused")
        for code, (count, examples) in done.refusals.items():
            shown = "\n".join(terminal.escape(f"{e.identity or '?'} (row {e.row}): {e.message}") for e in examples[:3])
            refusals.add_row(code, f"{count:,}", shown)
        console.print(refusals)
    if done.resumed_at is not None:
        console.print(f"Went on after event {done.resumed_at:,}, where an earlier run was interrupted.")
    console.print(f"{done.events_now:,} events in {done.seconds:.1f} s, {done.events_per_second:,} events/s")
