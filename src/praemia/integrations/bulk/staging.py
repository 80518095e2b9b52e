"""The files of an import, joined, sorted and grouped into events by a private DuckDB. Its statements are in staging.sql.

Everything that reads files is here. What an event means to the programme is not: that is earning's. The same files and the
same mapping always give the same events in the same order, so that a position means something after a restart.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from praemia.integrations.bulk.core import expressions
from praemia.integrations.bulk.errors import MappingDoesNotFit, RowsMultiplied, SourceMissing
from praemia.integrations.bulk.model import Format, Mapping, RowCounts, Source, StagedEvent, Window

MEMORY = "1GiB"
_NAME = re.compile(r"^-- name: (\w+)\n((?:--.*\n)*)", re.M)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEFAULTS: dict[str, Any] = {"quantity": 1, "discount_minor": 0, "tax_minor": 0, "categories": [], "tags": [], "free": False}
_CHUNK = 1 << 20
_SPILL = "praemia-import-"


@dataclass(slots=True, kw_only=True)
class Staging:
    """The staged events of one import."""

    mapping: Mapping
    rows: RowCounts
    events: int
    _duck: Any
    _batch: str

    def batch(self, start: int, stop: int) -> list[StagedEvent]:
        """The events of the positions from `start` up to `stop`. May be called from any thread, one at a time."""
        bounds = [start, stop] * (2 if self.mapping.kind.has_lines else 1)
        return [_event(row) for row in self._duck.execute(self._batch, bounds).fetchall()]


@contextmanager
def staged(mapping: Mapping, folder: Path, *, window: Window, digits: int, zone: ZoneInfo) -> Iterator[Staging]:
    """Read the files. `digits` are the decimals of the currency, `zone` is the one the window's days are counted in.

    Refuses with SourceMissing, MappingDoesNotFit, RowsMultiplied.
    """
    import duckdb  # a tenth of a second that no other command should wait for

    found = {source.name: find_files(source, folder) for source in mapping.sources}
    _forget_the_killed()
    spill = tempfile.mkdtemp(prefix=f"{_SPILL}{os.getpid()}-")
    try:
        with duckdb.connect(":memory:") as duck:
            _settle(duck, mapping, found, spill)
            yield _stage(duck, mapping, expressions.minor_scale(mapping, digits), window, zone)
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def _forget_the_killed() -> None:
    """Remove what imports that were killed had spilled: it holds people's purchases."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SPILL}*-*"):
        owner = folder.name.removeprefix(_SPILL).split("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def find_files(source: Source, folder: Path) -> list[Path]:
    """The files of a source in the order of their names. Refuses with SourceMissing."""
    path = Path(source.path)
    if (folder / path).is_file():
        return [(folder / path).resolve()]
    root, pattern = (Path(path.anchor), str(path.relative_to(path.anchor))) if path.is_absolute() else (folder, source.path)
    matching = sorted(p.resolve() for p in root.glob(pattern) if p.is_file())
    if not matching:
        raise SourceMissing(name=source.name, path=str(folder / source.path))
    return matching


def fingerprint(text: str, mapping: Mapping, folder: Path, window: Window) -> str:
    """What names an import: the mapping's text, the content of its files, and the window."""
    whole = hashlib.sha256(f"{text}\0{window}".encode())
    for source in mapping.sources:
        for path in find_files(source, folder):
            content = hashlib.sha256()
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    content.update(chunk)
            whole.update(f"\0{source.name}\0{content.hexdigest()}".encode())
    return whole.hexdigest()


@cache
def _statements() -> dict[str, Template]:
    text = (files("praemia.integrations.bulk") / "staging.sql").read_text("utf-8")
    pieces = _NAME.split(text)
    return {name: Template(body.strip()) for name, body in zip(pieces[1::3], pieces[3::3], strict=True)}


def _run(duck: Any, statement: str, part: str = "", /, **parts: str) -> Any:
    import duckdb

    try:
        return duck.execute(_statements()[statement].substitute(parts))
    except duckdb.Error as error:
        raise MappingDoesNotFit(part=part or statement, reason=str(error).split("\n")[0]) from None


def _settle(duck: Any, mapping: Mapping, found: dict[str, list[Path]], spill: str) -> None:
    """Settings first, then the sources, then the seal: after it the mapping's expressions reach nothing else."""
    _run(duck, "settings", memory=MEMORY, threads=str(os.cpu_count() or 1), folder=expressions.literal(spill))
    everything = [str(path) for paths in found.values() for path in paths]
    _run(duck, "seal", files=expressions.literals(everything), folders=expressions.literals([spill]))
    _run(duck, "macros", **expressions.macro_parts(mapping))
    for n, source in enumerate(mapping.sources):
        numbered = ", row_number() over () as praemia_row" if n == 0 else ""
        reader = _reader(source, found[source.name])
        _run(duck, "source", f"source {source.name}", name=source.name, numbered=numbered, reader=reader)


def _reader(source: Source, paths: Sequence[Path]) -> str:
    listed = expressions.literals(str(p) for p in paths)
    if source.format is Format.PARQUET:
        return f"read_parquet({listed}, union_by_name = true)"
    if source.format is Format.NDJSON:
        return f"read_json({listed}, format = 'newline_delimited', union_by_name = true, sample_size = -1)"
    delimiter = f", delim = {expressions.literal(source.delimiter)}" if source.delimiter else ""
    return f"read_csv({listed}, all_varchar = true, header = true, union_by_name = true{delimiter})"


def _stage(duck: Any, mapping: Mapping, scale: int, window: Window, zone: ZoneInfo) -> Staging:
    fixed = {"joined": mapping.joined}
    kind = _type_of(duck, mapping, mapping.occurred_at, "occurred_at")
    at = expressions.instant(mapping.occurred_at, kind, mapping.zone)
    if at is None:
        hint = "name its `zone`" if kind.startswith(("TIMESTAMP", "DATE")) else "cast it to a timestamp"
        raise MappingDoesNotFit(part="occurred_at", reason=f"it is of type {kind}; {hint}")
    parts = {entry for entries in mapping.line_lists.values() for entry in entries} | ({mapping.segments} if mapping.segments else set())
    list_types = {entry: _type_of(duck, mapping, entry, "lists") for entry in sorted(parts)}
    _run(
        duck, "rows", "expressions", **fixed,
        identity=mapping.identity, member=mapping.member, instant=at, raw_instant=f"cast(({mapping.occurred_at}) as varchar)",
        left_out=expressions.left_out(mapping), columns=expressions.row_columns(mapping, list_types),
        faults=expressions.row_faults(mapping, scale),
    )  # fmt: skip
    joined, distinct, without_member = _run(duck, "count_rows").fetchone()
    if joined > distinct and not mapping.rows_may_repeat:
        raise RowsMultiplied(joined=joined, distinct=distinct)
    opens = datetime.combine(window.first_day, time(), zone) if window.first_day else None
    closes = datetime.combine(window.last_day + timedelta(days=1), time(), zone) if window.last_day else None
    bounds = {"opens": expressions.moment(opens, "-infinity"), "closes": expressions.moment(closes, "infinity")}
    _run(duck, "events", **bounds, **expressions.event_parts(mapping))
    details = expressions.detail_struct(mapping, scale)
    if mapping.kind.has_lines:
        _run(duck, "lines", line=expressions.line_struct(mapping, scale))
    events, outside = _run(duck, "count_events").fetchone()
    counts = RowCounts(
        read=_run(duck, "count_source", name=mapping.sources[0].name).fetchone()[0],
        joined=joined,
        without_member=without_member,
        outside_window=outside,
        left_out=dict(_run(duck, "count_left_out").fetchall()),
    )
    statement = "batch" if mapping.kind.has_lines else "batch_without_lines"
    return Staging(mapping=mapping, rows=counts, events=events, _duck=duck, _batch=_statements()[statement].substitute(details=details))


def _type_of(duck: Any, mapping: Mapping, expression: str, part: str) -> str:
    row = _run(duck, "type_of", part, expression=expression, joined=mapping.joined).fetchone()
    return str(row[0]) if row else "VARCHAR"


def _event(row: tuple[Any, ...]) -> StagedEvent:
    position, number, identity, member, micros, first, fault, details, lines = row
    inputs = {name: value for name, value in json.loads(details, parse_float=Decimal).items() if value is not None}
    if fault is None:
        fault = next((f"{n}:fraction:{v}" for n, v in inputs.get("fields", {}).items() if isinstance(v, Decimal)), None)
    if lines is not None and fault is None:
        inputs["lines"] = [{n: v for n, v in line.items() if v is not None and v != _DEFAULTS.get(n)} for line in json.loads(lines)]
    return StagedEvent(
        position=position,
        row=number,
        identity=identity,
        member=member,
        occurred_at=None if micros is None else _EPOCH + timedelta(microseconds=micros),
        enrols=first and fault is None,
        fault=fault,
        inputs={name: value for name, value in inputs.items() if value},
    )
