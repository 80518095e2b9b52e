"""The run as tables: what every load did, how they compare, what an event costs."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from bench.goals import Judged
from bench.model import Report
from bench.report.record import medians

WIDTH = 170
_COLOURS = {"ambition": "green", "floor": "yellow", "below": "red", "-": "default"}
_SIGNS = {"ambition": "ambition", "floor": "floor", "below": "BELOW", "-": ""}


def show(report: Report, judged: list[Judged], console: Console) -> None:
    """Print everything."""
    for key, value in report.machine.items():
        console.print(f"[dim]{key:11}[/dim]{value}", highlight=False)
    console.print()
    console.print(_loads(report))
    console.print(ratios(judged))
    _print_sizes(report, console)
    for warning in report.warnings:
        console.print(f"[yellow]warning[/yellow] {warning}", highlight=False)
    colour = "green" if report.proof.clean else "red"
    console.print(
        f"praemia verify: [{colour}]{'clean' if report.proof.clean else 'NOT CLEAN'}[/{colour}] ({report.proof.said})", highlight=False
    )
    if report.scale.quick:
        console.print("[yellow]--quick: these figures only show that it works; do not compare them[/yellow]")


def _loads(report: Report) -> Table:
    scale = report.scale
    table = Table(
        title=f"Loads: medians of {scale.rounds} round(s) of {scale.seconds:g} s, {scale.members:,} members", title_justify="left"
    )
    table.add_column("load", no_wrap=True)
    table.add_column("what")
    for name in ("rate", "spread", "p50 ms", "p99 ms", "server µs", "postgres µs", "generator", "WAL B"):
        table.add_column(name, justify="right", no_wrap=True)
    for load in report.workloads:
        style = "dim" if load.reference else "bold"
        if load.name in report.missing:
            table.add_row(load.name, f"{load.title}: not run, {report.missing[load.name]}", style="dim italic")
            continue
        found = medians(report.windows_of(load.name))
        rate, share = found["rate"], found["load_share"]
        table.add_row(
            load.name,
            load.title,
            "" if rate is None else f"{rate.median:,.0f} {load.unit}/s",
            "" if rate is None or scale.rounds == 1 else f"{rate.spread:.0%}",
            cell(found["p50_ms"], ".2f"),
            cell(found["p99_ms"], ".2f"),
            cell(found["server_us"], ",.0f"),
            cell(found["postgres_us"], ",.0f"),
            "" if share is None else f"{share.median:.0%}",
            cell(found["wal_bytes"], ",.0f"),
            style=style,
        )
    return table


def ratios(judged: list[Judged]) -> Table:
    """Goals with their figures and lines."""
    table = Table(title="Ratios round by round, and limits: median, lowest and highest round, goal lines", title_justify="left")
    table.add_column("goal", no_wrap=True)
    table.add_column("what")
    for name in ("median", "lowest", "highest", "floor", "ambition", "reached"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in judged:
        goal, value = one.goal, one.figure
        sign = "≤ " if goal.less_is_better else "≥ "
        table.add_row(
            goal.id,
            goal.title,
            f"{number(value.median)} {goal.unit}",
            number(value.low),
            number(value.high),
            "" if goal.floor is None else f"{sign}{number(goal.floor)}",
            "" if goal.ambition is None else f"{sign}{number(goal.ambition)}",
            f"[{_COLOURS[one.verdict]}]{_SIGNS[one.verdict]}[/]",
        )
    return table


def _print_sizes(report: Report, console: Console) -> None:
    sizes = report.sizes
    console.print(f"events recorded {sizes['events']:,}, of them in the rounds {sizes['events_measured']:,}", highlight=False)
    for kind, what in (("bytes_per_event", "event"), ("plain_bytes_per_event", "plain event")):
        if not sizes.get(kind):
            continue
        told = ", ".join(f"{name} {size:,.0f}" for name, size in sizes[kind].items() if size >= 0.5)
        console.print(f"disk per {what} with indexes: {told} B", highlight=False)
    if sizes.get("hot_share"):
        told = ", ".join(f"{name} {share:.0%}" for name, share in sizes["hot_share"].items())
        console.print(f"heap-only updates: {told}", highlight=False)
    if sizes.get("server_rss_mib"):
        console.print(f"memory of the server at the end: {sizes['server_rss_mib']:.0f} MiB", highlight=False)


def number(value: float) -> str:
    """Three digits that count, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cell(value: Figure | None, form: str) -> str:
    """A median, or nothing."""
    return "" if value is None else format(value.median, form)
