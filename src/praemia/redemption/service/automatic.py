"""Rewards that come by themselves, as soon as a balance reaches their cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from praemia import catalogue, ledger, members
from praemia.catalogue import LimitReached, OutOfStock, PoolEmpty, Wish
from praemia.foundation.db import Contended, Tx
from praemia.foundation.errors import DomainError
from praemia.ledger import InsufficientPoints
from praemia.members import Member
from praemia.redemption.model import Done, Redeem
from praemia.redemption.service.looking import limits_used, look_of
from praemia.redemption.service.redeeming import Asked, decide, demands_of, look
from praemia.redemption.service.scene import Accounts, Scene, balances_of, scene_of
from praemia.redemption.service.tiers import tier_of
from praemia.redemption.service.writing import write
from praemia.rules import FreeItem, Reward

_MOST_AT_ONCE = 100


async def give_automatic(
    tx: Tx, slug: str, owners: Iterable[UUID], *, now: datetime, at: datetime | None = None, day: date | None = None
) -> list[Done]:
    """Give every automatic reward that the members' balances reach, as often as they do; answers what was given.

    `at` and `day` are for a night: when it happens, and on which local day points are posted. Given again at once it finds nothing
    to give: the balances have fallen. Locks the members' accounts, in their one order. What cannot be had (limit, stock, tier) is
    passed over in silence.
    """
    scene = await scene_of(tx, slug, now=now, at=at, day=day)
    automatic = [reward for reward in scene.policies.rewards.rewards.values() if reward.automatic]
    wanted = list(dict.fromkeys(owners))
    if not automatic or not wanted:
        return []
    accounts = await ledger.lock_accounts(tx, wanted)
    cheapest: dict[int, int] = {}
    for one in automatic:
        number, least = scene.program.units[one.unit].number, min(one.price.quanta, *one.by_tier.values(), one.price.quanta)
        cheapest[number] = min(least, cheapest.get(number, least))
    standing = await ledger.standing(tx, accounts, scene.day)
    reaching = {owner for (owner, unit), held in standing.items() if _reaches(held.available, cheapest.get(unit))}
    given: list[Done] = []
    for owner in (one for one in wanted if one in reaching):
        member = await members.find_by_id(tx, owner)
        if member is not None and member.status == "active":
            for reward in automatic:
                given += await _give(tx, scene, member, reward, accounts)
    return given


def _reaches(available: int, cost: int | None) -> bool:
    return cost is not None and available > 0 and (available >= cost or cost == 0)


async def _give(tx: Tx, scene: Scene, member: Member, reward: Reward, accounts: Accounts) -> list[Done]:
    """As many as the balance pays for and the limit leaves room for, in redemptions of up to a hundred."""
    given: list[Done] = []
    while times := await _times(tx, scene, member, reward, accounts):
        pieces = times * reward.gift.quantity if isinstance(reward.gift, FreeItem) else times
        wanted = Redeem(program=scene.program.slug, member=member.reference, reward=reward.id, wish=Wish(quantity=pieces))
        said = {"member": member.reference, "reward": reward.id, "quantity": pieces, "automatic": True}
        asked = Asked(scene=scene, wanted=wanted, inputs=said, claim=None, member=member, reward=reward)
        try:
            given.append(await _redeem(tx, asked, accounts))
        except (OutOfStock, PoolEmpty):
            raise Contended from None  # others took the last of it since we looked: a fresh look sees that
    return given


async def _redeem(tx: Tx, asked: Asked, accounts: Accounts) -> Done:
    stocks = {program: await catalogue.lock_stock(tx, program, wanted) for program, wanted in demands_of([asked]).items()}
    decided = await decide(tx, asked, await look(tx, [asked], accounts), stocks, together=False)
    if isinstance(decided, DomainError):
        raise decided
    (done,) = await write(tx, [decided], accounts, stocks.values())
    return done


async def _times(tx: Tx, scene: Scene, member: Member, reward: Reward, accounts: Accounts) -> int:
    available = (await balances_of(tx, scene, [member.member_id], accounts))[member.member_id].get(reward.unit, 0)
    tier = await tier_of(tx, scene, member)
    used = await limits_used(tx, scene, [(member.member_id, reward)])
    seen = look_of(scene, member, tier, available, used.get((member.member_id, reward.id), 0))
    one = Wish(quantity=reward.gift.quantity) if isinstance(reward.gift, FreeItem) else Wish()
    deal = catalogue.deal_of(reward, one, tier)
    times = min(available // deal.price.quanta, _MOST_AT_ONCE)
    left = await catalogue.left_of(tx, scene.program_id, dict(deal.items))
    times = min([times, *left.values()])
    if reward.code is not None and reward.code.pool is not None:
        times = min(times, await catalogue.pool_size(tx, scene.program_id, reward.code.pool))
    if reward.per_member is not None:
        times = min(times, reward.per_member.times - seen.used)
    return 0 if times <= 0 or _refused(catalogue.objections(reward, deal, seen)) else times


def _refused(objections: Iterable[DomainError]) -> bool:
    return any(not isinstance(one, LimitReached | InsufficientPoints) for one in objections)
