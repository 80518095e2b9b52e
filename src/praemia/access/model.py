"""The values of access: keys as they are kept and handed out, who a request speaks for, what was done, what waits. No secret is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Mode(StrEnum):
    """A `test` key reaches sandboxes only, so that losing one can harm no member; a `live` key reaches both."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is stored: never its text, only the part that may be shown."""

    key_id: UUID
    tenant_id: int
    name: str
    mode: Mode
    shown_prefix: str
    scopes: frozenset[str]
    program_id: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    issued_by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """The answer to `issue`, the only time the text of the key exists on our side."""

    key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who a request speaks for, and what that key may do. `issued_by` is the staff member who made the key, if one did."""

    tenant_id: int
    key_id: UUID
    name: str
    mode: Mode
    scopes: frozenset[str]
    program_id: int | None
    issued_by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something, for the audit log and for four eyes: an API key (and who made it), a member of staff or of a programme, each
    by id, or a person at the command line by name. `origin` is where from: an address, or the command line."""

    name: str
    origin: str
    key_id: UUID | None = None
    staff_id: UUID | None = None
    member_id: UUID | None = None

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Every id this actor is known by."""
        return tuple(each for each in (self.key_id, self.staff_id, self.member_id) if each is not None)

    def is_same(self, other: Actor) -> bool:
        """Whether both are one: the same person or key, a key and the person who made it, or without ids the same name."""
        return bool(set(self.ids) & set(other.ids)) or (not self.ids and not other.ids and self.name == other.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Somebody who works with programmes. `roles` by programme, None standing for all of the tenant's. Who has not joined yet was
    invited and has not come."""

    staff_id: UUID
    name: str
    invited_at: datetime
    roles: Mapping[int | None, frozenset[str]] = field(default_factory=dict)
    joined_at: datetime | None = None
    disabled_at: datetime | None = None

    def roles_in(self, program_id: int | None) -> frozenset[str]:
        """The roles that count in a programme; None: in the tenant itself."""
        everywhere = self.roles.get(None, frozenset())
        return everywhere if program_id is None else everywhere | self.roles.get(program_id, frozenset())

    @property
    def is_active(self) -> bool:
        """Whether they may do anything at all."""
        return self.joined_at is not None and self.disabled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The answer to `invite`, the only time the token exists on our side; it goes into a link."""

    staff: Staff
    token: str = field(repr=False)
    expires_at: datetime


NOBODY = Actor(name="praemia", origin="")
"""Praemia itself, when nobody asked it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One administrative deed. `action` is room.noun.past; `details` are JSON values without floats."""

    number: int
    at: datetime
    actor: Actor
    action: str
    subject: str
    program_id: int | None
    details: Mapping[str, Any]
    previous: bytes
    hash: bytes


class Decision(StrEnum):
    """What became of a request."""

    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request that needs a second person. Instants are the programme's; `content` is the digest of what was asked."""

    approval_id: UUID
    program_id: int
    verb: str
    subject: str
    body: Mapping[str, Any]
    content: UUID
    asked: Actor
    asked_at: datetime
    expires_at: datetime
    decision: Decision | None = None
    decided: Actor | None = None
    decided_at: datetime | None = None
    comment: str = ""
    event_id: UUID | None = None

    def state_at(self, at: datetime) -> str:
        """approved, rejected, expired or waiting."""
        if self.decision is not None:
            return self.decision.value
        return "expired" if at >= self.expires_at else "waiting"
