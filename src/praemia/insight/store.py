"""One function per statement of insight: rows in, values out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of, key_bucket
from praemia.foundation.sql import queries
from praemia.insight.model import Census, Deed, Examination, Flow, Happening, Holding, Listed

_Q = "praemia.insight"
Span = tuple[int, int]
_AFTER_ALL = UUID(int=2**128 - 1)


async def span_of(tx: Tx) -> Span:
    """First and last bucket in which the tenant's members lie. A span that runs over the end goes on at the beginning: then all."""
    row = await queries(_Q).tenant_span(tx.conn, tenant_id=tx.tenant_id)
    last = row["first_bucket"] + row["bucket_span"] - 1
    return (row["first_bucket"], last) if last < BUCKETS else (0, BUCKETS - 1)


async def oldest_transaction(tx: Tx) -> datetime | None:
    """When the oldest open transaction of others began."""
    began: datetime | None = await queries(_Q).oldest_transaction(tx.conn)
    return began


async def lock_fold(tx: Tx, beginning: datetime) -> datetime:
    """How far the sums have come; they begin there when there are none. Locks them."""
    await queries(_Q).open_fold(tx.conn, tenant_id=tx.tenant_id, cut=beginning)
    cut: datetime = await queries(_Q).lock_fold(tx.conn, tenant_id=tx.tenant_id)
    return cut


async def cut_of(tx: Tx) -> datetime | None:
    """How far the sums have come; None: nothing is in them."""
    cut: datetime | None = await queries(_Q).cut_of(tx.conn, tenant_id=tx.tenant_id)
    return cut


async def fold(tx: Tx, events: tuple[UUID, UUID], cut: datetime, zones: Mapping[int, str]) -> None:
    """Add what arrived between two ids to the sums; `zones` by programme."""
    await queries(_Q).fold(
        tx.conn,
        tenant_id=tx.tenant_id,
        first_event=events[0],
        end_event=events[1],
        programs=list(zones),
        zones=list(zones.values()),
    )
    await queries(_Q).move_cut(tx.conn, tenant_id=tx.tenant_id, cut=cut)


async def flows(tx: Tx, program_id: int, *, since: date, zone: str, first_event: UUID) -> list[Flow]:
    """Sums by day from a day on, and of all days (day None)."""
    rows = await queries(_Q).flows(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        since=since,
        zone=zone,
        first_event=first_event,
        end_event=_AFTER_ALL,
    )
    return [
        Flow(
            day=None if r["day"] == date.min else r["day"],
            unit=r["unit"],
            kind=r["kind"],
            transfers=r["transfers"],
            amount=r["amount"],
        )
        for r in rows
    ]


async def census(tx: Tx, program_id: int) -> Census | None:
    """The newest count."""
    row = await queries(_Q).census(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    if row is None:
        return None
    kept = row["figures"]
    expiring = {int(unit): amount for unit, amount in kept["expiring"].items()}
    counts = {name: kept[name] for name in ("members", "closed", "active", "joined")}
    return Census(taken_at=row["taken_at"], cost_ms=row["cost_ms"], tiers=kept["tiers"], expiring=expiring, **counts)


async def write_census(tx: Tx, program_id: int, counted: Census) -> None:
    """Keep a count."""
    figures = {
        "members": counted.members,
        "closed": counted.closed,
        "active": counted.active,
        "joined": counted.joined,
        "tiers": dict(counted.tiers),
        "expiring": {str(unit): amount for unit, amount in counted.expiring.items()},
    }
    await queries(_Q).write_census(
        tx.conn, tenant_id=tx.tenant_id, program_id=program_id, taken_at=counted.taken_at, cost_ms=counted.cost_ms, figures=figures
    )


async def count_members(tx: Tx, program_id: int, span: Span, since: datetime) -> Mapping[str, int]:
    """members, closed, joined."""
    row = await queries(_Q).count_members(tx.conn, **_where(tx, program_id, span), since=since)
    return {name: row[name] for name in ("members", "closed", "joined")}


async def count_active(tx: Tx, program_id: int, span: Span, *, since: datetime, received_since: datetime, silent: Sequence[str]) -> int:
    """How many members did something."""
    found = await queries(_Q).count_active(
        tx.conn, **_where(tx, program_id, span), since=since, received_since=received_since, silent=list(silent)
    )
    return int(found)


async def count_tiers(tx: Tx, program_id: int, span: Span) -> dict[str, int]:
    """Members by tier."""
    return {r["tier"]: r["members"] for r in await queries(_Q).count_tiers(tx.conn, **_where(tx, program_id, span))}


async def count_expiring(tx: Tx, program_id: int, span: Span, today: date, last_day: date) -> dict[int, int]:
    """What ends, by unit."""
    rows = await queries(_Q).count_expiring(tx.conn, **_where(tx, program_id, span), today=today, last_day=last_day)
    return {r["unit"]: r["amount"] for r in rows}


async def latest(tx: Tx, program_id: int, span: Span, *, received_since: datetime, silent: Sequence[str], page: int) -> list[Happening]:
    """What arrived last, newest first."""
    rows = await queries(_Q).latest(tx.conn, **_where(tx, program_id, span), received_since=received_since, silent=list(silent), page=page)
    return [
        Happening(
            event_id=r["event_id"],
            kind=r["kind"],
            occurred_at=r["occurred_at"],
            member_id=r["member_id"],
            reference=r["reference"],
            location=r["location"],
            moved=dict(zip(r["units"] or (), r["amounts"] or (), strict=True)),
        )
        for r in rows
    ]


async def members_page(tx: Tx, program_id: int, span: Span, before: UUID | None, page: int) -> list[UUID]:
    """Ids of members, the last to come first."""
    rows = await queries(_Q).members_page(tx.conn, **_where(tx, program_id, span), before=before, page=page)
    return [r["member_id"] for r in rows]


async def names_like(tx: Tx, kinds: Sequence[str], prefix: str, page: int) -> list[tuple[UUID, str, str]]:
    """(member, kind, name) whose names begin with `prefix`, the shortest first."""
    rows = await queries(_Q).names_like(
        tx.conn, tenant_id=tx.tenant_id, kinds=list(kinds), prefix=prefix, prefix_end=f"{prefix}\U0010ffff", beginning=prefix, page=page
    )
    return [(r["member_id"], r["kind"], r["key"]) for r in rows]


async def members_shown(tx: Tx, members: Sequence[UUID], unit: int) -> dict[UUID, Listed]:
    """Members as a list shows them, by id."""
    rows = await queries(_Q).members_shown(
        tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(m) for m in members], members=list(members), unit=unit
    )
    return {
        r["member_id"]: Listed(
            member_id=r["member_id"],
            reference=r["reference"],
            status=r["status"],
            enrolled_at=r["enrolled_at"],
            is_merged=r["successor_id"] is not None,
            tier=r["tier"],
            available=r["available"] or 0,
            pending=r["pending"] or 0,
        )
        for r in rows
    }


