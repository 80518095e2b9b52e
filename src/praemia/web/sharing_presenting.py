"""Transfers, pools, merges and cards to JSON. Shapes are those of bodies/sharing.py and bodies/cards.py; a test holds them equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praemia import sharing
from praemia.members import Card, Member
from praemia.programs import OpenProgram
from praemia.sharing import PoolView, Shared
from praemia.web.presenting import instant
from praemia.web.words import Lang


def transferred(done: Shared, program: OpenProgram, lang: Lang | None) -> dict[str, Any]:
    """What was sent and what arrived."""
    words = ("sender", "receiver", "unit", "decimals", "sent", "fee", "received", "pieces")
    return _document(done, program, lang, {word: done.about[word] for word in words})


def pool_spent(done: Shared, program: OpenProgram, lang: Lang | None) -> dict[str, Any]:
    """What was spent together, and whose it was."""
    words = ("pool", "member", "unit", "decimals", "spent", "draw", "shares")
    return _document(done, program, lang, {word: done.about[word] for word in words})


def merged(done: Shared, program: OpenProgram, lang: Lang | None) -> dict[str, Any]:
    """A merge, or that it is undone."""
    undone = done.kind != sharing.MERGE
    merge = done.about["merge"] if undone else str(done.event_id)
    return _document(done, program, lang, {"merge": merge, "keep": done.about["keep"], "drop": done.about["drop"], "undone": undone})


def pool(view: PoolView, program: OpenProgram) -> dict[str, Any]:
    """A pool as it is now."""
    return {
        "pool": view.pool.reference,
        "members": list(view.members),
        "draw": view.draw.value,
        "who": view.who.value,
        "created_at": instant(view.pool.created_at),
        "available": _amounts(view.available, program),
    }


def card(one: Card, holder: Member) -> dict[str, Any]:
    """A card and whose it is."""
    return {
        "number": one.number,
        "member": holder.reference,
        "carrier": one.carrier.value,
        "condition": one.condition.value,
        "reason": one.reason,
        "replaced_by": one.replaced_by,
        "issued_at": instant(one.issued_at),
        "changed_at": instant(one.changed_at),
    }


def _document(done: Shared, program: OpenProgram, lang: Lang | None, figures: Mapping[str, Any]) -> dict[str, Any]:
    said = {"sentence": sharing.sentence_of(done.kind, done.about, lang)} if lang else {}
    return {
        "event": str(done.event_id),
        **figures,
        "occurred_at": instant(done.occurred_at),
        "version": done.version,
        "replayed": done.replayed,
        **said,
        "balances": _amounts(done.after, program),
    }


def _amounts(quanta: Mapping[str, int], program: OpenProgram) -> list[dict[str, Any]]:
    return [{"unit": unit, "amount": amount, "decimals": program.units[unit].decimals} for unit, amount in quanta.items()]
