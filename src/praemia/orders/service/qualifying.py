"""What a return means to the member's tier: what the goods counted for is counted back in their own window, where the programme says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from praemia import tiers
from praemia.earning import happening_of
from praemia.foundation.db import Tx
from praemia.orders.core.goods import Returned, kept_of
from praemia.orders.model import Settled
from praemia.orders.service.opening import OpenOrder
from praemia.orders.service.points import Cause
from praemia.rules import PURCHASE, OnReturn
from praemia.tiers import Counts


async def follow_tier(tx: Tx, order: OpenOrder, after: Returned, settled: Settled, cause: Cause, *, now: datetime) -> None:
    """Count back what the order counts for less than before, and let tiers follow the balance. Nothing for guests."""
    if order.member is None:
        return
    reason = tiers.Cause(at=cause.at, day=cause.day, event=cause.event_id)
    if order.bought.terms.tier_effect is OnReturn.KEEP:
        await tiers.follow_balance(tx, order.program, [order.member], order.accounts, cause=reason, now=now)
        return
    had = await _counted(tx, order, order.returned, order.settled)
    has = Counts() if settled.cancelled else await _counted(tx, order, after, settled)
    await tiers.count_back(
        tx,
        order.program,
        order.member,
        order.accounts,
        counts=had.minus(has),
        purchase_id=order.purchase.event_id,
        purchased_at=order.purchase.occurred_at,
        cause=reason,
        now=now,
    )


async def _counted(tx: Tx, order: OpenOrder, returned: Returned, settled: Settled) -> Counts:
    """What the kept part counts for."""
    kept = None if settled.cancelled else kept_of(order.bought.inputs, returned)
    if kept is None:
        return Counts()
    awards: Mapping[str, int] = {unit: quanta - settled.claimed.get(unit, 0) for unit, quanta in order.bought.verdict.awards.items()}
    happening = happening_of(PURCHASE, kept, order.purchase.occurred_at)
    return await tiers.counted_for(tx, order.program, order.purchase.version, happening, dict(awards))
