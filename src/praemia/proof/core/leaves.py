"""A transfer's record, key and leaf. These spellings never change: stored seals depend on them.

*Record*: every column in PostgreSQL's binary form, big-endian, in this order: bucket (4 bytes), tenant (4), owner (16), event (16), line
(2), unit (2), programme (4), amount (8), occurred and posted (8 each, microseconds since 2000-01-01 UTC); earned (8), day of opening and
last day (4 each, days since 2000-01-01), event of origin (16), each after a byte 1, or a byte 0 alone where there is none; kind (the
rest, ASCII).
*Key*: owner, event, line: 34 bytes, ordered as the primary key within its bucket. *Leaf*: key and SHA-256 of the record, 66 bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from praemia.proof.model import TransferRow

KEY = slice(8, 42)
AMOUNT = slice(48, 56)
KEY_BYTES = 34
LEAF_BYTES = 66
_FIXED = struct.Struct(">ii16s16shhiqqq")
_LOT = ("q", "i", "i", "16s")
_Y2K = datetime(2000, 1, 1, tzinfo=UTC)


def leaf_of(record: bytes) -> bytes:
    """The leaf of a record."""
    return record[KEY] + sha256(record).digest()


def leaves_of(records: Iterable[bytes]) -> bytes:
    """The leaves of records that come in the order of their keys."""
    return b"".join([record[KEY] + sha256(record).digest() for record in records])


def pairs(leaves: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Key and digest of every leaf."""
    for at in range(0, len(leaves), LEAF_BYTES):
        yield leaves[at : at + KEY_BYTES], leaves[at + KEY_BYTES : at + LEAF_BYTES]


def name_of(key: bytes) -> str:
    """A transfer's key for people."""
    return f"owner_id={UUID(bytes=key[:16])} event_id={event_of(key)} line={int.from_bytes(key[32:], 'big', signed=True)}"


def event_of(key: bytes) -> UUID:
    """The event that a key names."""
    return UUID(bytes=key[16:32])


def row_of(record: bytes) -> TransferRow:
    """The columns of a record."""
    bucket, tenant, owner, event, line, unit, program, amount, occurred, posted = _FIXED.unpack(record[: _FIXED.size])
    (earned, opens, last, origin), kind = _lot_of(record[_FIXED.size :])
    return TransferRow(
        bucket=bucket,
        tenant=tenant,
        owner_id=UUID(bytes=owner),
        event_id=UUID(bytes=event),
        line=line,
        unit=unit,
        program_id=program,
        amount=amount,
        occurred_at=occurred,
        posted_at=posted,
        earned_at=earned,
        opens_on=opens,
        last_day=last,
        origin=None if origin is None else UUID(bytes=origin),
        kind=kind.decode(),
    )


def record_of(row: TransferRow) -> bytes:
    """The record of a row: the inverse of `row_of`."""
    numbers = (row.line, row.unit, row.program_id, row.amount, row.occurred_at, row.posted_at)
    lot = (row.earned_at, row.opens_on, row.last_day, None if row.origin is None else row.origin.bytes)
    parts = [b"\0" if value is None else b"\1" + struct.pack(f">{form}", value) for form, value in zip(_LOT, lot, strict=True)]
    return _FIXED.pack(row.bucket, row.tenant, row.owner_id.bytes, row.event_id.bytes, *numbers) + b"".join(parts) + row.kind.encode()


def _lot_of(rest: bytes) -> tuple[list[Any], bytes]:
    """What a record says of the lot that was issued, and what follows."""
    found: list[Any] = []
    for form in _LOT:
        size = 1 + struct.calcsize(f">{form}") * rest[0]
        found.append(struct.unpack(f">{form}", rest[1:size])[0] if rest[0] else None)
        rest = rest[size:]
    return found, rest


def micros(instant: datetime) -> int:
    """An instant as records spell it."""
    return (instant - _Y2K) // timedelta(microseconds=1)


def instant(since_y2k: int) -> datetime:
    """The inverse of `micros`."""
    return _Y2K + timedelta(microseconds=since_y2k)


def day(since_y2k: int) -> date:
    """A day from how records spell it."""
    return _Y2K.date() + timedelta(days=since_y2k)


def first_id_at(instant: datetime) -> UUID:
    """Ids below it arrived before the instant, to the millisecond; the others did not."""
    return UUID(int=max((instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1), 0) << 80)
