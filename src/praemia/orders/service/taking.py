"""Taking what a priced order uses: points and money are spent or set aside, cards charged, codes burnt, counters used up.

Order of locks: accounts, programme counters, gift cards (all of them before, to know the price), redemptions, codes, keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from praemia import catalogue, ledger, redemption
from praemia.catalogue import ends_of
from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.ledger import Kind, Posting
from praemia.orders import store
from praemia.orders.core.checkout import Paid, beside_of
from praemia.orders.core.storing import charged_to_json
from praemia.orders.model import COUPON, Charged
from praemia.orders.service.naming import FoundCoupon, Named, costs_of
from praemia.orders.service.pricing import Basket
from praemia.orders.service.till import Till, available, count, counted_to_json, move, posting, write_event
from praemia.redemption import Act, Redemption, UseCode
from praemia.rules import EARN, Bonus, CounterKey, joins, terms_of


@dataclass(slots=True, kw_only=True)
class Took:
    """What an order took: payments, the transfers a return may restore, coupons, gift cards, redemptions, and what it counted."""

    paid: list[Paid] = field(default_factory=list)
    spent: list[dict[str, Any]] = field(default_factory=list)
    coupons: list[dict[str, Any]] = field(default_factory=list)
    charged: list[dict[str, Any]] = field(default_factory=list)
    uses: list[dict[str, Any]] = field(default_factory=list)
    counted: dict[CounterKey, int] = field(default_factory=dict)

    def beside(self, basket: Basket) -> dict[str, Any]:
        """What the verdict of the event keeps that adds to the counters."""
        took: dict[str, list[Any]] = {
            "spent": self.spent,
            "charged": self.charged,
            "counted": counted_to_json(self.counted),
            "prices": counted_to_json(basket.priced.spent),
            "coupons": self.coupons,
        }
        return beside_of(basket.happening, basket.priced, basket.bill, self.paid, took)


async def take(tx: Tx, till: Till, basket: Basket, event_id: UUID, *, hold: bool) -> Took:
    """Take everything, as effects of the event `event_id`; with `hold` points and money are only set aside."""
    took = Took(counted=dict(basket.priced.spent))
    for named, told in basket.settled():
        if told.applied and named.coupon is not None:
            await _use_coupon(tx, till, named, took)
        elif told.applied and named.redemption_id is not None:
            await _use_redemption(tx, till, basket, named, took)
    await _pay(tx, till, basket, event_id, took, hold=hold)
    await count(tx, till, took.counted)
    return took


async def give_bonuses(tx: Tx, till: Till, coupons: list[dict[str, Any]], order: str) -> None:
    """Write down every use of a coupon by an order, each as an event of its own that gives its points; notes the event as its `use`."""
    for kept in coupons:
        use = await use_coupon(tx, till, kept, {"coupon": kept["coupon"], "code": kept["ends"], "order": order})
        kept["use"] = str(use)


async def use_coupon(tx: Tx, till: Till, kept: Mapping[str, Any], inputs: Mapping[str, Any], **verdict: Any) -> UUID:
    """The event of one use: its points arrive, and it is found again when it has to be made void."""
    event_id = till.new_event(kept["bucket"])
    awards: dict[str, int] = dict(kept["gives"])
    await move(tx, till, [_bonus(till, unit, quanta, event_id) for unit, quanta in awards.items()], event_id)
    after = await available(tx, till)
    told = {"costs": kept["costs"], "digest": kept["digest"], "issued": kept["issued"], "after": after}
    await write_event(tx, till, COUPON, event_id, inputs, {"awards": awards, **told, **verdict})
    await store.insert_use(tx, UUID(kept["digest"]), event_id, till.program_id, till.member.member_id if till.member else None)
    return event_id


def coupon_kept(tx: Tx, till: Till, found: FoundCoupon) -> dict[str, Any]:
    """What has to be remembered of a coupon's use until it is written down; no secret is in it."""
    gives = found.coupon.gives
    return {
        "coupon": found.coupon.id,
        "ends": found.ends,
        "digest": str(found.digest),
        "issued": found.issued,
        "gives": {gives.unit: gives.quanta} if isinstance(gives, Bonus) else {},
        "costs": counted_to_json(dict.fromkeys(costs_of(till, found), 1)),
        "bucket": store.code_bucket(tx, found.digest),
    }


