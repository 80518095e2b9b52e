"""Commands in, what was shared out. Amounts are quanta of one unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from praemia.rules import Draw, PoolSpender

TRANSFER = "transfer"
POOL_REDEMPTION = "pool_redemption"
MERGE = "merge"
PARTING = "parting"
KINDS = frozenset({TRANSFER, POOL_REDEMPTION, MERGE, PARTING})
"""The kinds of event this journey writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One member sends points to another. Names are references or card numbers; `unit` None: the programme's first."""

    program: str
    sender: str
    receiver: str
    amount: int
    unit: str | None = None
    note: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPool:
    """A household or team; the first member is its head. `draw` and `who` None: as the programme says."""

    program: str
    reference: str
    members: tuple[str, ...]
    draw: Draw | None = None
    who: PoolSpender | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSpend:
    """A member spends points of the pool."""

    program: str
    pool: str
    member: str
    amount: int
    unit: str | None = None
    reason: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """`drop` becomes part of `keep`."""

    program: str
    keep: str
    drop: str
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """The merge with this id is undone."""

    program: str
    merge: str
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool as it is kept."""

    pool_id: UUID
    program_id: int
    reference: str
    draw: Draw | None
    who: PoolSpender | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolMember:
    """Who belongs to a pool; the first by `place` is its head."""

    member_id: UUID
    place: int
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolView:
    """A pool with its members in the order of joining, by reference and by id, and what they can spend together by unit code."""

    pool: Pool
    draw: Draw
    who: PoolSpender
    members: tuple[str, ...]
    member_ids: tuple[UUID, ...]
    available: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two memberships that became one. `undone_by` is the event that parted them again."""

    merge_id: UUID
    program_id: int
    keep_id: UUID
    drop_id: UUID
    merged_at: datetime
    undone_by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What one of this journey's events did. `about` are its figures as they are kept with it (core/stories.py says them in words);
    `after` what the acting member can spend right afterwards, by unit code."""

    event_id: UUID
    kind: str
    member: str
    occurred_at: datetime
    version: int
    about: Mapping[str, object]
    after: Mapping[str, int] = field(default_factory=dict)
    replayed: bool = False
