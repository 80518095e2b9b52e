"""Common ground of the tests of returns: a programme with one thing said about returns, orders and what comes back of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from praemia import journal, ledger, members, orders, programs
from praemia.foundation.errors import DomainError
from praemia.orders import CANCELLATION, ReturnOrder, Settlement
from tests.rooms.ground import NOW, Ground


def programme(returns: str = "", *, unit: str = "", rules: str = "", rest: str = "") -> str:
    """A café that gives a point per euro, with something said about returns."""
    return f"""
program: cafe
timezone: Europe/Berlin
currency: EUR
units:
  points: {{{unit}}}
earning:
  rules:
    - {{id: base, trigger: purchase, earn: {{points: 1, per_amount: "1.00"}}}}
{rules}
returns: {{{returns}}}
{rest}
"""


def back(order: str, key: str | None = None, **said: Any) -> ReturnOrder:
    """A return of the café's order: lines={sku or line: pieces}, amount_minor, or all=True."""
    lines = tuple(said.pop("lines", {}).items())
    identities = ((journal.IDEMPOTENCY_KEY, key),) if key else ()
    return ReturnOrder(program="cafe", order=order, lines=lines, identities=identities, **said)


def off(order: str, key: str | None = None, **said: Any) -> ReturnOrder:
    """A cancellation."""
    identities = ((journal.IDEMPOTENCY_KEY, key),) if key else ()
    return ReturnOrder(program="cafe", order=order, kind=CANCELLATION, identities=identities, **said)


async def give_back(ground: Ground, wanted: ReturnOrder, *, now: datetime = NOW) -> Settlement:
    """Carry a return out, in a transaction of its own."""
    return await ground.db.run(ground.tenant_id, lambda tx: orders.return_order(tx, wanted, now=now))


async def refused(ground: Ground, wanted: ReturnOrder, *, now: datetime = NOW) -> str:
    """The code with which a return is refused."""
    try:
        done = await give_back(ground, wanted, now=now)
    except DomainError as refusal:
        return refusal.code
    raise AssertionError(done)


async def spend(ground: Ground, reference: str, amount: int, *, event: Any, now: datetime = NOW, day: Any = None) -> None:
    """Spend points at the ledger, as a journey of redemption does, in the name of an event."""
    async with ground.db.transaction(ground.tenant_id) as tx:
        opened = await programs.open_program(tx, "cafe")
        who = await members.get_member(tx, opened.program_id, reference)
        accounts = await ledger.lock_accounts(tx, [who.member_id])
        posting = ledger.Posting(
            owner_id=who.member_id,
            event_id=event,
            line=0,
            unit=opened.units["points"].number,
            program_id=opened.program_id,
            kind=ledger.Kind.SPEND,
            amount=amount,
            day=day or now.date(),
            occurred_at=now,
            posted_at=now,
        )
        await ledger.post(tx, [posting], accounts)


async def standing(ground: Ground, reference: str, *, day: Any = None) -> tuple[int, int, list[tuple[Any, int]]]:
    """Available, pending, and what lies in lots by last day."""
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        opened = await programs.open_program(tx, "cafe")
        who = await members.get_member(tx, opened.program_id, reference)
        held = {b.unit: b for b in await ledger.balances_of(tx, who.member_id, day=day or NOW.date())}
        lots = await ledger.lots_on(tx, who.member_id, day or NOW.date())
        number = opened.units["points"].number
        balance = held.get(number)
        return (
            balance.available if balance else 0,
            balance.pending if balance else 0,
            [(lot.last_day, lot.remaining) for lot in lots if lot.unit == number],
        )


async def all_discrepancies(ground: Ground) -> list[Any]:
    """What the orders' own verify finds, and everything below it."""
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        return [wrong async for _, found in orders.verify(tx) for wrong in found]
