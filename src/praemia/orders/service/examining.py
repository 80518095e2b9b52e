"""What `praemia verify --recompute` asks: does every stored verdict follow from what was stored with it, and do counters follow from
the verdicts? Works bucket by bucket, in the order in which events arrived, and changes nothing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from praemia import earning, journal, programs
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of
from praemia.journal import OwnedCounter, StoredEvent
from praemia.ledger import Discrepancy
from praemia.orders import store
from praemia.orders.core.storing import standing_from_json
from praemia.orders.model import CANCELLATION, Settled
from praemia.orders.service.reading import recompute
from praemia.programs import OpenProgram
from praemia.rules import PURCHASE, CounterKey, Scope
from praemia.sharing import MERGE

_PAGE = 500
NOT_DERIVED = ("promotion:", "coupon:", "discounts:", "reward:", "adjusted:")
"""Counters that verdicts say nothing about: prices (O10 asks for those), limits of rewards, and what staff corrected."""


@dataclass(slots=True)
class Examination:
    """How far it is: events judged again, of how many; the first that does not fit, and every counter that does not."""

    events: int = 0
    of: int = 0
    first: Discrepancy | None = None
    counters: list[Discrepancy] = field(default_factory=list)


async def examine_verdicts(tx: Tx, *, sample: int | None = None, seed: int = 0) -> AsyncIterator[Examination]:
    """Judge stored events again, all of them or about so many of each bucket's share, and stop at the first that does not fit. When all
    were judged, counters are compared with what the verdicts say that they used and gave back. Yields as it goes on."""
    counts = await store.event_counts(tx)
    state = Examination(of=sum(counts.values()) if sample is None else min(sample, sum(counts.values())))
    run = _Run(tx)
    lots = random.Random(seed)
    for bucket, wanted in _shares(counts, state.of, lots).items():
        after: UUID | None = None
        while page := await store.event_page(tx, bucket, after, _PAGE):
            after = page[-1]
            chosen = page if sample is None else sorted(lots.sample(page, min(-(-wanted * len(page) // counts[bucket]), len(page))))
            for event in await _in_order(tx, chosen[: state.of - state.events]):
                state.first = await run.misfit(event)
                state.events += 1
                if state.first is not None:
                    yield state
                    return
        yield state
    if sample is None:
        state.counters = await run.wrong_counters()
        yield state


def _shares(counts: dict[int, int], wanted: int, lots: random.Random) -> dict[int, int]:
    """How many events of each bucket, in a drawn order of buckets for samples; at least one where there are some."""
    total = sum(counts.values())
    buckets = sorted(counts)
    if wanted < total:
        lots.shuffle(buckets)
    return {bucket: max(counts[bucket] * wanted // total, 1) for bucket in buckets}


async def _in_order(tx: Tx, ids: Sequence[UUID]) -> list[StoredEvent]:
    found = await journal.events_by_id(tx, ids)
    return [found[one] for one in ids if one in found]


class _Run:
    """Programmes by number, and what counters should have used so far."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._programs: dict[int, OpenProgram] = {}
        self._used: Counter[OwnedCounter] = Counter()

    async def misfit(self, event: StoredEvent) -> Discrepancy | None:
        """Judge one event again; answers what does not fit. Notes what it used of counters."""
        program = await self._program(event.program_id)
        stored = earning.verdict_of(event)
        again = await recompute(self._tx, program, event)
        await self._count(event)
        if (dict(again.awards), again.outcomes) == (dict(stored.awards), stored.outcomes):
            return None
        return Discrepancy(
            invariant="E4",
            bucket=bucket_of(event.event_id),
            row=f"event_id={event.event_id} kind={event.kind}",
            stored=f"awards={dict(stored.awards)}",
            derived=f"awards={dict(again.awards)}",
        )

    async def wrong_counters(self) -> list[Discrepancy]:
        """Counters of rules, caps, budgets and purchases that are not what the verdicts add up to."""
        stored = {one: used for one, used in await store.all_counters(self._tx) if not one[1].counter.startswith(NOT_DERIVED)}
        derived = {one: used for one, used in self._used.items() if used}
        wrong = sorted((one for one in stored.keys() | derived.keys() if stored.get(one, 0) != derived.get(one, 0)), key=str)
        return [
            Discrepancy(
                invariant="J3",
                bucket=bucket_of(owner),
                row=f"owner_id={owner} counter={key.counter} period={key.period.isoformat()}",
                stored=f"used={stored.get((owner, key), 0)}",
                derived=f"verdicts={derived.get((owner, key), 0)}",
            )
            for owner, key in wrong[:10]
        ]

    async def _program(self, program_id: int) -> OpenProgram:
        if not self._programs:
            for one in await programs.list_programs(self._tx):
                self._programs[one.program_id] = await programs.open_program(self._tx, one.slug)
        return self._programs[program_id]

    async def _count(self, event: StoredEvent) -> None:
        told = event.verdict.get("order")
        if event.kind == MERGE:
            await self._carry_over(event)
        elif told is not None and "standing" in told:
            before = await self._standing_before(UUID(told["event"]), event.event_id)
            _, after = standing_from_json(told["standing"])
            for key, used in after.freed.items():
                self._note(event, key, before.freed.get(key, 0) - used)
        elif event.kind != CANCELLATION:
            for key, used in earning.verdict_of(event).spent.items():
                self._note(event, key, used)
            if event.kind == PURCHASE:
                self._note(event, earning.PURCHASES, 1)

    def _note(self, event: StoredEvent, key: CounterKey, used: int) -> None:
        if key.scope is Scope.PROGRAM:
            self._used[journal.counter_owner(self._tx, event.program_id, key), _as_stored(key)] += used
        elif event.member_id is not None:
            self._used[event.member_id, _as_stored(key)] += used

    async def _standing_before(self, purchase: UUID, event_id: UUID) -> Settled:
        earlier = await store.returns_of(self._tx, purchase)
        position = earlier.index(event_id)
        if not position:
            return Settled()
        found = await journal.events_by_id(self._tx, [earlier[position - 1]])
        return standing_from_json(found[earlier[position - 1]].verdict["order"]["standing"])[1]

    async def _carry_over(self, event: StoredEvent) -> None:
        """A merge that stands carried the counters of the one to the other."""
        if not await store.merge_stands(self._tx, event.event_id):
            return
        assert event.member_id is not None
        for one in event.verdict["about"]["counters"]:
            if not one["counter"].startswith(NOT_DERIVED):
                key = CounterKey(scope=Scope.MEMBER, counter=one["counter"], period=date.fromisoformat(one["period"]))
                self._used[event.member_id, key] += one["used"]


def _as_stored(key: CounterKey) -> CounterKey:
    """Under one scope, as rows do not say theirs."""
    return CounterKey(scope=Scope.MEMBER, counter=key.counter, period=key.period)
