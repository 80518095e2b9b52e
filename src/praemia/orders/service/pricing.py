"""Pricing an order at a till: what it names, what is taken off, what it comes to, and who pays how much of it. Nothing is taken yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from praemia import catalogue
from praemia.catalogue import CardExpired, LimitReached
from praemia.earning import Command, happening_of
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.orders.core.checkout import Wishes, wishes_of
from praemia.orders.core.tenders import Bill, bill_of, points_for, share_out
from praemia.orders.errors import Incompatible, NeedsMember, NotMoney, PointsDoNotPay
from praemia.orders.service.naming import Named, costs_of, named_by, weigh
from praemia.orders.service.till import Till, available, facts_of
from praemia.rules import PURCHASE, CounterKey, Facts, Happening, OfferKind, Priced, Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Pays:
    """One payment to be made: quanta of a unit, or from the gift card with that number."""

    amount_minor: int
    unit: str | None = None
    quanta: int = 0
    card: str | None = None


@dataclass(slots=True, kw_only=True)
class Basket:
    """A priced order. `against`: (what was named or wished, why not); a purchase is refused by the first."""

    command: Command
    wishes: Wishes
    happening: Happening
    facts: Facts
    named: list[Named]
    priced: Priced
    bill: Bill
    pays: list[Pays] = field(default_factory=list)
    against: list[tuple[str, DomainError]] = field(default_factory=list)

    @property
    def points_minor(self) -> int:
        """What points pay."""
        return sum(one.amount_minor for one in self.pays if one.unit is not None and one.unit != self.wishes.pay_wallet)

    @property
    def money_minor(self) -> int:
        """What gift cards and the wallet pay."""
        return sum(one.amount_minor for one in self.pays) - self.points_minor

    def settled(self) -> list[tuple[Named, Taken]]:
        """What was named and may be used, with what became of it."""
        used = [named for named in self.named if named.refusal is None]
        return list(zip(used, self.priced.taken[len(self.priced.taken) - len(used) :], strict=True))


async def price_order(tx: Tx, till: Till, command: Command) -> Basket:
    """Price an order; counters it may use up are locked. Refusals are noted, not raised: what is refused counts for nothing."""
    wishes = wishes_of(command.inputs)
    happening = happening_of(PURCHASE, command.inputs, till.at)
    named = await named_by(tx, till, wishes)
    prices = till.policies.prices
    counters: set[CounterKey] = {key for one in named if one.coupon for key in costs_of(till, one.coupon)}
    counters |= set(prices.counters_for(happening, [one.offer for one in named]))
    facts = await facts_of(tx, till, counters)
    _weigh(till, named, happening)
    priced = prices.price(happening, facts, [one.offer for one in named if one.refusal is None])
    basket = Basket(
        command=command,
        wishes=wishes,
        happening=happening,
        facts=facts,
        named=named,
        priced=priced,
        bill=bill_of(happening, priced),
        against=[(one.offer.code or one.offer.id, one.refusal) for one in named if one.refusal is not None],
    )
    for one, told in basket.settled():
        refusal = _refused(told)
        if refusal is not None:
            basket.against.append((one.offer.code or one.offer.id, refusal))
    await _plan_payment(tx, till, basket)
    return basket


def _weigh(till: Till, named: Sequence[Named], happening: Happening) -> None:
    goods = sum(line.amount_minor - line.discount_minor for line in happening.lines if not line.free) - happening.order_discount_minor
    pending: dict[CounterKey, int] = {}
    for one in named:
        if one.coupon is None:
            continue
        one.refusal = weigh(till, one.coupon, goods, pending)
        if one.refusal is None:
            for key in costs_of(till, one.coupon):
                pending[key] = pending.get(key, 0) + 1


def _refused(told: Taken) -> DomainError | None:
    """A code that is used up or does not go with another is refused; a condition that fails only takes nothing off."""
    if told.clause == "incompatible":
        return Incompatible(one=told.id, other=told.numbers["by"])
    if told.clause == "limit" and told.kind is OfferKind.PROMOTION:
        return LimitReached(reward=told.id, times=told.numbers["times"], per="lifetime", used=told.numbers["used"])
    return None


async def _plan_payment(tx: Tx, till: Till, basket: Basket) -> None:
    """Points first, then gift cards, then the wallet, each as far as it goes and not beyond what is due."""
    held = await available(tx, till)
    due = basket.bill.total_minor
    if basket.wishes.pay_points:
        try:
            paid = _by_points(till, basket, held)
        except DomainError as refusal:
            basket.against.append(("pay_points", refusal))
        else:
            basket.pays.append(paid)
            due -= paid.amount_minor
    cards = await _cards(tx, till, basket)
    for number in basket.wishes.pay_gift:
        if number in cards:
            (amount,) = share_out(due, [cards[number]])
            basket.pays.append(Pays(amount_minor=amount, card=number))
            due -= amount
    if basket.wishes.pay_wallet is not None:
        try:
            basket.pays.append(_by_wallet(till, basket.wishes.pay_wallet, held, due))
        except DomainError as refusal:
            basket.against.append(("pay_wallet", refusal))


async def _cards(tx: Tx, till: Till, basket: Basket) -> dict[str, int]:
    """What the gift cards hold, locked in the order of their digests."""
    holds: dict[str, int] = {}
    for number in sorted(basket.wishes.pay_gift, key=lambda one: catalogue.digest_of("gift_card", till.program_id, one)):
        try:
            card = await catalogue.lock_card(tx, till.program_id, number)
            if card.last_day is not None and till.day > card.last_day:
                raise CardExpired(last_day=card.last_day.isoformat())
        except DomainError as refusal:
            basket.against.append((f"…{catalogue.ends_of(number)}", refusal))
        else:
            holds[number] = card.balance_minor
    return holds


def _by_points(till: Till, basket: Basket, held: dict[str, int]) -> Pays:
    pay = till.policies.rewards.pay_with_points
    if pay is None:
        raise PointsDoNotPay()
    if till.member is None:
        raise NeedsMember()
    assert basket.wishes.pay_points is not None
    quanta = points_for(pay, basket.wishes.pay_points, basket.bill, held.get(pay.unit, 0))
    return Pays(amount_minor=quanta // pay.quanta * pay.worth_minor, unit=pay.unit, quanta=quanta)


def _by_wallet(till: Till, unit: str, held: dict[str, int], due: int) -> Pays:
    known = next((spoken for spoken in till.policies.rules.earning.units if spoken.code == unit), None)
    if known is None or not known.money:
        raise NotMoney(unit=unit)
    if till.member is None:
        raise NeedsMember()
    (amount,) = share_out(due, [held.get(unit, 0)])
    return Pays(amount_minor=amount, unit=unit, quanta=amount)
