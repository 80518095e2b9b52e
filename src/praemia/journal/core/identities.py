"""Telling a repetition from a reused name. The digest here never changes: stored keys depend on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.errors import DomainError
from praemia.foundation.ids import digest_id
from praemia.foundation.jsons import write_canonical
from praemia.journal.errors import AlreadyRecorded, KeyReused
from praemia.journal.model import IDEMPOTENCY_KEY, Identity, KnownKeys


def content_of(kind: str, sent: Sequence[Any], occurred_at: datetime | None) -> UUID:
    """What was sent (JSON values), as 128 bits: tells a repeated request from a reused key. `occurred_at` None: none was sent."""
    return digest_id(kind, write_canonical(sent), "" if occurred_at is None else occurred_at.isoformat())


def recognise(
    names: Sequence[tuple[str, str]], identities: Sequence[Identity], content: UUID, known: KnownKeys
) -> UUID | DomainError | None:
    """J1: the event that this is a repetition of, the refusal (KeyReused, AlreadyRecorded), or None: nothing of it is known.

    `names` are the (kind, value) pairs that `identities` stand for, in one order.
    """
    used = [n for n, identity in enumerate(identities) if identity.key in known]
    if not used:
        return None
    first = known[identities[used[0]].key][0]
    for n in used:
        event, stored = known[identities[n].key]
        if stored != content or event != first:
            return _other_content(names[n], event)
    # A key under which an event of another name was sent.
    renamed = all(names[n][0] == IDEMPOTENCY_KEY for n in used) and any(kind != IDEMPOTENCY_KEY for kind, _ in names)
    return _other_content(names[used[0]], first) if renamed else first


def _other_content(name: tuple[str, str], event: UUID) -> DomainError:
    kind, value = name
    if kind == IDEMPOTENCY_KEY:
        return KeyReused(event=str(event))
    return AlreadyRecorded(identity=kind, value=value, event=str(event))
