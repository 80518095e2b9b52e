"""Where an order stands, as plain JSON values in its returns' events, and back without loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from praemia.journal import StoredEvent
from praemia.orders.core.goods import Returned
from praemia.orders.model import CHARGED, SPENT, Charged, ReturnOrder, Settled, Spent
from praemia.rules import CounterKey, Scope


def spent_of(verdict: Mapping[str, Any]) -> tuple[Spent, ...]:
    """What a purchase's verdict says was spent on it."""
    return tuple(
        Spent(unit=entry["unit"], amount=entry["amount"], event_id=UUID(entry["event"]), line=entry["line"])
        for entry in verdict.get(SPENT, ())
    )


def charged_of(verdict: Mapping[str, Any]) -> tuple[Charged, ...]:
    """What a purchase's verdict says that gift cards paid, or a return's, that came back onto them."""
    return tuple(
        Charged(card=UUID(entry["card"]), ends=entry["ends"], amount_minor=entry["amount_minor"]) for entry in verdict.get(CHARGED, ())
    )


def charged_to_json(charged: Iterable[Charged]) -> list[dict[str, Any]]:
    """The inverse."""
    return [{"card": str(one.card), "ends": one.ends, "amount_minor": one.amount_minor} for one in charged]


def standing_to_json(returned: Returned, settled: Settled) -> dict[str, Any]:
    """Everything the next return has to know."""
    return {
        "pieces": list(returned.pieces),
        "amount_minor": returned.amount_minor,
        "claimed": dict(settled.claimed),
        "gone": dict(settled.gone),
        "by_rule": dict(settled.by_rule),
        "restored": list(settled.restored),
        "freed": [[key.scope.value, key.counter, key.period.isoformat(), amount] for key, amount in settled.freed.items()],
        "cards": list(settled.cards),
        "cancelled": settled.cancelled,
        "undone": settled.undone,
    }


def standing_from_json(kept: Mapping[str, Any]) -> tuple[Returned, Settled]:
    """The inverse of standing_to_json."""
    return (
        Returned(pieces=tuple(kept["pieces"]), amount_minor=kept["amount_minor"]),
        Settled(
            claimed=dict(kept["claimed"]),
            gone=dict(kept["gone"]),
            by_rule=dict(kept["by_rule"]),
            restored=tuple(kept["restored"]),
            freed={
                CounterKey(scope=Scope(scope), counter=counter, period=date.fromisoformat(period)): amount
                for scope, counter, period, amount in kept["freed"]
            },
            cards=tuple(kept.get("cards", ())),
            cancelled=kept["cancelled"],
            undone=kept.get("undone", False),
        ),
    )


def said_of(wanted: ReturnOrder) -> dict[str, Any]:
    """What was sent, without what was not said."""
    said: dict[str, Any] = {"order": wanted.order}
    if wanted.lines:
        said["lines"] = [{"line" if isinstance(name, int) else "sku": name, "quantity": quantity} for name, quantity in wanted.lines]
    if wanted.amount_minor is not None:
        said["amount_minor"] = wanted.amount_minor
    if wanted.all:
        said["all"] = True
    return said | {key: value for key, value in (("member", wanted.member), ("reason", wanted.reason)) if value is not None}


def wanted_from(program: str, event: StoredEvent) -> ReturnOrder:
    """The return that an event says was sent."""
    said = event.inputs
    return ReturnOrder(
        program=program,
        order=said["order"],
        kind=event.kind,
        lines=tuple((line.get("sku", line.get("line")), line["quantity"]) for line in said.get("lines", ())),
        amount_minor=said.get("amount_minor"),
        all=said.get("all", False),
        member=said.get("member"),
        reason=said.get("reason"),
        occurred_at=event.occurred_at,
    )
