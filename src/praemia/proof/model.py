"""Values of the proof: seals, checkpoints, signatures, and what an examination found. Hashes are SHA-256, 32 bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What was sealed of a bucket at a checkpoint: `leaves` are key and digest of every transfer, in the order of keys."""

    bucket: int
    number: int
    checkpoint: int
    cut: datetime
    previous: bytes
    leaves: bytes
    root: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest seal of a bucket."""

    bucket: int
    number: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One hash over the newest seals of all buckets and the newest audit entry. Everything that arrived before `cut` is sealed:
    `rows` transfers so far. `audited` and `audit` are number and hash of that entry."""

    number: int
    cut: datetime
    made_at: datetime
    previous: bytes
    rows: int
    audited: int
    audit: bytes
    root: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofKey:
    """The public half of a key that signs checkpoints. `key_id` is the beginning of its SHA-256."""

    key_id: str
    name: str
    public: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A checkpoint's Ed25519 signature."""

    number: int
    key_id: str
    signature: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a run of `seal` did: the newest checkpoint (None: there is none yet), the transfers sealed now, and whether it was
    made now and is signed. `held_back` is when the oldest open transaction began, when that is what the cut waits for."""

    checkpoint: Checkpoint | None
    rows: int = 0
    is_new: bool = False
    is_signed: bool = False
    held_back: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not fit. `what` is changed, missing, inserted, more, seal, checkpoint, signature, audit, approval or copy;
    `row` names it, `says` is what is known of it. `bucket` is -1 where no bucket is meant."""

    what: str
    bucket: int
    row: str
    says: str


@dataclass(slots=True, kw_only=True)
class Examined:
    """How far an examination has come. `waiting` are transfers that the next seal will take; `signed` is the newest checkpoint with
    a good signature, `newest` the newest at all (0: none)."""

    buckets: int = 0
    rows: int = 0
    waiting: int = 0
    newest: int = 0
    signed: int = 0
    cut: datetime | None = None
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A checkpoint with all it takes to check it elsewhere."""

    tenant: int
    checkpoint: Checkpoint
    heads: Sequence[Head]
    signatures: Sequence[Signature]
    keys: Mapping[str, ProofKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """A transfer's columns, as its record spells them."""

    bucket: int
    tenant: int
    owner_id: UUID
    event_id: UUID
    line: int
    unit: int
    program_id: int
    amount: int
    occurred_at: int
    posted_at: int
    earned_at: int | None
    opens_on: int | None
    last_day: int | None
    origin: UUID | None
    kind: str
