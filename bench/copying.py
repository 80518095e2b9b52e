"""The COPY references as a process: rows like ours, a thousand events a transaction, one connection, durable each time.

Only the time inside the transactions counts; making the rows is not PostgreSQL's work. Reads an order on stdin (one line
of JSON), answers units and seconds. Run as `python -m bench.copying`.
"""

from __future__ import annotations

import asyncio
import io
import json
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import asyncpg

from praemia.foundation.ids import BUCKETS, bucket_of, new_id

CHUNK = 1000
_TENANT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOrder:
    """What to copy. `whole`: every row an event leaves, else its transfer only; `lots` is how many transfers it has."""

    dsn: str
    whole: bool
    seconds: float
    program_id: int = 1
    lots: int = 1
    owners: int = 100_000
    inputs: str = "{}"
    verdict: str = "{}"


Chunk = list[tuple[str, str, bytes]]  # schema, table, rows in COPY's text format


async def copy(order: CopyOrder) -> tuple[int, float]:
    """Events copied and seconds spent copying them."""
    conn = await asyncpg.connect(order.dsn)
    chunks = whole_chunks(order) if order.whole else transfer_chunks(order)
    done, spent = 0, 0.0
    try:
        while spent < order.seconds:
            chunk = next(chunks)
            start = time.perf_counter()
            async with conn.transaction():
                for schema, table, rows in chunk:
                    await conn.copy_to_table(table, schema_name=schema, source=io.BytesIO(rows), format="text")
            spent += time.perf_counter() - start
            done += CHUNK
    finally:
        await conn.close()
    return done, spent


def transfer_chunks(order: CopyOrder) -> Iterator[Chunk]:
    """Rows of bench.transfer_rows."""
    owners = _owners(order.owners)
    while True:
        now = datetime.now(UTC).isoformat()
        lines = []
        for _ in range(CHUNK):
            owner, bucket = owners[secrets.randbelow(order.owners)]
            lines.append(f"{new_id(bucket)}\t{secrets.token_hex(16)}\t{owner}\t0\t{secrets.randbelow(5000) + 1}\tearn\t{now}\t{now}\n")
        yield [("bench", "transfer_rows", "".join(lines).encode())]


def whole_chunks(order: CopyOrder) -> Iterator[Chunk]:
    """Rows of the clones of our own tables: the event, its two keys, its transfers and their lots."""
    owners = _owners(order.owners)
    inputs, verdict = (text.replace("\\", "\\\\") for text in (order.inputs, order.verdict))
    while True:
        now = datetime.now(UTC).isoformat()
        keys: list[str] = []
        events: list[str] = []
        transfers: list[str] = []
        lots: list[str] = []
        for _ in range(CHUNK):
            owner, bucket = owners[secrets.randbelow(order.owners)]
            event = new_id(bucket)
            events.append(
                f"{bucket}\t{_TENANT}\t{event}\t{now}\t{order.program_id}\t{owner}\tpurchase\t{now}\t{now}\t1\t{inputs}\t{verdict}\n"
            )
            for _ in range(2):
                keys.append(f"{secrets.randbelow(BUCKETS)}\t{_TENANT}\t{secrets.token_hex(16)}\t{secrets.token_hex(16)}\t{event}\n")
            for line in range(order.lots):
                amount = secrets.randbelow(5000) + 1
                transfers.append(
                    f"{bucket}\t{_TENANT}\t{owner}\t{event}\t{line}\t{line}\t{order.program_id}\t{amount}\t{now}\t{now}\tearn\n"
                )
                lots.append(f"{bucket}\t{_TENANT}\t{owner}\t{event}\t{line}\t{line}\t\\N\t{amount}\t{amount}\t{now}\n")
        named = (("event_keys", keys), ("events", events), ("transfers", transfers), ("lots", lots))
        yield [("bench", table, "".join(rows).encode()) for table, rows in named]


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
