"""What waits for a second person: approve or reject with a comment; never one's own, which may only be withdrawn."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import access, members
from praemia.access import Approval
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.web import deeds
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.reading import form_of, id_of
from praemia.web.doors import staff_page
from praemia.web.frame import lang_of
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit

_PAGE = 30


@staff_page("access:approval:read")
async def approvals(visit: Visit, request: Request) -> Response:
    """What waits, or everything that was ever asked."""
    return await _page(visit, request)


@staff_page("access:approval:read")
async def decide(visit: Visit, request: Request) -> Response:
    """Approve, or reject. Whoever asked withdraws by rejecting, which needs no permission beyond seeing it."""
    form = await form_of(request)
    approval_id = id_of(str(request.path_params["approval"]))
    if approval_id is None:
        raise access.ApprovalUnknown(approval=str(request.path_params["approval"]))
    approved = form.text("decision") == "approve"

    async def work(tx: Tx, desk: Desk) -> None:
        asked = await access.get_approval(tx, desk.program.program_id, approval_id)
        if approved or not asked.asked.is_same(visit.actor):
            access.require(visit, "access:approval:write")
        carry_out = deeds.approve if approved else deeds.reject
        await carry_out(tx, desk.slug, approval_id, by=visit.actor, comment=form.text("comment"), now=desk.now)

    try:
        await do(visit, request, work)
    except access.PermissionMissing:
        raise
    except DomainError as refusal:
        return await _page(visit, request, problem=message_of(refusal, lang_of(request)))
    return go(f"/console/{visit.address}/approvals", done="approved" if approved else "rejected")


async def _page(visit: Visit, request: Request, *, problem: str = "") -> Response:
    everything = request.query_params.get("state") == "all"
    before = id_of(request.query_params.get("before"))

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        waiting_at = None if everything else desk.at
        page = await access.approvals_of(tx, desk.program.program_id, waiting_at=waiting_at, before=before, limit=_PAGE + 1)
        place = f"{desk.root}/approvals"
        state = "state=all&" if everything else ""
        names = {approval.subject for approval in page[:_PAGE]}
        known = await members.find_members(tx, desk.program.program_id, names)
        return {
            "tabs": [(desk.words.waiting, place, not everything), (desk.words.everything, f"{place}?state=all", everything)],
            "rows": [_row(desk, approval, known.get(approval.subject)) for approval in page[:_PAGE]],
            "following": f"{place}?{state}before={page[_PAGE - 1].approval_id}" if len(page) > _PAGE else None,
            "everything": everything,
        }

    shown = await at_desk(visit, request, read)
    status = 422 if problem else 200
    return show(request, visit, "console/approvals.html", here="approvals", status=status, problem=problem, **shown)


def _row(desk: Desk, asked: Approval, member: members.Member | None) -> dict[str, Any]:
    inputs = asked.body["inputs"]
    unit = desk.program.units[inputs["unit"]]
    mine = asked.asked.is_same(desk.visit.actor)
    state = asked.state_at(desk.at)
    return {
        "id": asked.approval_id,
        "amount": desk.points(int(inputs["amount"]), unit.number, signed=True),
        "member": asked.subject,
        "member_id": member.member_id if member and desk.may("members:member:read") else None,
        "reason": inputs.get("reason", ""),
        "by": asked.asked.name,
        "at": asked.asked_at,
        "until": asked.expires_at,
        "state": state,
        "is_mine": mine,
        "may_decide": state == "waiting" and (mine or desk.may("access:approval:write")),
        "decided_by": asked.decided.name if asked.decided else None,
        "decided_at": asked.decided_at,
        "comment": asked.comment,
        "event": asked.event_id,
    }
