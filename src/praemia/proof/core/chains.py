"""The hashes of seals and checkpoints, each over the one before it. These spellings never change: stored hashes depend on them.

Integers are big-endian and signed: tenant and bucket 4 bytes, numbers and counts 8, instants 8 (microseconds since 2000-01-01 UTC).
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from praemia.proof.core.leaves import LEAF_BYTES, micros
from praemia.proof.model import Checkpoint, Head, Seal

FIRST = bytes(32)
"""What the first of a chain has before it."""


def root_of_seal(tenant: int, seal: Seal) -> bytes:
    """SHA-256 of: "praemia.seal.1", tenant, bucket, number, checkpoint, cut, count of leaves, previous root, leaves."""
    head = b"praemia.seal.1" + _small(tenant) + _small(seal.bucket) + _large(seal.number) + _large(seal.checkpoint)
    return sha256(head + _large(micros(seal.cut)) + _large(len(seal.leaves) // LEAF_BYTES) + seal.previous + seal.leaves).digest()


def root_of_checkpoint(tenant: int, checkpoint: Checkpoint, heads: Iterable[Head]) -> bytes:
    """SHA-256 of: "praemia.checkpoint.1", tenant, number, cut, made at, rows, audit entries, audit hash, previous root, and for every
    bucket with a seal, in order: bucket, number and root of the newest."""
    hasher = sha256(b"praemia.checkpoint.1" + _small(tenant) + _large(checkpoint.number))
    hasher.update(_large(micros(checkpoint.cut)) + _large(micros(checkpoint.made_at)) + _large(checkpoint.rows))
    hasher.update(_large(checkpoint.audited) + checkpoint.audit + checkpoint.previous)
    for head in sorted(heads, key=lambda h: h.bucket):
        hasher.update(_small(head.bucket) + _large(head.number) + head.root)
    return hasher.digest()


def _small(number: int) -> bytes:
    return number.to_bytes(4, "big", signed=True)


def _large(number: int) -> bytes:
    return number.to_bytes(8, "big", signed=True)
