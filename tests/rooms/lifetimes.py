"""A sandbox in which points live: a programme with one unit, a clock that is moved, and what a member reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from praemia import earning, ledger, members, nights, programs
from praemia.earning import Command, Moved, Recorded
from praemia.foundation.ids import bucket_of, new_id
from tests.rooms.deeds import recorded
from tests.rooms.ground import Ground, purchase

START = datetime(2025, 3, 1, 9, tzinfo=UTC)
RULES = '{id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}, {id: tell, trigger: review, earn: {points: 5}}'


def programme(unit: str, rules: str = RULES) -> str:
    """A programme in UTC whose points live as `unit` says."""
    return (
        f"program: cafe\nunits: {{points: {{{unit}}}, stamps: {{}}}}\nactivities: {{review: {{}}, walk: {{}}}}\n"
        f"earning: {{rules: [{rules}]}}\n"
    )


class Lifetimes:
    """Short words for what happens to ada's points."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._orders = 0

    async def open(self, unit: str, rules: str = RULES, *, start: datetime = START) -> None:
        """Put the programme into force in a sandbox and enrol ada, long ago."""
        async with self.ground.db.transaction(self.ground.tenant_id) as tx:
            source = programme(unit, rules)
            await programs.apply(tx, source, at=start, by="test", mode=programs.Mode.SANDBOX, clock=start)
        await self.ground.enrol("cafe", "ada")

    async def until(self, day: str, hour: int = 12) -> int:
        """Live until an hour of a day."""
        to = datetime.combine(date.fromisoformat(day), time(hour), UTC)
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: nights.set_clock(tx, "cafe", to, now=START))

    async def leap(self, days: int) -> None:
        """Let so many days pass without living a night."""
        async with self.ground.db.transaction(self.ground.tenant_id) as tx:
            await tx.conn.execute("update programs set clock = clock + make_interval(days => $1)", days)

    async def today(self) -> date:
        """The sandbox's day."""
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            return await programs.local_day(tx, await programs.open_program(tx, "cafe"), START)

    async def wait(self, days: int) -> None:
        """Live so many days."""
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            to = (await programs.open_program(tx, "cafe")).now(START) + timedelta(days=days)
        await self.ground.db.run(self.ground.tenant_id, lambda tx: nights.set_clock(tx, "cafe", to, now=START))

    async def buy(self, euros: int, at: str | None = None, **inputs: Any) -> Recorded:
        """A purchase of so many euros, now or on an earlier day at nine."""
        self._orders += 1
        when = None if at is None else datetime.combine(date.fromisoformat(at), time(9), UTC)
        return await self.send(purchase("cafe", "ada", f"o{self._orders}", euros * 100, at=when, **inputs))

    async def send(self, command: Command) -> Recorded:
        """One command, which must not be refused."""
        return recorded((await self.ground.record(command))[0])

    async def spend(self, amount: int) -> None:
        """Take points as a redemption would."""
        async with self.ground.db.transaction(self.ground.tenant_id) as tx:
            owner, program = await self._owner(tx), await programs.open_program(tx, "cafe")
            clock = program.now(START)
            posting = ledger.Posting(
                owner_id=owner,
                event_id=new_id(bucket_of(owner)),
                line=0,
                unit=0,
                program_id=program.program_id,
                kind=ledger.Kind.SPEND,
                amount=amount,
                day=clock.date(),
                occurred_at=clock,
                posted_at=clock,
            )
            await ledger.post(tx, [posting], await ledger.lock_accounts(tx, [owner]))

    async def fulfil(self, order: str, key: str | None = None) -> Moved:
        """The order reached its buyer."""
        return await self.ground.db.run(self.ground.tenant_id, lambda tx: earning.fulfil(tx, "cafe", order, key=key, now=START))

    async def reinstate(self, within_days: int | None = None, *, unit: str | None = None, key: str | None = None) -> Moved:
        """Give expired points back."""
        return await self.ground.db.run(
            self.ground.tenant_id,
            lambda tx: earning.reinstate(tx, "cafe", "ada", unit=unit, within_days=within_days, key=key, now=START),
        )

    async def balance(self) -> tuple[int, int]:
        """What ada can use, and what is pending, today."""
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            day = await programs.local_day(tx, await programs.open_program(tx, "cafe"), START)
            held = await ledger.balances_of(tx, await self._owner(tx), day=day)
            points = next(balance for balance in held if balance.unit == 0)
            return points.available, points.pending

    async def lots(self) -> list[tuple[int, str | None]]:
        """What is left of each lot and its last day, in the order in which they go."""
        async with self.ground.db.rehearsal(self.ground.tenant_id) as tx:
            day = await programs.local_day(tx, await programs.open_program(tx, "cafe"), START)
            lots = await ledger.lots_on(tx, await self._owner(tx), day)
            return [(lot.remaining, None if lot.last_day is None else lot.last_day.isoformat()) for lot in lots if lot.unit == 0]

    async def moved(self, kind: str) -> list[tuple[int, str]]:
        """Transfers of a kind: how many quanta, and the kind of the event that owns them, in order."""
        rows = await self.ground.fetch(
            "select t.amount, e.kind from transfers t join events e using (bucket, event_id) where t.kind = $1"
            " order by t.posted_at, t.line",
            kind,
        )
        return [(row["amount"], row["kind"]) for row in rows]

    async def _owner(self, tx: Any) -> Any:
        return (await members.get_member(tx, (await programs.open_program(tx, "cafe")).program_id, "ada")).member_id
