"""Rewards that come by themselves: once more at night, when waiting points have opened, and before what ends tonight is gone."""

from __future__ import annotations

from uuid import UUID

from praemia import ledger, redemption
from praemia.foundation.db import Tx
from praemia.nights.model import Night, Page

_OWNERS = 500


def costs_of(night: Night) -> dict[int, int]:
    """What the cheapest automatic reward of each unit costs at least, in quanta by unit number."""
    costs: dict[int, int] = {}
    for reward in night.policies.rewards.rewards.values():
        if reward.automatic and reward.unit in night.program.units:
            number = night.program.units[reward.unit].number
            least = max(1, min(reward.price.quanta, *reward.by_tier.values()) if reward.by_tier else reward.price.quanta)
            costs[number] = min(least, costs.get(number, least))
    return costs


async def reward(tx: Tx, night: Night, page: Page, last_bucket: int) -> tuple[int, UUID | None]:
    """Give the automatic rewards that balances reach."""
    costs = costs_of(night)
    if not costs:
        return 0, None
    program, buckets = night.program, (page.bucket, last_bucket)
    owners = await ledger.owners_holding(tx, program.program_id, costs, buckets=buckets, after=page.after, limit=_OWNERS)
    if not owners:
        return 0, None
    await redemption.give_automatic(tx, program.slug, owners, now=night.now, at=night.midnight, day=night.day_before)
    return len(owners), owners[-1] if len(owners) == _OWNERS else None
