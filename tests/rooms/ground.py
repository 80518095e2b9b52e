"""Common ground of room tests: an open database with one tenant, and shorthands for programmes and commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from praemia import access, earning, journal, orders, programs
from praemia.earning import Command, Recorded
from praemia.foundation.db import Database, connect
from praemia.foundation.errors import DomainError
from praemia.members import Enrolment

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
JOINED = datetime(2024, 1, 1, tzinfo=UTC)
ONE_POINT_PER_EURO = """
program: cafe
name: {en: Café}
timezone: Europe/Berlin
currency: EUR
units:
  points: {}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
"""


@dataclass(slots=True)
class Ground:
    """An open database and the tenant that the test speaks for."""

    db: Database
    tenant_id: int

    async def apply(self, source: str, *, at: datetime = NOW) -> None:
        """Put a programme file into force."""
        async with self.db.transaction(self.tenant_id) as tx:
            await programs.apply(tx, source, at=at, by="test")

    async def enrol(self, program: str, *references: str, at: datetime = JOINED, **more: Any) -> list[Recorded | DomainError]:
        """Enrol members, one sign-up event each."""
        return await self.record(
            *[
                Command(
                    program=program,
                    kind="signup",
                    member=reference,
                    occurred_at=at,
                    enrolment=Enrolment(reference=reference, enrolled_at=at, **more),
                )
                for reference in references
            ]
        )

    async def record(self, *commands: Command, now: datetime = NOW) -> list[Recorded | DomainError]:
        """Record a batch in one transaction."""
        return await self.db.run(self.tenant_id, lambda tx: earning.record(tx, commands, now=now))

    async def balances(self, program: str, reference: str) -> dict[str, int]:
        """What a member holds, by unit code."""
        from praemia import ledger, members

        async with self.db.rehearsal(self.tenant_id) as tx:
            opened = await programs.open_program(tx, program)
            codes = {u.number: u.code for u in opened.units.values()}
            member = await members.get_member(tx, opened.program_id, reference)
            return {codes[b.unit]: b.available for b in await ledger.balances_of(tx, member.member_id)}

    async def discrepancies(self) -> list[Any]:
        """What `verify` finds."""
        found: list[Any] = []
        async with self.db.rehearsal(self.tenant_id) as tx:
            async for _, wrong in orders.verify(tx):
                found += wrong
        return found

    async def fetch(self, sql: str, *args: Any) -> list[Mapping[str, Any]]:
        """Look at rows, as the tenant."""
        async with self.db.rehearsal(self.tenant_id) as tx:
            return [dict(r) for r in await tx.conn.fetch(sql, *args)]


@asynccontextmanager
async def open_ground(dsn: str, *, slug: str = "acme") -> AsyncIterator[Ground]:
    """A tenant on a fresh database."""
    db = await connect(dsn)
    try:
        yield Ground(db, await access.create_tenant(db, slug, slug, at=JOINED))
    finally:
        await db.close()


def purchase(
    program: str, member: str | None, order: str, *amounts: int, at: datetime | None = None, key: str | None = None, **inputs: Any
) -> Command:
    """A purchase with one line per amount in minor units."""
    identities: tuple[tuple[str, str], ...] = ((journal.ORDER, order),)
    if key is not None:
        identities += ((journal.IDEMPOTENCY_KEY, key),)
    return Command(
        program=program,
        kind="purchase",
        member=member,
        inputs={"order": order, "lines": [{"sku": f"S{n}", "amount_minor": a} for n, a in enumerate(amounts)], **inputs},
        identities=identities,
        occurred_at=at,
    )
