"""What tests of orders at a till share: a programme that has everything, and orders for it."""

from __future__ import annotations

from typing import Any

from praemia import ledger, members, orders, programs
from praemia.earning import Command, Recorded
from praemia.orders import Quote, Reservation
from tests.rooms.ground import NOW, Ground, purchase

SHOP = """
program: shop
timezone: Europe/Berlin
units:
  points: { expiry: { months: 12 } }
  wallet: { decimals: 2, money: true }
earning:
  rules:
    - { id: base, trigger: purchase, earn: { points: 1, per_amount: "1.00" } }
rewards:
  - { id: five, cost: 500, gives: { amount_off: "5.00" } }
  - { id: five-code, cost: 500, gives: { amount_off: "5.00" }, code: { uses: 1 } }
  - { id: mug, cost: 300, gives: { free: { sku: MUG } } }
  - { id: trees, cost: 100, gives: { donation: "1.00", to: forest } }
pay_with_points: { points: 100, worth: "1.00", min_points: 200, max_percent: 50 }
promotions:
  - { id: ten, code: TEN, gives: { percent_off: 10 } }
  - { id: once, code: ONCE, gives: { amount_off: "1.00" }, limits: { total: 1 } }
  - { id: mine, code: MINE, gives: { amount_off: "1.00" }, limits: { per_member: 1 }, incompatible_with: [ten] }
  - { id: big, code: BIG, gives: { amount_off: "4.00" } }
coupons:
  - { id: single, codes: [SINGLE], gives: { amount_off: "2.00" } }
  - { id: gift, codes: [GIFT], uses: 3, per_member: 1, gives: { points: 50 } }
  - { id: rich, codes: [RICH], uses: 9, min_amount: "50.00", gives: { percent_off: 10 } }
  - { id: sorry, pattern: SORRY-########, campaign_uses: 2, gives: { points: 20 } }
discounts:
  budgets: [{ id: spend, of: [big], money: "10.00" }]
"""


def order(number: str, *amounts: int, member: str | None = "ann", **wishes: Any) -> Command:
    """An order with one line per amount in minor units; `wishes` as in a purchase's inputs."""
    return purchase("shop", member, number, *amounts, **wishes)


async def place(ground: Ground, command: Command) -> Recorded:
    """Place an order in a transaction of its own."""
    return await ground.db.run(ground.tenant_id, lambda tx: orders.place(tx, command, now=NOW))


async def quote(ground: Ground, command: Command) -> Quote:
    """Ask what it would cost; nothing is kept."""
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        return await orders.quote(tx, command, now=NOW)


async def reserve(ground: Ground, command: Command, **more: Any) -> Reservation:
    """Set an order aside."""
    return await ground.db.run(ground.tenant_id, lambda tx: orders.reserve(tx, command, now=NOW, **more))


async def held(ground: Ground, reference: str = "ann") -> dict[str, tuple[int, int]]:
    """What a member may use and has set aside, by unit."""
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        program = await programs.open_program(tx, "shop")
        codes = {unit.number: unit.code for unit in program.units.values()}
        member = await members.get_member(tx, program.program_id, reference)
        return {codes[b.unit]: (b.available, b.held) for b in await ledger.balances_of(tx, member.member_id)}


async def wrong(ground: Ground) -> list[Any]:
    """What `verify` finds."""
    found: list[Any] = []
    async with ground.db.rehearsal(ground.tenant_id) as tx:
        async for _, discrepancies in orders.verify(tx):
            found += discrepancies
    return found
