"""What members hold, for many who ask at once, in one look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from praemia.foundation.db import Tx
from praemia.insight import store
from praemia.insight.model import Holding

_FARTHEST_DAY = timedelta(days=1)  # no local day is further ahead of UTC's


async def holdings_of(tx: Tx, program_id: int, references: Sequence[str], now: datetime) -> dict[str, tuple[datetime, list[Holding]]]:
    """The programme's time and what these members hold in each unit. `now` is the wall clock.

    Absent are unknown references, those of somebody who became part of another member, and members of whose points some may open or
    end by now: for them ask `members` and `ledger`.
    """
    found: dict[str, tuple[datetime, list[Holding]]] = {}
    late = set()
    for reference, clock, due_day, holding in await store.holdings(tx, program_id, references):
        at = clock or now
        if due_day is not None and due_day <= (at.astimezone(UTC) + _FARTHEST_DAY).date():
            late.add(reference)
        known = found.get(reference)
        if known is None:
            known = found[reference] = (at, [])
        known[1].append(holding)
    for reference in late:
        del found[reference]
    return found
