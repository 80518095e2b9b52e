"""A soak as a table, as JSON with every minute, and as a picture of the memory over the minutes."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from html import escape
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.report.keeping import printed
from bench.soak import Minute, Soaked

GOAL_MIB, FLOOR_MIB = 80, 150
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 1040, 420, 70, 60, 90, 50
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1b1f24 }
  .small { font-size: 11px; fill: #5b6570 } .head { font-size: 17px; font-weight: 600 } .back { fill: #fff }
  .memory { fill: none; stroke: #3f6ea3; stroke-width: 2 } .axis { stroke: #c4cad0 }
  .goal { stroke: #177a4b; stroke-width: 2 } .floor { stroke: #b07a00; stroke-width: 2; stroke-dasharray: 3 2 }
  @media (prefers-color-scheme: dark) { text { fill: #e6e9ec } .small { fill: #9aa4ae } .back { fill: #14181c } .axis { stroke: #3a424a } }
"""


def said_of(minute: Minute) -> str:
    """A minute in one line."""
    return (
        f"minute {minute.number:>3}   memory of the server {mib(minute.resident_kib):>6} MiB"
        f"   processor {minute.server_ms:>6} + {minute.postgres_ms:>6} ms"
    )


def mib(kib: int) -> str:
    """KiB as MiB with one digit."""
    tenths = (kib * 10 + 512) // 1024
    return f"{tenths // 10}.{tenths % 10}"


def growth_of(done: Soaked) -> str:
    """What the second half added, in words."""
    tenths = round(done.growth * 10)
    half = done.minutes[-1].number - done.minutes[len(done.minutes) // 2].number
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10} KiB a minute over the last {half} minutes (straight line)"


def show(done: Soaked, console: Console) -> None:
    """Print everything."""
    for key, value in done.machine.items():
        console.print(f"[dim]{key:11}[/dim]{value}", highlight=False)
    last = done.minutes[-1].number
    table = Table(title=f"{last} minutes of quiet mixed load, {done.members:,} members", title_justify="left")
    for name in ("traffic", "units", "a minute", "refused", "p50 ms", "p99 ms"):
        table.add_column(name, justify="left" if name == "traffic" else "right")
    for flow in done.flows:
        shown = ["" if value is None else f"{value:.2f}" for value in (flow.p50_ms, flow.p99_ms)]
        table.add_row(flow.name, f"{flow.units:,}", f"{flow.units // max(1, last):,}", f"{flow.refused:,}", *shown)
    console.print(table)
    for minute in done.minutes:
        console.print(said_of(minute), highlight=False)
    first, most = done.minutes[0], max(minute.resident_kib for minute in done.minutes)
    console.print(
        f"memory of the server: {mib(first.resident_kib)} MiB before, {mib(done.minutes[-1].resident_kib)} at the end, {mib(most)} at most;"
        f" {growth_of(done)}",
        highlight=False,
    )
    console.print(f"events recorded {done.events:,}", highlight=False)
    for flow in done.flows:
        if flow.complaint:
            console.print(f"[red]{flow.name}: {flow.refused:,} were not accepted:[/red] {flow.complaint}", highlight=False)
    console.print(f"praemia verify: {done.proof.said}", highlight=False, markup=False)


def keep(done: Soaked, folder: Path) -> list[Path]:
    """Write JSON, SVG and text; answers where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"soak-{done.started_at[:16].replace(':', '')}"
    whole = {**asdict(done), "growth_kib_a_minute": {"numerator": done.growth.numerator, "denominator": done.growth.denominator}}
    written = {
        f"{name}.json": json.dumps(whole, indent=1, ensure_ascii=False) + "\n",
        f"{name}.svg": draw(done),
        f"{name}.txt": printed(lambda console: show(done, console)),
    }
    for file, text in written.items():
        (folder / file).write_text(text, "utf-8")
    return [folder / file for file in written]


def draw(done: Soaked) -> str:
    """The SVG document: memory over the minutes, with the goal lines."""
    last = max(1, done.minutes[-1].number)
    full = max(FLOOR_MIB * 1024, *(minute.resident_kib for minute in done.minutes)) * 11 // 10

    def across(minute: int) -> str:
        return str(_LEFT + (_WIDTH - _LEFT - _RIGHT) * minute // last)

    def up(kib: int) -> str:
        high = _HEIGHT - _TOP - _BOTTOM
        return f"{float(_HEIGHT - _BOTTOM - Fraction(high * kib, full)):.1f}"

    line = " ".join(f"{across(minute.number)},{up(minute.resident_kib)}" for minute in done.minutes)
    title = f"Memory of the server over {last} minutes of quiet mixed load"
    marks = [
        f'<line class="{css}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{up(at * 1024)}" y2="{up(at * 1024)}"/>'
        f'<text class="small" x="16" y="{up(at * 1024)}" dy="4">{at} MiB</text>'
        for css, at in (("goal", GOAL_MIB), ("floor", FLOOR_MIB), ("axis", 0))
    ]
    steps = range(0, last + 1, max(1, last // 6))
    ticks = [f'<text class="small" x="{across(n)}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{n} min</text>' for n in steps]
    proven = "clean" if done.proof.clean else "NOT CLEAN"
    told = f"{done.started_at[:10]} · {done.machine.get('processor', '')} · {done.events:,} events · {growth_of(done)}"
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect class="back" width="{_WIDTH}" height="{_HEIGHT}"/>',
            f'<text class="head" x="20" y="30">{escape(title)}</text>',
            f'<text class="small" x="20" y="50">{escape(told)}</text>',
            '<text class="small" x="20" y="66">green line: goal, amber: floor</text>',
            *marks,
            *ticks,
            f'<polyline class="memory" points="{line}"/>',
            f'<text class="small" x="20" y="{_HEIGHT - 12}">praemia verify afterwards: {proven}</text>',
            "</svg>\n",
        )
    )
