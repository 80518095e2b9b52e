"""What an offer depends on, read for one member: the reward in force, what they may spend, how much of a limit is used."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from praemia import journal
from praemia.catalogue import Look, RewardUnknown
from praemia.foundation.db import Tx
from praemia.members import Member
from praemia.redemption.model import Redemption
from praemia.redemption.service.scene import Scene
from praemia.rules import CounterKey, Period, Reward, Scope, first_day


def reward_of(scene: Scene, name: str) -> Reward:
    """The reward of that name in the version of now. Raises RewardUnknown."""
    known = scene.policies.rewards.rewards
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise RewardUnknown(reward=name, hint=f"; did you mean {near[0]!r}?" if near else "")
    return known[name]


async def limits_used(tx: Tx, scene: Scene, asked: Iterable[tuple[UUID, Reward]], *, lock: bool = False) -> dict[tuple[UUID, str], int]:
    """How often members had a reward in the period of its limit; absent where it has none, or was not had. `lock` the counters that a
    redemption adds to."""
    keys = {
        (member_id, limit_key(reward.id, first_day(reward.per_member.per, scene.day))): (member_id, reward.id)
        for member_id, reward in asked
        if reward.per_member is not None
    }
    found = await (journal.lock_counters if lock else journal.member_counters)(tx, keys)
    return {keys[counter]: usage.used for counter, usage in found.items()}


def look_of(scene: Scene, member: Member, tier: str | None, available: int, used: int) -> Look:
    """What the offer depends on. How many are left is not looked at here: a redemption takes, which says more."""
    return Look(day=scene.day, tier=tier, segments=member.segments, available=available, used=used)


def limit_key(reward: str, period: date) -> CounterKey:
    """The counter of a member's limit for a reward."""
    return CounterKey(scope=Scope.MEMBER, counter=f"reward:{reward}", period=period)


def limit_used(made: Redemption, per: Period | None, scene: Scene, times: int) -> dict[journal.OwnedCounter, tuple[int, datetime]]:
    """What a redemption adds to its limit's counter, in the period in which it was made; nothing without a limit."""
    if per is None:
        return {}
    made_on = made.made_at.astimezone(scene.policies.rules.earning.timezone).date()
    return {(made.member_id, limit_key(made.reward, first_day(per, made_on))): (times, made.made_at)}
