"""The verb `redeem`: points against a reward, at once or held first. Whatever it takes is taken in one transaction, or nothing.

Order of checks: programme, known key, member, reward, wish, days, tier, segment, limit, stock, points. Order of locks: accounts,
stock, codes, keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from praemia import catalogue, journal, ledger
from praemia.catalogue import Deal
from praemia.foundation import jobs
from praemia.foundation.db import Tx
from praemia.foundation.jobs import NewJob
from praemia.members import Member
from praemia.programs import Mode
from praemia.redemption import store
from praemia.redemption.core.promises import terms_of
from praemia.redemption.core.states import next_step
from praemia.redemption.errors import DeadlinePassed
from praemia.redemption.model import REDEMPTION, Done, Redeem, Redemption, State
from praemia.redemption.service.giving import give
from praemia.redemption.service.looking import limit_used, look_of, reward_of
from praemia.redemption.service.reading import done_before, shown
from praemia.redemption.service.scene import (
    Scene,
    Sent,
    balances_of,
    event_of,
    extend,
    find_member,
    known_event,
    moved,
    scene_of,
    unit_of,
    write_event,
)
from praemia.redemption.service.tiers import follow, tier_of
from praemia.rules import Reward

HOLD_FOR = timedelta(days=1)
DEADLINE_JOB = "redemption.deadline"
STEP_JOB = "redemption.step"


async def redeem(tx: Tx, wanted: Redeem, *, now: datetime) -> Done:
    """Redeem a reward for a member; with `hold`, or when the reward has to be fulfilled, the points are only set aside.

    Sent again with the same key and content it answers the first redemption. Raises the catalogue's refusals,
    InsufficientPoints, MemberUnknown, MemberClosed, KeyReused, DeadlinePassed; Contended when a race is lost.
    """
    scene = await scene_of(tx, wanted.program, now=now)
    sent = Sent(kind=REDEMPTION, content=_inputs(wanted), key=wanted.key)
    before = await known_event(tx, scene, sent)
    if before is not None:
        return await done_before(tx, scene, before)
    if wanted.deadline is not None and wanted.deadline <= scene.at:
        raise DeadlinePassed(deadline=wanted.deadline.isoformat(), now=scene.at.isoformat())
    member = await find_member(tx, scene, wanted.member)
    return await redeem_for(tx, scene, member, reward_of(scene, wanted.reward), wanted, sent, now=now)


async def redeem_for(tx: Tx, scene: Scene, member: Member, reward: Reward, wanted: Redeem, sent: Sent, *, now: datetime) -> Done:
    """The rest of `redeem`, for a member and a reward that are found already."""
    accounts = await ledger.lock_accounts(tx, [member.member_id])
    tier = await tier_of(tx, scene, member)
    deal = catalogue.deal_of(reward, wanted.wish, tier)
    available = (await balances_of(tx, scene, accounts)).get(reward.unit, 0)
    look = await look_of(tx, scene, member, reward, tier, available)
    for objection in catalogue.objections(reward, deal, look):
        raise objection
    event_id = event_of(member.member_id)
    for item, total in deal.items:
        await catalogue.take_stock(tx, scene.program_id, item, deal.times, total, home=member.member_id)
    held = wanted.hold or bool(reward.steps)
    made = _made(scene, member, reward, deal, wanted, event_id, held)
    await _take_points(tx, scene, made, accounts)
    await journal.spend_counters(tx, limit_used(made, reward.per_member.per if reward.per_member else None, scene, deal.times))
    if not held:
        made = await give(tx, scene, made, accounts, event_id=event_id)
    await follow(tx, scene, member, accounts, event_id=event_id)
    after = await balances_of(tx, scene, accounts)
    async with tx.together():
        await store.insert_redemption(tx, made)
        await write_event(tx, scene, sent, event_id, member.member_id, _verdict(scene, made, held, after))
        await _plan(tx, scene, made, now)
    return await shown(tx, made, event_id, REDEMPTION, member.reference, scene.at, spent=made.quanta, after=after)


def _made(scene: Scene, member: Member, reward: Reward, deal: Deal, wanted: Redeem, event_id: UUID, held: bool) -> Redemption:
    deadline = wanted.deadline
    if wanted.hold and deadline is None and not reward.steps:
        deadline = scene.at + HOLD_FOR
    return Redemption(
        redemption_id=event_id,
        program_id=scene.program_id,
        member_id=member.member_id,
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


async def _take_points(tx: Tx, scene: Scene, made: Redemption, accounts: dict[ledger.AccountKey, ledger.Account]) -> None:
    """Spend or hold, the soonest expiring lots first; then see whether redeeming extends the others."""
    if made.quanta:
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
        await ledger.post(tx, [posting], accounts)
    await extend(tx, scene, made.member_id, accounts)


def _inputs(wanted: Redeem) -> dict[str, Any]:
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


def _verdict(scene: Scene, made: Redemption, held: bool, after: Mapping[str, int]) -> dict[str, Any]:
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
        "after": after,
    }


async def _plan(tx: Tx, scene: Scene, made: Redemption, now: datetime) -> None:
    """Jobs of a hold: its end, and its first step where nobody is needed. A sandbox's holds end when its clock is moved."""
    wanted = []
    if made.deadline is not None and scene.program.mode is Mode.LIVE:
        wanted.append(job_of(scene, DEADLINE_JOB, made, made.deadline))
    step = next_step(made)
    if step is not None and step in made.terms["automatic"]:
        wanted.append(job_of(scene, STEP_JOB, made, now, step=step))
    await jobs.enqueue(tx, wanted)


def job_of(scene: Scene, kind: str, made: Redemption, run_at: datetime, *, step: str | None = None) -> NewJob:
    """A job about a redemption."""
    body = {"program": scene.program.slug, "redemption": str(made.redemption_id)}
    key = str(made.redemption_id)
    return NewJob(kind=kind, key=f"{key}:{step}" if step else key, run_at=run_at, body=body | ({"step": step} if step else {}))
