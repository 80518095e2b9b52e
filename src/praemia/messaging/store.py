"""One function per statement of the outbox: rows in, values out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of
from praemia.foundation.sql import queries

_Q = "praemia.messaging"


async def insert_mail(tx: Tx, mail_id: UUID, program_id: int, kind: str, recipient: bytes, content: bytes, at: datetime) -> None:
    """Keep a mail to be sent."""
    await queries(_Q).insert_mail(
        tx.conn,
        bucket=bucket_of(mail_id),
        tenant_id=tx.tenant_id,
        mail_id=mail_id,
        program_id=program_id,
        kind=kind,
        recipient=recipient,
        content=content,
        at=at,
    )


async def find_mail(tx: Tx, mail_id: UUID) -> Any:
    """The bare row of a mail that is still to be sent, or None."""
    return await queries(_Q).find_mail(tx.conn, bucket=bucket_of(mail_id), tenant_id=tx.tenant_id, mail_id=mail_id)


async def waiting_mails(tx: Tx, since: datetime) -> list[UUID]:
    """The mails since then that are still to be sent."""
    rows = await queries(_Q).waiting_mails(tx.conn, tenant_id=tx.tenant_id, first_bucket=0, last_bucket=BUCKETS - 1, since=since)
    return [row["mail_id"] for row in rows]


async def close_mail(tx: Tx, mail_id: UUID, *, sent_at: datetime | None, refused_at: datetime | None) -> None:
    """It has gone, or never will."""
    await queries(_Q).close_mail(
        tx.conn, bucket=bucket_of(mail_id), tenant_id=tx.tenant_id, mail_id=mail_id, sent_at=sent_at, refused_at=refused_at
    )


async def outbox(tx: Tx, program_id: int, page: int) -> list[Any]:
    """Bare rows of the newest mails."""
    return list(
        await queries(_Q).outbox(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, first_bucket=0, last_bucket=BUCKETS - 1, page=page)
    )
