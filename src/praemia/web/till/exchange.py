"""What a terminal exchanges with the server, the same for the page's script and for other tills over HTTP: registration, snapshots, sync.

Events are taken one by one, each in a transaction of its own: what was taken stays taken when the next one breaks.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import programs, tills
from praemia.access import Actor
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.tills import EventUnreadable, KeptEvent, Registered, Signed, SignedSnapshot, Terminal
from praemia.web.face import Face
from praemia.web.presenting import instant

MOST_EVENTS = 500


async def register(
    face: Face, tenant_id: int, slug: str, *, name: str, location: str, public_key: bytes | None, by: Actor
) -> dict[str, Any]:
    """A new terminal, as it is told."""

    async def work(tx: Tx) -> Registered:
        return await tills.register(tx, slug, name=name, location=location, public_key=public_key, now=face.now(), by=by)

    made = await face.rooms.db.run(tenant_id, work)
    return {
        **terminal(made.terminal),
        "server_key": spelled(made.server_key),
        "private_key": spelled(made.private_key) if made.private_key is not None else None,
    }


async def snapshot(face: Face, tenant_id: int, slug: str, terminal_id: UUID) -> dict[str, Any]:
    """A new snapshot: the text that was signed, and the signature."""

    async def work(tx: Tx) -> SignedSnapshot:
        return await tills.take_snapshot(tx, slug, terminal_id, now=face.now())

    made = await face.rooms.db.run(tenant_id, work)
    return {"number": made.snapshot.number, "text": made.text, "signature": spelled(made.signature)}


async def sync(
    face: Face, tenant_id: int, slug: str, terminal_id: UUID, events: Sequence[Signed], *, sent_at: datetime | None
) -> dict[str, Any]:
    """Take events in the order of their sequence and answer each. What the server is asked for stands in `next_sequence`; after the
    first event that cannot be taken in turn the rest waits unasked. Raises TerminalUnknown, TerminalRevoked."""
    await _report(face, tenant_id, slug, terminal_id, sent_at)
    answers: list[dict[str, Any]] = []
    stopped = False
    for event in sorted(events, key=_sequence):
        if stopped:
            answers.append({"sequence": _sequence(event), "state": "waiting"})
            continue
        try:
            answers.append(await _take(face, tenant_id, slug, terminal_id, event))
        except DomainError as refusal:
            answers.append({"sequence": _sequence(event), "state": "refused", "code": refusal.code, "detail": str(refusal)})
            stopped = refusal.code != "tills.sequence_reused"
    after = await _report(face, tenant_id, slug, terminal_id, None)
    told = await clock(face, tenant_id, slug)
    return {**told, "skew_seconds": after.skew_seconds, "next_sequence": after.next_sequence, "answers": answers}


async def clock(face: Face, tenant_id: int, slug: str) -> dict[str, Any]:
    """The programme's time, for a terminal to set itself by."""
    async with face.rooms.db.transaction(tenant_id) as tx:
        program = await programs.get_program(tx, slug)
    return {"server_time": instant(program.now(face.now()))}


def terminal(one: Terminal) -> dict[str, Any]:
    """A terminal as people and clients read it."""
    return {
        "terminal": str(one.terminal_id),
        "name": one.name,
        "location": one.location,
        "next_sequence": one.next_sequence,
        "snapshot": one.snapshots or None,
        "skew_seconds": one.skew_seconds,
        "registered_at": instant(one.registered_at),
        "seen_at": instant(one.seen_at) if one.seen_at else None,
        "revoked_at": instant(one.revoked_at) if one.revoked_at else None,
    }


def conflict(kept: KeptEvent) -> dict[str, Any]:
    """A conflict: what was said, why it could not be taken, and what became of it."""
    return {
        "terminal": str(kept.terminal_id),
        "sequence": kept.sequence,
        "state": kept.state.value,
        "code": kept.outcome.get("code", ""),
        "detail": kept.outcome.get("detail", ""),
        "said": kept.said,
        "settled": dict(kept.settled) if kept.settled else None,
        "occurred_at": instant(kept.occurred_at),
        "received_at": instant(kept.received_at),
    }


def spelled(value: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def unspelled(text: str) -> bytes:
    """The inverse. Raises EventUnreadable."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        raise EventUnreadable(reason="not base64url") from None


async def _report(face: Face, tenant_id: int, slug: str, terminal_id: UUID, sent_at: datetime | None) -> Terminal:
    return await face.rooms.db.run(tenant_id, lambda tx: tills.report(tx, slug, terminal_id, sent_at=sent_at, now=face.now()))


async def _take(face: Face, tenant_id: int, slug: str, terminal_id: UUID, event: Signed) -> dict[str, Any]:
    outcome = await face.rooms.db.run(tenant_id, lambda tx: tills.take(tx, slug, terminal_id, event, now=face.now()))
    return {"sequence": outcome.sequence, "replayed": outcome.replayed, **outcome.told}


def _sequence(event: Signed) -> int:
    return tills.sequence_of(event.said)
