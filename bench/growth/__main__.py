"""How the bench's loads go at different sizes, each on a stage of its own, and what growth costs:

    python -m bench.growth [--members N --entries N]... [--rounds N] [--seconds S] [--disk DIR] [--out DIR]

Without sizes those of the goal: 100,000 members without an entry, a million with twenty million. Figures of two sizes are taken minutes
apart, so pgbench's TPC-B runs in every round beside ours. Exit code 1 when something was refused or `praemia verify` was not clean.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench.__main__ import sound
from bench.growth.comparing import compare
from bench.growth.loads import LOADS
from bench.growth.multiplying import ORIGINALS, fill
from bench.growth.telling import keep, show
from bench.model import Report
from bench.options import RESULTS
from bench.report.table import WIDTH
from bench.rounds import run
from bench.scale import Scale

SIZES = ((100_000, 0), (1_000_000, 20_000_000))


async def measure(scale: Scale, console: Console, parent: Path | None) -> Report:
    """One size."""

    def tell(text: str) -> None:
        console.print(text, style="dim", highlight=False, markup=False)

    async def filled(dsn: str) -> None:
        await fill(dsn, scale.members, scale.entries, tell)

    tell(f"{scale.members:,} members, {scale.entries:,} entries")
    return await run(scale, LOADS, tell, parent=parent, fill=filled)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks; answers the exit code."""
    given = _parser().parse_args(argv)
    members, entries = given.members or [], given.entries or []
    if len(members) != len(entries):
        _parser().error("as many --members as --entries, in pairs")
    sizes = [(-(-m // ORIGINALS) * ORIGINALS, e) for m, e in zip(members, entries, strict=True)] or list(SIZES)
    scale = Scale(rounds=given.rounds, seconds=given.seconds, warm_seconds=0.5, members=0, pgbench_scale=10)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    reports = [asyncio.run(measure(replace(scale, members=m, entries=e), console, given.disk)) for m, e in sizes]
    judged = compare(reports)
    show(reports, judged, console)
    for path in keep(reports, judged, given.out):
        console.print(f"[dim]kept {path}[/dim]", highlight=False, soft_wrap=True)
    return 0 if all(sound(report) for report in reports) else 1


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__, formatter_class=plain)
    parser.add_argument("--members", type=int, action="append", metavar="N", help=f"members, in steps of {ORIGINALS:,}; with --entries")
    parser.add_argument("--entries", type=int, action="append", metavar="N", help="about so many entries of theirs (two a transfer)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds at each size (default 3)")
    parser.add_argument("--seconds", type=float, default=3.0, metavar="S", help="length of one window (default 3)")
    parser.add_argument("--disk", type=Path, metavar="DIR", help="a folder on the disk to measure (default: the temporary folder)")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="where the results are kept (default bench/results)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