async def _use_coupon(tx: Tx, till: Till, named: Named, took: Took) -> None:
    assert named.coupon is not None
    assert named.by_code is not None
    if named.coupon.issued:
        await catalogue.burn_code(
            tx, till.program_id, named.by_code, member_id=till.member.member_id if till.member else None, day=till.day
        )
    for key in costs_of(till, named.coupon):
        took.counted[key] = took.counted.get(key, 0) + 1
    took.coupons.append(coupon_kept(tx, till, named.coupon))


async def _use_redemption(tx: Tx, till: Till, basket: Basket, named: Named, took: Took) -> None:
    """A redemption that is held is captured first. What it cost is part of what was spent on the order, as far as this is its use."""
    name, slug, order = str(named.redemption_id), till.program.slug, basket.command.inputs.get("order")
    if named.held:
        await redemption.capture(tx, Act(program=slug, redemption=name, order=order), now=till.now)
    before = (await redemption.get_redemption(tx, slug, name, now=till.now)).redemption
    codes = {code.digest: code for code in await catalogue.codes_of(tx, before.codes)}
    uses = sum(code.uses for code in codes.values())
    if named.by_code is not None:
        member = till.member.reference if till.member else None
        await redemption.use_code(tx, UseCode(program=slug, code=named.by_code, member=member, order=order), now=till.now)
        burnt = {catalogue.digest_of("code", till.program_id, named.by_code): 1}
    else:
        await redemption.use(tx, Act(program=slug, redemption=name, order=order), now=till.now)
        burnt = {digest: code.uses - code.used for digest, code in codes.items()}
    took.uses.append({"redemption": name, "codes": {str(digest): times for digest, times in burnt.items()}})
    share = before.quanta * sum(burnt.values()) // uses if uses else before.quanta
    if share and till.member is not None and till.member.member_id == before.member_id:
        took.spent.append(_spent(till, before, share))
    if till.member is not None:
        till.accounts.update(await ledger.lock_accounts(tx, [till.member.member_id]))


def _spent(till: Till, made: Redemption, amount: int) -> dict[str, Any]:
    code = next(unit.code for unit in till.program.units.values() if unit.number == made.unit)
    return {"unit": code, "amount": amount, "event": str(made.redemption_id), "line": 0}


async def _pay(tx: Tx, till: Till, basket: Basket, event_id: UUID, took: Took, *, hold: bool) -> None:
    postings: list[Posting] = []
    for pays in (one for one in basket.pays if one.unit is not None and one.quanta):
        assert pays.unit is not None
        line = len(postings)
        postings.append(posting(till, Kind.HOLD if hold else Kind.SPEND, event_id, line, pays.unit, pays.quanta))
        took.spent.append({"unit": pays.unit, "amount": pays.quanta, "event": str(event_id), "line": line})
    await move(tx, till, postings, event_id)
    cards = [one for one in basket.pays if one.card is not None]
    for line, pays in enumerate(cards):
        assert pays.card is not None
        if pays.amount_minor:
            card = await catalogue.charge_card(
                tx, till.program_id, pays.card, pays.amount_minor, event_id=event_id, line=line, day=till.day, at=till.clock
            )
            took.charged += charged_to_json([Charged(card=card.digest, ends=card.ends, amount_minor=pays.amount_minor)])
    took.paid = [
        Paid(amount_minor=one.amount_minor, unit=one.unit, quanta=one.quanta, card=ends_of(one.card) if one.card else None)
        for one in basket.pays
    ]


def _bonus(till: Till, unit: str, quanta: int, event_id: UUID) -> Posting:
    policy = till.unit(unit).lots
    terms = terms_of(policy, None, till.happens_on, waits=False)
    return replace(posting(till, Kind.EARN, event_id, 0, unit, quanta), last_day=terms.last_day, joins=joins(policy, EARN))
