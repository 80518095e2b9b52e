"""Common ground of the tests of sharing: a programme, members with lots of given ends, and short words for the verbs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from praemia import earning, journal, ledger, members, programs, sharing
from praemia.earning import Command
from praemia.foundation.errors import DomainError
from praemia.members import Card, Carrier
from praemia.rules import Draw, PoolSpender
from praemia.sharing import Merging, NewPool, Parting, PoolSpend, PoolView, Send, Shared
from tests.rooms.ground import NOW, Ground

CIRCLE = """
program: circle
timezone: Europe/Berlin
currency: EUR
units: {points: {}}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
    - {id: late, trigger: visit, earn: {points: 7}, limit: {times: 2, per: month}}
sharing:
  transfers: {allowed: true}
"""
NEVER = "never"


@dataclass(slots=True)
class Circle:
    """A programme whose members share. Every verb is one transaction, retried as the server would."""

    ground: Ground
    at: datetime = NOW
    _numbers: count[int] = field(default_factory=count)

    async def give(self, member: str, amount: int, last: date | None = None, earned: datetime | None = None, **more: Any) -> None:
        """An opening balance in one lot, which ends on a day or never. Below zero: a debt."""
        inputs: dict[str, Any] = {"unit": "points", "amount": amount, "reason": "opening", **more}
        inputs |= {"last_day": last.isoformat() if last else NEVER} | ({"earned_at": earned.isoformat()} if earned else {})
        if amount < 0:
            inputs["may_owe"] = True
        await self.do(Command(program="circle", kind=earning.ADJUSTMENT, member=member, inputs=inputs, identities=self.key()))

    async def do(self, *commands: Command) -> Sequence[Any]:
        """Record commands, none of which may be refused."""
        answers = await self.ground.record(*commands, now=self.at)
        assert not [answer for answer in answers if isinstance(answer, DomainError)], answers
        return answers

    def key(self) -> tuple[tuple[str, str], ...]:
        """An idempotency key nobody else has."""
        return ((journal.IDEMPOTENCY_KEY, f"circle-{next(self._numbers)}"),)

    async def send(self, sender: str, receiver: str, amount: int, *, key: str | None = None, unit: str | None = None) -> Shared:
        wanted = Send(program="circle", sender=sender, receiver=receiver, amount=amount, key=key, unit=unit)
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: sharing.transfer(tx, wanted, now=self.at))

    async def pool(self, name: str, *who: str, draw: Draw | None = None, spender: PoolSpender | None = None) -> PoolView:
        wanted = NewPool(program="circle", reference=name, members=who, draw=draw, who=spender)
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: sharing.create_pool(tx, wanted, now=self.at))

    async def spend(self, pool: str, member: str, amount: int, *, key: str | None = None) -> Shared:
        wanted = PoolSpend(program="circle", pool=pool, member=member, amount=amount, key=key)
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: sharing.spend_pool(tx, wanted, now=self.at))

    async def join(self, pool: str, member: str) -> PoolView:
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: sharing.join_pool(tx, "circle", pool, member, now=self.at))

    async def leave(self, pool: str, member: str) -> PoolView:
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: sharing.leave_pool(tx, "circle", pool, member, now=self.at))

    async def merge(self, keep: str, drop: str, *, key: str | None = None) -> Shared:
        wanted = Merging(program="circle", keep=keep, drop=drop, key=key)
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: sharing.merge(tx, wanted, now=self.at))

    async def part(self, merged: Shared | str, *, key: str | None = None) -> Shared:
        wanted = Parting(program="circle", merge=merged if isinstance(merged, str) else str(merged.event_id), key=key)
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: sharing.part(tx, wanted, now=self.at))

    async def card(self, member: str, number: str, carrier: Carrier = Carrier.PLASTIC) -> Card:
        async def work(tx: Any) -> Card:
            program = await programs.open_program(tx, "circle")
            return await members.issue_card(tx, await members.get_member(tx, program.program_id, member), number, carrier, at=self.at)

        return await self.ground.db.run(self.ground.tenant_id, work)

    async def owner(self, member: str) -> UUID:
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            program = await programs.open_program(tx, "circle")
            return (await members.get_member(tx, program.program_id, member)).member_id

    async def available(self, *who: str) -> list[int]:
        """What each can spend now."""
        return [(await self.holding(await self.owner(name)))[0] for name in who]

    async def holding(self, owner: UUID) -> tuple[int, int]:
        """Available and pending of an owner, by id: also of one that leads to another."""
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            held = await ledger.balances_of(tx, owner, day=self.at.date())
        return sum(one.available for one in held), sum(one.pending for one in held)

    async def lots(self, owner: str | UUID) -> list[tuple[int, str | None]]:
        """Open and pending lots as (remaining, last day), the first to be spent first."""
        who = owner if isinstance(owner, UUID) else await self.owner(owner)
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            lots = await ledger.lots_on(tx, who, self.at.date())
        return [(lot.remaining, lot.last_day.isoformat() if lot.last_day else None) for lot in lots]

    async def clean(self) -> list[Any]:
        """What `verify` finds."""
        return await self.ground.discrepancies()


async def refusal(work: Any) -> str:
    """The code that the work is refused with, or `done`."""
    try:
        await work
    except DomainError as error:
        return error.code
    return "done"


async def all_of(*work: Any) -> list[Any]:
    """At the same moment: answers, or the exceptions raised."""
    return await asyncio.gather(*work, return_exceptions=True)
