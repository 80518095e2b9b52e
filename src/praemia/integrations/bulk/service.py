"""The import itself: staged events through the journey that the till uses, batch by batch, each with its position.

One transaction holds a batch's events and the position after it, so a killed import goes on exactly where it stopped. Batches
follow one another (events of one member must not overtake each other: caps count in order); while the database works on one,
the next is being prepared.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from praemia import orders, programs
from praemia.earning import Command, Recorded
from praemia.foundation.db import Database, Tx
from praemia.foundation.errors import DomainError
from praemia.integrations.bulk import store
from praemia.integrations.bulk.core.commands import Item, items_of
from praemia.integrations.bulk.core.mapping import read_mapping
from praemia.integrations.bulk.core.tally import Tally
from praemia.integrations.bulk.errors import WrongCurrency
from praemia.integrations.bulk.model import Mapping, Report, Window
from praemia.integrations.bulk.staging import Staging, fingerprint, staged

BATCH = 1000
Clock = Callable[[], datetime]
Progress = Callable[[int, int, Tally], None]
"""Called with the position, the number of events, and the tally so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to import into which programme. `folder` is where the sources' paths start."""

    text: str
    folder: Path
    program: str
    window: Window = field(default_factory=Window)
    dry_run: bool = False
    batch: int = BATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    program_id: int
    slug: str
    currency: str
    zone: ZoneInfo


@dataclass(slots=True, kw_only=True)
class _Run:
    order: Order
    staging: Staging
    target: _Target
    import_key: str
    position: int
    tally: Tally
    keeps_position: bool
    clock: Clock

    async def prepared(self) -> AsyncGenerator[tuple[int, list[Item]], None]:
        """The batches as (position after it, items), each prepared while its predecessor is carried out."""
        start = self.position
        coming = asyncio.create_task(asyncio.to_thread(self._prepare, start))
        try:
            while start < self.staging.events:
                items = await coming
                start = min(start + self.order.batch, self.staging.events)
                coming = asyncio.create_task(asyncio.to_thread(self._prepare, start))
                yield start, items
        finally:
            await asyncio.wait([coming])

    def _prepare(self, start: int) -> list[Item]:
        events = self.staging.batch(start, start + self.order.batch)
        return items_of(self.staging.mapping, self.target.slug, events)

    async def carry_out(self, tx: Tx, items: Sequence[Item], after: int) -> Tally:
        """One batch in `tx`; answers the tally after it, which counts once the transaction has committed."""
        tally = self.tally.copy()
        now = self.clock()
        wishes = [item.wish for item in items if isinstance(item.wish, Command)]
        answers = iter(await orders.record(tx, wishes, now=now))
        for item in items:
            answer: Recorded | DomainError = next(answers) if isinstance(item.wish, Command) else item.wish
            tally.note(item, answer)
        if self.keeps_position:
            await store.note_import(
                tx, self.target.program_id, self.import_key, expected=self.position, position=after, tally=tally, at=now
            )
        return tally

    def report(self, *, resumed_at: int | None, begun_at: int, seconds: float) -> Report:
        """What was done."""
        return Report(
            kind=self.staging.mapping.kind,
            program=self.target.slug,
            window=self.order.window,
            dry_run=self.order.dry_run,
            rows=self.staging.rows,
            events=self.staging.events,
            recorded=self.tally.recorded,
            already_known=self.tally.already_known,
            refused=self.tally.refused,
            guests=self.tally.guests,
            enrolled=self.tally.enrolled,
            points=self.tally.points,
            taken=self.tally.taken,
            refusals=self.tally.refusals,
            resumed_at=resumed_at,
            events_now=self.staging.events - begun_at,
            seconds=seconds,
        )


async def import_files(db: Database, tenant_id: int, order: Order, *, clock: Clock, progress: Progress | None = None) -> Report:
    """Import files as the mapping says, or try it (dry run: the same path, rolled back as a whole at the end).

    A first run that was interrupted is continued. An import that was completed is played again from its beginning, which
    changes nothing: every event is known. Raises InvalidInput for a faulty mapping, the refusals of `errors` for files that
    do not fit, ProgramUnknown; refused events are in the report.
    """
    mapping = read_mapping(order.text)
    target = await _target(db, tenant_id, order.program, clock)
    if mapping.currency is not None and mapping.currency != target.currency:
        raise WrongCurrency(currency=mapping.currency, expected=target.currency)
    begun = time.monotonic()
    import_key = await asyncio.to_thread(fingerprint, order.text, mapping, order.folder, order.window)
    with staged(mapping, order.folder, window=order.window, digits=programs.MINOR_DIGITS[target.currency], zone=target.zone) as staging:
        run = await _begin(db, tenant_id, order, staging, target, import_key, clock)
        begun_at = run.position
        await (_rehearse if order.dry_run else _commit)(db, tenant_id, run, progress)
        return run.report(resumed_at=begun_at or None, begun_at=begun_at, seconds=time.monotonic() - begun)


def check_mapping(text: str) -> Mapping:
    """The mapping, if it is well formed. Raises InvalidInput with every fault."""
    return read_mapping(text)


async def _target(db: Database, tenant_id: int, slug: str, clock: Clock) -> _Target:
    async with db.rehearsal(tenant_id) as tx:
        program = await programs.open_program(tx, slug)
        rules = await programs.ruleset_of(tx, program, program.version_at(program.now(clock())))
    return _Target(program_id=program.program_id, slug=slug, currency=rules.earning.currency, zone=rules.earning.timezone)


async def _begin(db: Database, tenant_id: int, order: Order, staging: Staging, target: _Target, import_key: str, clock: Clock) -> _Run:
    async with db.rehearsal(tenant_id) as tx:
        stored = await store.find_import(tx, target.program_id, import_key)
    unfinished = stored is not None and stored[0] < staging.events
    goes_on = unfinished and not order.dry_run
    position, tally = stored if stored is not None and goes_on else (0, Tally())
    return _Run(
        order=order,
        staging=staging,
        target=target,
        import_key=import_key,
        position=position,
        tally=tally,
        keeps_position=not order.dry_run and (stored is None or unfinished),
        clock=clock,
    )


async def _commit(db: Database, tenant_id: int, run: _Run, progress: Progress | None) -> None:
    async with aclosing(run.prepared()) as batches:
        async for after, items in batches:
            run.tally = await db.run(tenant_id, _work(run, items, after))
            run.position = after
            _tell(run, progress)


def _work(run: _Run, items: Sequence[Item], after: int) -> Callable[[Tx], Awaitable[Tally]]:
    async def work(tx: Tx) -> Tally:
        return await run.carry_out(tx, items, after)

    return work


async def _rehearse(db: Database, tenant_id: int, run: _Run, progress: Progress | None) -> None:
    """All batches in one transaction, so that each sees what the ones before it did. It holds the members it touches until
    its end."""
    async with db.rehearsal(tenant_id) as tx, aclosing(run.prepared()) as batches:
        async for after, items in batches:
            run.tally = await run.carry_out(tx, items, after)
            run.position = after
            _tell(run, progress)


def _tell(run: _Run, progress: Progress | None) -> None:
    if progress is not None:
        progress(run.position, run.staging.events, run.tally)
