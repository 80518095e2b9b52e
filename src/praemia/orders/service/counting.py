"""How much of promotions, coupons and budgets is used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from praemia import journal, programs
from praemia.foundation.db import Tx
from praemia.orders.core.coupons import campaign_key
from praemia.orders.model import Used
from praemia.rules import CounterKey, Discounts, Period, Scope, Usage, budget_key, uses_key


async def used_of(tx: Tx, slug: str, *, now: datetime) -> list[Used]:
    """Everything of the version in force that may be used so often or so much by everybody together. Raises ProgramUnknown."""
    program = await programs.open_program(tx, slug)
    policies = await programs.policies_of(tx, program, program.version_at(program.now(now)))
    counted = list(_counted(policies.prices.discounts, await programs.local_day(tx, program, now)))
    owned = {key: (journal.counter_owner(tx, program.program_id, key), key) for key, _ in counted}
    found = {key.counter: usage for (_, key), usage in (await journal.member_counters(tx, owned.values())).items()}
    return [
        Used(
            kind=used.kind,
            id=used.id,
            used=found.get(key.counter, Usage()).used,
            most=used.most,
            money=used.money,
            per=used.per,
            since=None if used.per is Period.LIFETIME else key.period,
        )
        for key, used in counted
    ]


def _counted(discounts: Discounts, today: date) -> Iterator[tuple[CounterKey, Used]]:
    for promotion in discounts.promotions:
        if promotion.total is not None:
            yield uses_key(promotion.id, Scope.PROGRAM), Used(kind="promotion", id=promotion.id, used=0, most=promotion.total)
    for coupon in discounts.coupons:
        if coupon.campaign_uses is not None:
            yield campaign_key(coupon), Used(kind="coupon", id=coupon.id, used=0, most=coupon.campaign_uses)
    for budget in discounts.budgets:
        most = budget.uses if budget.money_minor is None else budget.money_minor
        assert most is not None, "a budget is of money or of uses"
        money = budget.money_minor is not None
        yield budget_key(budget, today), Used(kind="budget", id=budget.id, used=0, most=most, money=money, per=budget.per)
