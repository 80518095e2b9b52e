"""The values of identity: contacts, sessions, and what people prove themselves with. No secret is in here but in the answers named so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """Whose session it is."""

    STAFF = "staff"
    MEMBER = "member"


class Means(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"
    TOTP = "password+totp"
    RECOVERY = "password+recovery"
    PASSKEY = "passkey"
    CODE = "code"
    INVITATION = "invitation"
    SETUP = "setup"
    DEMO = "demo"


IDLE = {Kind.STAFF: timedelta(hours=12), Kind.MEMBER: timedelta(days=90)}
"""Unused for this long, a session is over."""

LASTS = {Kind.STAFF: timedelta(days=14), Kind.MEMBER: timedelta(days=365)}
"""A session is over after this, used or not."""

FRESH = timedelta(minutes=5)
"""How long after proving who they are people may change how they prove it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that is signed in. `device` is what it called itself; `program_id` None for staff."""

    session_id: UUID
    kind: Kind
    subject_id: UUID
    program_id: int | None
    means: Means
    made_at: datetime
    proved_at: datetime
    seen_at: datetime
    expires_at: datetime
    device: str

    def is_fresh(self, now: datetime) -> bool:
        """Whether they proved who they are just now."""
        return now < self.proved_at + FRESH


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The answer to `begin_session`, the only time the token exists on our side."""

    session: Session
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who somebody is to us, opened. Empty texts: not known, or erased."""

    subject_id: UUID
    program_id: int | None
    email: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    lang: str | None = None
    verified_at: datetime | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A public key whose private half is in somebody's device."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordMark:
    """A password as it is stored: Argon2id with its parameters; and when a second factor was put off."""

    hash: str = field(repr=False)
    changed_at: datetime
    skipped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysIn:
    """How somebody may prove who they are, for their own eyes. `recovery_left` counts unused recovery codes."""

    has_password: bool
    passkeys: tuple[Passkey, ...]
    has_totp: bool
    recovery_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Realm:
    """Where somebody signs in: as a member of a programme, or (both None) as staff of whichever tenant they belong to."""

    tenant_id: int | None = None
    program_id: int | None = None

    @property
    def kind(self) -> Kind:
        return Kind.STAFF if self.program_id is None else Kind.MEMBER


STAFF = Realm()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """Somebody who proved who they are, or (`needs_factor`) half of it."""

    kind: Kind
    tenant_id: int
    program_id: int | None
    subject_id: UUID
    means: Means
    needs_factor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The address a browser sees, as passkeys are bound to it: `https://shop.example` and `shop.example`."""

    origin: str
    host: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """A passkey that was shown to work, to be kept for somebody; `handle` is what its device calls that account."""

    passkey: Passkey
    handle: bytes
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A mailbox that was shown to be somebody's, and what the ticket kept besides."""

    email: str = field(repr=False)
    subject_id: UUID | None
    content: Mapping[str, Any]
