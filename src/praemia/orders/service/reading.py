"""Questions about orders: how one stands, what a return did and why, and whether everything fits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from praemia import earning, ledger, members, programs, redemption, sharing
from praemia.earning import RETURN, verdict_of
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS
from praemia.journal import StoredEvent
from praemia.orders import store
from praemia.orders.core.explaining import Language, explain_return, parts_of
from praemia.orders.core.goods import left_of, nothing_of, value_of
from praemia.orders.core.settling import settle
from praemia.orders.core.storing import charged_of, standing_from_json, wanted_from
from praemia.orders.model import CANCELLATION, Charged, OrderView, Settled, Settlement
from praemia.orders.service.opening import find_purchase, open_order
from praemia.orders.service.proving import verify_prices
from praemia.orders.service.settling import goods_after
from praemia.programs import OpenProgram
from praemia.rules import Earning, Explained, Verdict, explain

_BUCKETS_A_STEP = 64


async def get_order(tx: Tx, slug: str, number: str) -> OrderView:
    """An order as it stands, with every return. Raises OrderUnknown."""
    program = await programs.open_program(tx, slug)
    order = await open_order(tx, program, number, await find_purchase(tx, program, number))
    inputs, settled = order.bought.inputs, order.settled
    returns = [await settlement_of(tx, program, event) for event in order.history]
    taken: dict[str, int] = {}
    for settlement in returns:
        for unit, quanta in settlement.taken.items():
            taken[unit] = taken.get(unit, 0) + quanta
    return OrderView(
        event_id=order.purchase.event_id,
        order=number,
        member=order.member.reference if order.member else None,
        occurred_at=order.purchase.occurred_at,
        version=order.purchase.version,
        cancelled=settled.cancelled,
        value_minor=value_of(inputs),
        left_minor=0 if settled.cancelled else max(left_of(inputs, order.returned), 0),
        lines=[
            {"line": index, "sku": line["sku"], "quantity": line.get("quantity", 1), "returned": came}
            for index, (line, came) in enumerate(zip(inputs.get("lines", ()), order.returned.pieces, strict=True))
        ],
        earned=order.bought.verdict.awards,
        taken=taken,
        spent=_sums((entry.unit, entry.amount) for entry in order.bought.spent),
        restored=_sums((entry.unit, back) for entry, back in zip(order.bought.spent, settled.restored, strict=False)),
        cards=_cards(order.bought.cards, settled.cards),
        returns=returns,
    )


async def settlement_of(tx: Tx, program: OpenProgram, event: StoredEvent, *, replayed: bool = False) -> Settlement:
    """What the event of a return says."""
    told: Mapping[str, Any] = event.verdict.get("order", {})
    member = (await members.leading(tx, [event.member_id])).get(event.member_id) if event.member_id else None
    return Settlement(
        event_id=event.event_id,
        program=program.slug,
        kind=event.kind,
        order=event.inputs["order"],
        member=member.reference if member else event.inputs.get("member"),
        occurred_at=event.occurred_at,
        version=event.version,
        verdict=verdict_of(event),
        claimed=told.get("claimed", {}),
        taken={unit: -quanta for unit, quanta in event.verdict["awards"].items()},
        restored=_sums((entry["unit"], entry["amount"]) for entry in event.verdict.get("restored", ())),
        cards=[(back.ends, back.amount_minor) for back in charged_of(event.verdict)],
        left_minor=told.get("left_minor", 0),
        balances=event.verdict["after"],
        parked=event.verdict.get("parked", False),
        refused=told.get("refused"),
        replayed=replayed,
    )


def explain_event(
    event: StoredEvent, rules: Earning, lang: Language = "de", unit_names: Mapping[str, str] | None = None
) -> tuple[Explained, ...]:
    """Any event in sentences; `rules` are those of its version."""
    told = event.verdict.get("order")
    if event.kind in (RETURN, CANCELLATION) and told is not None and "rules" in told:
        return explain_return(told, rules, lang, unit_names or {})
    return explain(verdict_of(event), rules, lang, unit_names)


async def recompute(tx: Tx, program: OpenProgram, event: StoredEvent) -> Verdict:
    """Judge any event again from what is stored: the same verdict, if nothing was tampered with. What a return really took is the
    ledger's word; that it had to take it is judged again."""
    told = event.verdict.get("order")
    if event.kind not in (RETURN, CANCELLATION) or told is None or "rules" not in told:
        return await earning.recompute(tx, program, event)
    number = event.inputs["order"]
    order = await open_order(tx, program, number, await find_purchase(tx, program, number))
    earlier = [one.event_id for one in order.history].index(event.event_id)
    if earlier:
        order.returned, order.settled = standing_from_json(order.history[earlier - 1].verdict["order"]["standing"])
    else:
        order.returned, order.settled = nothing_of(order.bought.inputs), Settled()
    wanted = wanted_from(program.slug, event)
    settled = settle(order.bought, order.settled, order.returned, goods_after(order, wanted), cancels=wanted.kind == CANCELLATION)
    parts = parts_of(order.bought.verdict, order.settled, settled)
    return Verdict(awards=verdict_of(event).awards, outcomes=tuple(part.outcome() for part in parts if part.now))


async def verify(tx: Tx) -> AsyncIterator[tuple[int, list[ledger.Discrepancy]]]:
    """Everything `earning.verify`, `redemption.verify` and `sharing.verify` prove, that no order's returns took or gave back more
    than there was (O1, O2), and that prices and reservations hold what they say (O10, O11).

    Yields (buckets done of 1024, discrepancies found in this step).
    """
    seen = 0
    async for done, found in earning.verify(tx):
        wrong = []
        if done > seen:
            wrong = [_discrepancy(row) for row in await store.wrong_returns(tx, seen, done - 1)]
            seen = done
        yield done, found + wrong
    async for _, found in redemption.verify(tx):
        yield BUCKETS, found
    async for _, found in sharing.verify(tx):
        yield BUCKETS, found
    async for _, found in verify_prices(tx):
        yield BUCKETS, found


def _discrepancy(row: Mapping[str, Any]) -> ledger.Discrepancy:
    return ledger.Discrepancy(
        invariant="O1 O2",
        bucket=row["bucket"],
        row=f"order_event={row['order_event']} {row['what']}",
        stored=f"{row['stored']}",
        derived=f"{row['derived']}",
    )


def _sums(pairs: Any) -> dict[str, int]:
    sums: dict[str, int] = {}
    for unit, quanta in pairs:
        sums[unit] = sums.get(unit, 0) + quanta
    return sums


def _cards(charged: Sequence[Charged], back: Sequence[int]) -> list[tuple[str, int, int]]:
    came = back or (0,) * len(charged)
    return [(card.ends, card.amount_minor, amount) for card, amount in zip(charged, came, strict=True)]
