"""The verb `fold`: carry the sums by day on, up to a cut behind which nothing arrives any more.

The cut is found as seals find theirs: an event's id carries its time and is made within the transaction that writes it, so whatever
arrived before the oldest open transaction, less what clocks may differ by, is all there. Whoever asks adds what arrived since.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from praemia import programs
from praemia.foundation.db import Tx
from praemia.insight import store
from praemia.proof import CLOCKS_DIFFER

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_WORTH_IT = timedelta(seconds=30)  # less than this is not worth a transaction


async def fold(tx: Tx, *, now: datetime, clocks_differ: timedelta = CLOCKS_DIFFER) -> bool:
    """Bring the tenant's sums up to the cut; answers whether there was anything to do. `now` is the wall clock.

    Locks the tenant's sums: of two at once the second finds the work done. Killed, nothing of it is left.
    """
    began = await store.oldest_transaction(tx)
    reached = await store.lock_fold(tx, _BEGINNING)
    cut = min(now, began or now) - clocks_differ
    if cut - reached < _WORTH_IT:
        return False
    await store.fold(tx, (first_id_at(reached), first_id_at(cut)), cut, await _zones(tx, now))
    return True


def first_id_at(at: datetime) -> UUID:
    """The lowest id that can be made at an instant: its milliseconds, and nothing behind them."""
    millis = (at - _BEGINNING) // timedelta(milliseconds=1)
    return UUID(int=max(millis, 0) << 80)


async def first_open(tx: Tx) -> UUID:
    """The lowest id that is not in the sums yet."""
    cut = await store.cut_of(tx)
    return UUID(int=0) if cut is None else first_id_at(cut)


async def _zones(tx: Tx, now: datetime) -> dict[int, str]:
    """The time zone in force of every programme."""
    zones = {}
    for program in await programs.list_programs(tx):
        opened = await programs.open_program(tx, program.slug)
        rules = await programs.ruleset_of(tx, opened, opened.version_at(opened.now(now)))
        zones[program.program_id] = rules.earning.timezone.key
    return zones
