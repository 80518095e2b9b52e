"""The values of messaging."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A plain-text mail. `sender_name` stands before the installation's address; after `until` it serves nobody and is dropped."""

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    sender_name: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A mail of the outbox. `mail` is None once it has gone: then nothing of it is kept."""

    mail_id: UUID
    kind: str
    made_at: datetime
    sent_at: datetime | None
    refused_at: datetime | None
    mail: Mail | None
