"""What becomes of a redemption: captured or released, cancelled, used. Every act locks the accounts, then the redemption, and an act
that finds its work done already has no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import catalogue, journal, ledger, members
from praemia.catalogue import Code
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.redemption import store
from praemia.redemption.core.states import may_cancel, may_capture, may_release, may_use
from praemia.redemption.model import CAPTURE, RELEASE, REVERSAL, USE, Act, Done, Redemption, State, UseCode
from praemia.redemption.service.giving import give, take_back
from praemia.redemption.service.looking import limit_used
from praemia.redemption.service.reading import done_before, find, shown
from praemia.redemption.service.scene import Scene, Sent, balances_of, event_of, extend, known_event, moved, scene_of, write_event
from praemia.redemption.service.tiers import follow
from praemia.rules import Period

Accounts = dict[ledger.AccountKey, ledger.Account]


async def capture(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Spend the points that were set aside and give what was promised. Captured already: no effect.

    Raises RedemptionUnknown, NotHeld, HoldLapsed, KeyReused.
    """
    return await _act(tx, act, CAPTURE, now)


async def release(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Give the points that were set aside back to their lots. Released already: no effect. Raises RedemptionUnknown, NotHeld, KeyReused."""
    return await _act(tx, act, RELEASE, now)


async def cancel(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Undo a redemption that was not used: points go back to their lots with their own last days, stock and limits fall back,
    codes and cards are called in. Undone already: no effect. Raises RedemptionUnknown, NotCancellable, KeyReused.
    """
    return await _act(tx, act, REVERSAL, now)


async def use(tx: Tx, act: Act, *, now: datetime) -> Done:
    """Use a redemption, once. Raises RedemptionUnknown, AlreadyUsed, Undone, NotGiven, KeyReused and the refusals of its codes."""
    return await _act(tx, act, USE, now)


async def use_code(tx: Tx, shown_code: UseCode, *, now: datetime) -> Done:
    """Burn one use of a code; the redemption is used when its codes are. The member matters for a bound code only.

    Raises CodeUnknown, CodeOfAnother, CodeUsedUp, CodeNotActive, CodeExpired, MemberUnknown, KeyReused.
    """
    scene = await scene_of(tx, shown_code.program, now=now)
    code = await catalogue.find_code(tx, scene.program_id, shown_code.code)
    content = {"redemption": str(code.redemption_id), "code": code.ends, "member": shown_code.member, "order": shown_code.order}
    sent = Sent(kind=USE, content={k: v for k, v in content.items() if v is not None}, key=shown_code.key)
    before = await known_event(tx, scene, sent)
    if before is not None:
        return await done_before(tx, scene, before)
    user = await members.get_member(tx, scene.program_id, shown_code.member) if shown_code.member else None
    found = await find(tx, scene, str(code.redemption_id))
    holder = await _holder(tx, found)
    await ledger.lock_accounts(tx, [holder])
    found = await store.lock_redemption(tx, found.redemption_id)
    shown_by = found.member_id if user and user.member_id == holder else user.member_id if user else None  # also after a merge
    burnt = await catalogue.burn_code(tx, scene.program_id, shown_code.code, member_id=shown_by, day=scene.day)
    changed = replace(found, state=await _state_after(tx, found, burnt), changed_at=scene.at)
    await store.write_redemption(tx, changed)
    event_id = event_of(found.member_id)
    await write_event(tx, scene, sent, event_id, found.member_id, {"about": _about(changed, None)})
    return await shown(tx, changed, event_id, USE, user.reference if user else None, scene.at)


async def give_use_back(tx: Tx, slug: str, name: str, codes: Mapping[UUID, int], *, now: datetime) -> Redemption:
    """Undo a use, with so many uses of its codes, because the order it was used for did not come about. Whoever asks writes it down.

    Raises RedemptionUnknown.
    """
    scene = await scene_of(tx, slug, now=now)
    found, _ = await locked(tx, scene, name)
    for digest, uses in sorted(codes.items()):
        await catalogue.give_uses_back(tx, digest, uses)
    given = replace(found, state=State.GIVEN, changed_at=scene.at)
    await store.write_redemption(tx, given)
    return given


async def apply(tx: Tx, scene: Scene, kind: str, found: Redemption, accounts: Accounts, sent: Sent) -> Done:
    """Carry an act out on a locked redemption that allows it."""
    member = await members.find_by_id(tx, found.member_id)
    event_id = event_of(found.member_id)
    note = sent.content.get("note")
    match kind:
        case "capture":
            changed, said = await _capture(tx, scene, found, event_id, accounts), "captured"
        case "use":
            changed, said = await _use(tx, scene, found), ""
        case _:
            changed, said = await _undo(tx, scene, found, event_id, accounts), "returned"
    if member is not None and kind != USE:
        await follow(tx, scene, member, accounts, event_id=event_id)
    after = await balances_of(tx, scene, accounts)
    verdict: dict[str, Any] = {"about": _about(changed, note), "after": after}
    if said:
        verdict[said] = moved(scene, found.unit, found.quanta, (event_id, 0))
    async with tx.together():
        await store.write_redemption(tx, changed)
        await write_event(tx, scene, sent, event_id, found.member_id, verdict)
    returned = found.quanta if said == "returned" else 0
    return await shown(tx, changed, event_id, kind, member.reference if member else None, scene.at, returned=returned, after=after)


async def locked(tx: Tx, scene: Scene, name: str) -> tuple[Redemption, Accounts]:
    """The redemption behind lock, accounts first. Raises RedemptionUnknown."""
    found = await find(tx, scene, name)
    accounts = await ledger.lock_accounts(tx, [await _holder(tx, found)])
    return await store.lock_redemption(tx, found.redemption_id), accounts


async def _holder(tx: Tx, found: Redemption) -> UUID:
    """Whose redemption it is now: who redeemed, or who took over from them."""
    return (await members.leading(tx, [found.member_id]))[found.member_id].member_id


async def _act(tx: Tx, act: Act, kind: str, now: datetime) -> Done:
    scene = await scene_of(tx, act.program, now=now)
    said = {"redemption": act.redemption, "note": act.note, "order": act.order}
    sent = Sent(kind=kind, content={k: v for k, v in said.items() if v is not None}, key=act.key)
    before = await known_event(tx, scene, sent)
    if before is not None:
        return await done_before(tx, scene, before)
    found, accounts = await locked(tx, scene, act.redemption)
    may = _may(kind, found, scene.at)
    if isinstance(may, DomainError):
        raise may
    if not may:
        return await unchanged(tx, scene, found, kind)
    if kind == REVERSAL and found.state is State.HELD:
        kind = RELEASE
        sent = replace(sent, kind=RELEASE)
    return await apply(tx, scene, kind, found, accounts, sent)


async def unchanged(tx: Tx, scene: Scene, found: Redemption, kind: str) -> Done:
    """The answer of an act that found its work done."""
    member = await members.find_by_id(tx, found.member_id)
    return await shown(tx, found, None, kind, member.reference if member else None, scene.at)


def _may(kind: str, found: Redemption, at: datetime) -> bool | DomainError:
    match kind:
        case "capture":
            return may_capture(found, at)
        case "release":
            return may_release(found)
        case "reversal":
            return may_cancel(found)
        case _:
            return may_use(found) or True


async def _capture(tx: Tx, scene: Scene, found: Redemption, event_id: UUID, accounts: Accounts) -> Redemption:
    await _post(tx, scene, found, event_id, ledger.Kind.CAPTURE, accounts)
    await extend(tx, scene, found.member_id, accounts)
    return await give(tx, scene, found, accounts, event_id=event_id)


async def _undo(tx: Tx, scene: Scene, found: Redemption, event_id: UUID, accounts: Accounts) -> Redemption:
    held = found.state is State.HELD
    if not held:
        await take_back(tx, scene, found, event_id=event_id)
    await _post(tx, scene, found, event_id, ledger.Kind.RELEASE if held else ledger.Kind.RESTORE, accounts)
    for item in found.items:
        await catalogue.put_back(tx, scene.program_id, item, found.times)
    limit, now_of = found.terms.get("limit"), replace(found, member_id=await _holder(tx, found))
    await journal.spend_counters(tx, limit_used(now_of, Period(limit) if limit else None, scene, -found.times))
    return replace(found, state=State.RELEASED if held else State.CANCELLED, deadline=None, changed_at=scene.at)


async def _use(tx: Tx, scene: Scene, found: Redemption) -> Redemption:
    for code in await catalogue.codes_of(tx, found.codes):
        await catalogue.burn_whole(tx, code.digest, member_id=found.member_id, day=scene.day)
    return replace(found, state=State.USED, changed_at=scene.at)


async def _state_after(tx: Tx, found: Redemption, burnt: Code) -> State:
    """Used when every code is used up."""
    codes = await catalogue.codes_of(tx, found.codes)
    left = [code for code in codes if code.digest != burnt.digest and code.used < code.uses]
    return State.GIVEN if left or burnt.used < burnt.uses else State.USED


async def _post(tx: Tx, scene: Scene, found: Redemption, event_id: UUID, kind: ledger.Kind, accounts: Accounts) -> None:
    if not found.quanta:
        return
    posting = ledger.Posting(
        owner_id=found.member_id,
        event_id=event_id,
        line=0,
        unit=found.unit,
        program_id=scene.program_id,
        kind=kind,
        amount=found.quanta,
        day=scene.day,
        occurred_at=scene.at,
        posted_at=scene.at,
        of=(found.redemption_id, 0),
    )
    holder = await _holder(tx, found)
    if holder == found.member_id:
        await ledger.post(tx, [posting], accounts)
        return
    # Somebody else took the account over: the lots it came from are not theirs, the dates are.
    pieces = await ledger.pieces_of(tx, found.member_id, found.redemption_id, 0)
    back = [
        replace(posting, owner_id=holder, line=line, amount=p.amount, of=None, last_day=p.last_day, earned_at=p.earned_at)
        for line, p in enumerate(pieces)
    ]
    await ledger.post(tx, back, accounts)


def _about(redemption: Redemption, note: str | None) -> Mapping[str, Any]:
    told = {"reward": redemption.reward, "name": redemption.terms["name"], "times": redemption.times}
    return {**told, "redemption": str(redemption.redemption_id), "state": redemption.state.value, **({"note": note} if note else {})}
