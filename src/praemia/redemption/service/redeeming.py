"""Points against a reward, at once or held first: what stands against it, and what it takes.

Order of checks: reward, wish, days, tier, segment, limit, points, stock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from praemia import catalogue, ledger
from praemia.catalogue import Deal, Demand, Stock
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.jobs import NewJob
from praemia.foundation.values import Value
from praemia.members import Member
from praemia.redemption.core.promises import is_shared, terms_of
from praemia.redemption.core.states import next_step
from praemia.redemption.errors import NotTogether
from praemia.redemption.model import REDEMPTION, Redeem, Redemption, State
from praemia.redemption.service.looking import limit_used, limits_used, look_of
from praemia.redemption.service.scene import Accounts, Claim, Scene, balances_of, event_of, moved, unit_of
from praemia.redemption.service.tiers import tier_of
from praemia.redemption.service.writing import Change
from praemia.rules import Reward

HOLD_FOR = timedelta(days=1)
STEP_JOB = "redemption.step"


class Asked(Value):
    """A member is known, takes part and asks for a reward that there is."""

    scene: Scene
    wanted: Redeem
    inputs: Mapping[str, Any]
    claim: Claim | None
    member: Member
    reward: Reward


def demands_of(asked: Iterable[Asked]) -> dict[int, list[Demand]]:
    """What is asked for of limited stock, by programme. A wish that cannot be worked out takes nothing."""
    found: dict[int, list[Demand]] = {}
    for one in asked:
        with suppress(DomainError):
            deal = catalogue.deal_of(one.reward, one.wanted.wish, None)
            for item, total in deal.items:
                demand = Demand(item=item, amount=deal.times, total=total, home=one.member.member_id)
                found.setdefault(one.scene.program_id, []).append(demand)
    return found


@dataclass(frozen=True, slots=True)
class Looks:
    """What members may spend, by unit code, and how often they had the rewards that they ask for."""

    available: Mapping[UUID, Mapping[str, int]]
    used: Mapping[tuple[UUID, str], int]


async def look(tx: Tx, asked: Sequence[Asked], accounts: Accounts) -> Looks:
    """Read what requests of as many members depend on; their accounts are locked."""
    available: dict[UUID, dict[str, int]] = {}
    used: dict[tuple[UUID, str], int] = {}
    for scene in {one.scene.program_id: one.scene for one in asked}.values():
        ours = [one for one in asked if one.scene.program_id == scene.program_id]
        available |= await balances_of(tx, scene, [one.member.member_id for one in ours], accounts)
        used |= await limits_used(tx, scene, [(one.member.member_id, one.reward) for one in ours], lock=True)
    return Looks(available, used)


async def decide(tx: Tx, one: Asked, looks: Looks, stocks: Mapping[int, Stock], *, together: bool) -> Change | DomainError:
    """What comes of a request, or the refusal, which changes nothing. Takes from the locked stock; raises Contended when others did."""
    owner, reward = one.member.member_id, one.reward
    tier = await tier_of(tx, one.scene, one.member) if reward.tiers or reward.by_tier else None
    seen = look_of(one.scene, one.member, tier, looks.available[owner].get(reward.unit, 0), looks.used.get((owner, reward.id), 0))
    try:
        deal = catalogue.deal_of(reward, one.wanted.wish, tier)
        for objection in catalogue.objections(reward, deal, seen):
            return objection
        made = _made(one, deal)
        if together and made.state is State.GIVEN and is_shared(made.terms):
            return NotTogether()
        if made.items:
            stocks[one.scene.program_id].take(made.items, deal.times, home=owner)
    except DomainError as refusal:
        return refusal
    return _change(one, made)


def _change(one: Asked, made: Redemption) -> Change:
    scene, reward = one.scene, one.reward
    held = made.state is State.HELD
    return Change(
        scene=scene,
        kind=REDEMPTION,
        inputs=one.inputs,
        claim=one.claim,
        member=one.member,
        event_id=made.redemption_id,
        redemption=made,
        verdict=_verdict(scene, made, held),
        postings=_postings(scene, made),
        counters=limit_used(made, reward.per_member.per if reward.per_member else None, scene, made.times),
        jobs=jobs_of(scene, made),
        gives=not held,
        spent=made.quanta,
    )


def _made(one: Asked, deal: Deal) -> Redemption:
    scene, reward, wanted = one.scene, one.reward, one.wanted
    held = wanted.hold or bool(reward.steps)
    deadline = wanted.deadline
    if wanted.hold and deadline is None and not reward.steps:
        deadline = scene.at + HOLD_FOR
    return Redemption(
        redemption_id=event_of(one.member.member_id),
        program_id=scene.program_id,
        member_id=one.member.member_id,
        reward=reward.id,
        version=scene.version,
        state=State.HELD if held else State.GIVEN,
        times=deal.times,
        unit=scene.program.units[reward.unit].number,
        quanta=deal.price.quanta,
        cash_minor=deal.price.cash_minor,
        terms=terms_of(reward, wanted.wish, deal.times),
        items=[item for item, _ in deal.items],
        codes=(),
        cards=(),
        step=None,
        deadline=deadline if held else None,
        made_at=scene.at,
        changed_at=scene.at,
    )


def _postings(scene: Scene, made: Redemption) -> Sequence[ledger.Posting]:
    """Spend or hold, the soonest expiring lots first."""
    if not made.quanta:
        return ()
    posting = ledger.Posting(
        owner_id=made.member_id,
        event_id=made.redemption_id,
        line=0,
        unit=made.unit,
        program_id=scene.program_id,
        kind=ledger.Kind.HOLD if made.state is State.HELD else ledger.Kind.SPEND,
        amount=made.quanta,
        day=scene.day,
        occurred_at=scene.at,
        posted_at=scene.at,
        oldest_first=unit_of(scene, scene.code_of(made.unit)).lots.oldest_first,
    )
    return (posting,)


def inputs_of(wanted: Redeem) -> dict[str, Any]:
    """What was sent, as its event keeps it."""
    wish = wanted.wish
    said: dict[str, Any] = {
        "member": wanted.member,
        "reward": wanted.reward,
        "quantity": wish.quantity if wish.quantity != 1 else None,
        "option": wish.option,
        "date": wish.on.isoformat() if wish.on else None,
        "place": wish.place,
        "hold": wanted.hold or None,
        "deadline": wanted.deadline.isoformat() if wanted.deadline else None,
        "partner": wanted.partner,
    }
    return {key: value for key, value in said.items() if value is not None}


def _verdict(scene: Scene, made: Redemption, held: bool) -> dict[str, Any]:
    transfer = (made.redemption_id, 0)
    return {
        "spent": moved(scene, made.unit, made.quanta, transfer),
        "about": {
            "reward": made.reward,
            "name": made.terms["name"],
            "times": made.times,
            "hold": held,
            "redemption": str(made.redemption_id),
        },
        "terms": made.terms,
        "cash_minor": made.cash_minor,
    }


def jobs_of(scene: Scene, made: Redemption) -> list[NewJob]:
    """The job that takes the next step of the fulfilment, where nobody is needed for it."""
    step = next_step(made)
    if step is None or step not in made.terms["automatic"]:
        return []
    body = {"program": scene.program.slug, "redemption": str(made.redemption_id), "step": step}
    return [NewJob(kind=STEP_JOB, key=f"{made.redemption_id}:{step}", run_at=scene.now, body=body)]
