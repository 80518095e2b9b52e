"""Tiers in the night: reviews while the points that end tonight still count, and tiers that follow what opens and expires."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from praemia import ledger, tiers
from praemia.foundation.db import Tx
from praemia.nights.model import Night, Page
from praemia.tiers import Cause


async def review(tx: Tx, night: Night, page: Page, last_bucket: int) -> tuple[int, UUID | None]:
    """Look at every member whose tier is due."""
    if night.policies.tiers is None:
        return 0, None
    buckets = (page.bucket, last_bucket)
    return await tiers.review(tx, night.program, night.day, midnight=night.midnight, now=night.now, buckets=buckets, after=page.after)


async def follow(tx: Tx, night: Night, owners: Sequence[UUID], *, day: date) -> None:
    """Let tiers follow the balances of locked owners whose lots opened or expired. `day`: on which entry points are posted, so that
    nothing expires before its turn."""
    if night.policies.tiers is not None and night.policies.tiers.by_balance:
        accounts = await ledger.lock_accounts(tx, owners)
        cause = Cause(at=night.midnight, day=night.day)
        await tiers.follow_owners(tx, night.program, owners, accounts, cause=cause, now=night.now, day=day)
