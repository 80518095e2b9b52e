"""Rows of the tills in, values out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of
from praemia.foundation.sql import queries
from praemia.tills.model import KeptEvent, Snapshot, State, Terminal

_Q = "praemia.tills"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Somebody who may stand in a snapshot: what they show, and what the account says before anything that is due."""

    shown: str
    works: bool
    member_id: UUID
    successor_id: UUID | None
    available: int
    due_day: date | None


def _place(tx: Tx, terminal_id: UUID) -> dict[str, Any]:
    return {"tenant_id": tx.tenant_id, "bucket": bucket_of(terminal_id), "terminal_id": terminal_id}


async def insert_terminal(tx: Tx, made: Terminal, snapshot_key: bytes) -> None:
    """Keep a new terminal and the key of its snapshots."""
    await queries(_Q).insert_terminal(
        tx.conn,
        **_place(tx, made.terminal_id),
        program_id=made.program_id,
        name=made.name,
        location=made.location,
        public_key=made.public_key,
        snapshot_key=snapshot_key,
        at=made.registered_at,
    )


async def find_terminal(tx: Tx, terminal_id: UUID, *, lock: bool = False) -> Terminal | None:
    """A terminal, locked if asked for."""
    q = queries(_Q)
    row = await (q.lock_terminal if lock else q.terminal)(tx.conn, **_place(tx, terminal_id))
    return Terminal(**dict(row)) if row else None


async def terminals(tx: Tx, program_id: int) -> list[Terminal]:
    """Every terminal of a programme, the newest first."""
    return [Terminal(**dict(r)) for r in await queries(_Q).terminals(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)]


async def snapshot_key(tx: Tx, terminal_id: UUID) -> bytes:
    """The key that signs a terminal's snapshots."""
    key: bytes = await queries(_Q).snapshot_key(tx.conn, **_place(tx, terminal_id))
    return key


async def note_report(tx: Tx, terminal_id: UUID, skew_seconds: int | None, at: datetime) -> None:
    """A terminal spoke."""
    await queries(_Q).note_report(tx.conn, **_place(tx, terminal_id), skew_seconds=skew_seconds, at=at)


async def note_taken(tx: Tx, terminal_id: UUID, next_sequence: int) -> None:
    """What a terminal has to send next."""
    await queries(_Q).note_taken(tx.conn, **_place(tx, terminal_id), next_sequence=next_sequence)


async def revoke_terminal(tx: Tx, terminal_id: UUID, at: datetime) -> None:
    """Take a terminal out of use."""
    await queries(_Q).revoke_terminal(tx.conn, **_place(tx, terminal_id), at=at)


async def insert_snapshot(tx: Tx, program_id: int, made: Snapshot) -> None:
    """Keep a snapshot, and that it is the terminal's newest."""
    await queries(_Q).insert_snapshot(
        tx.conn,
        **_place(tx, made.terminal_id),
        number=made.number,
        program_id=program_id,
        taken_at=made.taken_at,
        valid_until=made.valid_until,
        salt=made.salt,
        unit=made.unit,
        bands=list(made.bands),
        cards=json.dumps(dict(made.cards)),
    )
    await queries(_Q).note_snapshot(tx.conn, **_place(tx, made.terminal_id), number=made.number)


async def empty_snapshots(tx: Tx, terminal_id: UUID, before: datetime) -> None:
    """Forget the cards of old snapshots."""
    await queries(_Q).empty_snapshots(tx.conn, **_place(tx, terminal_id), before=before)


async def snapshot_salt(tx: Tx, terminal_id: UUID, number: int) -> str | None:
    """What the digests of a snapshot are made with; None: there is no such snapshot."""
    salt: str | None = await queries(_Q).snapshot_salt(tx.conn, **_place(tx, terminal_id), number=number)
    return salt


async def find_snapshot(tx: Tx, terminal_id: UUID, number: int, digest: str) -> Snapshot | None:
    """A snapshot, of its cards only the one with that digest, if it is in it."""
    row = await queries(_Q).find_snapshot(tx.conn, **_place(tx, terminal_id), number=number, digest=digest)
    if row is None:
        return None
    known = {key: row[key] for key in ("terminal_id", "number", "taken_at", "valid_until", "salt", "unit", "bands")}
    return Snapshot(**known, cards={} if row["band"] is None else {digest: row["band"]})


async def held_by_cards(tx: Tx, program_id: int, unit: int, most: int) -> list[Held]:
    """Cards for a snapshot."""
    rows = await queries(_Q).cards_with_balances(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, unit=unit, most=most)
    return [Held(**dict(r)) for r in rows]


async def held_by_members(tx: Tx, program_id: int, unit: int, most: int) -> list[Held]:
    """References for a snapshot."""
    rows = await queries(_Q).members_with_balances(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, unit=unit, most=most)
    return [Held(**dict(r)) for r in rows]


