"""A year of a few thousand members, through the product's own verbs: all join on its first day, buy at an even pace what the bench's
members buy, and every fifth of them spends some points after each purchase."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from bench.stage import FOLDER, PROGRAM
from bench.traffic.streams import key_of, member_of, purchase_of
from praemia import access, programs
from praemia.earning import ADJUSTMENT, Command, Recorded, record
from praemia.foundation.db import Database
from praemia.foundation.values import replace
from praemia.journal import IDEMPOTENCY_KEY
from praemia.members import Enrolment
from praemia.web import commands
from praemia.web.bodies.events import PurchaseBody
from praemia.web.bodies.reading import reader_of

TENANT = "main"
YEAR = timedelta(days=365)
ENTRIES_A_PURCHASE = 3.9  # with what is spent after it
_SPENDS, _SPENT = 5, -20  # every so manieth purchase is followed by so many points
_FIRST = 50_000_000_000  # numbers that no window will claim
_BATCH = 1000


async def live_a_year(db: Database, begin: datetime, members: int, entries: int) -> int:
    """So many members and about so many entries of theirs; answers the tenant."""
    tenant_id = await access.create_tenant(db, TENANT, TENANT, at=begin)
    async with db.transaction(tenant_id) as tx:
        await programs.apply(tx, (FOLDER / "programme.yaml").read_text("utf-8"), at=begin, by="bench")
    await _record(db, tenant_id, _joining(begin, members))
    await _record(db, tenant_id, _buying(begin + timedelta(days=1), members, round(entries / ENTRIES_A_PURCHASE)))
    return tenant_id


async def _record(db: Database, tenant_id: int, commands: Iterator[Command]) -> None:
    for batch in _batches(commands):
        async with db.transaction(tenant_id) as tx:
            answers = await record(tx, batch, now=max(command.occurred_at for command in batch if command.occurred_at))
        assert all(isinstance(answer, Recorded) for answer in answers), next(a for a in answers if not isinstance(a, Recorded))


def _batches(commands: Iterator[Command]) -> Iterator[list[Command]]:
    while batch := list(islice(commands, _BATCH)):
        yield batch


def _joining(at: datetime, members: int) -> Iterator[Command]:
    for number in range(members):
        reference = f"M{number:07d}"
        enrolment = Enrolment(reference=reference, enrolled_at=at, segments=("regulars",) if number % 10 == 0 else ())
        identities = ((IDEMPOTENCY_KEY, f"join-{number}"),)
        yield Command(program=PROGRAM, kind="signup", member=reference, identities=identities, occurred_at=at, enrolment=enrolment)


def _buying(begin: datetime, members: int, purchases: int) -> Iterator[Command]:
    for n in range(purchases):
        number, at = _FIRST + n, begin + (YEAR - timedelta(days=1)) * n / purchases
        content = reader_of(PurchaseBody).read(purchase_of(number, members))
        yield replace(commands.purchase(PROGRAM, content, key_of(number).decode()), occurred_at=at)
        if number % _SPENDS == 0:
            spent = {"unit": "points", "amount": _SPENT, "reason": "spent"}
            identities = ((IDEMPOTENCY_KEY, f"spend-{number}"),)
            reference = member_of(number, members).decode()
            yield Command(program=PROGRAM, kind=ADJUSTMENT, member=reference, inputs=spent, identities=identities, occurred_at=at)
