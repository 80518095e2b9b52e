"""The verbs of messaging: post a mail in the transaction that needs it, deliver it after the commit, look at the outbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation import jobs
from praemia.foundation.db import Database, Tx
from praemia.foundation.ids import new_id
from praemia.foundation.jobs import NewJob
from praemia.foundation.vault import Vault
from praemia.messaging import store
from praemia.messaging.errors import MailRefused
from praemia.messaging.model import Mail, Posted
from praemia.messaging.ports import Transport

MAIL_JOB = "messaging.mail"


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


async def deliver(db: Database, tenant_id: int, body: Mapping[str, Any], vault: Vault, transport: Transport, *, now: datetime) -> None:
    """Send the mail of a job, if it is still to be sent and of use. Raises MailNotSent: to be tried again.

    The conversation happens outside of transactions. A process that dies before it could say so sends the mail a second time.
    """
    mail_id = UUID(body["mail"])
    async with db.transaction(tenant_id) as tx:
        row = await store.find_mail(tx, mail_id)
    if row is None:
        return
    mail = _opened(vault, tenant_id, row)
    sent = False
    if mail is not None and (mail.until is None or now < mail.until):
        try:
            await transport.send(mail, str(mail_id))
            sent = True
        except MailRefused:
            pass  # said by `refused_at`
    async with db.transaction(tenant_id) as tx:
        await store.close_mail(tx, mail_id, sent_at=now if sent else None, refused_at=None if sent else now)


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
