"""What commands draw on the terminal: tables, bars, colours. The library that draws is loaded when something is drawn, because
`praemia serve` draws nothing: 3 MiB and a tenth of a second for every server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table
    from rich.text import Text


def console(**wishes: Any) -> Console:
    """The terminal, or the file in its place."""
    from rich.console import Console

    return Console(**wishes)


def table(*headers: str, **wishes: Any) -> Table:
    """An empty table with these headers."""
    from rich.table import Table

    return Table(*headers, **wishes)


def escape(text: str) -> str:
    """A text from elsewhere, so that none of it is taken for markup."""
    from rich.markup import escape

    return escape(text)


def text(*parts: str | Text | tuple[str, str]) -> Text:
    """A text of parts, each with its style or plain, never read as markup."""
    from rich.text import Text

    return Text.assemble(*parts)


def percent_done(on: Console) -> Progress:
    """A bar with the share that is done."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    return Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), console=on)
