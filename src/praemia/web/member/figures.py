"""What a member holds, as pages show it: per unit what can be used, what ends when, what is to come; and how far the next reward is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from praemia import ledger, redemption
from praemia.foundation.db import Tx
from praemia.ledger import Balance, InsufficientPoints, Lot
from praemia.redemption import Offer
from praemia.web.member.seat import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """So many quanta that end, or (`opens`) begin to count, with a day; None: it is not known yet, or never."""

    day: date | None
    quanta: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a member has of one unit. `endings` are the days on which points end, soonest first; `coming` when pending ones open."""

    code: str
    name: str
    decimals: int
    available: int
    pending: int
    held: int
    lifetime: int
    endings: tuple[Ending, ...]
    coming: tuple[Ending, ...]

    @property
    def next_ending(self) -> Ending | None:
        """What ends soonest, if anything ever ends."""
        return next((one for one in self.endings if one.day is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The next reward in reach: what it costs and what is missing, in quanta."""

    offer: Offer
    missing: int
    has: int


async def holdings_of(tx: Tx, seat: Seat) -> list[Holding]:
    """Every unit of the version in force, and every older one of which something is left."""
    balances = {b.unit: b for b in await ledger.balances_of(tx, seat.member.member_id, day=seat.day)}
    lots = await ledger.lots_on(tx, seat.member.member_id, seat.day)
    current = [unit.code for unit in seat.spendable]
    codes = [*current, *(u.code for u in seat.program.units.values() if u.code not in current and _any(balances.get(u.number)))]
    return [_holding(seat, code, balances.get(seat.program.units[code].number), lots) for code in codes]


async def offers_of(tx: Tx, seat: Seat) -> list[Offer]:
    """Every reward as the member sees it: those they can have first, then the nearest."""
    offers = await redemption.offers_for(tx, seat.slug, seat.member.reference, now=seat.now)
    return sorted(offers, key=lambda offer: (bool(offer.against), missing_of(offer) or 0, offer.price.quanta))


def missing_of(offer: Offer) -> int | None:
    """The points that are missing, when points are all that stands against it; None otherwise."""
    if not offer.against or not all(isinstance(one, InsufficientPoints) for one in offer.against):
        return None
    return sum(int(one.fields["asked"]) - int(one.fields["available"]) for one in offer.against)


def goal_of(offers: Sequence[Offer]) -> Goal | None:
    """The reward for which the least share is missing, while none of its unit's worth is in reach yet; None: nothing to save for."""
    near = [(missing, offer) for offer in offers if (missing := missing_of(offer)) is not None and offer.price.quanta]
    if not near:
        return None
    missing, offer = min(near, key=lambda pair: (pair[0], pair[1].price.quanta))
    return Goal(offer=offer, missing=missing, has=offer.price.quanta - missing)


def _holding(seat: Seat, code: str, balance: Balance | None, lots: Sequence[Lot]) -> Holding:
    unit = seat.program.units[code]
    mine = [lot for lot in lots if lot.unit == unit.number and lot.remaining]
    held = balance or Balance(unit=unit.number, available=0)
    return Holding(
        code=code,
        name=seat.name_of(code),
        decimals=unit.decimals,
        available=held.available,
        pending=held.pending,
        held=held.held,
        lifetime=held.lifetime,
        endings=_by_day((lot.last_day, lot.remaining) for lot in mine if not lot.pending),
        coming=_by_day((lot.opens_on, lot.remaining) for lot in mine if lot.pending),
    )


def _by_day(parts: Iterable[tuple[date | None, int]]) -> tuple[Ending, ...]:
    sums: dict[date | None, int] = {}
    for day, quanta in parts:
        sums[day] = sums.get(day, 0) + quanta
    return tuple(Ending(day=day, quanta=sums[day]) for day in sorted(sums, key=lambda day: (day is None, day or date.max)))


def _any(balance: Balance | None) -> bool:
    return balance is not None and bool(balance.available or balance.pending or balance.held)