async def regulars(
    tx: Tx, program_id: int, location: str, *, since: datetime, arrived_since: datetime, looked_at: int, most: int
) -> list[UUID]:
    """Who was at a place since then, the last first, as far as the newest `looked_at` events that arrived since another instant tell."""
    q = queries(_Q)
    span = await q.span(tx.conn, tenant_id=tx.tenant_id)
    rows = await q.regulars(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        first_bucket=span["first_bucket"],
        last_bucket=span["first_bucket"] + span["bucket_span"] - 1,
        received_since=arrived_since,
        occurred_since=since,
        location=location,
        each=-(-looked_at // span["bucket_span"]),
        most=most,
    )
    return [row["member_id"] for row in rows]


async def shown_by(tx: Tx, members: Sequence[UUID], unit: int) -> list[Held]:
    """Everything these members may show, in their order."""
    rows = await queries(_Q).shown_by(
        tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(one) for one in members], members=list(members), unit=unit
    )
    return [Held(**dict(r)) for r in rows]


async def insert_event(tx: Tx, kept: KeptEvent, content: UUID) -> None:
    """Keep what a terminal sent and how it was answered."""
    await queries(_Q).insert_event(
        tx.conn,
        **_place(tx, kept.terminal_id),
        sequence=kept.sequence,
        program_id=kept.program_id,
        content=content,
        said=kept.said,
        state=kept.state.value,
        outcome=json.dumps(dict(kept.outcome)),
        occurred_at=kept.occurred_at,
        received_at=kept.received_at,
    )


async def find_event(tx: Tx, terminal_id: UUID, sequence: int) -> tuple[KeptEvent, UUID] | None:
    """An event as it is kept, and the digest of its content."""
    row = await queries(_Q).find_event(tx.conn, **_place(tx, terminal_id), sequence=sequence)
    return (_event(row), row["content"]) if row else None


async def wrong_sequences(tx: Tx, first_bucket: int, last_bucket: int) -> list[Any]:
    """T1: bare rows of terminals whose events are not exactly those they had to send."""
    return list(await queries(_Q).wrong_sequences(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket))


async def events_between(tx: Tx, first_bucket: int, last_bucket: int, page: int) -> AsyncIterator[list[tuple[KeptEvent, UUID]]]:
    """Everything terminals of these buckets sent, with the digests of the contents, page by page, each terminal in its order."""
    bucket, terminal, sequence = -1, UUID(int=0), 0
    while True:
        rows = await queries(_Q).events_page(
            tx.conn,
            tenant_id=tx.tenant_id,
            first_bucket=first_bucket,
            last_bucket=last_bucket,
            after_bucket=bucket,
            after_terminal=terminal,
            after_sequence=sequence,
            page=page,
        )
        if not rows:
            return
        bucket, terminal, sequence = rows[-1]["bucket"], rows[-1]["terminal_id"], rows[-1]["sequence"]
        yield [(_event({key: value for key, value in dict(row).items() if key != "bucket"}), row["content"]) for row in rows]


async def terminal_days(tx: Tx, first_bucket: int, last_bucket: int) -> dict[tuple[UUID, date], tuple[int, int]]:
    """(terminal, day) -> sales and burned points that were counted."""
    rows = await queries(_Q).terminal_days(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return {(row["owner_id"], row["day"]): (row["sales"], row["burned"]) for row in rows}


async def is_emptied(tx: Tx, terminal_id: UUID, number: int) -> bool:
    """Whether the cards of a snapshot have been forgotten."""
    return bool(await queries(_Q).is_emptied(tx.conn, **_place(tx, terminal_id), number=number))


async def conflicts(tx: Tx, program_id: int, most: int) -> Sequence[KeptEvent]:
    """What waits for somebody, the oldest first."""
    rows = await queries(_Q).conflicts(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, most=most)
    return [_event(row) for row in rows]


async def settle_event(tx: Tx, terminal_id: UUID, sequence: int, settled: Mapping[str, Any]) -> None:
    """What somebody did about a conflict."""
    await queries(_Q).settle_event(tx.conn, **_place(tx, terminal_id), sequence=sequence, settled=json.dumps(dict(settled)))


async def add_to_day(tx: Tx, owner_id: UUID, day: date, program_id: int, burned: int) -> tuple[int, int]:
    """One more sale of a day; answers sales and burned points of the day so far."""
    row = await queries(_Q).add_to_day(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(owner_id), owner_id=owner_id, day=day, program_id=program_id, burned=burned
    )
    return row["sales"], row["burned"]


def _event(row: Any) -> KeptEvent:
    kept = {key: value for key, value in dict(row).items() if key != "content"}
    return KeptEvent(**{**kept, "state": State(row["state"])})
