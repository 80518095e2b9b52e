"""Sends the mail of a job: read in one transaction, sent outside of any, closed in another.

A process that dies between sending and closing sends the mail a second time; the world may tell by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from praemia import messaging
from praemia.access import all_tenants
from praemia.foundation.db import Database
from praemia.foundation.vault import Vault
from praemia.messaging import Mail, MailRefused

log = logging.getLogger(__name__)


class Transport(Protocol):
    """Takes a mail away. `message_id` names the mail for ever."""

    async def send(self, mail: Mail, message_id: str) -> None:
        """Raises MailNotSent (try again) or MailRefused (never)."""


async def take_up(db: Database, *, now: datetime) -> int:
    """Once mail can leave: have what waited for that sent, of every tenant, as far as it is still of use. Answers how many wait.

    A failure is logged: it must not keep the server from its work.
    """
    waiting = 0
    try:
        for tenant_id in await all_tenants(db):
            waiting += await db.run(tenant_id, lambda tx: messaging.take_up(tx, now=now))
    except Exception:
        log.exception("mail.not_taken_up")
    if waiting:
        log.info("mail.taken_up", extra={"mails": waiting})
    return waiting


async def deliver(db: Database, tenant_id: int, body: Mapping[str, Any], vault: Vault, transport: Transport, *, now: datetime) -> None:
    """Send the mail of a job, if it is still to be sent and of use. Raises MailNotSent: to be tried again."""
    async with db.transaction(tenant_id) as tx:
        mail = await messaging.find_due(tx, vault, body, now=now)
    if mail is None:
        return
    try:
        await transport.send(mail, body["mail"])
        sent = True
    except MailRefused:
        sent = False
    async with db.transaction(tenant_id) as tx:
        await messaging.close(tx, body, sent=sent, now=now)
