"""The verb `carry_out`: many deeds, one transaction, an answer each; and the verbs that do one deed, which are a batch of one.

Order of checks: programme, known key, then deadline, member and reward, or the redemption; what stands against it after the locks. Order
of locks: accounts, redemptions, stock, then what a deed touches alone (codes, cards), keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from praemia import catalogue, journal
from praemia.catalogue import Demand, Stock
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import Value, replace
from praemia.journal import KnownKeys
from praemia.members import Member, MemberClosed, MemberUnknown
from praemia.redemption.errors import DeadlinePassed, RedemptionUnknown
from praemia.redemption.model import CAPTURE, RELEASE, REVERSAL, USE, Act, Deed, Done, Redeem, Redemption
from praemia.redemption.service import redeeming, settling
from praemia.redemption.service.finding import Seen, look_up
from praemia.redemption.service.holders import Meant, lock, see_holders, see_named
from praemia.redemption.service.looking import reward_of
from praemia.redemption.service.reading import done_before
from praemia.redemption.service.redeeming import Asked
from praemia.redemption.service.scene import Accounts, Claim, Scene, Sent, recognise, scene_of
from praemia.redemption.service.settling import Settling
from praemia.redemption.service.writing import Change, write

Answer = Done | DomainError
Answers = list[Answer | None]


class _Job(Value):
    """A deed on its way through the batch: its place in it, where it happens, the key that it uses up."""

    index: int
    deed: Deed
    scene: Scene
    sent: Sent
    claim: Claim | None


class _Step(Value):
    """A job whose member and reward, or whose redemption, were looked for. What was not found is refused in its turn: the key counts
    first, and one ahead of it may use that up."""

    job: _Job
    what: Asked | Meant | DomainError

    @property
    def member(self) -> Member | None:
        match self.what:
            case Asked(member=member) | Meant(holder=member):
                return member
        return None


async def carry_out(tx: Tx, deeds: Sequence[Deed], *, now: datetime) -> list[Answer]:
    """Carry out deeds in their order and answer each: what it did, or why it was refused, which changes nothing.

    What came before under the same key is answered again from the record. Of several, a deed that takes rows many members share is
    answered NotTogether: it wants a transaction of its own. Raises Contended when a race is lost, and the refusal of a lone deed that
    was found after it had changed something; then the transaction must be given up.
    """
    answers: Answers = [None] * len(deeds)
    seen = await look_up(tx, deeds)
    known = dict(seen.known)
    jobs = await _jobs(tx, deeds, seen, answers, now)
    steps = [_step(job, seen) for job in await _answer_known(tx, jobs, known, answers)]
    accounts, standing = await lock(
        tx,
        {step.member.member_id for step in steps if step.member},
        [step.what.redemption_id for step in steps if isinstance(step.what, Meant)],
    )
    await _see_again(tx, steps)
    stocks = await _lock_stock(tx, steps, standing)
    while steps:
        wave, steps = _split(steps)
        fresh = {job.index for job in await _answer_known(tx, [step.job for step in wave], known, answers)}
        wave = [step for step in wave if step.job.index in fresh]
        await _carry_wave(tx, wave, accounts, standing, stocks, known, answers, together=len(deeds) > 1)
    return [answer for answer in answers if answer is not None]


async def redeem(tx: Tx, wanted: Redeem, *, now: datetime) -> Done:
    """Redeem a reward for a member; with `hold`, or when the reward has to be fulfilled, the points are only set aside.

    Sent again with the same key and content it answers the first redemption. Raises the catalogue's refusals,
    InsufficientPoints, MemberUnknown, MemberClosed, KeyReused, DeadlinePassed; Contended when a race is lost.
    """
    return await _alone(tx, wanted, now)


async def capture(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Spend the points that were set aside and give what was promised. Captured already: no effect.

    Raises RedemptionUnknown, NotHeld, HoldLapsed, KeyReused.
    """
    return await _alone(tx, replace(act, kind=CAPTURE), now)


