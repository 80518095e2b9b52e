"""Corrections by hand and their second person, the audit log, statements of account."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from praemia import access, ledger, members, programs, sharing
from praemia.access import Approval
from praemia.earning import Recorded
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.programs import OpenProgram
from praemia.web import commands, deeds, oversight_presenting
from praemia.web.bodies import examples, oversight
from praemia.web.bodies.answers import EventAnswer
from praemia.web.bodies.events import AdjustmentBody
from praemia.web.bodies.oversight import (
    ApprovalAnswer,
    ApprovalsAnswer,
    ApprovalsQuery,
    AuditAnswer,
    AuditQuery,
    DecisionBody,
    StatementAnswer,
    StatementQuery,
)
from praemia.web.bodies.queries import LangQuery
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import answer_one, json_response
from praemia.web.presenting import instant


async def record_adjustment(call: Call) -> Response:
    """Correct a balance by hand, in the unit named or the programme's first; above the key's limit it becomes a request."""
    body = await call.body(AdjustmentBody)
    await call.place()
    key = call.idempotency_key

    async def work(tx: Tx) -> tuple[Recorded | Approval, OpenProgram]:
        program = await programs.open_program(tx, call.program)
        unit = body.unit or min(program.units.values(), key=lambda each: each.number).code
        command = commands.adjustment(call.program, body, unit, key)
        made = await deeds.adjust(tx, command, by=call.actor, scopes=call.principal.scopes, now=call.face.now())
        return made, program

    outcome, program = await call.face.rooms.db.run(call.principal.tenant_id, work)
    if isinstance(outcome, Approval):
        document = oversight_presenting.approval(outcome, program.now(call.face.now()))
        return json_response(document, 202)
    return await answer_one(call, outcome)


async def list_approvals(call: Call) -> Response:
    """What waits for a second person, or everything ever asked; newest first."""
    query = call.query(ApprovalsQuery)
    before = _id_of(query.after, "?after") if query.after else None
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        at = (await programs.get_program(tx, call.program)).now(call.face.now())
        waiting_at = at if query.state == "waiting" else None
        page = await access.approvals_of(tx, place.program_id, waiting_at=waiting_at, before=before, limit=query.limit + 1)
    shown = page[: query.limit]
    following = str(shown[-1].approval_id) if len(page) > query.limit else None
    return json_response({"approvals": [oversight_presenting.approval(each, at) for each in shown], "next": following})


async def get_approval(call: Call) -> Response:
    """One request as it stands."""
    place = await call.place()
    approval_id = _approval_of(call)
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        at = (await programs.get_program(tx, call.program)).now(call.face.now())
        found = await access.get_approval(tx, place.program_id, approval_id)
    return json_response(oversight_presenting.approval(found, at))


async def approve(call: Call) -> Response:
    """Approve and book, in one transaction."""
    body = await call.body(DecisionBody)
    await call.place()
    approval_id = _approval_of(call)

    async def work(tx: Tx) -> Recorded:
        return await deeds.approve(tx, call.program, approval_id, by=call.actor, comment=body.comment, now=call.face.now())

    return await answer_one(call, await call.face.rooms.db.run(call.principal.tenant_id, work), status=200)


async def reject(call: Call) -> Response:
    """Decide against it; who asked may withdraw that way."""
    body = await call.body(DecisionBody)
    await call.place()
    approval_id = _approval_of(call)

    async def work(tx: Tx) -> Response:
        rejected = await deeds.reject(tx, call.program, approval_id, by=call.actor, comment=body.comment, now=call.face.now())
        at = (await programs.get_program(tx, call.program)).now(call.face.now())
        return json_response(oversight_presenting.approval(rejected, at))

    return await call.face.rooms.db.run(call.principal.tenant_id, work)


async def get_audit(call: Call) -> Response:
    """Who did what to this programme, newest first."""
    query = call.query(AuditQuery)
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        page = await access.audit_of(tx, program_id=place.program_id, before=query.after, limit=query.limit + 1)
    shown = page[: query.limit]
    following = shown[-1].number if len(page) > query.limit else None
    return json_response({"entries": [oversight_presenting.audit_entry(entry) for entry in shown], "next": following})


async def get_statement(call: Call) -> Response:
    """Opening, movements, closing of a period by the time of posting."""
    query = call.query(StatementQuery)
    after = oversight_presenting.read_line_cursor(query.after) if query.after is not None else None
    if query.after is not None and after is None:
        raise InvalidInput([Fault(path="?after", message="after must be the `next` of a page.", code="not_a_cursor")])
    if query.as_of is not None and query.until is not None:
        raise InvalidInput([Fault(path="?as_of", message="as_of and until say the same: send one of them.", code="misplaced")])
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        until = query.until or query.as_of or program.now(call.face.now())
        if query.since is not None and query.since > until:
            raise InvalidInput([Fault(path="?from", message="from lies after the end of the period.", code="range")])
        member = await members.get_member(tx, place.program_id, call.reference)
        owners = await sharing.owners_of(tx, member.member_id)
        found = await ledger.statements_of(tx, owners, since=query.since, until=until, after=after, page=query.limit)
    units = {unit.number: (unit.code, unit.decimals) for unit in program.units.values()}
    period = {"from": instant(query.since) if query.since else None, "until": instant(until)}
    return json_response({"member": member.reference, **period, **oversight_presenting.statement(found, units)})


def _approval_of(call: Call) -> UUID:
    """The id in the path; what is no id names no request."""
    text = str(call.request.path_params["approval"])
    try:
        return UUID(text)
    except ValueError:
        raise access.ApprovalUnknown(approval=text) from None


def _id_of(text: str, path: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput([Fault(path=path, message="after must be the `next` of a page.", code="not_a_cursor")]) from None


_DECIDING = ("access.approval_unknown", "access.approval_decided", "access.approval_expired")

OPERATIONS = (
    Operation(
        name="record_adjustment",
        method="POST",
        path="/adjustments",
        permission="ledger:adjustment:write",
        tag="Corrections",
        summary="Correct a balance by hand",
        description="A credit, or a debit when the amount is negative. Needs an Idempotency-Key. More than the programme lets this key "
        "correct alone, for one member on one day, is not booked: the answer (202) is a request that another key approves or rejects.",
        serve=record_adjustment,
        body=AdjustmentBody,
        examples=examples.ADJUSTMENTS,
        query=LangQuery,
        answer=EventAnswer,
        answer_example={**examples.EVENT_ANSWER, "kind": "adjustment"},
        waits=(ApprovalAnswer, oversight.WAITING),
        problems=(
            "programs.unknown",
            "members.unknown",
            "members.closed",
            "earning.in_future",
            "earning.unit_unknown",
            "earning.reason_unknown",
            "journal.key_reused",
            "ledger.insufficient_points",
            "web.key_required",
        ),
        status=201,
        keyed=True,
    ),
    Operation(
        name="list_approvals",
        method="GET",
        path="/approvals",
        permission="access:approval:read",
        tag="Corrections",
        summary="What waits for a second person",
        description="Requests of this programme, newest first.",
        serve=list_approvals,
        query=ApprovalsQuery,
        answer=ApprovalsAnswer,
        answer_example=oversight.APPROVALS,
        problems=("programs.unknown",),
    ),
    Operation(
        name="get_approval",
        method="GET",
        path="/approvals/{approval}",
        permission="access:approval:read",
        tag="Corrections",
        summary="Read a request",
        description="As it stands: waiting, approved with the event it became, rejected or expired.",
        serve=get_approval,
        answer=ApprovalAnswer,
        answer_example=oversight.WAITING,
        problems=("programs.unknown", "access.approval_unknown"),
    ),
    Operation(
        name="approve",
        method="POST",
        path="/approvals/{approval}/approve",
        permission="access:approval:write",
        tag="Corrections",
        summary="Approve a request",
        description="Books it, exactly once. Another key than the one that asked; if the booking is refused, the request goes on waiting.",
        serve=approve,
        body=DecisionBody,
        query=LangQuery,
        answer=EventAnswer,
        answer_example={**examples.EVENT_ANSWER, "kind": "adjustment"},
        problems=(
            "programs.unknown",
            *_DECIDING,
            "access.second_person_needed",
            "members.unknown",
            "members.closed",
            "journal.key_reused",
            "ledger.insufficient_points",
        ),
    ),
    Operation(
        name="reject",
        method="POST",
        path="/approvals/{approval}/reject",
        permission="access:approval:write",
        tag="Corrections",
        summary="Reject a request",
        description="Nothing is booked. Who asked may withdraw the request that way.",
        serve=reject,
        body=DecisionBody,
        answer=ApprovalAnswer,
        answer_example=oversight.REJECTED,
        problems=("programs.unknown", *_DECIDING),
    ),
    Operation(
        name="get_audit",
        method="GET",
        path="/audit",
        permission="access:audit:read",
        tag="Programmes",
        summary="Who did what",
        description="Every administrative deed of this programme, newest first: files applied, corrections, approvals, keys bound to it. "
        "The log is appended only and chained by `hash`.",
        serve=get_audit,
        query=AuditQuery,
        answer=AuditAnswer,
        answer_example=oversight.AUDIT,
        problems=("programs.unknown",),
    ),
    Operation(
        name="get_statement",
        method="GET",
        path="/members/{reference:path}/statement",
        permission="ledger:balance:read",
        tag="Members",
        summary="A statement of account",
        description="Opening balance, movements, closing balance of every unit for a period by the time of posting, `from` not included, "
        "`until` included: periods that meet join without a gap, and each end is what `balances?as_of=` answers.",
        serve=get_statement,
        query=StatementQuery,
        answer=StatementAnswer,
        answer_example=oversight.STATEMENT,
        problems=("programs.unknown", "members.unknown"),
    ),
)
