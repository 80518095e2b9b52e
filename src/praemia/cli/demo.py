"""`praemia demo`: a café chain with a year of history, its own PostgreSQL, and the server, in one process.

The first start lives the year over the HTTP API while the server already answers; later starts find it lived. What must stay
the same between starts (key, seed, first day) is in a file only its owner can read.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

import praemia
from praemia import programs
from praemia.access import Doorkeeper, create_tenant, issue
from praemia.access import Mode as KeyMode
from praemia.cli import terminal
from praemia.cli.opening import Opened, Rooms, address_of, opened
from praemia.cli.simulate import print_summary, progress_of
from praemia.foundation import loop
from praemia.foundation.errors import DomainError
from praemia.integrations.simulation import Client, Story, chain_called, days_of, founder_of, live
from praemia.programs import Mode

if TYPE_CHECKING:
    from rich.console import Console

TENANT = "demo"
MONTHS = 12
MEMBERS = 300
SEED = 1
_DRAIN_SECONDS = 7
_CHAIN = "cafe"
_PROGRAM_FILE = "examples/customer-cafe.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the start page may show of the demonstration: a sandbox, its tenant, a member, and a test key everybody may know."""

    tenant_id: int
    program: str
    member: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What stays the same between starts."""

    secret: str
    first_day: str
    months: int
    members: int
    seed: int


def demo_command(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Option("--data", file_okay=False, help="Where the demo lives (default: .state/demo).")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: PRAEMIA_HOST or 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to listen on (default: PORT or 8000; 0: a free one).")] = None,
    months: Annotated[int, typer.Option(min=1, max=60, help="How much history the first start lives.")] = MONTHS,
    members: Annotated[int, typer.Option(min=1, max=10_000, help="How many members the chain gets.")] = MEMBERS,
) -> None:
    """Start a café chain with a year of history on a PostgreSQL of its own, and serve it until Ctrl-C.

    The first start lives through the year while the server already answers; every later one is there in seconds. Delete the
    folder to begin anew.

    Example: praemia demo --port 8080
    """
    console = terminal.console()
    door = opened(context)
    settings = door.settings()
    place = (folder or settings.state_dir / "demo").absolute()
    host = host or settings.host
    wanted = _State(secret="", first_day=_first_day(months).isoformat(), months=months, members=members, seed=SEED)
    try:
        with door.listening(host, settings.port if port is None else port) as (found, doors):
            loop.run(_demo(console, door, place, address_of(host, found), doors, wanted))
    except DomainError as refusal:
        console.print(f"[red]{terminal.escape(str(refusal))}[/red] [dim]({refusal.code})[/dim]")
        raise typer.Exit(1) from None
    except OSError as error:
        console.print(f"[red]{terminal.escape(str(error))}[/red]")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.print("Stopped.")


async def _demo(console: Console, door: Opened, place: Path, address: str, doors: list[socket], wanted: _State) -> None:
    console.print("Starting PostgreSQL …")
    async with door.open_rooms(door.settings(), data_dir=place / "postgres") as rooms:
        tenant_id = await create_tenant(rooms.db, TENANT, "Demo", at=datetime.now(UTC))
        state = await _state(rooms, tenant_id, place / "demo.json", wanted)
        program = await _apply_program(rooms, tenant_id, date.fromisoformat(state.first_day))
        chain = chain_called(_CHAIN)
        story = Story(
            chain=chain,
            seed=state.seed,
            members=state.members,
            first_day=date.fromisoformat(state.first_day),
            days=days_of(date.fromisoformat(state.first_day), state.months),
        )
        rooms.demo = Demo(tenant_id=tenant_id, program=program, member=founder_of(story).reference, secret=state.secret)
        await _serve_and_live(console, door, rooms, address, doors, story)


async def _serve_and_live(console: Console, door: Opened, rooms: Any, address: str, doors: list[socket], story: Story) -> None:
    """The server and, beside it, the year; whichever way it ends, both have ended."""
    ready, asked_to_stop = asyncio.Event(), asyncio.Event()
    with _signals(asked_to_stop.set):
        serving = asyncio.create_task(_serve(door, rooms, doors, ready), name="server")
        waiting = [asyncio.create_task(event.wait()) for event in (ready, asked_to_stop)]
        await asyncio.wait([serving, *waiting], return_when=asyncio.FIRST_COMPLETED)
        living = asyncio.create_task(_live(console, address, rooms.demo, story), name="story") if ready.is_set() else None
        try:
            await asyncio.wait([serving, waiting[1]], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in filter(None, (living, *waiting)):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await asyncio.wait([serving], timeout=_DRAIN_SECONDS)
            serving.cancel()  # asked to stop before it listened for signals: it would never hear of it
            with contextlib.suppress(asyncio.CancelledError):
                await serving
    console.print("Stopped. `make demo` goes on from here.")


async def _serve(door: Opened, rooms: Rooms, doors: list[socket], ready: asyncio.Event) -> None:
    await door.serve(rooms, doors=doors, ready=ready)


async def _live(console: Console, address: str, demo: Demo, story: Story) -> None:
    shown = terminal.escape(address)
    console.print(f"Praemia answers on [bold]{shown}[/bold] — start there; the API is at {shown}/docs", soft_wrap=True)
    console.print(f"API key of the demo: [bold]{demo.secret}[/bold]", soft_wrap=True)
    try:
        async with Client(address, demo.secret, demo.program) as client:
            on_screen, progress = progress_of(console, "living through a year")
            begun = time.monotonic()
            with on_screen:
                done = await live(client, story, progress=progress.tell)
            if done.events:
                print_summary(console, done, time.monotonic() - begun)
    except DomainError as refusal:
        console.print(f"[red]The simulation stopped: {terminal.escape(str(refusal))}[/red]")
    console.print("Ready. Ctrl-C stops everything.")


async def _apply_program(rooms: Rooms, tenant_id: int, first_day: date) -> str:
    """The café's programme as a sandbox whose clock begins on the first day; later starts leave the clock alone."""
    source = _program_text()
    file = programs.read_program(source).file
    begins = datetime.combine(first_day, clock_time(), ZoneInfo(file.timezone)).astimezone(UTC)
    async with rooms.db.transaction(tenant_id) as tx:
        await programs.apply(tx, source, at=datetime.now(UTC), by="demo", mode=Mode.SANDBOX, clock=begins)
    return file.program


