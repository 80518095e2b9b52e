"""Four eyes: what one actor asks for and another one approves or rejects. The deed itself is its owner's business; who carries it
out calls `approve` in the same transaction, so that it happens exactly once or not at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.access import store
from praemia.access.errors import ApprovalDecided, ApprovalExpired, ApprovalUnknown, SecondPersonNeeded
from praemia.access.model import Actor, Approval, Decision
from praemia.foundation.db import Contended, Tx
from praemia.foundation.ids import new_id

_PAGE = 1000


async def ask(
    tx: Tx,
    program_id: int,
    *,
    verb: str,
    subject: str,
    body: Mapping[str, Any],
    request_key: UUID,
    content: UUID,
    by: Actor,
    at: datetime,
    expires_at: datetime,
) -> Approval:
    """Keep a request until somebody else decides. `request_key` names it for ever; who finds it taken looks again (Contended)."""
    approval = Approval(
        approval_id=new_id(0),
        program_id=program_id,
        verb=verb,
        subject=subject,
        body=body,
        content=content,
        asked=by,
        asked_at=at,
        expires_at=expires_at,
    )
    if not await store.insert_approval(tx, approval, request_key):
        raise Contended
    return approval


async def find_approval(tx: Tx, program_id: int, request_key: UUID) -> Approval | None:
    """The request sent under a key, decided or not."""
    return await store.find_approval(tx, program_id, request_key)


async def get_approval(tx: Tx, program_id: int, approval_id: UUID) -> Approval:
    """A request. Raises ApprovalUnknown."""
    return _found(await store.approval(tx, program_id, approval_id, lock=False), approval_id)


async def approvals_of(
    tx: Tx, program_id: int, *, waiting_at: datetime | None = None, before: UUID | None = None, limit: int = 50
) -> list[Approval]:
    """A page of a programme's requests, newest first, before the given one; only those still waiting at an instant, if given."""
    return await store.approvals(tx, program_id, waiting_at=waiting_at, before=before, limit=limit)


async def approved_events(tx: Tx) -> AsyncIterator[tuple[UUID, UUID | None]]:
    """Every approved request of the tenant with the event it must have become."""
    after = UUID(int=0)
    while page := await store.approved(tx, after, _PAGE):
        for approval_id, event_id in page:
            yield approval_id, event_id
        after = page[-1][0]


async def approve(tx: Tx, program_id: int, approval_id: UUID, *, by: Actor, at: datetime, comment: str, event_id: UUID) -> None:
    """Mark a request that `lock_for_decision` answered as approved, with the event that it became."""
    await store.decide(tx, program_id, approval_id, Decision.APPROVED, by, at, comment, event_id)


async def reject(tx: Tx, program_id: int, approval_id: UUID, *, by: Actor, at: datetime, comment: str) -> Approval:
    """Decide against a request. Raises as `lock_for_decision`; but who asked may withdraw it."""
    await lock_for_decision(tx, program_id, approval_id, by=by, at=at, withdrawing=True)
    await store.decide(tx, program_id, approval_id, Decision.REJECTED, by, at, comment, None)
    return await get_approval(tx, program_id, approval_id)


async def lock_for_decision(tx: Tx, program_id: int, approval_id: UUID, *, by: Actor, at: datetime, withdrawing: bool = False) -> Approval:
    """Lock a request that `by` may decide at `at`. Who comes second in a race waits here, and is refused.

    Raises ApprovalUnknown, ApprovalDecided, ApprovalExpired, SecondPersonNeeded.
    """
    approval = _found(await store.approval(tx, program_id, approval_id, lock=True), approval_id)
    if approval.decision is not None:
        raise ApprovalDecided(approval=str(approval_id), decision=approval.decision.value)
    if at >= approval.expires_at:
        raise ApprovalExpired(approval=str(approval_id), expired_at=approval.expires_at.isoformat())
    if not withdrawing and approval.asked.is_same(by):
        raise SecondPersonNeeded(approval=str(approval_id), actor=by.name)
    return approval


def _found(approval: Approval | None, approval_id: UUID) -> Approval:
    if approval is None:
        raise ApprovalUnknown(approval=str(approval_id))
    return approval
