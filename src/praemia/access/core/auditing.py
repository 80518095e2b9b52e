"""The chain of the audit log: each entry's hash covers its content and the hash before it.

The content is spelled as canonical JSON: keys sorted, no spaces, integers and texts only, instants in UTC with microseconds.
The spelling never changes: stored hashes depend on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

from praemia.access.model import AuditEntry

FIRST = bytes(32)
"""What the first entry has before it."""


def hash_of(entry: AuditEntry) -> bytes:
    """The hash that the entry must carry, by its content and by the hash before it."""
    content = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": entry.actor.name,
        "key": str(entry.actor.key_id) if entry.actor.key_id else None,
        "origin": entry.actor.origin,
        "action": entry.action,
        "subject": entry.subject,
        "program": entry.program_id,
        "details": entry.details,
    }
    # People came later than the log: what names none is spelled as it always was.
    content |= {"staff": str(entry.actor.staff_id)} if entry.actor.staff_id else {}
    content |= {"member": str(entry.actor.member_id)} if entry.actor.member_id else {}
    return sha256(entry.previous + _canonical(content)).digest()


def fault_of(entry: AuditEntry, before: AuditEntry | None) -> str | None:
    """What is wrong with an entry, seen from the one before it (None: it should be the first); None when nothing is."""
    expected = before.number + 1 if before else 1
    if entry.number != expected:
        return f"entries {expected} to {entry.number - 1} are missing"
    if entry.previous != (before.hash if before else FIRST):
        return "does not follow from the entry before it"
    return "its content is not what was written" if entry.hash != hash_of(entry) else None


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
