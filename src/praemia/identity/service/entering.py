"""Signing in by password, and the second factor of staff. Every way counts its attempts before it looks at anything.

What somebody typed and where it came from are counted, never who was found; an unknown account costs the same time as a known one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from praemia import access, programs
from praemia.foundation.db import Tx
from praemia.identity import store
from praemia.identity.core.spelling import email_of
from praemia.identity.errors import SignInRefused
from praemia.identity.model import Entrant, Kind, Means, PasswordMark, Realm
from praemia.identity.service import factors, limits
from praemia.identity.service.contacts import email_key, find_by_email
from praemia.identity.service.desk import Desk, may_enter, read_ticket, write_ticket
from praemia.identity.service.passwords import password_of, set_password
from praemia.programs import Mode

_HALF = "second factor"
_NEED_FACTOR = frozenset({"owner", "manager"})


async def by_password(desk: Desk, realm: Realm, email: str, password: str, *, origin: str, now: datetime) -> Entrant:
    """Who this is, by address of mail and password; `needs_factor` when something else has to be proved besides.

    Raises SignInRefused, TooOften.
    """
    typed = email_of(email) or email.strip().lower()
    counted = (realm.tenant_id or 0, realm.program_id or 0, typed)
    await limits.attempt(desk.db, desk.vault, limits.FROM_ADDRESS, limits.network_of(origin), now=now)
    await limits.attempt(desk.db, desk.vault, limits.PASSWORD_ACCOUNT, *counted, now=now)
    nobody: list[tuple[int, UUID | None]] = [(0, None)]
    for tenant_id, subject_id in await _called(desk, realm, typed) or nobody:
        entrant = await _compare(desk, realm, tenant_id, subject_id, password, now)
        if entrant is not None:
            await limits.went_well(desk.db, desk.vault, limits.PASSWORD_ACCOUNT, *counted, now=now)
            return entrant
    raise SignInRefused()


async def second_factor(desk: Desk, ticket: str, code: str, *, now: datetime) -> Entrant:
    """The other half, by a one-time password or a recovery code. Raises TicketInvalid, SignInRefused, TooOften."""
    half = read_ticket(desk.vault, _HALF, ticket, now=now)
    subject_id = UUID(half["subject"])
    await limits.attempt(desk.db, desk.vault, limits.SECOND_FACTOR, subject_id, now=now)
    async with desk.db.transaction(half["tenant"]) as tx:
        means = await factors.check(tx, desk.vault, subject_id, code, now=now)
        entrant = Entrant(kind=Kind(half["kind"]), tenant_id=half["tenant"], program_id=None, subject_id=subject_id, means=means)
        allowed = await may_enter(tx, entrant)
    if not allowed:
        raise SignInRefused()
    await limits.use_once(desk.db, desk.vault, half["id"], now=now)
    await limits.went_well(desk.db, desk.vault, limits.SECOND_FACTOR, subject_id, now=now)
    return entrant


def half_proved(desk: Desk, entrant: Entrant, *, now: datetime) -> str:
    """The ticket of somebody whose password was right, for the page that asks for the rest."""
    content = {"tenant": entrant.tenant_id, "subject": str(entrant.subject_id), "kind": entrant.kind.value}
    return write_ticket(desk.vault, _HALF, content, now=now)


def read_half(desk: Desk, ticket: str, *, now: datetime) -> Entrant:
    """Whose ticket of half a proof this is. Raises TicketInvalid."""
    half = read_ticket(desk.vault, _HALF, ticket, now=now)
    return Entrant(
        kind=Kind(half["kind"]), tenant_id=half["tenant"], program_id=None, subject_id=UUID(half["subject"]), means=Means.PASSWORD
    )


async def use_half(desk: Desk, ticket: str, *, now: datetime) -> None:
    """Use the ticket up. Raises TicketInvalid."""
    await limits.use_once(desk.db, desk.vault, read_ticket(desk.vault, _HALF, ticket, now=now)["id"], now=now)


async def factor_policy(tx: Tx, entrant: Entrant, setting: str) -> Literal["none", "ask", "must"]:
    """Whether somebody who signs in by password alone has to set up a second factor (`must`), or may put it off once (`ask`).

    `setting`: required, asked, or auto: required as soon as one of the tenant's programmes is live. It concerns owners and managers.
    """
    person = await access.get_staff(tx, entrant.subject_id)
    roles: frozenset[str] = frozenset().union(*person.roles.values())
    if entrant.means is not Means.PASSWORD or not roles & _NEED_FACTOR or await factors.has_totp(tx, entrant.subject_id):
        return "none"
    if setting == "auto":
        is_live = any(program.mode is Mode.LIVE for program in await programs.list_programs(tx))
        setting = "required" if is_live else "asked"
    if setting == "required":
        return "must"
    mark = await password_of(tx, entrant.subject_id)
    return "none" if mark is not None and mark.skipped_at is not None else "ask"


async def _called(desk: Desk, realm: Realm, email: str) -> list[tuple[int, UUID | None]]:
    if realm.tenant_id is None:
        async with desk.db.unscoped() as conn:
            return [*await store.find_staff(conn, email_key(desk.vault, email))]
    async with desk.db.transaction(realm.tenant_id) as tx:
        subject_id = await find_by_email(tx, desk.vault, program_id=realm.program_id, email=email)
    return [(realm.tenant_id, subject_id)] if subject_id else []


async def _compare(desk: Desk, realm: Realm, tenant_id: int, subject_id: UUID | None, password: str, now: datetime) -> Entrant | None:
    mark: PasswordMark | None = None
    if subject_id is not None:
        async with desk.db.transaction(tenant_id) as tx:
            mark = await password_of(tx, subject_id)
    if not await desk.passwords.matches(mark, password) or mark is None or subject_id is None:
        return None
    again = await desk.passwords.again(password) if desk.passwords.is_outdated(mark) else None
    async with desk.db.transaction(tenant_id) as tx:
        needs = realm.kind is Kind.STAFF and await factors.has_totp(tx, subject_id)
        entrant = Entrant(
            kind=realm.kind,
            tenant_id=tenant_id,
            program_id=realm.program_id,
            subject_id=subject_id,
            means=Means.PASSWORD,
            needs_factor=needs,
        )
        if not await may_enter(tx, entrant):
            return None
        if again is not None:
            await set_password(tx, subject_id, again, now=now)
    return entrant
