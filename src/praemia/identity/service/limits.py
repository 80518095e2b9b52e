"""How often something may be tried: counted in the database, by keyed hash of what and who, before anything is looked at.

Counting commits at once, in a connection of its own, so that a refusal cannot undo it; and it never tells whether an account exists,
since it counts what was typed, not who was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from praemia.foundation.db import Database
from praemia.foundation.vault import Vault
from praemia.identity import store
from praemia.identity.errors import TicketInvalid, TooOften


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many attempts in a window, which begins with the first."""

    name: str
    most: int
    window: timedelta


PASSWORD_ACCOUNT = Limit(name="password of an account", most=10, window=timedelta(minutes=15))
SECOND_FACTOR = Limit(name="second factor of an account", most=6, window=timedelta(minutes=15))
FROM_ADDRESS = Limit(name="sign-ins from an address", most=100, window=timedelta(minutes=15))
CODES_TO_ADDRESS = Limit(name="codes to a mailbox", most=5, window=timedelta(minutes=30))
CODE_TRIES = Limit(name="tries of a code", most=5, window=timedelta(minutes=15))
CARD_CLAIMS = Limit(name="claims of cards", most=20, window=timedelta(hours=1))
JOINS = Limit(name="new members from an address", most=30, window=timedelta(hours=1))
_ONCE = Limit(name="once", most=1, window=timedelta(hours=1))


async def attempt(db: Database, vault: Vault, limit: Limit, *who: object, now: datetime) -> None:
    """Count one attempt. Raises TooOften when there were more than the limit."""
    async with db.unscoped() as conn:
        used, until = await store.count_attempt(conn, vault.hash("attempt", limit.name, *who), now, now + limit.window)
    if used > limit.most:
        raise TooOften(minutes=max(1, -((now - until) // timedelta(minutes=1))))


async def went_well(db: Database, vault: Vault, limit: Limit, *who: object, now: datetime) -> None:
    """What was tried went well: earlier attempts are forgotten."""
    async with db.unscoped() as conn:
        await store.clear_attempts(conn, vault.hash("attempt", limit.name, *who), now)


async def use_once(db: Database, vault: Vault, ticket_id: str, *, now: datetime) -> None:
    """Use a ticket up. Raises TicketInvalid the second time."""
    try:
        await attempt(db, vault, _ONCE, ticket_id, now=now)
    except TooOften:
        raise TicketInvalid() from None


def network_of(address: str) -> str:
    """What is counted of an address: all of IPv4, the /64 of IPv6, since whoever has one of those has all its addresses."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(found) >> 64 << 64))
    return str(found)


async def sweep(db: Database, *, now: datetime) -> None:
    """Forget windows, sessions and sent mails that are over for a week: they are personal and serve nobody any more."""
    async with db.unscoped() as conn:
        await store.sweep(conn, now - timedelta(days=7))
