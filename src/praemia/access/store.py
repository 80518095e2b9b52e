"""One function per statement of access: rows in, values out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.access.model import Actor, ApiKey, Approval, AuditEntry, Decision, Mode, Staff
from praemia.foundation.db import Tx
from praemia.foundation.sql import queries

_SQL = "praemia.access"


async def insert_key(tx: Tx, key: ApiKey, digest: bytes) -> None:
    """Keep a new key and the digest of its text."""
    await queries(_SQL).insert_key(
        tx.conn,
        tenant_id=key.tenant_id,
        key_id=key.key_id,
        name=key.name,
        prefix=key.shown_prefix,
        digest=digest,
        scopes=sorted(key.scopes),
        program_id=key.program_id,
        created_at=key.created_at,
        expires_at=key.expires_at,
        issued_by=key.issued_by,
    )


async def find_key(conn: Any, digest: bytes) -> Any:
    """The bare row of a key, or None. `conn` belongs to no tenant yet."""
    return await queries(_SQL).find_key(conn, digest=digest)


async def keys_of(tx: Tx) -> list[ApiKey]:
    """Every key of the tenant, newest first."""
    rows = await queries(_SQL).keys_of(tx.conn, tenant_id=tx.tenant_id)
    return [_key(row) for row in rows]


async def revoke_key(tx: Tx, key_id: UUID, at: datetime) -> datetime | None:
    """The instant since which the key is revoked, or None when there is no such key."""
    revoked_at: datetime | None = await queries(_SQL).revoke_key(tx.conn, tenant_id=tx.tenant_id, key_id=key_id, at=at)
    return revoked_at


def _key(row: Any) -> ApiKey:
    return ApiKey(
        key_id=row["key_id"],
        tenant_id=row["tenant_id"],
        name=row["name"],
        mode=Mode(row["prefix"].split("_")[1]),
        shown_prefix=row["prefix"],
        scopes=frozenset(row["scopes"]),
        program_id=row["program_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        issued_by=row["issued_by"],
    )


async def lock_audit(tx: Tx) -> tuple[int, bytes] | None:
    """Lock the end of the tenant's log; answers number and hash of the newest entry."""
    await queries(_SQL).lock_audit(tx.conn, tenant_id=tx.tenant_id)
    return await audit_head(tx)


async def audit_head(tx: Tx) -> tuple[int, bytes] | None:
    """Number and hash of the newest entry."""
    row = await queries(_SQL).audit_head(tx.conn, tenant_id=tx.tenant_id)
    return (row["number"], row["hash"]) if row else None


async def append_audit(tx: Tx, entry: AuditEntry) -> None:
    """Append an entry to the locked log."""
    await queries(_SQL).append_audit(
        tx.conn,
        tenant_id=tx.tenant_id,
        number=entry.number,
        at=entry.at,
        actor=entry.actor.name,
        actor_key=entry.actor.key_id,
        actor_staff=entry.actor.staff_id,
        actor_member=entry.actor.member_id,
        origin=entry.actor.origin,
        action=entry.action,
        subject=entry.subject,
        program_id=entry.program_id,
        details=dict(entry.details),
        previous=entry.previous,
        hash=entry.hash,
    )


async def audit_page(tx: Tx, *, program_id: int | None, before: int | None, limit: int) -> list[AuditEntry]:
    """A page of entries, newest first."""
    rows = await queries(_SQL).audit_page(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, before=before, page=limit)
    return [_entry(row) for row in rows]


async def audit_after(tx: Tx, after: int, limit: int) -> list[AuditEntry]:
    """A page of entries, oldest first."""
    return [_entry(row) for row in await queries(_SQL).audit_after(tx.conn, tenant_id=tx.tenant_id, after=after, page=limit)]


async def insert_approval(tx: Tx, approval: Approval, request_key: UUID) -> bool:
    """Keep a request; False when its key is taken."""
    kept = await queries(_SQL).insert_approval(
        tx.conn,
        tenant_id=tx.tenant_id,
        approval_id=approval.approval_id,
        program_id=approval.program_id,
        verb=approval.verb,
        subject=approval.subject,
        body=dict(approval.body),
        request_key=request_key,
        content=approval.content,
        asked_key=approval.asked.key_id,
        asked_staff=approval.asked.staff_id,
        asked_by=approval.asked.name,
        asked_at=approval.asked_at,
        expires_at=approval.expires_at,
    )
    return kept is not None


async def approval(tx: Tx, program_id: int, approval_id: UUID, *, lock: bool) -> Approval | None:
    """A request, locked if wanted."""
    ask = queries(_SQL).lock_approval if lock else queries(_SQL).approval
    row = await ask(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, approval_id=approval_id)
    return _approval(row) if row else None


async def find_approval(tx: Tx, program_id: int, request_key: UUID) -> Approval | None:
    """The request sent under a key."""
    row = await queries(_SQL).find_approval(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, request_key=request_key)
    return _approval(row) if row else None


async def approvals(tx: Tx, program_id: int, *, waiting_at: datetime | None, before: UUID | None, limit: int) -> list[Approval]:
    """A page of requests, newest first."""
    rows = await queries(_SQL).approvals(
        tx.conn, tenant_id=tx.tenant_id, program_id=program_id, waiting_at=waiting_at, before=before, page=limit
    )
    return [_approval(row) for row in rows]


