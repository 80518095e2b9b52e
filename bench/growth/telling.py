"""The runs side by side: a table, JSON with every run whole, a picture of the goals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.goals import Judged
from bench.growth.comparing import size_of
from bench.model import Report
from bench.report.keeping import printed
from bench.report.picture import draw
from bench.report.record import document, medians
from bench.report.table import cell, ratios


def show(reports: Sequence[Report], judged: list[Judged], console: Console) -> None:
    """Print everything."""
    for key, value in reports[0].machine.items():
        console.print(f"[dim]{key:11}[/dim]{value}", highlight=False)
    console.print(_loads(reports))
    console.print(ratios(judged))
    for report in reports:
        _print_size(report, console)


def keep(reports: Sequence[Report], judged: list[Judged], folder: Path) -> list[Path]:
    """Write JSON, SVG and text; answers where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"growth-{reports[0].started_at[:16].replace(':', '')}"
    whole = {"goals": document(reports[0], judged)["goals"], "runs": [document(report, []) for report in reports]}
    written = {
        f"{name}.json": json.dumps(whole, indent=1, ensure_ascii=False) + "\n",
        f"{name}.svg": draw(reports[-1], judged, title="Praemia grown, against Praemia young"),
        f"{name}.txt": printed(lambda console: show(reports, judged, console)),
    }
    for file, text in written.items():
        (folder / file).write_text(text, "utf-8")
    return [folder / file for file in written]


def _loads(reports: Sequence[Report]) -> Table:
    scale = reports[0].scale
    table = Table(title=f"Loads by size: medians of {scale.rounds} round(s) of {scale.seconds:g} s", title_justify="left")
    table.add_column("load", no_wrap=True)
    table.add_column("size", no_wrap=True)
    for name in ("rate", "spread", "p50 ms", "p99 ms", "server µs", "postgres µs", "log B"):
        table.add_column(name, justify="right", no_wrap=True)
    for load in reports[0].workloads:
        for report in reports:
            found = medians(report.windows_of(load.name))
            rate = found["rate"]
            table.add_row(
                load.name,
                size_of(report.scale),
                report.missing.get(load.name, "") if rate is None else f"{rate.median:,.0f} {load.unit}/s",
                "" if rate is None else f"{rate.spread:.0%}",
                cell(found["p50_ms"], ".2f"),
                cell(found["p99_ms"], ".2f"),
                cell(found["server_us"], ",.0f"),
                cell(found["postgres_us"], ",.0f"),
                cell(found["wal_bytes"], ",.0f"),
                style="dim" if load.reference else "bold",
            )
    return table


def _print_size(report: Report, console: Console) -> None:
    sizes = report.sizes
    console.print(f"[bold]{size_of(report.scale)}[/bold]", highlight=False)
    console.print(
        f"  at the end {sizes['entries']:,} entries and {sizes['events']:,} events in {sizes['bytes'] / 1e9:,.1f} GB; "
        f"memory of the server {sizes['server_rss_mib'] or 0:.0f} MiB",
        highlight=False,
    )
    per_event = ", ".join(f"{name} {size:,.0f}" for name, size in sizes.get("bytes_per_event", {}).items() if size >= 0.5)
    console.print(f"  disk of an event of the windows, with indexes: {per_event} B", highlight=False)
    hot = ", ".join(f"{name} {share:.0%}" for name, share in sizes.get("hot_share", {}).items())
    console.print(f"  heap-only updates: {hot}", highlight=False)
    for warning in report.warnings:
        console.print(f"  [yellow]warning[/yellow] {warning}", highlight=False)
    console.print(f"  praemia verify: {report.proof.said}", highlight=False, markup=False)
