"""What signing in needs at hand, and the tickets browsers keep for us: sealed, of one purpose, for a while."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from praemia import access, members
from praemia.foundation.db import Database, Tx
from praemia.foundation.vault import Vault
from praemia.identity.errors import TicketInvalid
from praemia.identity.model import Entrant, Kind
from praemia.identity.service.passwords import Passwords

TICKET_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The database, the vault and the hasher: signing in spans several transactions."""

    db: Database
    vault: Vault
    passwords: Passwords


def write_ticket(vault: Vault, purpose: str, content: Mapping[str, Any], *, now: datetime) -> str:
    """A ticket that counts for ten minutes. Every ticket has an id of its own, by which it can be used up."""
    return vault.seal_ticket(purpose, {**content, "id": secrets.token_urlsafe(12), "until": (now + TICKET_LASTS).isoformat()})


def read_ticket(vault: Vault, purpose: str, ticket: str, *, now: datetime) -> dict[str, Any]:
    """What a ticket holds. Raises TicketInvalid: not ours, of another purpose, or too old."""
    content = vault.open_ticket(purpose, ticket)
    if content is None or now >= datetime.fromisoformat(content["until"]):
        raise TicketInvalid()
    return content


async def may_enter(tx: Tx, entrant: Entrant) -> bool:
    """Whether the account is one that may be signed in to: staff who joined and were not ended, members who did not leave."""
    if entrant.kind is Kind.STAFF:
        person = await access.find_staff(tx, entrant.subject_id)
        return person is not None and person.is_active
    member = await members.find_by_id(tx, entrant.subject_id)
    return member is not None and member.status == "active" and member.program_id == entrant.program_id
