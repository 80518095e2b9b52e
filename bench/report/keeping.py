"""Where results stay: bench/results, named by the minute they began."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bench.goals import Judged
from bench.model import Report
from bench.report.picture import draw
from bench.report.record import as_json
from bench.report.table import WIDTH, show


def keep(report: Report, judged: list[Judged], folder: Path) -> list[Path]:
    """Write JSON, SVG and text; answers where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    name = report.started_at[:16].replace(":", "") + ("-quick" if report.scale.quick else "")
    text = printed(lambda console: show(report, judged, console))
    written = {f"{name}.json": as_json(report, judged), f"{name}.svg": draw(report, judged), f"{name}.txt": text}
    for file, text in written.items():
        (folder / file).write_text(text, "utf-8")
    return [folder / file for file in written]


def printed(show_on: Callable[[Console], None]) -> str:
    """What would be printed, as plain text."""
    console = Console(width=WIDTH, record=True, file=_Nowhere(), color_system=None, legacy_windows=False)  # type: ignore[arg-type]
    show_on(console)
    return "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n"


class _Nowhere:
    """A file that keeps nothing: the console records."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False
