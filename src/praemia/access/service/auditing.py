"""The audit log: who did what, when, from where, and how it was before. Written last in a transaction, by whoever administers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from praemia.access import store
from praemia.access.core.auditing import FIRST, fault_of, hash_of
from praemia.access.model import Actor, AuditEntry
from praemia.foundation.db import Tx
from praemia.foundation.values import replace

_PAGE = 1000


async def note(
    tx: Tx, actor: Actor, action: str, subject: str, *, at: datetime, program_id: int | None = None, **details: Any
) -> AuditEntry:
    """Append that `actor` did `action` (room.noun.past) to `subject`. `details` are JSON values without floats: how it was, how it
    is now, why. Locks the tenant's log until the transaction ends, so it comes last. `at` is the wall clock.
    """
    last = await store.lock_audit(tx)
    number, previous = last or (0, FIRST)
    draft = AuditEntry(
        number=number + 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        program_id=program_id,
        details=details,
        previous=previous,
        hash=b"",
    )
    entry = replace(draft, hash=hash_of(draft))
    await store.append_audit(tx, entry)
    return entry


async def audit_of(tx: Tx, *, program_id: int | None = None, before: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """A page of the log, newest first, before an entry's number; of one programme when it is named."""
    return await store.audit_page(tx, program_id=program_id, before=before, limit=limit)


async def audit_head(tx: Tx) -> tuple[int, bytes]:
    """Number and hash of the newest entry; zero and zeros when there is none."""
    return await store.audit_head(tx) or (0, FIRST)


async def verify_audit(tx: Tx, known: Mapping[int, bytes]) -> AsyncIterator[tuple[AuditEntry | None, str]]:
    """Read the whole log and name every entry that does not follow from the one before it, and those that do not have a hash known
    from elsewhere (`known`: number -> hash, of checkpoints). An entry that is known and gone is named without one."""
    before: AuditEntry | None = None
    unseen = {number: digest for number, digest in known.items() if number}
    while page := await store.audit_after(tx, before.number if before else 0, _PAGE):
        for entry in page:
            fault = fault_of(entry, before)
            if fault is not None:
                yield entry, fault
            elif unseen.get(entry.number, entry.hash) != entry.hash:
                yield entry, "was another one when a checkpoint was made"
            unseen.pop(entry.number, None)
            before = entry
    for number in sorted(n for n in unseen if before is None or n > before.number):
        yield None, f"entry {number} was there when a checkpoint was made, and is gone"
