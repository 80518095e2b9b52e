"""The verb `return_order`: goods come back, or an order is called off. One transaction settles the points, or nothing changes.

Order of checks: programme, known identities, order, member, goods, points. Order of locks: gate, accounts, programme counters, keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from praemia import journal, programs
from praemia.earning import InFuture
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.journal import ORDER, Identity
from praemia.orders import store
from praemia.orders.core.storing import said_of
from praemia.orders.model import CANCELLATION, ReturnOrder, Settlement
from praemia.orders.service.opening import find_purchase, open_order
from praemia.orders.service.parking import parks, wait_for_order
from praemia.orders.service.reading import settlement_of
from praemia.orders.service.settling import settle_return


async def return_order(tx: Tx, wanted: ReturnOrder, *, now: datetime) -> Settlement:
    """Settle goods that come back, or a cancellation; `now` is the wall clock.

    A repetition is answered as the first time; so is a second cancellation of an order, whatever it says. Locks the member's
    accounts. Raises OrderUnknown (unless the programme lets a return wait for its order), WrongMember, ExceedsOrder, PointsUsed,
    InFuture, KeyReused; Contended when a race is lost.
    """
    program = await programs.open_program(tx, wanted.program)
    names = _names(wanted)
    identities = [journal.identity_of(tx, program.program_id, *name) for name in names]
    known = await journal.find_keys(tx, identities)
    before = journal.recognise(names, identities, _content(wanted), known)
    if isinstance(before, DomainError):
        raise before
    if before is not None:
        await _claim(tx, wanted, [i for i in identities if i.key not in known], before)
        return await settlement_of(tx, program, await journal.get_event(tx, program.program_id, before), replayed=True)
    clock = program.now(now)
    if wanted.occurred_at is not None and wanted.occurred_at > clock:
        raise InFuture(occurred_at=wanted.occurred_at.isoformat(), now=clock.isoformat())
    purchase = await find_purchase(tx, program, wanted.order)
    if purchase is None and await parks(tx, program, now):
        # The gate is shut while we look again: the order comes either before us or after.
        await store.open_gates(tx, [journal.identity_of(tx, program.program_id, ORDER, wanted.order)])
        purchase = await find_purchase(tx, program, wanted.order)
        if purchase is None:
            event = await wait_for_order(tx, program, wanted, now=now)
            await _claim(tx, wanted, identities, event.event_id)
            return await settlement_of(tx, program, event)
    order = await open_order(tx, program, wanted.order, purchase, named=wanted.member, lock=True)
    event = await settle_return(tx, order, wanted, now=now)
    await _claim(tx, wanted, identities, event.event_id)
    return await settlement_of(tx, program, event)


def _names(wanted: ReturnOrder) -> Sequence[tuple[str, str]]:
    """An order is called off once, so that is an identity too."""
    own = ((CANCELLATION, wanted.order),) if wanted.kind == CANCELLATION else ()
    return (*own, *wanted.identities)


def _content(wanted: ReturnOrder) -> UUID:
    sent: Mapping[str, object] = {"order": wanted.order} if wanted.kind == CANCELLATION else said_of(wanted)
    return journal.content_of(wanted.kind, [dict(sent)], wanted.occurred_at if wanted.kind != CANCELLATION else None)


async def _claim(tx: Tx, wanted: ReturnOrder, identities: Sequence[Identity], event_id: UUID) -> None:
    await journal.claim_keys(tx, [(identity, _content(wanted), event_id) for identity in identities])
