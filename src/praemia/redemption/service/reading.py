"""Questions: a redemption, a member's redemptions, what a member may have and why not the rest, what an event of ours says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from praemia import catalogue, ledger, members
from praemia.catalogue import ChoiceNeeded, Code, Deal, GiftCard, Wish
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.journal import StoredEvent
from praemia.redemption import store
from praemia.redemption.errors import RedemptionUnknown
from praemia.redemption.model import Done, Redemption, ShownCode
from praemia.redemption.service.looking import limits_used, look_of
from praemia.redemption.service.scene import Scene, find_member, scene_of
from praemia.redemption.service.tiers import tier_of
from praemia.rules import Experience, FreeItem, Price, Reward


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A reward as a member sees it: its price for them, how many are left (None: any number), and all that stands against it."""

    reward: Reward
    price: Price
    left: int | None
    against: Sequence[DomainError]


async def get_redemption(tx: Tx, slug: str, name: str, *, now: datetime) -> Done:
    """One redemption as it stands. Raises RedemptionUnknown."""
    scene = await scene_of(tx, slug, now=now)
    found = await find(tx, scene, name)
    member = await members.find_by_id(tx, found.member_id)
    return await shown(tx, found, None, "", member.reference if member else None, found.changed_at)


async def redemptions_of(
    tx: Tx, slug: str, reference: str, *, now: datetime, owners: Sequence[UUID] = (), before: UUID | None = None, page: int = 50
) -> list[Done]:
    """A member's redemptions, newest first, before the given one. `owners`: all that became part of the member, where that is known."""
    scene = await scene_of(tx, slug, now=now)
    member = await members.get_member(tx, scene.program_id, reference)
    parts = dict.fromkeys([member.member_id, *owners])
    found = [one for part in parts for one in await store.redemptions_of(tx, part, before=before, page=page)]
    newest = sorted(found, key=lambda one: one.redemption_id, reverse=True)[:page]
    return [await shown(tx, one, None, "", member.reference, one.changed_at) for one in newest]


async def rewards_of(tx: Tx, slug: str, *, now: datetime) -> list[tuple[Reward, int | None]]:
    """Every reward of the version of now, with how many are left."""
    scene = await scene_of(tx, slug, now=now)
    left = await _left(tx, scene)
    return [(reward, left.get(reward.id)) for reward in scene.policies.rewards.rewards.values()]


async def offers_for(tx: Tx, slug: str, reference: str, *, now: datetime) -> list[Offer]:
    """Every reward as that member sees it: what it costs them, and honestly all that stands against it."""
    scene = await scene_of(tx, slug, now=now)
    member = await find_member(tx, scene, reference)
    held = {scene.code_of(b.unit): b.available for b in await ledger.balances_of(tx, member.member_id, day=scene.day)}
    tier = await tier_of(tx, scene, member)
    left = await _left(tx, scene)
    rewards = scene.policies.rewards.rewards.values()
    used = await limits_used(tx, scene, [(member.member_id, reward) for reward in rewards])
    offers = []
    for reward in rewards:
        look = look_of(scene, member, tier, held.get(reward.unit, 0), used.get((member.member_id, reward.id), 0))
        look = replace(look, left=left.get(reward.id))
        deal = _one(reward, tier)
        offers.append(
            Offer(reward=reward, price=deal.price, left=left.get(reward.id), against=list(catalogue.objections(reward, deal, look)))
        )
    return offers


async def find(tx: Tx, scene: Scene, name: str) -> Redemption:
    """The redemption with that id, unlocked. Raises RedemptionUnknown, also when the text is no id."""
    wanted = id_of(name)
    found = (await store.find_redemptions(tx, [wanted])).get(wanted) if wanted else None
    if found is None or found.program_id != scene.program_id:
        raise RedemptionUnknown(redemption=name)
    return found


def id_of(name: str) -> UUID | None:
    """The id that a text spells; None: it is no id."""
    try:
        return UUID(name)
    except ValueError:
        return None


async def shown(
    tx: Tx,
    redemption: Redemption,
    event_id: UUID | None,
    kind: str,
    member: str | None,
    at: datetime,
    *,
    spent: int = 0,
    returned: int = 0,
    after: Mapping[str, int] | None = None,
    replayed: bool = False,
) -> Done:
    """The answer about a redemption, with its codes and cards as they can be shown now."""
    return Done(
        redemption=redemption,
        event_id=event_id,
        kind=kind,
        member=member,
        occurred_at=at,
        spent=spent,
        returned=returned,
        codes=_shown(await catalogue.codes_of(tx, redemption.codes)) if redemption.codes else (),
        cards=_shown(await catalogue.cards_of(tx, redemption.cards)) if redemption.cards else (),
        after=after or {},
        replayed=replayed,
    )


def _shown(codes: Sequence[Code | GiftCard]) -> list[ShownCode]:
    return [ShownCode(spelled=one.spelled, ends=one.ends) for one in codes]


async def done_before(tx: Tx, scene: Scene, event: StoredEvent) -> Done:
    """The first answer again, from the record; codes are shown as long as they are worth something."""
    redemption = await find(tx, scene, event.verdict["about"]["redemption"])
    member = await members.find_by_id(tx, redemption.member_id)
    return await shown(
        tx,
        redemption,
        event.event_id,
        event.kind,
        member.reference if member else None,
        event.occurred_at,
        spent=sum(one["amount"] for one in event.verdict.get("spent", ())),
        returned=sum(one["amount"] for one in event.verdict.get("returned", ())),
        after=event.verdict.get("after", {}),
        replayed=True,
    )


async def _left(tx: Tx, scene: Scene) -> dict[str, int]:
    """How many of every limited reward are left. An experience's seats are counted over all dates and places."""
    totals: dict[str, int] = {}
    seats: dict[str, list[str]] = {}
    for reward in scene.policies.rewards.rewards.values():
        if reward.stock is not None:
            totals[reward.id] = reward.stock
        gift = reward.gift
        if isinstance(gift, Experience) and gift.seats is not None:
            for item in catalogue.seats_of(reward.id, gift):
                totals[item] = gift.seats
                seats.setdefault(reward.id, []).append(item)
    left = await catalogue.left_of(tx, scene.program_id, totals)
    for reward_id, items in seats.items():
        free = sum(left[item] for item in items)
        left[reward_id] = min(left[reward_id], free) if reward_id in left else free
    return left


def _one(reward: Reward, tier: str | None) -> Deal:
    """The deal for one of it, whatever date or place will be chosen."""
    wish = Wish(quantity=reward.gift.quantity) if isinstance(reward.gift, FreeItem) else Wish()
    try:
        return catalogue.deal_of(reward, wish, tier)
    except ChoiceNeeded:
        return Deal(times=1, price=Price(quanta=reward.by_tier.get(tier or "", reward.price.quanta)), items=())
