"""Orders that are set aside first: reserve, change, buy, let go. Everything an order uses is held from the reservation on.

Points and money are held, gift cards charged, codes and limits used up; letting go gives all of it back. What the order costs is
decided when it is reserved and stays. Order of locks: accounts, reservation, programme counters, cards, redemptions, codes, keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from praemia import catalogue, journal, ledger, members, programs, redemption
from praemia.earning import Command, Recorded, content_digest
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.journal import IDEMPOTENCY_KEY, ORDER, AlreadyRecorded, Identity
from praemia.ledger import Kind, Posting
from praemia.orders import store
from praemia.orders.core.checkout import priced_inputs, uses_of
from praemia.orders.errors import AlreadyReserved, DeadlinePassed, NotReserved, OrderUnknown, ReservationLapsed
from praemia.orders.model import CHECKOUT, COUNTED, PAYMENT, RESERVATION, RESERVATION_RELEASE, USED_UP, Reservation
from praemia.orders.service.placing import placed_before, record_priced
from praemia.orders.service.pricing import price_order
from praemia.orders.service.taking import give_bonuses, take
from praemia.orders.service.till import (
    Till,
    available,
    count,
    counted_from_json,
    counted_to_json,
    guest_bucket,
    move,
    open_till,
    posting,
    write_event,
)
from praemia.orders.store import Kept
from praemia.rules import PURCHASE

HOLD_FOR = timedelta(minutes=30)
RESERVED, BOUGHT, RELEASED = "reserved", "bought", "released"
_PAGE = 200


async def reserve(tx: Tx, command: Command, *, deadline: datetime | None = None, now: datetime) -> Reservation:
    """Set an order aside until `deadline`, or for half an hour. Sent again with the same content it answers the reservation.

    Raises what `place` raises of codes, limits and payments, AlreadyReserved, AlreadyRecorded, DeadlinePassed; Contended.
    """
    till, here, before = await _at(tx, command.program, str(command.inputs["order"]), command.member, now)
    content = content_digest(command)
    if before is not None and before.state == RESERVED:
        if before.content != content:
            raise AlreadyReserved(order=before.order_number)
        return await _answer(tx, till, before, replayed=True)
    await _unbought(tx, till, before, str(command.inputs["order"]))
    return await _set_aside(tx, till, here, command, content, before, deadline)


async def change(tx: Tx, command: Command, *, deadline: datetime | None = None, now: datetime) -> Reservation:
    """Put another basket in the place of a reserved one: all of it is let go and set aside anew, or nothing changes.

    Raises OrderUnknown, NotReserved, ReservationLapsed, and what `reserve` raises.
    """
    till, here, before = await _at(tx, command.program, str(command.inputs["order"]), command.member, now)
    kept = _standing(before, str(command.inputs["order"]), till.clock)
    content = content_digest(command)
    if kept.content == content and deadline in (None, kept.deadline):
        return await _answer(tx, till, kept, replayed=True)
    member, accounts = till.member, till.accounts
    await _speak_for(tx, till, kept)
    await _let_go(tx, till, kept, "changed")
    till.member, till.accounts = member, {**till.accounts, **accounts}
    return await _set_aside(tx, till, here, command, content, kept, deadline or kept.deadline)


async def buy(tx: Tx, slug: str, order: str, *, key: str | None = None, now: datetime) -> Recorded:
    """Record the purchase of a reserved order, at the price it was reserved at: what is held is spent. Bought already: the first
    answer again. Raises OrderUnknown, NotReserved, ReservationLapsed, and what stands against any purchase."""
    program = await programs.open_program(tx, slug)
    found = await store.find_reservation(tx, _place(tx, program.program_id, order), lock=False)
    member = await _reference(tx, found)
    till, here, before = await _at(tx, slug, order, member, now)
    if before is None:
        raise OrderUnknown(order=order)
    command = _purchase(slug, before, member, key)
    if before.state == BOUGHT:
        answer = await placed_before(tx, command, now=now)
        assert answer is not None, "what was bought is recorded"
        return answer
    kept = _standing(before, order, till.clock)
    event_id = till.new_event(here.bucket)
    captures = [
        replace(posting(till, Kind.CAPTURE, event_id, line, held["unit"], held["amount"]), of=(kept.event_id, held["line"]))
        for line, held in enumerate(kept.kept["held"])
    ]
    await move(tx, till, captures, event_id)
    paid = kept.kept["beside"][CHECKOUT]["paid"]
    if paid:
        verdict = {"paid": paid, "reservation": str(kept.event_id), "after": await available(tx, till)}
        await write_event(tx, till, PAYMENT, event_id, {"order": order}, verdict)
    await give_bonuses(tx, till, kept.kept["coupons"], order)
    await store.write_reservation(tx, here, replace(kept, state=BOUGHT), till.clock)
    used_up = {**command.beside.get(USED_UP, {"counted": []}), "coupons": uses_of(kept.kept["coupons"])}
    return await record_priced(tx, till, replace(command, beside={**command.beside, USED_UP: used_up}))


async def let_go(tx: Tx, slug: str, order: str, *, reason: str = "", now: datetime) -> Reservation:
    """Cancel a reservation: everything it holds is given back. Let go already: no effect. Raises OrderUnknown, NotReserved."""
    till, here, before = await _named(tx, slug, order, now)
    if before is None:
        raise OrderUnknown(order=order)
    if before.state == RELEASED:
        return await _answer(tx, till, before, replayed=True)
    if before.state != RESERVED:
        raise NotReserved(order=order, state=before.state)
    return await _answer(tx, till, await _end(tx, till, here, before, reason))


async def get_reservation(tx: Tx, slug: str, order: str, *, now: datetime) -> Reservation:
    """The reservation of an order number as it stands. Raises OrderUnknown."""
    program = await programs.open_program(tx, slug)
    found = await store.find_reservation(tx, _place(tx, program.program_id, order), lock=False)
    if found is None:
        raise OrderUnknown(order=order)
    till = await open_till(tx, slug, member=None, at=None, now=now)
    return await _answer(tx, till, found)


async def overdue_reservations(tx: Tx, slug: str, *, now: datetime) -> list[str]:
    """A page of order numbers that are reserved beyond their deadline, as the programme's clock says."""
    program = await programs.open_program(tx, slug)
    return await store.lapsed_reservations(tx, program.program_id, program.now(now), _PAGE)


