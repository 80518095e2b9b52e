"""How a programme is doing, lists of its members, and examinations of its ledger, for operators with a console of their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.responses import Response

from praemia import insight, members, programs, proof
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.ids import bucket_of
from praemia.insight import CHAINS, Examination, Listed, Pulse, Totals
from praemia.programs import OpenProgram
from praemia.web.bodies import office, office_examples
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def get_figures(call: Call) -> Response:
    """Sums to this moment, counts as old as they say."""
    query = call.query(office.FiguresQuery)
    await call.place()

    async def work(tx: Tx) -> dict[str, Any]:
        program = await programs.open_program(tx, call.program)
        return _figures(program, await insight.pulse_of(tx, program, days=query.days, now=call.face.now()))

    return json_response(await call.face.rooms.db.run(call.principal.tenant_id, work))


async def list_members(call: Call) -> Response:
    """The last to come first, or those whose name or card begins like this."""
    query = call.query(office.MembersQuery)
    before = _id_of(query.after) if query.after is not None else None
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        if query.q is not None:
            found = await insight.members_named(tx, program, query.q, limit=query.limit)
        else:
            found = await insight.members_of(tx, program, before=before, limit=query.limit + 1)
    shown = found[: query.limit]
    following = str(shown[-1].member_id) if len(found) > query.limit else None
    return json_response({"members": [_listed(one) for one in shown], "next": following})


async def get_proof(call: Call) -> Response:
    """The newest checkpoint, and what examinations found."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return json_response(await _proof(tx))


async def ask_examination(call: Call) -> Response:
    """A job examines; ask again for what it found."""
    body = await call.body(office.ExaminationBody)
    place = await call.place()

    async def work(tx: Tx) -> dict[str, Any]:
        parts = None
        if body.member is not None:
            member = await members.get_member(tx, place.program_id, body.member)
            parts = [CHAINS, bucket_of(member.member_id)]
        await insight.ask_examination(tx, parts, by=call.actor, now=call.face.now())
        return await _proof(tx)

    return json_response(await call.face.rooms.db.run(call.principal.tenant_id, work), 201)


def _figures(program: OpenProgram, pulse: Pulse) -> dict[str, Any]:
    census = pulse.census
    units = sorted(program.units.values(), key=lambda unit: unit.number)
    return {
        "since": pulse.since.isoformat(),
        "until": pulse.today.isoformat(),
        "units": [
            {
                "unit": unit.code,
                "decimals": unit.decimals,
                "period": _totals(pulse.period[unit.number]),
                "ever": _totals(pulse.ever[unit.number]),
                "redemption_percent": insight.redemption_percent(pulse.ever[unit.number]),
                "expiring": census.expiring.get(unit.number, 0),
            }
            for unit in units
        ],
        "people": {
            "counted_at": instant(census.taken_at),
            "members": census.members,
            "closed": census.closed,
            "active": census.active,
            "joined": census.joined,
            "participation_percent": insight.percent(census.active, census.members),
            "tiers": [{"tier": tier or None, "members": held} for tier, held in sorted(census.tiers.items())],
        },
        "stretch_days": pulse.stretch_days,
        "stretches": [
            {
                "first_day": stretch.first_day.isoformat(),
                "issued": stretch.totals.issued,
                "redeemed": stretch.totals.redeemed,
                "expired": stretch.totals.expired,
            }
            for stretch in pulse.stretches
        ],
    }


def _totals(found: Totals) -> dict[str, int]:
    return {
        "issued": found.issued,
        "redeemed": found.redeemed,
        "expired": found.expired,
        "corrected": found.corrected,
        "outstanding": found.held,
    }


def _listed(one: Listed) -> dict[str, Any]:
    return {
        "id": str(one.member_id),
        "member": one.reference,
        "status": one.status,
        "enrolled_at": instant(one.enrolled_at),
        "tier": one.tier,
        "available": one.available,
        "pending": one.pending,
    }


async def _proof(tx: Tx) -> dict[str, Any]:
    newest = await proof.newest_checkpoints(tx, 1)
    checkpoint = None
    if newest:
        made, signatures = newest[0]
        checkpoint = {
            "number": made.number,
            "made_at": instant(made.made_at),
            "cut": instant(made.cut),
            "transfers": made.rows,
            "root": made.root.hex(),
            "signed_by": sorted(signature.key_id for signature in signatures),
        }
    return {"checkpoint": checkpoint, "examinations": [_examination(one) for one in await insight.examinations(tx)]}


def _examination(found: Examination) -> dict[str, Any]:
    return {
        "part": "chains" if found.part == CHAINS else str(found.part),
        "asked_by": found.asked_by,
        "asked_at": instant(found.asked_at),
        "examined_at": instant(found.examined_at) if found.examined_at else None,
        "waits": found.is_asked,
        "transfers": found.transfers,
        "unsealed": found.waiting,
        "findings": list(found.findings),
    }


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput([Fault(path="?after", message="after must be the `next` of a page.", code="not_a_cursor")]) from None


OPERATIONS = (
    Operation(
        name="get_figures",
        method="GET",
        path="/figures",
        permission="insight:figure:read",
        tag="Insight",
        summary="How the programme is doing",
        description="What was issued, redeemed and expired in a period and ever, what is outstanding, how many members there are and how "
        "many take part. Sums are exact to the moment; counts of members are as old as `counted_at` says.",
        serve=get_figures,
        query=office.FiguresQuery,
        answer=office.FiguresAnswer,
        answer_example=office_examples.FIGURES,
        problems=("programs.unknown",),
    ),
    Operation(
        name="list_members",
        method="GET",
        path="/members",
        permission="members:member:read",
        tag="Members",
        summary="List members",
        description="The last to come first, page by page; or (`q`) those whose reference or one of whose card numbers begins like this.",
        serve=list_members,
        query=office.MembersQuery,
        answer=office.ListedMembersAnswer,
        answer_example=office_examples.MEMBERS,
        problems=("programs.unknown",),
    ),
    Operation(
        name="get_proof",
        method="GET",
        path="/proof",
        permission="proof:seal:read",
        tag="Insight",
        summary="What is sealed, and what examinations found",
        description="The newest checkpoint over everything that was booked, and the newest examination of each part.",
        serve=get_proof,
        answer=office.ProofAnswer,
        answer_example=office_examples.PROOF,
        problems=("programs.unknown",),
    ),
    Operation(
        name="ask_examination",
        method="POST",
        path="/proof/examinations",
        permission="proof:seal:check",
        tag="Insight",
        summary="Have the ledger examined",
        description="Recomputes bookings from their rows and compares them with the seals. A worker does it; the proof has the result.",
        serve=ask_examination,
        body=office.ExaminationBody,
        examples=office_examples.EXAMINATIONS,
        answer=office.ProofAnswer,
        answer_example=office_examples.PROOF,
        problems=("programs.unknown", "members.unknown", "members.card_blocked", "members.card_replaced"),
        status=201,
    ),
)
