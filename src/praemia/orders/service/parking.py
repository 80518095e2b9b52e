"""A return that comes before its order waits at the order's gate, where the programme says so, and is settled when the order arrives.

Order and return both write the gate's row before they look for each other, so that they cannot miss each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from praemia import journal, programs
from praemia.earning import Recorded
from praemia.foundation.db import Tx, tentative
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import new_id
from praemia.journal import ORDER, StoredEvent
from praemia.orders import store
from praemia.orders.core.storing import said_of, standing_to_json, wanted_from
from praemia.orders.model import ReturnOrder
from praemia.orders.service.opening import OpenOrder, find_purchase, open_order
from praemia.orders.service.points import Cause
from praemia.orders.service.settling import settle_return, write_return
from praemia.programs import OpenProgram
from praemia.rules import PURCHASE, RefundFirst, Verdict, verdict_to_json

_NOTHING = verdict_to_json(Verdict(awards={}, outcomes=()))


async def parks(tx: Tx, program: OpenProgram, now: datetime) -> bool:
    """Whether the version in force lets returns wait for their orders."""
    return await _parks(tx, program, program.version_at(program.now(now)))


async def wait_for_order(tx: Tx, program: OpenProgram, wanted: ReturnOrder, *, now: datetime) -> StoredEvent:
    """Write the return down and let it wait at its order's gate, which is locked."""
    gate = journal.identity_of(tx, program.program_id, ORDER, wanted.order)
    at = program.now(now)
    event = StoredEvent(
        event_id=new_id(gate.bucket),
        program_id=program.program_id,
        kind=wanted.kind,
        member_id=None,
        occurred_at=wanted.occurred_at or at,
        posted_at=at,
        version=program.version_at(at),
        inputs=said_of(wanted),
        verdict={"awards": {}, "verdict": _NOTHING, "facts": {}, "after": {}, "parked": True},
    )
    await journal.insert_events(tx, [event], [gate.bucket])
    await store.park(tx, gate, event.event_id)
    return event


async def settle_waiting(tx: Tx, arrived: Sequence[tuple[str, Recorded]], *, now: datetime) -> None:
    """Settle the returns that waited for orders (number, purchase) which this transaction recorded, in the order in which they came.

    One that does not fit changes nothing and is written down with its refusal. Costs nothing for programmes that let none wait.
    """
    for slug in dict.fromkeys(recorded.program for _, recorded in arrived):
        program = await programs.open_program(tx, slug)
        if not await _ever_parked(tx, program, now):
            continue
        numbers = [number for number, recorded in arrived if recorded.program == slug]
        gates = {journal.identity_of(tx, program.program_id, ORDER, number): number for number in numbers}
        waiting = await store.open_gates(tx, gates)
        for gate, number in gates.items():
            events = await journal.events_by_id(tx, waiting.get(gate.key, ()))
            for event_id in waiting.get(gate.key, ()):
                await _settle_one(tx, program, number, events[event_id], now)


def arrivals(pairs: Sequence[tuple[str, Recorded | DomainError]]) -> list[tuple[str, Recorded]]:
    """Of (order number, answer) those that are purchases recorded now."""
    return [(number, one) for number, one in pairs if isinstance(one, Recorded) and one.kind == PURCHASE and not one.replayed]


async def _settle_one(tx: Tx, program: OpenProgram, number: str, parked: StoredEvent, now: datetime) -> None:
    wanted = wanted_from(program.slug, parked)
    purchase = await find_purchase(tx, program, number)
    try:
        async with tentative(tx):
            order = await open_order(tx, program, number, purchase, named=wanted.member, lock=True)
            await settle_return(tx, order, wanted, now=now, parked_as=parked.event_id)
    except DomainError as refusal:
        order = await open_order(tx, program, number, purchase, lock=True)
        await _note_refusal(tx, order, wanted, parked, refusal, now)


async def _note_refusal(tx: Tx, order: OpenOrder, wanted: ReturnOrder, parked: StoredEvent, refusal: DomainError, now: datetime) -> None:
    at = order.program.now(now)
    cause = Cause(
        event_id=new_id(order.bucket),
        day=await programs.local_day(tx, order.program, now),
        at=at,
        occurred_at=parked.occurred_at,
    )
    told = {
        "event": str(order.purchase.event_id),
        "parked_as": str(parked.event_id),
        "refused": {"code": refusal.code, "detail": str(refusal)},
        "standing": standing_to_json(order.returned, order.settled),
    }
    verdict = {"awards": {}, "verdict": _NOTHING, "facts": {}, "after": {}, "restored": [], "order": told}
    await write_return(tx, order, wanted, cause, verdict)


async def _ever_parked(tx: Tx, program: OpenProgram, now: datetime) -> bool:
    """Whether any version so far let returns wait: one that waits is not forgotten when a new version lets none."""
    at = program.now(now)
    versions = [mark.version for mark in program.versions if mark.effective_from <= at or mark.version == 1]
    return any([await _parks(tx, program, version) for version in reversed(versions)])


async def _parks(tx: Tx, program: OpenProgram, version: int) -> bool:
    return (await programs.policies_of(tx, program, version)).returns.refund_first is RefundFirst.PARK
