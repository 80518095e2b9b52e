"""What clients send and read about points between people: transfers, pools, merges."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from praemia.web.bodies.answers import Amount, Answer
from praemia.web.bodies.scalars import QUANTA_LIMIT, Body, Day, Instant, Name, Reference, Text

Quanta = Annotated[int, Field(ge=1, le=QUANTA_LIMIT, description="in the unit's smallest quantum")]
Draw = Literal["oldest_first", "proportional"]
Who = Literal["head", "any"]
MEMBERS_LIMIT = 100


class TransferBody(Body):
    """One member sends points to another. Both are named by reference or by card."""

    sender: Reference
    receiver: Reference
    amount: Quanta
    unit: Annotated[Name | None, Field(description="absent: the programme's first unit")] = None
    note: Text | None = None


class PoolBody(Body):
    """A household or a team. The first member is its head."""

    pool: Reference
    members: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=MEMBERS_LIMIT)]
    draw: Annotated[Draw | None, Field(description="absent: as the programme says")] = None
    who: Annotated[Who | None, Field(description="absent: as the programme says")] = None


class PoolMemberBody(Body):
    """Who joins or leaves."""

    member: Reference


class PoolSpendBody(Body):
    """A member spends points of the pool."""

    member: Reference
    amount: Quanta
    unit: Annotated[Name | None, Field(description="absent: the programme's first unit")] = None
    reason: Text | None = None


class MergeBody(Body):
    """The membership that becomes part of the one in the address."""

    drop: Reference
    reason: Text | None = None


class PieceAnswer(Answer):
    """What arrived of one lot, and its last day; null: it never ends."""

    amount: int
    last_day: Day | None


class ShareAnswer(Answer):
    """What one member of a pool paid."""

    member: str
    amount: int


class TransferAnswer(Answer):
    """A transfer: `sent` less `fee` is `received`, in pieces that keep their dates. `balances` are the sender's."""

    event: str
    sender: str
    receiver: str
    unit: str
    decimals: int
    sent: int
    fee: int
    received: int
    pieces: list[PieceAnswer]
    occurred_at: Instant
    version: int
    replayed: bool
    sentence: Annotated[str | None, Field(description="only when `lang` was asked for")] = None
    balances: list[Amount]


class PoolAnswer(Answer):
    """A pool: its members in the order of joining, the head first, and what they can spend together."""

    pool: str
    members: list[str]
    draw: Draw
    who: Who
    created_at: Instant
    available: list[Amount]


class PoolsAnswer(Answer):
    """The pools a member belongs to, in the order they were made."""

    member: str
    pools: list[PoolAnswer]


class PoolSpentAnswer(Answer):
    """What was spent of a pool, and whose points they were. `balances` are those of the member who spent."""

    event: str
    pool: str
    member: str
    unit: str
    decimals: int
    spent: int
    draw: Draw
    shares: list[ShareAnswer]
    occurred_at: Instant
    version: int
    replayed: bool
    sentence: Annotated[str | None, Field(description="only when `lang` was asked for")] = None
    balances: list[Amount]


class MergeAnswer(Answer):
    """Two memberships that became one, or (`undone`) are two again. `merge` names it for undoing; `balances` are those of `keep`."""

    event: str
    merge: str
    keep: str
    drop: str
    undone: bool
    occurred_at: Instant
    version: int
    replayed: bool
    sentence: Annotated[str | None, Field(description="only when `lang` was asked for")] = None
    balances: list[Amount]