async def approved(tx: Tx, after: UUID, limit: int) -> list[tuple[UUID, UUID | None]]:
    """A page of approved requests with the events they became."""
    rows = await queries(_SQL).approved(tx.conn, tenant_id=tx.tenant_id, after=after, page=limit)
    return [(row["approval_id"], row["event_id"]) for row in rows]


async def decide(
    tx: Tx, program_id: int, approval_id: UUID, decision: Decision, by: Actor, at: datetime, comment: str, event_id: UUID | None
) -> None:
    """Write the decision of a locked request."""
    await queries(_SQL).decide(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        approval_id=approval_id,
        decision=decision.value,
        decided_key=by.key_id,
        decided_staff=by.staff_id,
        decided_by=by.name,
        decided_at=at,
        comment=comment,
        event_id=event_id,
    )


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(
        number=row["number"],
        at=row["at"],
        actor=Actor(
            name=row["actor"], origin=row["origin"], key_id=row["actor_key"], staff_id=row["actor_staff"], member_id=row["actor_member"]
        ),
        action=row["action"],
        subject=row["subject"],
        program_id=row["program_id"],
        details=row["details"],
        previous=row["previous"],
        hash=row["hash"],
    )


def _approval(row: Any) -> Approval:
    decision = Decision(row["decision"]) if row["decision"] else None
    return Approval(
        approval_id=row["approval_id"],
        program_id=row["program_id"],
        verb=row["verb"],
        subject=row["subject"],
        body=row["body"],
        content=row["content"],
        asked=Actor(name=row["asked_by"], origin="", key_id=row["asked_key"], staff_id=row["asked_staff"]),
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        decision=decision,
        decided=Actor(name=row["decided_by"], origin="", key_id=row["decided_key"], staff_id=row["decided_staff"]) if decision else None,
        decided_at=row["decided_at"],
        comment=row["comment"],
        event_id=row["event_id"],
    )


async def insert_staff(tx: Tx, person: Staff) -> None:
    """Keep somebody new; roles come with `set_roles`."""
    await queries(_SQL).insert_staff(
        tx.conn, tenant_id=tx.tenant_id, staff_id=person.staff_id, name=person.name, at=person.invited_at, joined_at=person.joined_at
    )


async def staff(tx: Tx, staff_id: UUID | None = None) -> list[Staff]:
    """Everybody, or the one person, in the order of their coming."""
    found: dict[UUID, Staff] = {}
    for row in await queries(_SQL).staff(tx.conn, tenant_id=tx.tenant_id, staff_id=staff_id):
        before = found.get(row["staff_id"])
        roles = dict(before.roles) if before else {}
        if row["roles"]:
            roles[row["program_id"] or None] = frozenset(row["roles"])
        found[row["staff_id"]] = Staff(
            staff_id=row["staff_id"],
            name=row["name"],
            invited_at=row["invited_at"],
            joined_at=row["joined_at"],
            disabled_at=row["disabled_at"],
            roles=roles,
        )
    return list(found.values())


async def lock_staff(tx: Tx) -> None:
    """Lock everybody."""
    await queries(_SQL).lock_staff(tx.conn, tenant_id=tx.tenant_id)


async def set_roles(tx: Tx, staff_id: UUID, program_id: int | None, roles: frozenset[str], at: datetime) -> None:
    """The roles of a person in a programme, or (None) everywhere."""
    await queries(_SQL).set_roles(
        tx.conn, tenant_id=tx.tenant_id, staff_id=staff_id, program_id=program_id or 0, roles=sorted(roles), at=at
    )


async def set_staff(tx: Tx, person: Staff) -> None:
    """Name, joining and end of access."""
    await queries(_SQL).set_staff(
        tx.conn,
        tenant_id=tx.tenant_id,
        staff_id=person.staff_id,
        name=person.name,
        joined_at=person.joined_at,
        disabled_at=person.disabled_at,
    )


async def insert_invitation(tx: Tx, invitation_id: UUID, staff_id: UUID, digest: bytes, made_at: datetime, expires_at: datetime) -> None:
    """Keep a link's digest; older links of the person open nothing any more."""
    await queries(_SQL).revoke_invitations(tx.conn, tenant_id=tx.tenant_id, staff_id=staff_id, at=made_at)
    await queries(_SQL).insert_invitation(
        tx.conn,
        tenant_id=tx.tenant_id,
        invitation_id=invitation_id,
        staff_id=staff_id,
        digest=digest,
        made_at=made_at,
        expires_at=expires_at,
    )


async def revoke_invitations(tx: Tx, staff_id: UUID, at: datetime) -> None:
    """Every link of the person opens nothing any more."""
    await queries(_SQL).revoke_invitations(tx.conn, tenant_id=tx.tenant_id, staff_id=staff_id, at=at)


async def lock_invitation(tx: Tx, invitation_id: UUID) -> Any:
    """The bare row of an invitation, locked, or None."""
    return await queries(_SQL).lock_invitation(tx.conn, tenant_id=tx.tenant_id, invitation_id=invitation_id)


async def use_invitation(tx: Tx, invitation_id: UUID, at: datetime) -> None:
    """It was used."""
    await queries(_SQL).use_invitation(tx.conn, tenant_id=tx.tenant_id, invitation_id=invitation_id, at=at)
