"""The values of access: a key as it is kept, a key as it is handed out, and who a request speaks for. No secret is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
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


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """The answer to `issue`, the only time the text of the key exists on our side."""

    key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who a request speaks for, and what that key may do."""

    tenant_id: int
    key_id: UUID
    name: str
    mode: Mode
    scopes: frozenset[str]
    program_id: int | None
