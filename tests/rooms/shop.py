"""A programme with rewards, and short words for what members do with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from praemia import redemption
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.redemption import Act, Done, Redeem, UseCode
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground

SHOP = """
program: shop
timezone: Europe/Berlin
currency: EUR
units:
  points: {}
  cash: {decimals: 2}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
rewards:
  - {id: five, name: {de: Fünf Euro, en: Five euros}, cost: 500, gives: {amount_off: "5.00"}}
  - {id: mug, cost: 1000, stock: 5, gives: {free: {sku: MUG}}}
  - {id: last, cost: 10, stock: 1, gives: {other: The last one}}
  - {id: many, cost: 1, stock: 2000, gives: {other: One of many}}
  - {id: lamp, cost: 1000, gives: {free: {sku: LAMP}}, options: [{points: 600, cash: "8.00"}, {points: 200, cash: "18.00"}]}
  - {id: socks, cost: 100, gives: {free: {sku: SOCK, quantity: 2}}}
  - {id: coupon, cost: 10, gives: {amount_off: "5.00"}, code: {starts_after_days: 30, valid_days: 30, bound: true}}
  - {id: multi, cost: 10, gives: {percent_off: 10}, code: {pattern: "TEN-########", uses: 3}}
  - {id: pooled, cost: 10, gives: {other: A code of a partner}, code: {pool: partner}}
  - {id: card, cost: 100, gives: {gift_card: "10.00"}}
  - {id: trees, cost: 10, gives: {donation: "1.00", to: forest}}
  - {id: monthly, cost: 10, per_member: {times: 2, per: month}, gives: {other: Twice a month}}
  - {id: students, cost: 10, segments: [students], gives: {other: For students}}
  - {id: summer, cost: 10, from: 2025-07-01, until: 2025-08-31, gives: {other: In summer}}
  - {id: spring, cost: 10, until: 2025-05-31, gives: {other: In spring}}
  - {id: tour, cost: 10, gives: {experience: {name: Tour, dates: [2025-07-01, 2025-07-02], places: [Berlin], seats: 1}}}
  - {id: sent, cost: 10, stock: 3, gives: {gift_card: "10.00"}, fulfilment: {steps: [approved, packed, sent], automatic: [packed]}}
  - {id: robot, cost: 10, stock: 3, gives: {other: By itself}, fulfilment: {steps: [made, sent], automatic: [made, sent]}}
"""


class Counter:
    """The shop's counter: verbs of one member after the other, each in a transaction of its own."""

    def __init__(self, ground: Ground, *, now: datetime = NOW) -> None:
        self.ground = ground
        self.now = now

    async def run(self, work: Callable[[Tx], Awaitable[Any]]) -> Any:
        return await self.ground.db.run(self.ground.tenant_id, work)

    async def fund(self, reference: str, points: int) -> None:
        """Give a member points."""
        (answer,) = await self.ground.record(adjust("shop", reference, points))
        recorded(answer)

    async def redeem(self, member: str, reward: str, *, now: datetime | None = None, **wanted: Any) -> Done:
        wish = Redeem(program="shop", member=member, reward=reward, **wanted)
        done: Done = await self.run(lambda tx: redemption.redeem(tx, wish, now=now or self.now))
        return done

    async def act(self, verb: str, done: Done | str, *, now: datetime | None = None, **said: Any) -> Done:
        name = done if isinstance(done, str) else str(done.redemption.redemption_id)
        act = Act(program="shop", redemption=name, **said)
        settled: Done = await self.run(lambda tx: getattr(redemption, verb)(tx, act, now=now or self.now))
        return settled

    async def burn(self, code: str, member: str | None = None, *, now: datetime | None = None, **said: Any) -> Done:
        shown = UseCode(program="shop", code=code, member=member, **said)
        done: Done = await self.run(lambda tx: redemption.use_code(tx, shown, now=now or self.now))
        return done

    async def available(self, reference: str) -> int:
        return (await self.ground.balances("shop", reference))["points"]

    async def left(self, reward: str) -> int | None:
        offers = await self.run(lambda tx: redemption.rewards_of(tx, "shop", now=self.now))
        found: int | None = next(left for one, left in offers if one.id == reward)
        return found

    def later(self, now: datetime) -> Counter:
        """The same counter at another time."""
        return Counter(self.ground, now=now)


async def code_of(work: Awaitable[Any]) -> str:
    """`ok`, or the code of the refusal."""
    try:
        await work
    except DomainError as refusal:
        return refusal.code
    return "ok"
