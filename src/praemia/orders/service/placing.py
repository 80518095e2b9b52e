"""The verbs `place` and `quote`: an order is priced, paid and recorded in one transaction, or everything of it is refused.

Order of checks: known identities, programme, member, codes and redemption, limits, payment, then those of recording. Points are
spent before the order's own points arrive, so an order never pays for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from praemia import earning, journal, programs, redemption
from praemia.earning import Command, Recorded
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.orders.core.checkout import priced_inputs
from praemia.orders.core.coupons import takes_of
from praemia.orders.model import PAYMENT, Quote, RewardLook
from praemia.orders.service.naming import Named
from praemia.orders.service.pricing import Basket, price_order
from praemia.orders.service.recording import record
from praemia.orders.service.taking import Took, give_bonuses, take
from praemia.orders.service.till import Till, available, guest_bucket, open_till, write_event
from praemia.redemption import Offer as RewardOffer
from praemia.redemption import promise_of
from praemia.rules import Offer, OfferKind


async def place(tx: Tx, command: Command, *, now: datetime) -> Recorded:
    """Record a purchase at the programme's prices: `command.inputs` may name codes, a redemption, and what to pay with.

    Answers like `record`, with what the order cost under CHECKOUT beside the verdict; a repetition is answered as the first time.
    Raises every refusal; then the transaction must be given up. Contended when a race is lost.
    """
    before = await placed_before(tx, command, now=now)
    if before is not None:
        return before
    till = await open_till(tx, command.program, member=command.member, at=command.occurred_at, now=now)
    before = await placed_before(tx, command, now=now)  # whoever waited for the accounts may have waited for its twin
    if before is not None:
        return before
    basket = await price_order(tx, till, command)
    for _, refusal in basket.against:
        raise refusal
    return await _buy(tx, till, basket)


async def quote(tx: Tx, command: Command, *, now: datetime) -> Quote:
    """What `place` would answer, in a transaction that the caller gives up; refusals of codes and payments are told, not raised.

    An order that is recorded already answers as it did. Raises what stands against any purchase.
    """
    before = await placed_before(tx, command, now=now)
    if before is not None:
        return Quote(recorded=before)
    till = await open_till(tx, command.program, member=command.member, at=command.occurred_at, now=now)
    basket = await price_order(tx, till, command)
    rewards = await _rewards(tx, till, basket)
    recorded = await _buy(tx, till, basket)
    return Quote(recorded=recorded, against=basket.against, rewards=rewards)


async def placed_before(tx: Tx, command: Command, *, now: datetime) -> Recorded | None:
    """The first answer, if this order was recorded before. Raises KeyReused, AlreadyRecorded when its names came with other content."""
    program = await programs.open_program(tx, command.program)
    identities = [journal.identity_of(tx, program.program_id, *name) for name in command.identities]
    if not await journal.find_keys(tx, identities):
        return None
    (answer,) = await earning.record(tx, [replace(command, priced=True)], now=now)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def record_at(tx: Tx, till: Till, command: Command, took: Took, basket: Basket) -> Recorded:
    """Record a priced purchase, with what it cost beside its verdict."""
    inputs = priced_inputs(command.inputs, basket.priced, basket.points_minor, basket.money_minor)
    return await record_priced(tx, till, replace(command, inputs=inputs, sent=command.sent or command.inputs, beside=took.beside(basket)))


async def record_priced(tx: Tx, till: Till, command: Command) -> Recorded:
    """Record a purchase whose prices are final."""
    (answer,) = await record(tx, [replace(command, priced=True)], now=till.now)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def _buy(tx: Tx, till: Till, basket: Basket) -> Recorded:
    command = basket.command
    event_id = till.new_event(guest_bucket(tx, till, command))
    took = await take(tx, till, basket, event_id, hold=False)
    if took.paid:
        await _write_payment(tx, till, basket, took, event_id)
    await give_bonuses(tx, till, took.coupons, str(command.inputs.get("order", "")))
    return await record_at(tx, till, command, took, basket)


async def _write_payment(tx: Tx, till: Till, basket: Basket, took: Took, event_id: UUID) -> None:
    verdict = {"paid": [one.to_json() for one in took.paid], "after": await available(tx, till)}
    await write_event(tx, till, PAYMENT, event_id, {"order": basket.command.inputs.get("order")}, verdict)


async def _rewards(tx: Tx, till: Till, basket: Basket) -> Sequence[RewardLook]:
    """Every reward that could lower this order, for this member."""
    if till.member is None:
        return ()
    offers = await redemption.offers_for(tx, till.program.slug, till.member.reference, now=till.now)
    looks = (_look(till, basket, offer) for offer in offers)
    return [look for look in looks if look is not None]


def _look(till: Till, basket: Basket, offer: RewardOffer) -> RewardLook | None:
    takes = takes_of(promise_of(offer.reward))
    if takes is None:
        return None
    asked = [named.offer for named in _usable(basket.named)]
    wished = Offer(kind=OfferKind.REWARD, id=offer.reward.id, takes=takes)
    told = till.policies.prices.price(basket.happening, basket.facts, [*asked, wished]).taken[-1]
    return RewardLook(
        reward=offer.reward.id,
        name=offer.reward.name,
        unit=offer.reward.unit,
        quanta=offer.price.quanta,
        amount_minor=told.amount_minor,
        against=offer.against,
    )


def _usable(named: Sequence[Named]) -> list[Named]:
    return [one for one in named if one.refusal is None]
