"""`praemia simulate`: a seeded population lives through months over the HTTP API of a running server."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Protocol
from zoneinfo import ZoneInfo

import typer

from praemia.cli import terminal
from praemia.foundation import loop
from praemia.foundation.errors import DomainError
from praemia.integrations.simulation import Chain, Client, Story, Summary, chain_called, days_of, live

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_LINE_SECONDS = 5


def simulate_command(
    key: Annotated[str, typer.Option(envvar="PRAEMIA_KEY", help="An API key that may do everything in the sandbox.")],
    chain: Annotated[str, typer.Option(help="cafe or grocer.")] = "cafe",
    program: Annotated[str | None, typer.Option(help="The sandbox programme (default: the chain's name).")] = None,
    url: Annotated[str, typer.Option(help="Where the server answers.")] = "http://127.0.0.1:8000",
    months: Annotated[int, typer.Option(min=1, max=120)] = 12,
    members: Annotated[int, typer.Option(min=1, max=100_000)] = 300,
    seed: Annotated[int, typer.Option(help="Another seed, another population.")] = 1,
    from_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day (default: the day of the sandbox's clock).")
    ] = None,
) -> None:
    """Let a chain's customers live through months in a sandbox programme: sign-ups, purchases, reviews, birthdays.

    The same seed and first day tell the same story; an interrupted one goes on when called with the same --from-date.

    Example: praemia simulate --key praemia_test_… --chain grocer --months 3 --members 100
    """
    console = terminal.console()
    try:
        wanted = chain_called(chain)
        first_day = from_date.date() if from_date else None
        done, seconds = loop.run(_simulate(console, url, key, program or chain, wanted, first_day, months, members, seed))
    except DomainError as refusal:
        console.print(f"[red]{terminal.escape(str(refusal))}[/red] [dim]({refusal.code})[/dim]")
        raise typer.Exit(1) from None
    print_summary(console, done, seconds)


def print_summary(console: Console, done: Summary, seconds: float) -> None:
    """Say what the months came to."""
    points = ", ".join(f"{quanta:,} {unit}" for unit, quanta in done.points.items()) or "nothing"
    rate = round(done.events / seconds) if seconds else 0
    console.print(
        f"{done.days} days, {done.enrolled} sign-ups, {done.events:,} events earned {terminal.escape(points)} (quanta)", soft_wrap=True
    )
    for code, count in done.refused.items():
        console.print(f"refused: {count:,} × {terminal.escape(code)}")
    console.print(f"{seconds:.1f} s, {rate:,} events/s")


class Shown(Protocol):
    """How progress is shown."""

    def tell(self, lived: int, days: int, summary: Summary) -> None:
        """Called after each day."""


def progress_of(console: Console, what: str) -> tuple[AbstractContextManager[object], Shown]:
    """A bar on a terminal, a line every few seconds elsewhere."""
    if not console.is_terminal:
        lines = _Lines(what)
        return lines, lines
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[so_far]}"), TimeRemainingColumn(), console=console
    )
    return bar, _OnBar(bar, what)


class _OnBar:
    def __init__(self, bar: Progress, what: str) -> None:
        self._bar = bar
        self._task = bar.add_task(what, total=None, so_far="")

    def tell(self, lived: int, days: int, summary: Summary) -> None:
        self._bar.update(self._task, completed=lived, total=days, so_far=f"day {lived}/{days}, {summary.events:,} events")


class _Lines(AbstractContextManager[object]):
    def __init__(self, what: str) -> None:
        self._what = what
        self._said = time.monotonic()

    def __exit__(self, *_: object) -> None:
        return None

    def tell(self, lived: int, days: int, summary: Summary) -> None:
        if lived == days or time.monotonic() - self._said >= _LINE_SECONDS:
            self._said = time.monotonic()
            print(f"{self._what}: day {lived} of {days}, {summary.events:,} events", flush=True)


async def _simulate(
    console: Console,
    url: str,
    key: str,
    program: str,
    chain: Chain,
    first_day: date | None,
    months: int,
    members: int,
    seed: int,
) -> tuple[Summary, float]:
    async with Client(url, key, program) as client:
        if first_day is None:
            state = await client.program()
            first_day = datetime.fromisoformat(state["clock"]).astimezone(ZoneInfo(state["timezone"])).date()
        story = Story(chain=chain, seed=seed, members=members, first_day=first_day, days=days_of(first_day, months))
        on_screen, shown = progress_of(console, f"simulating {months} months of {chain.name}")
        begun = time.monotonic()
        with on_screen:
            done = await live(client, story, progress=shown.tell)
        return done, time.monotonic() - begun
