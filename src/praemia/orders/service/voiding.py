"""One use of a coupon's code is made void: its points go, and it counts no more. The use and the till's accounts are the caller's.

What expired unused is gone already and not taken again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from praemia import catalogue, ledger, members
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.journal import StoredEvent
from praemia.ledger import Kind
from praemia.orders import store
from praemia.orders.errors import PointsUsed
from praemia.orders.model import COUNTED, COUPON_VOID
from praemia.orders.service.fate import Given, fate_of
from praemia.orders.service.till import Till, available, count, counted_from_json, counted_to_json, posting, write_event
from praemia.rules import CounterKey, Scope, Shortfall


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A use that stands, by its event, of the code with that digest; `issued` codes count their uses themselves."""

    event: StoredEvent
    digest: UUID
    issued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`code_back`: the code itself can be used again. What the points' absence means, and, where `order` is called off with the use,
    whether points that were used stand against it."""

    code_back: bool = True
    shortfall: Shortfall = Shortfall.NEGATIVE
    block_if_spent: bool = False
    order: str | None = None


async def stand_for(tx: Tx, till: Till, use: StoredEvent) -> None:
    """Let the till speak for whoever used the code."""
    if till.member is None and use.member_id is not None:
        till.member = (await members.leading(tx, [use.member_id]))[use.member_id]
        till.accounts = await ledger.lock_accounts(tx, [till.member.member_id])


def given_back_by(use: Use, terms: Terms) -> dict[CounterKey, int]:
    """What the counters get back, below zero."""
    costs = counted_from_json(use.event.verdict["costs"])
    return {key: -more for key, more in costs.items() if terms.code_back or not _is_of_code(key, use.digest)}


async def void(tx: Tx, till: Till, use: Use, terms: Terms) -> StoredEvent:
    """Take the points of a use back, and give the use back; answers the event. The programme's counters and the use are locked.

    Raises PointsUsed where the terms refuse.
    """
    event_id = till.new_event(store.code_bucket(tx, use.digest))
    taken = await _take_back(tx, till, use.event, event_id, terms)
    given = given_back_by(use, terms)
    await count(tx, till, given)
    if use.issued and terms.code_back:
        await catalogue.give_uses_back(tx, use.digest, 1)
    await store.void_use(tx, use.digest, use.event.event_id, event_id)
    said = {key: use.event.inputs[key] for key in ("coupon", "code")}
    told = {"awards": taken, "of": str(use.event.event_id), "after": await available(tx, till), COUNTED: counted_to_json(given)}
    return await write_event(tx, till, COUPON_VOID, event_id, said | ({"order": terms.order} if terms.order else {}), told)


async def _take_back(tx: Tx, till: Till, use: StoredEvent, event_id: UUID, terms: Terms) -> dict[str, int]:
    """Take what is not gone already; answers what was really taken, below zero, by unit code."""
    awards: Mapping[str, int] = use.verdict["awards"]
    if not awards:
        return {}
    assert use.member_id is not None, "points go to members"
    given = Given(program=till.program, event_id=use.event_id, first_owner=use.member_id, owner=till.owner.member_id, units=awards)
    live, expired = await fate_of(tx, given, till.day)
    wanted = {unit: quanta - min(expired.get(unit, 0), quanta) for unit, quanta in awards.items()}
    if terms.block_if_spent:
        _require(terms, wanted, live)
    postings = [
        replace(posting(till, Kind.REVERSE, event_id, line, unit, quanta), own=use.event_id, may_owe=terms.shortfall is Shortfall.NEGATIVE)
        for line, (unit, quanta) in enumerate(wanted.items())
        if quanta
    ]
    made = await ledger.post(tx, postings, till.accounts)
    codes = {unit.number: unit.code for unit in till.program.units.values()}
    taken: dict[str, int] = {}
    for one in made:
        if one.kind in (Kind.REVERSE, Kind.VOID):
            taken[codes[one.unit]] = taken.get(codes[one.unit], 0) + one.amount
    if terms.shortfall is Shortfall.REFUSE:
        _require(terms, wanted, taken)
    return {unit: -quanta for unit, quanta in taken.items()}


def _require(terms: Terms, wanted: Mapping[str, int], there: Mapping[str, int]) -> None:
    refusal: DomainError
    for unit, amount in wanted.items():
        if amount > there.get(unit, 0):
            refusal = PointsUsed(order=terms.order or "", unit=unit, wanted=amount, left=there.get(unit, 0))
            raise refusal


def _is_of_code(key: CounterKey, digest: UUID) -> bool:
    return key.scope is Scope.PROGRAM and key.counter.endswith(f":{digest.hex}")