async def release(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Give the points that were set aside back to their lots. Released already: no effect. Raises RedemptionUnknown, NotHeld, KeyReused."""
    return await _alone(tx, replace(act, kind=RELEASE), now)


async def cancel(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Undo a redemption that was not used: points go back to their lots with their own last days, stock and limits fall back,
    codes and cards are called in. Undone already: no effect. Raises RedemptionUnknown, NotCancellable, KeyReused.
    """
    return await _alone(tx, replace(act, kind=REVERSAL), now)


async def use(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Use a redemption, once. Raises RedemptionUnknown, AlreadyUsed, Undone, NotGiven, KeyReused and the refusals of its codes."""
    return await _alone(tx, replace(act, kind=USE), now)


async def _alone(tx: Tx, deed: Deed, now: datetime) -> Done:
    (answer,) = await carry_out(tx, [deed], now=now)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def _jobs(tx: Tx, deeds: Sequence[Deed], seen: Seen, answers: Answers, now: datetime) -> list[_Job]:
    scenes = {slug: await scene_of(tx, slug, now=now) for slug, program in seen.programs.items() if not isinstance(program, DomainError)}
    jobs = []
    for index, (deed, (sent, claim)) in enumerate(zip(deeds, seen.sent, strict=True)):
        program = seen.programs[deed.program]
        if isinstance(program, DomainError):
            answers[index] = program
        else:
            jobs.append(_Job(index=index, deed=deed, scene=scenes[deed.program], sent=sent, claim=claim))
    return jobs


async def _answer_known(tx: Tx, jobs: Sequence[_Job], known: KnownKeys, answers: Answers) -> list[_Job]:
    """What came before is answered from the record; the rest goes on."""
    fresh: list[_Job] = []
    replays: list[tuple[_Job, UUID]] = []
    for job in jobs:
        match recognise(job.sent, job.claim, known):
            case None:
                fresh.append(job)
            case DomainError() as refusal:
                answers[job.index] = refusal
            case event:
                replays.append((job, event))
    events = await journal.events_by_id(tx, {event for _, event in replays})
    for job, event in replays:
        answers[job.index] = await done_before(tx, job.scene, events[event])
    return fresh


def _step(job: _Job, seen: Seen) -> _Step:
    """Who asks for which reward, or which redemption is meant."""
    program_id = job.scene.program_id
    if isinstance(job.deed, Act):
        meant = seen.meant.get(job.deed.redemption)
        if meant is None or meant.program_id != program_id:
            return _Step(job=job, what=RedemptionUnknown(redemption=job.deed.redemption))
        return _Step(job=job, what=meant)
    try:
        return _Step(job=job, what=_asked(job, job.deed, seen.named[program_id].get(job.deed.member)))
    except DomainError as refusal:
        return _Step(job=job, what=refusal)


def _asked(job: _Job, wanted: Redeem, who: Member | DomainError | None) -> Asked:
    scene = job.scene
    if wanted.deadline is not None and wanted.deadline <= scene.at:
        raise DeadlinePassed(deadline=wanted.deadline.isoformat(), now=scene.at.isoformat())
    if isinstance(who, DomainError):
        raise who
    if who is None:
        raise MemberUnknown(reference=wanted.member)
    if who.status != "active":
        raise MemberClosed(reference=wanted.member)
    reward = reward_of(scene, wanted.reward)
    return Asked(scene=scene, wanted=wanted, inputs=job.sent.content, claim=job.claim, member=who, reward=reward)


def _settling(job: _Job, meant: Meant, standing: Mapping[UUID, Redemption]) -> Settling:
    return Settling(
        scene=job.scene,
        kind=job.sent.kind,
        inputs=job.sent.content,
        claim=job.claim,
        found=standing[meant.redemption_id],
        holder=meant.holder,
        note=job.sent.content.get("note"),
    )


async def _see_again(tx: Tx, steps: Sequence[_Step]) -> None:
    """Whether everybody still is who they were before we waited for the locks. Raises Contended."""
    await see_holders(tx, [step.what for step in steps if isinstance(step.what, Meant)])
    named: dict[int, dict[str, Member]] = {}
    scenes: dict[int, Scene] = {}
    for step in steps:
        if isinstance(step.what, Asked):
            scenes[step.what.scene.program_id] = step.what.scene
            named.setdefault(step.what.scene.program_id, {})[step.what.wanted.member] = step.what.member
    for program_id, who in named.items():
        await see_named(tx, scenes[program_id], who)


async def _lock_stock(tx: Tx, steps: Sequence[_Step], standing: Mapping[UUID, Redemption]) -> dict[int, Stock]:
    """The stock that the whole batch may take from or put back into, by programme."""
    taken = redeeming.demands_of(step.what for step in steps if isinstance(step.what, Asked))
    back = settling.demands_of(_settling(step.job, step.what, standing) for step in steps if isinstance(step.what, Meant))
    wanted: dict[int, list[Demand]] = {program: [*taken.get(program, ()), *back.get(program, ())] for program in taken.keys() | back.keys()}
    return {program: await catalogue.lock_stock(tx, program, wanted[program]) for program in sorted(wanted)}


def _split(steps: Sequence[_Step]) -> tuple[list[_Step], list[_Step]]:
    """The steps before the first one that shares its member or its key with one ahead of it, and the rest: what comes of it depends on
    what came of that one."""
    taken: set[UUID] = set()
    for n, step in enumerate(steps):
        touched = ({step.member.member_id} if step.member else set()) | ({step.job.claim[0].key} if step.job.claim else set())
        if touched & taken:
            return list(steps[:n]), list(steps[n:])
        taken |= touched
    return list(steps), []


async def _carry_wave(
    tx: Tx,
    wave: Sequence[_Step],
    accounts: Accounts,
    standing: dict[UUID, Redemption],
    stocks: dict[int, Stock],
    known: dict[UUID, tuple[UUID, UUID]],
    answers: Answers,
    *,
    together: bool,
) -> None:
    """Decide and write steps of as many members. What is written is noted for the waves after: `standing` redemptions, `known` keys."""
    looks = await redeeming.look(tx, [step.what for step in wave if isinstance(step.what, Asked)], accounts)
    changes: dict[int, Change] = {}
    for step in wave:
        decided: Change | Answer
        match step.what:
            case Asked() as asked:
                decided = await redeeming.decide(tx, asked, looks, stocks, together=together)
            case Meant() as meant:
                decided = await settling.decide(tx, _settling(step.job, meant, standing), stocks, together=together)
            case refusal:
                decided = refusal
        if isinstance(decided, Change):
            changes[step.job.index] = decided
        else:
            answers[step.job.index] = decided
    done = await write(tx, list(changes.values()), accounts, stocks.values())
    for (index, change), answer in zip(changes.items(), done, strict=True):
        answers[index] = answer
        standing[answer.redemption.redemption_id] = answer.redemption
        if change.claim:
            known[change.claim[0].key] = (change.event_id, change.claim[1])
