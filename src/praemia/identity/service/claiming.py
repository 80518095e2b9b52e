"""An anonymous card becomes somebody's: its number and the code printed beside it show that they hold it, and nobody had it before."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from praemia import members
from praemia.foundation.errors import DomainError
from praemia.foundation.vault import Vault
from praemia.identity.core.claims import read_claim, spell_claim
from praemia.identity.errors import SignInRefused
from praemia.identity.model import Realm
from praemia.identity.service import limits
from praemia.identity.service.desk import Desk
from praemia.identity.service.keeping import is_claimed


def claim_code(vault: Vault, tenant_id: int, program_id: int, number: str) -> str:
    """The code to be printed beside a card's number, or beside the reference that serves as one."""
    return spell_claim(vault.hash("claim", tenant_id, program_id, number.strip()))


async def claimable(desk: Desk, realm: Realm, number: str, code: str, *, origin: str, now: datetime) -> UUID:
    """The member of a card that nobody has claimed. Raises SignInRefused (unknown, wrong, blocked or somebody's), TooOften."""
    assert realm.tenant_id is not None
    assert realm.program_id is not None
    number = number.strip()
    await limits.attempt(desk.db, desk.vault, limits.CARD_CLAIMS, limits.network_of(origin), now=now)
    await limits.attempt(desk.db, desk.vault, limits.CARD_CLAIMS, realm.tenant_id, realm.program_id, number, now=now)
    if not hmac.compare_digest(claim_code(desk.vault, realm.tenant_id, realm.program_id, number), read_claim(code)):
        raise SignInRefused()
    async with desk.db.transaction(realm.tenant_id) as tx:
        try:
            member = await members.get_member(tx, realm.program_id, number)
        except DomainError:
            raise SignInRefused() from None
        if member.status != "active" or await is_claimed(tx, desk.vault, member.member_id):
            raise SignInRefused()
    return member.member_id


async def allow_join(desk: Desk, *, origin: str, now: datetime) -> None:
    """Count somebody who wants to join: sign-up rewards attract people who join many times. Raises TooOften."""
    await limits.attempt(desk.db, desk.vault, limits.JOINS, limits.network_of(origin), now=now)
