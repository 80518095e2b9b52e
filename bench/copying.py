"""The COPY references as a process: rows like ours, a thousand events a transaction, one connection, durable each time.

Rows are those of one typical purchase with other ids, keys and owners, so they have the columns and the size of ours
whatever the tables come to hold. Only the time inside the transactions counts; making rows is not PostgreSQL's work.
Reads an order on stdin (one line of JSON), answers units and seconds. Run as `python -m bench.copying`.
"""

from __future__ import annotations

import asyncio
import io
import json
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import asyncpg

from praemia.foundation.ids import BUCKETS, bucket_of, new_id

CHUNK = 1000
SCHEMA = "bench"
WHEN = "2025-06-01T12:00:00+00:00"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOrder:
    """What to copy: `rows` are those of the typical purchase by table; none: the rows of `transfer_rows` alone."""

    dsn: str
    seconds: float
    owners: int
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A thousand events' rows of one table, in COPY's text format."""

    table: str
    columns: tuple[str, ...]
    text: bytes


async def copy(order: CopyOrder) -> tuple[int, float]:
    """Events copied and seconds spent copying them."""
    conn = await asyncpg.connect(order.dsn)
    chunks = whole_chunks(order) if order.rows else transfer_chunks(order)
    done, spent = 0, 0.0
    try:
        while spent < order.seconds:
            chunk = next(chunks)
            start = time.perf_counter()
            async with conn.transaction():
                for part in chunk:
                    await conn.copy_to_table(
                        part.table, schema_name=SCHEMA, columns=part.columns, source=io.BytesIO(part.text), format="text"
                    )
            spent += time.perf_counter() - start
            done += CHUNK
    finally:
        await conn.close()
    return done, spent


def transfer_chunks(order: CopyOrder) -> Iterator[list[Part]]:
    """Rows of the table with the three indexes of the published figure, one an event."""
    columns = ("event_id", "key", "owner_id", "unit", "amount", "kind", "occurred_at", "posted_at")
    owners = _owners(order.owners)
    while True:
        lines = []
        for _ in range(CHUNK):
            owner, bucket = owners[secrets.randbelow(len(owners))]
            amount = secrets.randbelow(5000) + 1
            lines.append(f"{new_id(bucket)}\t{secrets.token_hex(16)}\t{owner}\t0\t{amount}\tearn\t{WHEN}\t{WHEN}\n")
        yield [Part("transfer_rows", columns, "".join(lines).encode())]


def whole_chunks(order: CopyOrder) -> Iterator[list[Part]]:
    """Rows of the clones of our own tables: all that a purchase inserts."""
    owners = _owners(order.owners)
    makers = [(table, _Line(row)) for table, rows in order.rows.items() for row in rows]
    while True:
        lines: dict[str, list[str]] = {table: [] for table in order.rows}
        for _ in range(CHUNK):
            owner, bucket = owners[secrets.randbelow(len(owners))]
            event = str(new_id(bucket))
            for table, line in makers:
                lines[table].append(line.made(event=event, owner=owner, bucket=bucket))
        yield [Part(table, tuple(order.rows[table][0]), "".join(rows).encode()) for table, rows in lines.items()]


class _Line:
    """One row as text, cut where ids go."""

    def __init__(self, row: Row) -> None:
        self._cells = ["" if name in _ALIVE else _text(value) for name, value in row.items()]
        self._alive = [(place, _ALIVE[name]) for place, name in enumerate(row) if name in _ALIVE]
        self._is_key = "key" in row

    def made(self, *, event: str, owner: str, bucket: int) -> str:
        """The row of another purchase. A key lives in a bucket of its own."""
        cells = self._cells
        for place, what in self._alive:
            match what:
                case "bucket":
                    cells[place] = str(secrets.randbelow(BUCKETS) if self._is_key else bucket)
                case "event":
                    cells[place] = event
                case "owner":
                    cells[place] = owner
                case _:
                    cells[place] = secrets.token_hex(16)
        return "\t".join(cells) + "\n"


_ALIVE = {"bucket": "bucket", "event_id": "event", "owner_id": "owner", "member_id": "owner", "key": "random", "content": "random"}


def _text(value: Any) -> str:
    """A value in COPY's text format."""
    if value is None:
        return "\\N"
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return plain.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _owners(size: int) -> list[tuple[str, int]]:
    made = (new_id(secrets.randbelow(BUCKETS)) for _ in range(size))
    return [(str(owner), bucket_of(owner)) for owner in made]


def as_line(order: CopyOrder) -> bytes:
    """The order as it travels."""
    return json.dumps(asdict(order)).encode() + b"\n"


def main() -> None:
    """Read the order, copy, answer."""
    done, spent = asyncio.run(copy(CopyOrder(**json.loads(sys.stdin.readline()))))
    print(json.dumps({"units": done, "seconds": spent}))


if __name__ == "__main__":
    main()
