"""Questions to the journal: where an identity is kept, and which event it names."""

from __future__ import annotations

from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import digest_id, key_bucket
from praemia.journal import store
from praemia.journal.errors import EventUnknown
from praemia.journal.model import Identity, StoredEvent


def identity_of(tx: Tx, program_id: int, kind: str, value: str) -> Identity:
    """Where and under which digest an event's identity is kept: unique within the programme, for ever."""
    return Identity(bucket=key_bucket(tx.tenant_id, kind, f"{program_id}:{value}"), key=digest_id(str(program_id), kind, value))


async def get_event(tx: Tx, program_id: int, event_id: UUID) -> StoredEvent:
    """One event of the programme by id. Raises EventUnknown."""
    event = (await store.events_by_id(tx, [event_id])).get(event_id)
    if event is None or event.program_id != program_id:
        raise EventUnknown(reference=str(event_id))
    return event


async def find_event_of(tx: Tx, program_id: int, kind: str, value: str) -> StoredEvent | None:
    """The event recorded under an identity, if there is one."""
    identity = identity_of(tx, program_id, kind, value)
    known = await store.find_keys(tx, [identity])
    return await get_event(tx, program_id, known[identity.key][0]) if identity.key in known else None


async def get_event_of(tx: Tx, program_id: int, kind: str, value: str) -> StoredEvent:
    """The event recorded under an identity, such as (ORDER, "1001"). Raises EventUnknown."""
    event = await find_event_of(tx, program_id, kind, value)
    if event is None:
        raise EventUnknown(reference=value)
    return event
