"""How the bench's loads go at different sizes, and what growth costs:

    python -m bench.growth [--members N --entries N]... [--rounds N] [--seconds S] [--disk DIR] [--out DIR]

Without sizes those of the goal: 100,000 members without an entry, a million with twenty million. All stages stand side by side, so that
each load runs at every size within seconds. Exit code 1 when something was refused or `praemia verify` was not clean.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.__main__ import sound
from bench.growth.comparing import compare, size_of
from bench.growth.loads import LOADS
from bench.growth.multiplying import ORIGINALS, fill
from bench.growth.telling import keep, show
from bench.model import Report
from bench.options import RESULTS
from bench.report.table import WIDTH
from bench.rounds import play
from bench.scale import Scale
from bench.stage import Fill, Say, open_stage

SIZES = ((100_000, 0), (1_000_000, 20_000_000))


async def measure(scales: Sequence[Scale], say: Say, parent: Path | None) -> list[Report]:
    """Every size on a stage of its own, all at once."""
    async with contextlib.AsyncExitStack() as stack:
        stages = []
        for scale in scales:
            say(size_of(scale))
            stages.append(await stack.enter_async_context(open_stage(scale, say, parent=parent, fill=_filling(scale, say))))
        return await play(stages, LOADS, say)


def _filling(scale: Scale, say: Say) -> Fill:
    async def filled(dsn: str) -> None:
        await fill(dsn, scale.members, scale.entries, say)

    return filled


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks; answers the exit code."""
    given = _parser().parse_args(argv)
    members, entries = given.members or [], given.entries or []
    if len(members) != len(entries):
        _parser().error("as many --members as --entries, in pairs")
    sizes = [(-(-m // ORIGINALS) * ORIGINALS, e) for m, e in zip(members, entries, strict=True)] or list(SIZES)
    scales = [Scale(rounds=given.rounds, seconds=given.seconds, warm_seconds=0.5, members=m, entries=e, pgbench_scale=10) for m, e in sizes]
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)

    def say(text: str) -> None:
        console.print(text, style="dim", highlight=False, markup=False)

    reports = asyncio.run(measure(scales, say, given.disk))
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