async def lapse_reservations(tx: Tx, slug: str, overdue: Sequence[str], *, now: datetime) -> int:
    """Let go of what is overdue; answers how many. What was bought, let go or given more time meanwhile stays as it is.

    Each takes its locks after those of the one before: where others are at work, one a transaction.
    """
    gone = 0
    for order in overdue:
        till, here, found = await _named(tx, slug, order, now)
        if found is not None and found.state == RESERVED and found.deadline <= till.clock:
            await _end(tx, till, here, found, "lapsed")
            gone += 1
    return gone


def _place(tx: Tx, program_id: int, order: str) -> Identity:
    return journal.identity_of(tx, program_id, RESERVATION, order)


async def _at(tx: Tx, slug: str, order: str, member: str | None, now: datetime) -> tuple[Till, Identity, Kept | None]:
    """The till, where the order's reservation is kept, and the reservation, locked after the accounts."""
    till = await open_till(tx, slug, member=member, at=None, now=now)
    here = _place(tx, till.program_id, order)
    return till, here, await store.find_reservation(tx, here, lock=True)


async def _named(tx: Tx, slug: str, order: str, now: datetime) -> tuple[Till, Identity, Kept | None]:
    """The same for whom the order was reserved."""
    program = await programs.open_program(tx, slug)
    found = await store.find_reservation(tx, _place(tx, program.program_id, order), lock=False)
    return await _at(tx, slug, order, await _reference(tx, found), now)


async def _unbought(tx: Tx, till: Till, before: Kept | None, order: str) -> None:
    if before is not None and before.state == BOUGHT:
        raise NotReserved(order=order, state=BOUGHT)
    bought = await journal.find_event_of(tx, till.program_id, ORDER, order)
    if bought is not None:
        raise AlreadyRecorded(identity=ORDER, value=order, event=str(bought.event_id))


def _standing(before: Kept | None, order: str, at: datetime) -> Kept:
    if before is None:
        raise OrderUnknown(order=order)
    if before.state != RESERVED:
        raise NotReserved(order=order, state=before.state)
    if before.deadline <= at:
        raise ReservationLapsed(order=order, deadline=before.deadline.isoformat())
    return before


