"""Values about members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from praemia.foundation.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """A wish to become a member. `reference` is the operator's name for the member."""

    reference: str
    enrolled_at: datetime
    birthdate: date | None = None
    segments: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


class Member(Value):
    """A member as the journeys need it. Personal data is not in here."""

    member_id: UUID
    program_id: int
    reference: str
    status: str
    enrolled_at: datetime
    segments: frozenset[str] = frozenset()


class Carrier(StrEnum):
    """What a card is made of."""

    PLASTIC = "plastic"
    VIRTUAL = "virtual"
    QR = "qr"
    NFC = "nfc"


class Condition(StrEnum):
    """Whether a card works."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What identifies a member at a till. `reason` says why it was blocked or replaced, `replaced_by` is a number."""

    number: str
    member_id: UUID
    carrier: Carrier
    issued_at: datetime
    changed_at: datetime
    condition: Condition = Condition.ACTIVE
    reason: str = ""
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Personal data, apart from points."""

    birthdate: date | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change about a member; None leaves a thing as it is."""

    birthdate: date | None = None
    segments: tuple[str, ...] | None = None
    attributes: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a device needs to show codes. `holder` is the session it was issued to; `last_step` the newest step accepted from it."""

    number: str
    member_id: UUID
    secret: bytes = field(repr=False)
    holder: UUID | None
    issued_at: datetime
    valid_until: datetime
    last_step: int = 0
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A yes or a no to a purpose. `version` and `digest` (SHA-256) say which text was shown in `lang`; `origin` where.

    `terms_version` and `terms_digest`: the terms of membership that were in force then; None: there were none.
    """

    purpose: str
    is_given: bool
    version: int
    lang: str
    digest: bytes
    origin: str
    at: datetime
    terms_version: int | None = None
    terms_digest: bytes | None = None
