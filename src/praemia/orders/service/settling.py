"""What a return does to an order that is open and locked: its event, points, counters and tiers. Keys are the caller's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import journal, programs
from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, new_id
from praemia.journal import StoredEvent
from praemia.orders import store
from praemia.orders.core.explaining import parts_of
from praemia.orders.core.goods import Returned, Wanted, left_of, more, value_of
from praemia.orders.core.settling import kept_verdict, settle
from praemia.orders.core.storing import charged_to_json, said_of, standing_to_json
from praemia.orders.model import CANCELLATION, CHARGED, COUNTED, ReturnOrder
from praemia.orders.service.opening import OpenOrder
from praemia.orders.service.points import Cause, Moves, balances_of, move_points
from praemia.orders.service.qualifying import follow_tier
from praemia.orders.service.till import counted_to_json
from praemia.orders.service.undoing import GivenBack, undo
from praemia.rules import Verdict, verdict_to_json


async def settle_return(tx: Tx, order: OpenOrder, wanted: ReturnOrder, *, now: datetime, parked_as: UUID | None = None) -> StoredEvent:
    """Settle one more return and write it down; answers its event. Raises ExceedsOrder, PointsUsed; Contended for guests' orders."""
    after = goods_after(order, wanted)
    settled = settle(order.bought, order.settled, order.returned, after, cancels=wanted.kind == CANCELLATION)
    at = order.program.now(now)
    cause = Cause(
        event_id=new_id(order.bucket),
        day=await programs.local_day(tx, order.program, now),
        at=at,
        occurred_at=wanted.occurred_at or at,
    )
    moves = await move_points(tx, order, settled, cause)
    undone = await undo(tx, order, settled, cause, now=now)
    await follow_tier(tx, order, after, settled, cause, now=now)
    verdict = _verdict(order, after, moves, undone) | {"after": await balances_of(tx, order, cause.day)}
    if parked_as is not None:
        verdict["order"]["parked_as"] = str(parked_as)
    return await write_return(tx, order, wanted, cause, verdict)


def goods_after(order: OpenOrder, wanted: ReturnOrder) -> Returned:
    """All that came back once this has. A cancellation takes what is left, also when that is nothing. Raises ExceedsOrder."""
    inputs = order.bought.inputs
    if wanted.kind == CANCELLATION:
        return Returned(pieces=tuple(line.get("quantity", 1) for line in inputs.get("lines", ())))
    return more(order.number, inputs, order.returned, Wanted(lines=wanted.lines, amount_minor=wanted.amount_minor, all=wanted.all))


async def write_return(tx: Tx, order: OpenOrder, wanted: ReturnOrder, cause: Cause, verdict: dict[str, Any]) -> StoredEvent:
    """Append the event of a return, and its place among the order's."""
    event = StoredEvent(
        event_id=cause.event_id,
        program_id=order.program.program_id,
        kind=wanted.kind,
        member_id=order.member.member_id if order.member else None,
        occurred_at=cause.occurred_at,
        posted_at=cause.at,
        version=order.purchase.version,
        inputs=said_of(wanted),
        verdict=verdict,
    )
    await journal.insert_events(tx, [event], [bucket_of(cause.event_id)])
    await store.add_return(tx, order.purchase.event_id, len(order.history) + 1, cause.event_id)
    return event


def _verdict(order: OpenOrder, after: Returned, moves: Moves, undone: GivenBack) -> dict[str, Any]:
    bought, settled = order.bought, moves.settled
    parts = parts_of(bought.verdict, order.settled, settled)
    awards = {unit: -quanta for unit, quanta in moves.taken.items() if quanta}
    kept = kept_verdict(bought, after)
    return {
        "awards": awards,
        "verdict": verdict_to_json(Verdict(awards=awards, outcomes=tuple(part.outcome() for part in parts if part.now))),
        "facts": {},
        "restored": moves.restored,
        CHARGED: charged_to_json(undone.cards),
        COUNTED: counted_to_json(undone.counted),
        "voids": [str(event_id) for event_id in undone.voids],
        "order": {
            "event": str(order.purchase.event_id),
            "value_minor": value_of(bought.inputs),
            "left_minor": 0 if settled.cancelled else max(left_of(bought.inputs, after), 0),
            "claimed": {unit: quanta - order.settled.claimed.get(unit, 0) for unit, quanta in settled.claimed.items()},
            "gone": {unit: quanta - order.settled.gone.get(unit, 0) for unit, quanta in settled.gone.items()},
            "method": bought.terms.earned.value,
            "rules": [part.to_json() for part in parts],
            "kept": None if kept is None else verdict_to_json(kept),
            "standing": standing_to_json(after, settled),
        },
    }