async def _set_aside(
    tx: Tx, till: Till, here: Identity, command: Command, content: UUID, before: Kept | None, deadline: datetime | None
) -> Reservation:
    until = deadline or till.clock + HOLD_FOR
    if until <= till.clock:
        raise DeadlinePassed(deadline=until.isoformat(), now=till.clock.isoformat())
    basket = await price_order(tx, till, command)
    for _, refusal in basket.against:
        raise refusal
    event_id = till.new_event(guest_bucket(tx, till, command))
    took = await take(tx, till, basket, event_id, hold=True)
    beside = took.beside(basket)
    kept = {
        "program": command.program,
        "inputs": priced_inputs(command.inputs, basket.priced, basket.points_minor, basket.money_minor),
        "beside": {**beside, COUNTED: []},
        "held": [one for one in took.spent if one["event"] == str(event_id)],
        "charged": took.charged,
        "uses": took.uses,
        "coupons": took.coupons,
        "counted": beside[COUNTED],
    }
    made = Kept(
        event_id=event_id,
        program_id=till.program_id,
        order_number=str(command.inputs["order"]),
        member_id=till.member.member_id if till.member else None,
        state=RESERVED,
        content=content,
        kept=kept,
        deadline=until,
        made_at=till.clock,
    )
    if before is None:
        await store.insert_reservation(tx, here, made)
    else:
        await store.write_reservation(tx, here, made, till.clock)
    verdict = {CHECKOUT: beside[CHECKOUT], COUNTED: beside[COUNTED], "after": await available(tx, till)}
    await write_event(tx, till, RESERVATION, event_id, {"order": made.order_number, "deadline": until.isoformat()}, verdict)
    return await _answer(tx, till, made)


async def _end(tx: Tx, till: Till, here: Identity, kept: Kept, reason: str) -> Kept:
    """Give everything back and say that the reservation is over."""
    await _let_go(tx, till, kept, reason)
    gone = replace(kept, state=RELEASED)
    await store.write_reservation(tx, here, gone, till.clock)
    return gone


async def _let_go(tx: Tx, till: Till, kept: Kept, reason: str) -> None:
    """Give back everything that a reservation holds, as effects of one event."""
    event_id = till.new_event(journal.identity_of(tx, kept.program_id, RESERVATION, kept.order_number).bucket)
    releases: Sequence[Posting] = [
        replace(posting(till, Kind.RELEASE, event_id, line, held["unit"], held["amount"]), of=(kept.event_id, held["line"]))
        for line, held in enumerate(kept.kept["held"])
    ]
    await move(tx, till, releases, event_id)
    given = {key: -more for key, more in counted_from_json(kept.kept["counted"]).items()}
    await count(tx, till, given)
    for line, charged in enumerate(kept.kept["charged"]):
        await catalogue.give_back(tx, UUID(charged["card"]), charged["amount_minor"], event_id=event_id, line=line, at=till.clock)
    for use in kept.kept["uses"]:
        codes = {UUID(digest): times for digest, times in use["codes"].items()}
        await redemption.give_use_back(tx, till.program.slug, use["redemption"], codes, now=till.now)
    for coupon in (one for one in kept.kept["coupons"] if one["issued"]):
        await catalogue.give_uses_back(tx, UUID(coupon["digest"]), 1)
    if till.member is not None:
        till.accounts.update(await ledger.lock_accounts(tx, [till.member.member_id]))
    verdict = {"reservation": str(kept.event_id), COUNTED: counted_to_json(given), "after": await available(tx, till)}
    await write_event(tx, till, RESERVATION_RELEASE, event_id, {"order": kept.order_number, "reason": reason}, verdict)


async def _speak_for(tx: Tx, till: Till, kept: Kept) -> None:
    """Let the till speak for whom the order was reserved, who may be another one than now."""
    own = (await members.leading(tx, [kept.member_id])).get(kept.member_id) if kept.member_id else None
    if own is None or till.member is None or own.member_id != till.member.member_id:
        till.member = own
        till.accounts = await ledger.lock_accounts(tx, [own.member_id]) if own else {}


async def _reference(tx: Tx, kept: Kept | None) -> str | None:
    if kept is None or kept.member_id is None:
        return None
    return (await members.leading(tx, [kept.member_id]))[kept.member_id].reference


def _purchase(slug: str, kept: Kept, member: str | None, key: str | None) -> Command:
    """The purchase that a reservation becomes; what identifies it is the reservation."""
    return Command(
        program=slug,
        kind=PURCHASE,
        member=member,
        inputs=kept.kept["inputs"],
        identities=((ORDER, kept.order_number), *(((IDEMPOTENCY_KEY, key),) if key else ())),
        sent={"reservation": str(kept.event_id)},
        beside=kept.kept["beside"],
    )


async def _answer(tx: Tx, till: Till, kept: Kept, *, replayed: bool = False) -> Reservation:
    own = (await members.leading(tx, [kept.member_id])).get(kept.member_id) if kept.member_id else None
    accounts = {(a.unit): a.available for a in await ledger.balances_of(tx, own.member_id, day=till.day)} if own else {}
    codes = {unit.number: unit.code for unit in till.program.units.values()}
    return Reservation(
        event_id=kept.event_id,
        program=till.program.slug,
        order=kept.order_number,
        member=own.reference if own else None,
        state=kept.state,
        deadline=kept.deadline,
        checkout=kept.kept["beside"][CHECKOUT],
        balances={codes[unit]: held for unit, held in accounts.items()},
        replayed=replayed,
    )
