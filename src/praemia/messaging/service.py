"""The verbs of messaging: post a mail in the transaction that needs it, find it again after the commit, close it, look at the outbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from praemia.foundation import jobs
from praemia.foundation.db import Tx
from praemia.foundation.ids import new_id
from praemia.foundation.jobs import NewJob
from praemia.foundation.vault import Vault
from praemia.messaging import store
from praemia.messaging.model import Mail, Posted

MAIL_JOB = "messaging.mail"
STALE_AFTER = timedelta(days=2)
"""Mail that waited longer for a mail server would only puzzle whoever got it."""


async def post(tx: Tx, vault: Vault, mail: Mail, *, kind: str, program_id: int | None, bucket: int, now: datetime) -> UUID:
    """Put a mail into the outbox; a job sends it once this transaction has committed. `bucket` is where its person lives."""
    mail_id = new_id(bucket)
    place = ("mails", tx.tenant_id, mail_id)
    content = {
        "subject": mail.subject,
        "text": mail.text,
        "sender_name": mail.sender_name,
        "until": mail.until.isoformat() if mail.until else None,
    }
    recipient, sealed = vault.seal(mail.to, *place, "to"), vault.seal(json.dumps(content), *place, "content")
    await store.insert_mail(tx, mail_id, program_id or 0, kind, recipient, sealed, now)
    await jobs.enqueue(tx, [NewJob(kind=MAIL_JOB, key=str(mail_id), run_at=now, body={"mail": str(mail_id)})])
    return mail_id


async def take_up(tx: Tx, *, now: datetime) -> int:
    """Have what waited for a mail server sent, as far as it is not older than `STALE_AFTER`; answers how many wait.

    What is on its way already stays there; what is older stays in the outbox, unsent.
    """
    waiting = await store.waiting_mails(tx, now - STALE_AFTER)
    await jobs.enqueue(tx, [NewJob(kind=MAIL_JOB, key=str(one), run_at=now, body={"mail": str(one)}) for one in waiting])
    return len(waiting)


async def find_due(tx: Tx, vault: Vault, body: Mapping[str, Any], *, now: datetime) -> Mail | None:
    """The mail of a job, as long as it is to be sent and of use. One that is too old to serve anybody is closed here."""
    row = await store.find_mail(tx, UUID(body["mail"]))
    mail = _opened(vault, tx.tenant_id, row) if row is not None else None
    if mail is not None and mail.until is not None and now >= mail.until:
        await close(tx, body, sent=False, now=now)
        return None
    return mail


async def close(tx: Tx, body: Mapping[str, Any], *, sent: bool, now: datetime) -> None:
    """The mail of a job has gone, or never will; nothing of it stays."""
    await store.close_mail(tx, UUID(body["mail"]), sent_at=now if sent else None, refused_at=None if sent else now)


async def outbox(tx: Tx, vault: Vault, *, program_id: int | None, limit: int = 50) -> list[Posted]:
    """The newest mails of a programme, or (None) of the tenant; those that have gone are empty."""
    return [
        Posted(
            mail_id=row["mail_id"],
            kind=row["kind"],
            made_at=row["made_at"],
            sent_at=row["sent_at"],
            refused_at=row["refused_at"],
            mail=_opened(vault, tx.tenant_id, row),
        )
        for row in await store.outbox(tx, program_id or 0, limit)
    ]


def _opened(vault: Vault, tenant_id: int, row: Any) -> Mail | None:
    if row["recipient"] is None:
        return None
    place = ("mails", tenant_id, row["mail_id"])
    content = json.loads(vault.open(row["content"], *place, "content"))
    return Mail(
        to=vault.open(row["recipient"], *place, "to"),
        subject=content["subject"],
        text=content["text"],
        sender_name=content["sender_name"],
        until=datetime.fromisoformat(content["until"]) if content["until"] else None,
    )
