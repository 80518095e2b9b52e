"""Sends the mail of a job: read in one transaction, sent outside of any, closed in another.

A process that dies between sending and closing sends the mail a second time; the world may tell by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from praemia import messaging
from praemia.foundation.db import Database
from praemia.foundation.vault import Vault
from praemia.messaging import Mail, MailRefused


class Transport(Protocol):
    """Takes a mail away. `message_id` names the mail for ever."""

    async def send(self, mail: Mail, message_id: str) -> None:
        """Raises MailNotSent (try again) or MailRefused (never)."""


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
