"""What became of the points that an event gave: what of them is left, and what ended unused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from praemia import ledger
from praemia.earning import came_back
from praemia.foundation.db import Tx
from praemia.ledger import Kind
from praemia.programs import OpenProgram


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Points of some units that an event gave to `first_owner`; `owner` is who has them now, the same or who took over."""

    program: OpenProgram
    event_id: UUID
    first_owner: UUID
    owner: UUID
    units: Iterable[str]


async def fate_of(tx: Tx, given: Given, day: date) -> tuple[dict[str, int], dict[str, int]]:
    """What is left of the points, and what of them expired, by unit, on a local day. What a reinstatement brought back is left."""
    codes = {unit.number: unit.code for unit in given.program.units.values()}
    live: dict[str, int] = {}
    for lot in await ledger.lots_on(tx, given.owner, day):
        if lot.issued_by == given.event_id:
            live[codes[lot.unit]] = live.get(codes[lot.unit], 0) + lot.remaining
    expired: dict[str, int] = {}
    for unit in given.units:
        lots = await ledger.open_lots_of(tx, given.owner, given.program.units[unit].number)
        unsettled = sum(lot.remaining for lot in lots if lot.issued_by == given.event_id) - live.get(unit, 0)
        expired[unit] = max(unsettled, 0)
    ended = [use for use in await ledger.uses_of(tx, given.first_owner, given.event_id) if use.kind == Kind.EXPIRE]
    if ended:
        undone = await came_back(tx, given.program.program_id, given.first_owner, [(use.event_id, use.line) for use in ended])
        named = await ledger.lots_issued_by(tx, [(given.first_owner, given.event_id, use.lot_line) for use in ended])
        for use in ended:
            if (use.event_id, use.line) not in undone:
                unit = codes[named[given.first_owner, given.event_id, use.lot_line].unit]
                expired[unit] = expired.get(unit, 0) + use.amount
    return live, expired