def _program_text() -> str:
    """The example beside the source tree, or the one that came with an installed package."""
    package = Path(praemia.__file__).parent
    for root in (package.parents[1], package):
        if (root / _PROGRAM_FILE).is_file():
            return (root / _PROGRAM_FILE).read_text("utf-8")
    raise FileNotFoundError(f"{_PROGRAM_FILE} is not there: the installation is not whole")


async def _state(rooms: Rooms, tenant_id: int, file: Path, wanted: _State) -> _State:
    """What the first start wrote down, or what this one does. A key that the database does not know is replaced."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        found = _State(**json.loads(file.read_text("utf-8")))
        with contextlib.suppress(DomainError):
            await Doorkeeper(rooms.db).authenticate(found.secret, now=datetime.now(UTC))
            return found
    now = datetime.now(UTC)
    async with rooms.db.transaction(tenant_id) as tx:
        issued = await issue(tx, name="demo", scopes=["owner"], now=now, mode=KeyMode.TEST)
    made = _State(**{**asdict(wanted), "secret": issued.secret})
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        json.dump(asdict(made), written)
    draft.replace(file)
    return made


def _first_day(months: int) -> date:
    """So many months before today, on a day that every month has."""
    today = datetime.now(UTC).date()
    back = today.year * 12 + today.month - 1 - months
    return date(back // 12, back % 12 + 1, min(today.day, 28))


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Any:
    """SIGINT and SIGTERM ask to stop also before the server listens for them; it sees them too and drains."""
    signals = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signals.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signals.remove_signal_handler(number)
