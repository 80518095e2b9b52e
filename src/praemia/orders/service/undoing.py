"""What a return undoes beside points: limits and caps get their share back, gift cards what they paid, and once nothing of the order is
kept promotions, coupons and budgets what it used up, as far as the programme says so.

Order of locks, after the accounts: the programme's counters, gift cards, codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import catalogue, journal, programs
from praemia.foundation.db import Tx
from praemia.journal import OwnedCounter
from praemia.orders import store
from praemia.orders.model import USED_UP, Charged, Settled
from praemia.orders.service.opening import OpenOrder
from praemia.orders.service.points import Cause
from praemia.orders.service.till import Till, count, counted_from_json
from praemia.orders.service.voiding import Terms, Use, given_back_by, void
from praemia.rules import CounterKey, Scope, UsesBack


@dataclass(slots=True, kw_only=True)
class GivenBack:
    """What came back onto cards, what counters of prices got back (below zero), and the events that made uses of coupons void."""

    cards: list[Charged] = field(default_factory=list)
    counted: Mapping[CounterKey, int] = field(default_factory=dict)
    voids: list[UUID] = field(default_factory=list)


async def undo(tx: Tx, order: OpenOrder, settled: Settled, cause: Cause, *, now: datetime) -> GivenBack:
    """Undo what one more return undoes. Raises PointsUsed where a coupon's points were used and the programme refuses."""
    undone = GivenBack(cards=_onto_cards(order, settled))
    freed = {key: more for key, amount in settled.freed.items() if (more := amount - order.settled.freed.get(key, 0))}
    whole = settled.undone and not order.settled.undone and order.bought.terms.uses is not UsesBack.KEEP
    used_up: Mapping[str, Any] = order.purchase.verdict.get(USED_UP, {}) if whole else {}
    undone.counted = {key: -more for key, more in counted_from_json(used_up.get("counted", ())).items()}
    uses = await _uses(tx, order, used_up)
    terms = _terms(order)
    given = [freed, undone.counted, *(given_back_by(use, terms) for use in uses)]
    shared = {key for keys in given for key in keys if key.scope is Scope.PROGRAM}
    await journal.lock_program_counters(tx, order.program.program_id, shared)
    await _free(tx, order, freed)
    for line, back in enumerate(undone.cards):
        await catalogue.give_back(tx, back.card, back.amount_minor, event_id=cause.event_id, line=line, at=cause.at)
    if whole:
        till = await _till(tx, order, cause, now)
        await count(tx, till, undone.counted)
        for use in uses:
            if use.event.event_id in await store.lock_uses(tx, use.digest, None):  # unless it was made void by hand
                undone.voids.append((await void(tx, till, use, terms)).event_id)
    return undone


def _onto_cards(order: OpenOrder, settled: Settled) -> list[Charged]:
    before = order.settled.cards or (0,) * len(order.bought.cards)
    cards = zip(order.bought.cards, before, settled.cards, strict=True)
    backs = [Charged(card=card.card, ends=card.ends, amount_minor=now - had) for card, had, now in cards if now > had]
    return sorted(backs, key=lambda back: back.card)


async def _uses(tx: Tx, order: OpenOrder, used_up: Mapping[str, Any]) -> list[Use]:
    """The coupons that the order used, in the order in which their codes are locked."""
    program_id = order.program.program_id
    uses = [
        Use(event=await journal.get_event(tx, program_id, UUID(one["use"])), digest=UUID(one["digest"]), issued=one["issued"])
        for one in used_up.get("coupons", ())
    ]
    return sorted(uses, key=lambda use: use.digest)


def _terms(order: OpenOrder) -> Terms:
    said = order.bought.terms
    return Terms(code_back=said.uses is UsesBack.REVERT, shortfall=said.shortfall, block_if_spent=said.block_if_spent, order=order.number)


async def _free(tx: Tx, order: OpenOrder, freed: Mapping[CounterKey, int]) -> None:
    """Limits, caps and budgets of rules get back what this return frees, in the periods of the purchase."""
    if order.member is None:
        return
    owners: dict[OwnedCounter, tuple[int, datetime]] = {}
    for key, amount in freed.items():
        owner = order.member.member_id if key.scope is Scope.MEMBER else journal.counter_owner(tx, order.program.program_id, key)
        owners[owner, key] = (-amount, order.purchase.occurred_at)
    await journal.spend_counters(tx, owners)


async def _till(tx: Tx, order: OpenOrder, cause: Cause, now: datetime) -> Till:
    """The order's own words, at the instant of the return."""
    version = order.purchase.version
    return Till(
        program=order.program,
        version=version,
        policies=await programs.policies_of(tx, order.program, version),
        at=cause.occurred_at,
        clock=cause.at,
        day=cause.day,
        now=now,
        member=order.member,
        accounts=order.accounts,
    )
