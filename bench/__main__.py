"""Entry of `make bench`: run the loads, print the tables, keep the results. Exit code 1 when a load was refused something,
when the books do not prove clean, or when a load counted nothing; never because of a figure."""

from __future__ import annotations

import asyncio
import sys

from rich.console import Console

from bench.goals import judge
from bench.model import Report
from bench.options import Options, parse
from bench.report import keep, show
from bench.report.table import WIDTH
from bench.rounds import run


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks; answers the exit code."""
    options = parse(sys.argv[1:] if argv is None else argv)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    if options.listing:
        for load in options.chosen:
            console.print(f"{load.name:20} {'reference' if load.reference else 'ours':10} {load.title}", highlight=False, markup=False)
        return 0
    report = asyncio.run(_run(options, console))
    judged = judge(report)
    show(report, judged, console)
    for path in keep(report, judged, options.out):
        console.print(f"[dim]kept {path}[/dim]", highlight=False, soft_wrap=True)
    return 0 if sound(report) else 1


def sound(report: Report) -> bool:
    """Whether everything that was sent was accepted and counted, and the books are clean."""
    return report.proof.clean and not any(w.refused or not w.units for w in report.windows)


async def _run(options: Options, console: Console) -> Report:
    def say(text: str) -> None:
        console.print(text, style="dim", highlight=False, markup=False)

    return await run(options.scale, options.chosen, say, parent=options.disk)


if __name__ == "__main__":
    sys.exit(main())
