"""The saga of a reward that has to be fulfilled: points held, steps one after the other, captured after the last, released when one
fails. Every step is one transaction, so a crash leaves a redemption between two steps and never between captured and released.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from praemia.foundation import jobs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.redemption import store
from praemia.redemption.core.states import may_release, may_step, next_step
from praemia.redemption.model import CAPTURE, RELEASE, STEP, Act, Done, Redemption
from praemia.redemption.service.reading import done_before, shown
from praemia.redemption.service.redeeming import STEP_JOB, job_of
from praemia.redemption.service.scene import Scene, Sent, event_of, known_event, scene_of, write_event
from praemia.redemption.service.settling import Accounts, apply, locked, unchanged

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
    found, accounts = await locked(tx, scene, act.redemption)
    step = act.step or ""
    may = may_step(found, step)
    if act.failed and may is not True and may_release(found) is False:
        may = False  # it failed before
    if isinstance(may, DomainError):
        raise may
    if not may:
        return await unchanged(tx, scene, found, STEP)
    if act.failed:
        note = f"{step}: {act.note}" if act.note else f"{step} failed"
        return await apply(tx, scene, RELEASE, found, accounts, replace(sent, kind=RELEASE, content={**sent.content, "note": note}))
    return await _done(tx, scene, found, step, accounts, sent, now)


async def lapse_holds(tx: Tx, slug: str, *, now: datetime) -> int:
    """Release what is held beyond its deadline, as the programme's clock says; answers how many. Done twice it finds nothing.

    For a sandbox whenever its clock is moved; for a live programme the worker's jobs and this do the same.
    """
    scene = await scene_of(tx, slug, now=now)
    released = 0
    while page := await store.lapsed(tx, scene.program_id, scene.at, _PAGE):
        for redemption_id in page:
            released += await lapse(tx, {"program": slug, "redemption": str(redemption_id)}, now=now)
    return released


async def lapse(tx: Tx, body: Mapping[str, Any], *, now: datetime) -> bool:
    """Release one hold if its deadline has come; answers whether it did. What was settled in the meantime stays as it is."""
    scene = await scene_of(tx, body["program"], now=now)
    found, accounts = await locked(tx, scene, body["redemption"])
    if may_release(found) is not True or found.deadline is None or found.deadline > scene.at:
        return False
    sent = Sent(kind=RELEASE, content={"redemption": body["redemption"], "note": "deadline"}, key=None)
    await apply(tx, scene, RELEASE, found, accounts, sent)
    return True


async def _done(tx: Tx, scene: Scene, found: Redemption, step: str, accounts: Accounts, sent: Sent, now: datetime) -> Done:
    changed = replace(found, step=step, changed_at=scene.at)
    following = next_step(changed)
    if following is None:
        return await apply(tx, scene, CAPTURE, changed, accounts, replace(sent, kind=CAPTURE))
    await store.write_redemption(tx, changed)
    if following in changed.terms["automatic"]:
        await jobs.enqueue(tx, [job_of(scene, STEP_JOB, changed, now, step=following)])
    event_id = event_of(changed.member_id)
    about = {"reward": changed.reward, "name": changed.terms["name"], "step": step, "redemption": str(changed.redemption_id)}
    await write_event(tx, scene, sent, event_id, changed.member_id, {"about": about})
    return await shown(tx, changed, event_id, STEP, None, scene.at)
