"""What `praemia verify` asks of the tills: does everything that terminals sent have what was said about it in this room's laws?

T1 each sequence once and without gaps. T2 what was recorded is one purchase, known by terminal and sequence, and sold what was said.
T4 what is kept is what was taken. T6 a conflict booked nothing. T7 points that paid were within the band, the limits, and what was counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia import journal, programs
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of, digest_id
from praemia.journal import EVENT_ID, Identity, StoredEvent
from praemia.ledger import Discrepancy
from praemia.programs import OpenProgram, Policies
from praemia.rules import PURCHASE
from praemia.tills import store
from praemia.tills.core.bands import card_digest, floor_of
from praemia.tills.core.said import Said, read_said
from praemia.tills.model import How, KeptEvent, State
from praemia.tills.service.judging import journal_name

_BUCKETS_A_STEP = 256
_PAGE = 500


async def verify(tx: Tx) -> AsyncIterator[tuple[int, list[Discrepancy]]]:
    """Examine every terminal. Yields (buckets done of 1024, discrepancies found in this step)."""
    opened: dict[int, OpenProgram] = {}
    for one in await programs.list_programs(tx):
        opened[one.program_id] = await programs.open_program(tx, one.slug)
    for first in range(0, BUCKETS, _BUCKETS_A_STEP):
        last = first + _BUCKETS_A_STEP - 1
        run = _Run(tx, opened)
        found = [
            _wrong("T1", r["terminal_id"], "", f"next_sequence={r['next_sequence']}", f"events={r['events']} last={r['last']}")
            for r in await store.wrong_sequences(tx, first, last)
        ]
        async for page in store.events_between(tx, first, last, _PAGE):
            found += await run.wrong_events(page)
        yield last + 1, [*found, *run.wrong_days(await store.terminal_days(tx, first, last))]


@dataclass(slots=True)
class _Day:
    """What a terminal's recorded sales of a day add up to, and the most points its programme allows to pay."""

    sales: int = 0
    burned: int = 0
    most: int = 0


