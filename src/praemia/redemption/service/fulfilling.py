"""The saga of a reward that has to be fulfilled: points held, steps one after the other, captured after the last, released when one
fails. Every step is one transaction, so a crash leaves a redemption between two steps and never between captured and released.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from praemia import catalogue
from praemia.foundation import jobs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.redemption import store
from praemia.redemption.core.states import may_release, may_step, next_step
from praemia.redemption.model import CAPTURE, RELEASE, STEP, Act, Done, Redemption
from praemia.redemption.service.carrying import carry_out
from praemia.redemption.service.holders import locked
from praemia.redemption.service.reading import done_before, shown
from praemia.redemption.service.redeeming import jobs_of
from praemia.redemption.service.scene import Accounts, Scene, Sent, claim_of, event_of, known_event, scene_of, write_event
from praemia.redemption.service.settling import Settling, change, demands_of, unchanged
from praemia.redemption.service.writing import write

_PAGE = 200


async def take_step(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Say that the step `act.step` is done, or with `failed` that it cannot be. After the last step the points are captured and what was
    promised is given; a step that failed releases them. Said already: no effect.

    Raises RedemptionUnknown, NothingToFulfil, StepOutOfTurn, NotHeld, KeyReused.
    """
    scene = await scene_of(tx, act.program, now=now)
    said = {"redemption": act.redemption, "step": act.step, "failed": act.failed or None, "note": act.note}
    sent = Sent(kind=STEP, content={k: v for k, v in said.items() if v is not None}, key=act.key)
    before = await known_event(tx, scene, sent)
    if before is not None:
        return await done_before(tx, scene, before)
    found, holder, accounts = await locked(tx, scene, act.redemption)
    settling = Settling(
        scene=scene, kind=STEP, inputs=sent.content, claim=claim_of(tx, scene.program_id, sent), found=found, holder=holder, note=act.note
    )
    step = act.step or ""
    may = may_step(found, step)
    if act.failed and may is not True and may_release(found) is False:
        may = False  # it failed before
    if isinstance(may, DomainError):
        raise may
    if not may:
        return await unchanged(tx, settling)
    if act.failed:
        note = f"{step}: {act.note}" if act.note else f"{step} failed"
        return await _settle(tx, replace(settling, kind=RELEASE, note=note), accounts)
    changed = replace(found, step=step, changed_at=scene.at)
    if next_step(changed) is None:
        return await _settle(tx, replace(settling, kind=CAPTURE, found=changed), accounts)
    return await _go_on(tx, scene, changed, step, sent)


async def overdue_holds(tx: Tx, slug: str, *, now: datetime) -> list[str]:
    """A page of redemptions that hold points beyond their deadline, as the programme's clock says."""
    scene = await scene_of(tx, slug, now=now)
    return [str(one) for one in await store.lapsed(tx, scene.program_id, scene.at, _PAGE)]


async def lapse_holds(tx: Tx, slug: str, overdue: Sequence[str], *, now: datetime) -> int:
    """Release what is overdue; answers how many. What was settled in the meantime stays as it is."""
    ends = [Act(program=slug, redemption=redemption, kind=RELEASE, note="deadline") for redemption in overdue]
    done = await carry_out(tx, ends, now=now)
    return sum(isinstance(one, Done) and one.event_id is not None for one in done)


async def _settle(tx: Tx, act: Settling, accounts: Accounts) -> Done:
    """Carry out an act that a locked redemption allows."""
    stocks = {program: await catalogue.lock_stock(tx, program, wanted) for program, wanted in demands_of([act]).items()}
    (done,) = await write(tx, [await change(tx, act, stocks)], accounts, stocks.values())
    return done


async def _go_on(tx: Tx, scene: Scene, changed: Redemption, step: str, sent: Sent) -> Done:
    await store.write_redemptions(tx, [changed])
    await jobs.enqueue(tx, jobs_of(scene, changed))
    event_id = event_of(changed.member_id)
    about = {"reward": changed.reward, "name": changed.terms["name"], "step": step, "redemption": str(changed.redemption_id)}
    await write_event(tx, scene, sent, event_id, changed.member_id, {"about": about})
    return await shown(tx, changed, event_id, STEP, None, scene.at)
