"""An order as the cashier sees it when its receipt is shown: its lines, what is left of them, and whether it can still be undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from praemia import members, orders
from praemia.foundation.db import Tx
from praemia.web.till.booth import Booth, name_of


async def order_shown(tx: Tx, booth: Booth, order: str) -> dict[str, Any]:
    """What the page of an order shows. Raises OrderUnknown."""
    view = await orders.get_order(tx, booth.slug, order)
    member = await members.get_member(tx, booth.program.program_id, view.member) if view.member else None
    return {
        "order": view,
        "customer": await name_of(tx, booth, member) if member else "",
        "lines": [{**line, "left": line["quantity"] - line["returned"]} for line in view.lines],
        "worth": booth.money(view.value_minor),
        "left": booth.money(view.left_minor),
        "earned": [booth.counted(quanta, unit, signed=True) for unit, quanta in view.earned.items()],
        "is_fresh": booth.at - view.occurred_at <= timedelta(minutes=booth.terms.undo_minutes) and not view.returns,
        "faults": {},
        "given": {},
    }
