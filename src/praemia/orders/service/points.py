"""The points of one return: what was spent on the order comes back, what the order gave goes.

What comes back comes first, so that it can cover what goes. What goes is taken from the order's own points first (the ledger's
reversal), then from others, and then by the programme's word on what is missing. What expired unused is not taken again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia import ledger
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.ledger import Kind, Posting
from praemia.orders.errors import PointsUsed
from praemia.orders.model import Settled, Spent
from praemia.orders.service.fate import Given, fate_of
from praemia.orders.service.opening import OpenOrder
from praemia.rules import LotPolicy, RestoredExpiry, Shortfall, last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The return that moves points: its event, the local day it is posted on, and when."""

    event_id: UUID
    day: date
    at: datetime
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What really moved, in quanta by unit code; `settled` is the order with what had gone already."""

    settled: Settled
    taken: Mapping[str, int] = field(default_factory=dict)
    restored: list[dict[str, Any]] = field(default_factory=list)


async def move_points(tx: Tx, order: OpenOrder, settled: Settled, cause: Cause) -> Moves:
    """Give back and take between where the order stood and where it stands. Raises PointsUsed where the programme refuses."""
    if order.member is None:
        return Moves(settled=settled)
    claims = {unit: more for unit, quanta in settled.claimed.items() if (more := quanta - order.settled.claimed.get(unit, 0))}
    live, expired = await _fate(tx, order, cause.day) if claims else ({}, {})
    gone = {
        unit: min(max(claim - live.get(unit, 0), 0), max(expired.get(unit, 0) - order.settled.gone.get(unit, 0), 0))
        for unit, claim in claims.items()
    }
    taking = {unit: claim - gone[unit] for unit, claim in claims.items() if claim > gone[unit]}
    if order.bought.terms.block_if_spent:
        _require(order, taking, live)
    restored = _restored(order, settled)
    postings = [posting for back in restored for posting in await _given_back(tx, order, back, cause)]
    postings += [_reversal(order, cause, unit, amount) for unit, amount in taking.items()]
    numbered = [replace(posting, line=line) for line, posting in enumerate(postings)]
    taken = _taken(order, await ledger.post(tx, numbered, order.accounts))
    if order.bought.terms.shortfall is Shortfall.REFUSE:
        _require(order, taking, taken)
    return Moves(
        settled=replace(settled, gone={unit: order.settled.gone.get(unit, 0) + gone.get(unit, 0) for unit in settled.claimed}),
        taken=taken,
        restored=[
            {"unit": back.entry.unit, "amount": back.amount, "event": str(back.entry.event_id), "line": back.entry.line}
            for back in restored
        ],
    )


async def balances_of(tx: Tx, order: OpenOrder, day: date) -> dict[str, int]:
    """What the order's member may use on a local day, by unit code; the accounts are locked. Nothing for a guest."""
    codes = _codes(order)
    return {codes[unit]: balance.available for (_, unit), balance in (await ledger.standing(tx, order.accounts, day)).items()}


async def _fate(tx: Tx, order: OpenOrder, day: date) -> tuple[dict[str, int], dict[str, int]]:
    assert order.member is not None
    owner, purchase = order.member.member_id, order.purchase
    given = Given(
        program=order.program,
        event_id=purchase.event_id,
        first_owner=purchase.member_id or owner,
        owner=owner,
        units=order.bought.verdict.awards,
    )
    return await fate_of(tx, given, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Back:
    """So much of an entry comes back now, after `had` of it did before."""

    entry: Spent
    had: int
    amount: int


def _restored(order: OpenOrder, settled: Settled) -> list[_Back]:
    before = order.settled.restored or (0,) * len(order.bought.spent)
    backs = zip(order.bought.spent, before, settled.restored, strict=True)
    return [_Back(entry=entry, had=had, amount=now - had) for entry, had, now in backs if now > had]


async def _given_back(tx: Tx, order: OpenOrder, back: _Back, cause: Cause) -> list[Posting]:
    assert order.member is not None
    entry = back.entry
    posting = _posting(order, cause, entry.unit, Kind.RESTORE, back.amount)
    if order.bought.terms.restored_expiry is RestoredExpiry.FRESH:
        return [replace(posting, last_day=last_day(_policy(order, entry.unit).expiry, cause.day))]
    if order.member.member_id == order.purchase.member_id:
        return [replace(posting, of=(entry.event_id, entry.line), after=_came_before(order, entry))]
    # Somebody else took the account over: the lots it came from are not theirs, the dates are.
    assert order.purchase.member_id is not None
    pieces = await ledger.pieces_of(tx, order.purchase.member_id, entry.event_id, entry.line)
    return [
        replace(posting, amount=amount, last_day=piece.last_day, earned_at=piece.earned_at)
        for piece, amount in _cut(pieces, back.had, back.amount)
    ]


def _came_before(order: OpenOrder, entry: Spent) -> tuple[tuple[UUID, int], ...]:
    """The transfers by which earlier returns gave back of an entry: the first of their events', in the order of what they restored."""
    return tuple(
        (event.event_id, line)
        for event in order.history
        for line, back in enumerate(event.verdict.get("restored", ()))
        if (UUID(back["event"]), back["line"]) == (entry.event_id, entry.line)
    )


def _cut(pieces: Sequence[ledger.Piece], skip: int, amount: int) -> Iterator[tuple[ledger.Piece, int]]:
    """`amount` of the pieces from the last, after `skip`."""
    for piece in reversed(pieces):
        passed = min(piece.amount, skip)
        share = min(piece.amount - passed, amount)
        skip -= passed
        amount -= share
        if share:
            yield piece, share


def _reversal(order: OpenOrder, cause: Cause, unit: str, amount: int) -> Posting:
    return replace(
        _posting(order, cause, unit, Kind.REVERSE, amount),
        own=order.purchase.event_id,
        may_owe=order.bought.terms.shortfall is Shortfall.NEGATIVE,
    )


def _posting(order: OpenOrder, cause: Cause, unit: str, kind: Kind, amount: int) -> Posting:
    assert order.member is not None
    return Posting(
        owner_id=order.member.member_id,
        event_id=cause.event_id,
        line=0,
        unit=order.program.units[unit].number,
        program_id=order.program.program_id,
        kind=kind,
        amount=amount,
        day=cause.day,
        occurred_at=cause.occurred_at,
        posted_at=cause.at,
        oldest_first=_policy(order, unit).oldest_first,
    )


def _policy(order: OpenOrder, unit: str) -> LotPolicy:
    """How the unit's points live; a unit that the version does not know any more has no policy."""
    return next((spoken.lots for spoken in order.bought.rules.earning.units if spoken.code == unit), LotPolicy())


def _taken(order: OpenOrder, made: Iterable[Posting]) -> dict[str, int]:
    codes = _codes(order)
    taken: dict[str, int] = {}
    for posting in made:
        if posting.kind in (Kind.REVERSE, Kind.VOID):
            taken[codes[posting.unit]] = taken.get(codes[posting.unit], 0) + posting.amount
    return taken


def _require(order: OpenOrder, wanted: Mapping[str, int], there: Mapping[str, int]) -> None:
    for unit, amount in wanted.items():
        if amount > there.get(unit, 0):
            raise PointsUsed(order=order.number, unit=unit, wanted=amount, left=there.get(unit, 0))


def _codes(order: OpenOrder) -> dict[int, str]:
    return {unit.number: unit.code for unit in order.program.units.values()}
