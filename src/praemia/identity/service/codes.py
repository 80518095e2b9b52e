"""One-time codes by mail: six digits, ten minutes, five tries, once, and only in the browser that asked.

The code's digest lies in a ticket of the browser, sealed; nothing is kept here but the count of tries. Asking looks the same for an
address that belongs to somebody and for one that does not: both get a mail.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from praemia import messaging
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.ids import bucket_of, key_bucket
from praemia.identity.core.letters import letter
from praemia.identity.core.spelling import email_of, read_code, spell_code
from praemia.identity.errors import SignInRefused, TicketInvalid
from praemia.identity.model import Entrant, Means, Proved, Realm
from praemia.identity.service import limits
from praemia.identity.service.contacts import find_by_email
from praemia.identity.service.desk import TICKET_LASTS, Desk, may_enter, read_ticket, write_ticket
from praemia.messaging import Mail

CODE_MAIL = "code"


async def ask_code(
    desk: Desk,
    realm: Realm,
    email: str,
    *,
    purpose: str,
    name: str,
    lang: str | None,
    origin: str,
    now: datetime,
    content: Mapping[str, Any] | None = None,
) -> str:
    """Send a code to a mailbox and answer the ticket that the code opens. `name` is what the programme is called; `content` is kept
    in the ticket. The realm is a programme's. Raises InvalidInput (no address of mail), TooOften."""
    if realm.tenant_id is None:
        raise ValueError("codes are for members of a programme")
    to = email_of(email)
    if to is None:
        raise InvalidInput([Fault(path="/email", message="This is no e-mail address.", code="no_email")])
    await limits.attempt(desk.db, desk.vault, limits.FROM_ADDRESS, limits.network_of(origin), now=now)
    await limits.attempt(desk.db, desk.vault, limits.CODES_TO_ADDRESS, to, now=now)
    code = spell_code(secrets.randbelow(10**6))
    salt = secrets.token_urlsafe(12)
    kept = {
        "tenant": realm.tenant_id,
        "program": realm.program_id,
        "email": to,
        "salt": salt,
        "digest": _digest(salt, code),
        "content": dict(content or {}),
    }
    subject, text = letter("code", lang, code=code, name=name)
    mail = Mail(to=to, subject=subject, text=text, sender_name=name, until=now + TICKET_LASTS)
    async with desk.db.transaction(realm.tenant_id) as tx:
        owner = await find_by_email(tx, desk.vault, program_id=realm.program_id, email=to)
        bucket = bucket_of(owner) if owner else key_bucket(realm.tenant_id, "email", desk.vault.hash("email", to).hex())
        await messaging.post(tx, desk.vault, mail, kind=CODE_MAIL, program_id=realm.program_id, bucket=bucket, now=now)
    return write_ticket(desk.vault, f"code {purpose}", kept, now=now)


async def check_code(desk: Desk, realm: Realm, ticket: str, code: str, *, purpose: str, now: datetime) -> Proved:
    """The mailbox is theirs: whose it is in the realm, and what the ticket kept. Uses the ticket up.

    Raises TicketInvalid (too old, used, of another programme), SignInRefused (wrong), TooOften (five times wrong).
    """
    kept = read_ticket(desk.vault, f"code {purpose}", ticket, now=now)
    if realm.tenant_id is None or (kept["tenant"], kept["program"]) != (realm.tenant_id, realm.program_id):
        raise TicketInvalid()
    await limits.attempt(desk.db, desk.vault, limits.CODE_TRIES, kept["id"], now=now)
    if not hmac.compare_digest(_digest(kept["salt"], read_code(code)), kept["digest"]):
        raise SignInRefused()
    await limits.use_once(desk.db, desk.vault, kept["id"], now=now)
    async with desk.db.transaction(realm.tenant_id) as tx:
        owner = await find_by_email(tx, desk.vault, program_id=realm.program_id, email=kept["email"])
    return Proved(email=kept["email"], subject_id=owner, content=kept["content"])


async def by_code(desk: Desk, realm: Realm, proved: Proved) -> Entrant:
    """Who signs in, of a mailbox that was proved and belongs to a member. Raises SignInRefused."""
    if proved.subject_id is None or realm.tenant_id is None:
        raise SignInRefused()
    entrant = Entrant(
        kind=realm.kind, tenant_id=realm.tenant_id, program_id=realm.program_id, subject_id=proved.subject_id, means=Means.CODE
    )
    async with desk.db.transaction(realm.tenant_id) as tx:
        if not await may_enter(tx, entrant):
            raise SignInRefused()
    return entrant


def keep_proof(desk: Desk, realm: Realm, proved: Proved, *, now: datetime) -> str:
    """A ticket for a mailbox that was proved and belongs to nobody yet, for the page that asks whether to join."""
    content = {"tenant": realm.tenant_id, "program": realm.program_id, "email": proved.email, "content": dict(proved.content)}
    return write_ticket(desk.vault, "proved mailbox", content, now=now)


async def read_proof(desk: Desk, realm: Realm, ticket: str, *, now: datetime) -> Proved:
    """What `keep_proof` kept; uses the ticket up. Raises TicketInvalid."""
    kept = read_ticket(desk.vault, "proved mailbox", ticket, now=now)
    if (kept["tenant"], kept["program"]) != (realm.tenant_id, realm.program_id):
        raise TicketInvalid()
    await limits.use_once(desk.db, desk.vault, kept["id"], now=now)
    return Proved(email=kept["email"], subject_id=None, content=kept["content"])


def _digest(salt: str, code: str) -> str:
    return sha256(f"{salt}:{code}".encode()).hexdigest()