@dataclass(slots=True)
class _Run:
    """Programmes by number, and what recorded sales add up to so far."""

    tx: Tx
    programs: Mapping[int, OpenProgram]
    days: dict[tuple[UUID, date], _Day] = field(default_factory=lambda: defaultdict(_Day))

    async def wrong_events(self, page: Sequence[tuple[KeptEvent, UUID]]) -> list[Discrepancy]:
        """What does not fit of a page of events."""
        names = [self._identity(kept) for kept, _ in page]
        used = await journal.find_keys(self.tx, names)
        booked = [used[name.key][0] if name.key in used else None for name in names]
        events = await journal.events_by_id(self.tx, {one for one in booked if one is not None})
        found: list[Discrepancy] = []
        for (kept, content), event_id in zip(page, booked, strict=True):
            found += await self._wrong(kept, content, event_id, events.get(event_id) if event_id is not None else None)
        return found

    def wrong_days(self, counted: Mapping[tuple[UUID, date], tuple[int, int]]) -> list[Discrepancy]:
        """Days on which what was counted, or what the programme allows, is not what was recorded."""
        found = []
        for key in sorted(self.days.keys() | counted.keys(), key=str):
            day, (sales, burned) = self.days.get(key, _Day()), counted.get(key, (0, 0))
            where = f" day={key[1].isoformat()}"
            if (day.sales, day.burned) != (sales, burned):
                derived = f"sales={day.sales} burned={day.burned}"
                found.append(_wrong("T7", key[0], where, f"sales={sales} burned={burned}", derived))
            if day.burned > day.most:
                found.append(_wrong("T7", key[0], where, f"burned={day.burned}", f"most={day.most}"))
        return found

    async def _wrong(self, kept: KeptEvent, content: UUID, event_id: UUID | None, event: StoredEvent | None) -> list[Discrepancy]:
        where = f" sequence={kept.sequence}"
        if digest_id("till", kept.said) != content:
            return [_wrong("T4", kept.terminal_id, where, f"said={digest_id('till', kept.said)}", f"taken={content}")]
        told = _told(kept)
        stored = f"state={kept.state.value} event={told.get('event')}"
        if str(told.get("event")) != str(event_id):
            law = "T6" if kept.state is State.CONFLICT else "T2"
            return [_wrong(law, kept.terminal_id, where, stored, f"event={event_id}")]
        if (kept.state is State.RECORDED) != (kept.outcome.get("state") == State.RECORDED.value):
            return [_wrong("T2", kept.terminal_id, where, stored, f"told={kept.outcome.get('state')}")]
        if event_id is None:
            return []
        said = read_said(kept.said)
        if event is None or event.kind != PURCHASE:
            return [_wrong("T2", kept.terminal_id, where, stored, f"kind={event.kind if event else None}")]
        allowed = 0 if told.get("how") == How.WITHOUT_POINTS.value else said.pay_points or 0
        value, paid = _sold(event)
        if value != said.value_minor or paid > allowed:
            return [_wrong("T2", kept.terminal_id, where, f"value={said.value_minor} points={allowed}", f"value={value} points={paid}")]
        return await self._wrong_burn(kept, said) if kept.state is State.RECORDED else []

    async def _wrong_burn(self, kept: KeptEvent, said: Said) -> list[Discrepancy]:
        """T7 of one recorded sale; counts it."""
        at = datetime.fromisoformat(str(kept.outcome["occurred_at"]))
        policies = await self._policies(kept.program_id, at)
        burn, asked = policies.tills.offline.burn, said.pay_points or 0
        day = self.days[kept.terminal_id, at.astimezone(policies.rules.earning.timezone).date()]
        day.sales, day.burned, day.most = day.sales + 1, day.burned + asked, max(day.most, burn.terminal if burn else 0)
        if not asked:
            return []
        most = min(burn.sale if burn else 0, await self._floor(kept, said, asked))
        return [_wrong("T7", kept.terminal_id, f" sequence={kept.sequence}", f"pay_points={asked}", f"most={most}")] if asked > most else []

    async def _floor(self, kept: KeptEvent, said: Said, asked: int) -> int:
        """What the snapshot allowed; all that was asked where its cards have been forgotten since."""
        number = said.snapshot or 0
        salt = await store.snapshot_salt(self.tx, kept.terminal_id, number)
        if salt is None:
            return 0
        if await store.is_emptied(self.tx, kept.terminal_id, number):
            return asked
        digest = card_digest(salt, said.member or "")
        snapshot = await store.find_snapshot(self.tx, kept.terminal_id, number, digest)
        return floor_of(snapshot.cards.get(digest, 0), snapshot.bands) if snapshot is not None else 0

    async def _policies(self, program_id: int, at: datetime) -> Policies:
        program = self.programs[program_id]
        return await programs.policies_of(self.tx, program, program.version_at(at))

    def _identity(self, kept: KeptEvent) -> Identity:
        return journal.identity_of(self.tx, kept.program_id, EVENT_ID, journal_name(kept.terminal_id, kept.sequence))


def _told(kept: KeptEvent) -> Mapping[str, Any]:
    """What became of it: the answer where it was recorded, else what somebody settled."""
    return kept.outcome if kept.state is State.RECORDED else kept.settled or {}


def _sold(event: StoredEvent) -> tuple[int, int]:
    """What the goods of a purchase cost, and the points that paid. A programme may have cut what was asked for, never added to it."""
    paid = (event.verdict.get("checkout") or {}).get("paid", ())
    value = sum(line["amount_minor"] for line in event.inputs.get("lines", ()))
    return value, sum(part["amount"] for part in paid if part["by"] == "unit")


def _wrong(law: str, terminal_id: UUID, where: str, stored: str, derived: str) -> Discrepancy:
    return Discrepancy(
        invariant=law, bucket=bucket_of(terminal_id), row=f"terminal_id={terminal_id}{where}", stored=stored, derived=derived
    )
