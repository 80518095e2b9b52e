"""What becomes of a redemption: captured or released, cancelled, used; and codes at the till. An act that finds its work done already
has no effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import catalogue, journal, ledger, members
from praemia.catalogue import Code, Demand, Stock
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import Value, replace
from praemia.members import Member
from praemia.redemption import store
from praemia.redemption.core.promises import is_shared
from praemia.redemption.core.states import may_cancel, may_capture, may_release, may_use
from praemia.redemption.errors import NotTogether
from praemia.redemption.model import CAPTURE, RELEASE, REVERSAL, USE, Done, Redemption, State, UseCode
from praemia.redemption.service.giving import take_back
from praemia.redemption.service.holders import locked
from praemia.redemption.service.looking import limit_used
from praemia.redemption.service.reading import done_before, shown
from praemia.redemption.service.scene import Claim, Scene, Sent, event_of, known_event, moved, scene_of, write_event
from praemia.redemption.service.writing import Change
from praemia.rules import Period

_POSTED_AS = {CAPTURE: ledger.Kind.CAPTURE, RELEASE: ledger.Kind.RELEASE, REVERSAL: ledger.Kind.RESTORE}
_GIVES_BACK = frozenset({RELEASE, REVERSAL})


class Settling(Value):
    """An act on a redemption that is there; `found` is the redemption behind lock, `holder` who has it now."""

    scene: Scene
    kind: str
    inputs: Mapping[str, Any]
    claim: Claim | None
    found: Redemption
    holder: Member
    note: str | None = None


def demands_of(acts: Iterable[Settling]) -> dict[int, list[Demand]]:
    """What acts may put back into limited stock, by programme."""
    found: dict[int, list[Demand]] = {}
    for act in acts:
        if act.kind in _GIVES_BACK:
            for item in act.found.items:
                demand = Demand(item=item, amount=act.found.times, total=None, home=act.holder.member_id)
                found.setdefault(act.scene.program_id, []).append(demand)
    return found


async def decide(tx: Tx, act: Settling, stocks: Mapping[int, Stock], *, together: bool) -> Change | Done | DomainError:
    """What comes of an act: a change, the answer that its work is done already, or a refusal that changed nothing. Raises the refusal
    of something that cannot be called in or used, by which time other parts of it may have been."""
    if act.kind == REVERSAL and act.found.state is State.HELD:
        act = replace(act, kind=RELEASE)  # points that are only set aside come back from there
    may = _may(act)
    if isinstance(may, DomainError):
        return may
    if not may:
        return await unchanged(tx, act)
    if together and _is_shared(act):
        return NotTogether()
    return await change(tx, act, stocks)


async def change(tx: Tx, act: Settling, stocks: Mapping[int, Stock]) -> Change:
    """What an act makes of a redemption that allows it."""
    found, event_id = act.found, event_of(act.found.member_id)
    match act.kind:
        case "capture":
            settled, said = replace(found, state=State.GIVEN, deadline=None, changed_at=act.scene.at), "captured"
        case "use":
            await _burn(tx, act)
            settled, said = replace(found, state=State.USED, changed_at=act.scene.at), ""
        case _:
            settled, said = await _undo(tx, act, stocks, event_id), "returned"
    verdict: dict[str, Any] = {"about": _about(settled, act.note)}
    if said:
        verdict[said] = moved(act.scene, found.unit, found.quanta, (event_id, 0))
    undone = act.kind in _GIVES_BACK
    return Change(
        scene=act.scene,
        kind=act.kind,
        inputs=act.inputs,
        claim=act.claim,
        member=act.holder,
        event_id=event_id,
        redemption=settled,
        verdict=verdict,
        postings=await _postings(tx, act, event_id) if said else (),
        counters=_fallen_back(act) if undone else {},
        gives=act.kind == CAPTURE,
        returned=found.quanta if undone else 0,
    )


async def unchanged(tx: Tx, act: Settling) -> Done:
    """The answer of an act that found its work done."""
    return await shown(tx, act.found, None, act.kind, act.holder.reference, act.scene.at)


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
    found, holder, _ = await locked(tx, scene, str(code.redemption_id))
    shown_by = found.member_id if user and user.member_id == holder.member_id else user.member_id if user else None  # also after a merge
    burnt = await catalogue.burn_code(tx, scene.program_id, shown_code.code, member_id=shown_by, day=scene.day)
    changed = replace(found, state=await _state_after(tx, found, burnt), changed_at=scene.at)
    await store.write_redemptions(tx, [changed])
    event_id = event_of(found.member_id)
    await write_event(tx, scene, sent, event_id, found.member_id, {"about": _about(changed, None)})
    return await shown(tx, changed, event_id, USE, user.reference if user else None, scene.at)


async def give_use_back(tx: Tx, slug: str, name: str, codes: Mapping[UUID, int], *, now: datetime) -> Redemption:
    """Undo a use, with so many uses of its codes, because the order it was used for did not come about. Whoever asks writes it down.

    Raises RedemptionUnknown.
    """
    scene = await scene_of(tx, slug, now=now)
    found, _, _ = await locked(tx, scene, name)
    for digest, uses in sorted(codes.items()):
        await catalogue.give_uses_back(tx, digest, uses)
    given = replace(found, state=State.GIVEN, changed_at=scene.at)
    await store.write_redemptions(tx, [given])
    return given


def _may(act: Settling) -> bool | DomainError:
    match act.kind:
        case "capture":
            return may_capture(act.found, act.scene.at)
        case "release":
            return may_release(act.found)
        case "reversal":
            return may_cancel(act.found)
        case _:
            return may_use(act.found) or True


def _is_shared(act: Settling) -> bool:
    """Whether it takes rows that others may hold: what was given and comes back or is used, and what members share when it is given."""
    if act.kind == RELEASE:
        return False
    return is_shared(act.found.terms) or bool(act.found.codes or act.found.cards)


async def _undo(tx: Tx, act: Settling, stocks: Mapping[int, Stock], event_id: UUID) -> Redemption:
    found = act.found
    if act.kind == REVERSAL:
        await take_back(tx, act.scene, found, event_id=event_id)
    if found.items:
        stocks[found.program_id].put_back(found.items, found.times)
    state = State.RELEASED if act.kind == RELEASE else State.CANCELLED
    return replace(found, state=state, deadline=None, changed_at=act.scene.at)


def _fallen_back(act: Settling) -> Mapping[journal.OwnedCounter, tuple[int, datetime]]:
    """The limit of whoever has it now has room again, in the period in which it was made."""
    limit = act.found.terms.get("limit")
    had_by = replace(act.found, member_id=act.holder.member_id)
    return limit_used(had_by, Period(limit) if limit else None, act.scene, -act.found.times)


async def _burn(tx: Tx, act: Settling) -> None:
    for code in await catalogue.codes_of(tx, act.found.codes):
        await catalogue.burn_whole(tx, code.digest, member_id=act.found.member_id, day=act.scene.day)


async def _state_after(tx: Tx, found: Redemption, burnt: Code) -> State:
    """Used when every code is used up."""
    codes = await catalogue.codes_of(tx, found.codes)
    left = [code for code in codes if code.digest != burnt.digest and code.used < code.uses]
    return State.GIVEN if left or burnt.used < burnt.uses else State.USED


async def _postings(tx: Tx, act: Settling, event_id: UUID) -> Sequence[ledger.Posting]:
    scene, found = act.scene, act.found
    if not found.quanta:
        return ()
    posting = ledger.Posting(
        owner_id=found.member_id,
        event_id=event_id,
        line=0,
        unit=found.unit,
        program_id=scene.program_id,
        kind=_POSTED_AS[act.kind],
        amount=found.quanta,
        day=scene.day,
        occurred_at=scene.at,
        posted_at=scene.at,
        of=(found.redemption_id, 0),
    )
    holder = act.holder.member_id
    if holder == found.member_id:
        return (posting,)
    # Somebody else took the account over: the lots it came from are not theirs, the dates are.
    pieces = await ledger.pieces_of(tx, found.member_id, found.redemption_id, 0)
    return [
        replace(posting, owner_id=holder, line=line, amount=p.amount, of=None, last_day=p.last_day, earned_at=p.earned_at)
        for line, p in enumerate(pieces)
    ]


def _about(redemption: Redemption, note: str | None) -> Mapping[str, Any]:
    told = {"reward": redemption.reward, "name": redemption.terms["name"], "times": redemption.times}
    return {**told, "redemption": str(redemption.redemption_id), "state": redemption.state.value, **({"note": note} if note else {})}