async def holdings(tx: Tx, program_id: int, references: Sequence[str]) -> list[tuple[str, datetime | None, date | None, Holding]]:
    """Reference, the programme's clock, the day on which the account is to be looked at again, and what is in it; by unit."""
    keys = {f"{program_id}:{reference}": reference for reference in references}
    rows = await queries(_Q).holdings(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        buckets=[key_bucket(tx.tenant_id, "reference", key) for key in keys],
        keys=list(keys),
    )
    return [
        (
            keys[key],
            clock,
            due_day,
            Holding(unit=code, decimals=decimals, available=available, pending=pending, held=held, lifetime=lifetime),
        )
        for key, code, decimals, available, pending, held, lifetime, due_day, clock in rows
    ]


async def merges_of(tx: Tx, member_id: UUID) -> list[tuple[UUID, UUID, datetime]]:
    """(merge, member that became a part, when), the last one first."""
    rows = await queries(_Q).merges_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id)
    return [(r["merge_id"], r["drop_id"], r["merged_at"]) for r in rows]


async def audit_page(
    tx: Tx, program_id: int, *, before: int | None, action: str | None, actor: str | None, subject: str | None, page: int
) -> list[Deed]:
    """A page of the audit log, newest first."""
    rows = await queries(_Q).audit_page(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        before=before,
        action=action,
        actor=actor,
        subject=subject,
        page=page,
    )
    return [
        Deed(
            number=r["number"],
            at=r["at"],
            actor=r["actor"],
            origin=r["origin"],
            action=r["action"],
            subject=r["subject"],
            details=r["details"],
            hash=r["hash"],
        )
        for r in rows
    ]


async def ask_examination(tx: Tx, parts: Sequence[int], asked_by: str, asked_at: datetime) -> None:
    """Note that parts are to be examined."""
    await queries(_Q).ask_examination(tx.conn, tenant_id=tx.tenant_id, parts=list(parts), asked_by=asked_by, asked_at=asked_at)


async def write_examination(tx: Tx, part: int, examined_at: datetime, transfers: int, waiting: int, findings: Sequence[str]) -> None:
    """What an examination found."""
    await queries(_Q).write_examination(
        tx.conn,
        tenant_id=tx.tenant_id,
        part=part,
        examined_at=examined_at,
        transfers=transfers,
        waiting=waiting,
        findings=json.dumps(list(findings)),
    )


async def examinations(tx: Tx) -> list[Examination]:
    """The newest examination of every part."""
    return [Examination(**dict(r)) for r in await queries(_Q).examinations(tx.conn, tenant_id=tx.tenant_id)]


def _where(tx: Tx, program_id: int, span: Span) -> dict[str, Any]:
    return {"tenant_id": tx.tenant_id, "program_id": program_id, "first_bucket": span[0], "last_bucket": span[1]}
