"""Ids that say where they live: UUIDv7 (RFC 9562) with the bucket in the twelve `rand_a` bits.

48 bits of milliseconds, version 7, 10 bits of bucket, then a per-process count and randomness, so ids of one bucket
made by one process sort by the order of their making. The formulas here never change: stored rows depend on them.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
import zlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from uuid import UUID

from asyncpg.pgproto import pgproto

BUCKETS = 1024
_VERSION = 7 << 76
_VERSION_4 = 4 << 76
_VARIANT = 2 << 62
_RANDOM_BITS = ~((0xF << 76) | (3 << 62))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_random = random.Random()  # seeded by the system; ids are unguessable to nobody and need not be
_counter = count(_random.getrandbits(12))
os.register_at_fork(after_in_child=_random.seed)  # or the children of a process would draw the same ids


def new_id(bucket: int, *, millis: int | None = None) -> UUID:
    """A new id in `bucket`, stamped with the wall clock (or `millis` since 1970): the arrival time, not a business time."""
    stamp = time.time_ns() // 1_000_000 if millis is None else millis
    low = ((next(_counter) & 0x3FFF) << 48) | _random.getrandbits(48)
    # The driver's own kind of UUID is made and sent at a fraction of the cost.
    made: UUID = pgproto.UUID(((stamp << 80) | _VERSION | (bucket << 66) | _VARIANT | low).to_bytes(16, "big"))
    return made


def random_id() -> UUID:
    """An id that says nothing (version 4), for what is not kept."""
    drawn = _random.getrandbits(128) & _RANDOM_BITS | _VERSION_4 | _VARIANT
    made: UUID = pgproto.UUID(drawn.to_bytes(16, "big"))
    return made


def bucket_of(some_id: UUID) -> int:
    """The bucket an id carries, 0..1023."""
    return (some_id.int >> 66) & 0x3FF


def made_at(some_id: UUID) -> datetime:
    """The arrival instant an id carries, to the millisecond."""
    return _instant(some_id.int >> 80)


@lru_cache(maxsize=256)  # a batch makes many ids in one millisecond
def _instant(millis: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=millis)


def key_bucket(tenant_id: int, kind: str, key: str) -> int:
    """The bucket in which a globally unique key is kept. CRC-32 of tenant, kind and key; fixed for ever."""
    return zlib.crc32(f"{tenant_id}|{kind}|{key}".encode()) % BUCKETS


def digest_id(*parts: str | bytes) -> UUID:
    """A 128-bit digest of texts (or their UTF-8), as a UUID for compact storage (BLAKE2b, RFC 7693). Collisions are out of reach."""
    framed = b""
    for part in parts:
        encoded = part.encode() if isinstance(part, str) else part
        framed += len(encoded).to_bytes(4, "big") + encoded
    digest: UUID = pgproto.UUID(hashlib.blake2b(framed, digest_size=16).digest())
    return digest


def program_owner(program_id: int, bucket: int) -> UUID:
    """The owner id under which a programme keeps its own counters in a bucket (version 8: custom, RFC 9562)."""
    return UUID(int=(8 << 76) | (bucket << 66) | _VARIANT | program_id)
