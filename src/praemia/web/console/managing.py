"""What staff do for a member: correct points, give expired ones back, assign a tier, make one membership of two, end one.

Every form is read by the same model as the API's body and carried out by the same verbs; a refusal is shown beside its field.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import insight, ledger, members, sharing, tiers
from praemia.access import Approval
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.foundation.jsons import write_json
from praemia.journal import IDEMPOTENCY_KEY
from praemia.members import Member
from praemia.sharing import Merging, Parting
from praemia.tiers import Assignment, Mode
from praemia.web import commands, deeds
from praemia.web.bodies.belonging import ClosureBody
from praemia.web.bodies.events import AdjustmentBody, ReinstatementBody
from praemia.web.bodies.sharing import MergeBody
from praemia.web.bodies.tiers import TierBody
from praemia.web.calls import decode
from praemia.web.console.desk import Desk, at_desk, desk_of, do, go, show
from praemia.web.console.members import frame_of, member_of
from praemia.web.console.reading import Form, beside, form_of, needed, new_once, quanta
from praemia.web.doors import Door, form_faults, staff_page
from praemia.web.face import face_of
from praemia.web.frame import lang_of
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit

_BESIDE = {
    "earning.reason_unknown": "reason",
    "ledger.insufficient_points": "amount",
    "tiers.unknown": "tier",
    "tiers.until_past": "until",
    "members.unknown": "drop",
    "members.card_blocked": "drop",
    "members.card_replaced": "drop",
    "sharing.same_member": "drop",
    "sharing.already_merged": "drop",
    "sharing.points_held": "drop",
}
"""Beside which field a refusal stands that names none."""

Deed = Callable[[Tx, Desk, Member, Form], Awaitable[str]]
"""Does what a form says and answers the word for what was done."""


@staff_page("members:member:read")
async def manage(visit: Visit, request: Request) -> Response:
    """The forms that whoever sits here may use. `?drop=` shows what a merge with that member would do."""
    return await _page(visit, request, drop=request.query_params.get("drop", "").strip())


async def _adjust(tx: Tx, desk: Desk, member: Member, form: Form) -> str:
    unit = desk.program.units.get(form.text("unit")) or desk.unit_list[0]
    wish: dict[str, Any] = {
        "member": member.reference,
        "unit": unit.code,
        "amount": quanta(form.text("amount"), unit.decimals, field="amount"),
        "reason": needed(form.text("reason"), field="reason"),
    }
    if form.text("allow_negative"):
        wish["allow_negative"] = True
    if form.text("last_day"):
        wish["last_day"] = form.text("last_day")
    command = commands.adjustment(desk.slug, decode(AdjustmentBody, write_json(wish)), unit.code, form.once)
    made = await deeds.adjust(tx, command, by=desk.visit.actor, scopes=desk.visit.scopes, now=desk.now)
    return "adjustment_asked" if isinstance(made, Approval) else "adjusted"


async def _reinstate(tx: Tx, desk: Desk, member: Member, form: Form) -> str:
    days = form.text("within_days")
    body = decode(ReinstatementBody, write_json({"within_days": int(days)} if days.isdigit() else {}))
    moved = await deeds.reinstate(
        tx, desk.slug, member.reference, unit=None, within_days=body.within_days, key=form.once, by=desk.visit.actor, now=desk.now
    )
    return "reinstated" if moved.moved else "nothing_reinstated"


async def _assign(tx: Tx, desk: Desk, member: Member, form: Form) -> str:
    wish = {"tier": form.text("tier") or None, "as": form.text("as") or "floor", "reason": needed(form.text("reason"), field="reason")}
    body = decode(TierBody, write_json(wish | ({"until": form.text("until")} if form.text("until") else {})))
    assignment = Assignment(member=member.reference, tier=body.tier, mode=Mode(body.mode), until=body.until, reason=body.reason)
    await deeds.assign_tier(tx, desk.slug, assignment, [(IDEMPOTENCY_KEY, form.once)], by=desk.visit.actor, now=desk.now)
    return "tier_assigned"


async def _merge(tx: Tx, desk: Desk, member: Member, form: Form) -> str:
    reason = {"reason": form.text("reason")} if form.text("reason") else {}
    body = decode(MergeBody, write_json({"drop": needed(form.text("drop"), field="drop"), **reason}))
    wanted = Merging(program=desk.slug, keep=member.reference, drop=body.drop, key=form.once)
    await deeds.merge(tx, wanted, reason=body.reason, by=desk.visit.actor, now=desk.now)
    return "merged"


async def _part(tx: Tx, desk: Desk, member: Member, form: Form) -> str:
    wanted = Parting(program=desk.slug, merge=form.text("merge"), key=form.once)
    await deeds.part(tx, wanted, by=desk.visit.actor, now=desk.now)
    return "parted"


async def _close(tx: Tx, desk: Desk, member: Member, form: Form) -> str:
    if form.text("confirm") != member.reference:
        raise InvalidInput(
            [Fault(path="/confirm", message="Type the member's reference exactly as it is written above.", code="not_confirmed")]
        )
    body = decode(ClosureBody, write_json({"reason": form.text("reason")} if form.text("reason") else {}))
    vault, by = desk.face.rooms.vault, desk.visit.actor
    await deeds.close_membership(tx, vault, desk.slug, member.reference, reason=body.reason, by=by, now=desk.now)
    return "closed"


def _posting(deed_name: str, permission: str, deed: Deed) -> Door:
    """The page that a form of that name is posted to."""

    async def page(visit: Visit, request: Request) -> Response:
        form = await form_of(request)

        async def work(tx: Tx, desk: Desk) -> str:
            member = await member_of(tx, desk, request)
            return await deed(tx, desk, member, form)

        try:
            done = await do(visit, request, work)
        except DomainError as refusal:
            return await _page(visit, request, refused=(deed_name, refusal, form))
        return go(f"/console/{visit.address}/members/{request.path_params['member']}", done=done)

    page.__name__ = f"member_{deed_name}"
    return staff_page(permission)(page)


adjust = _posting("adjust", "ledger:adjustment:write", _adjust)
reinstate = _posting("reinstate", "ledger:reinstatement:write", _reinstate)
assign = _posting("assign", "tiers:tier:write", _assign)
merge = _posting("merge", "sharing:merge:write", _merge)
part = _posting("part", "sharing:merge:write", _part)
close = _posting("close", "members:member:close", _close)


async def _page(visit: Visit, request: Request, *, drop: str = "", refused: tuple[str, DomainError, Form] | None = None) -> Response:
    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        member = await member_of(tx, desk, request)
        policy = desk.policies
        return await frame_of(tx, desk, member, "manage") | {
            "once": new_once(),
            "units": [(unit.code, desk.units[unit.code]) for unit in desk.unit_list],
            "reasons": None if policy.adjustments.reasons is None else [(code, code) for code in policy.adjustments.reasons],
            "levels": [(level.id, desk.tier(level.id)) for level in policy.tiers.levels] if policy.tiers else [],
            "reinstates": any(unit.lots.reinstate_days for unit in policy.rules.earning.units),
            "parts": await insight.parts_of(tx, desk.program, member.member_id),
            "drop": drop,
        }

    shown = await at_desk(visit, request, read)
    preview: Mapping[str, Any] = {}
    if refused is not None:
        deed_name, refusal, form = refused
        faults = beside(form_faults(refusal, lang_of(request)), refusal, _BESIDE)
        if "" in faults:
            shown["problem"] = faults[""]
        shown |= {"faults": {deed_name: faults}, "given": {deed_name: form.given}}
    elif drop:
        preview, problem = await _preview(visit, request, drop)
        if problem is not None:
            shown |= {"faults": {"merge": {"drop": message_of(problem, lang_of(request))}}}
    return show(request, visit, "console/manage.html", here="members", status=422 if refused else 200, preview=preview, **shown)


async def _preview(visit: Visit, request: Request, drop: str) -> tuple[Mapping[str, Any], DomainError | None]:
    """What the member would have after taking the other membership over: done for real, and not committed."""
    async with face_of(request).rooms.db.rehearsal(visit.tenant_id) as tx:
        desk = await desk_of(tx, visit, request)
        try:
            keep = await member_of(tx, desk, request)
            other = await members.get_member(tx, desk.program.program_id, drop)
            before = [await _standing(tx, desk, one) for one in (keep, other)]
            await sharing.merge(tx, Merging(program=desk.slug, keep=keep.reference, drop=drop), now=desk.now)
            after = await _standing(tx, desk, keep)
        except DomainError as refusal:
            return {}, refusal
    names = (keep.reference, other.reference, desk.words.after_merge)
    return {"names": names, "columns": [*before, after]}, None


async def _standing(tx: Tx, desk: Desk, member: Member) -> tuple[str, str, int]:
    """Points, tier and number of cards, in words."""
    held = await ledger.balances_of(tx, member.member_id, day=desk.day)
    found = await tiers.tier_of(tx, desk.program, member, now=desk.now)
    cards = await members.cards_of(tx, await sharing.owners_of(tx, member.member_id))
    points = ", ".join(desk.points(balance.available, balance.unit) for balance in held) or desk.points(0, desk.unit_list[0].number)
    return points, desk.tier(found[1].state.tier) if found else "", len(cards)
