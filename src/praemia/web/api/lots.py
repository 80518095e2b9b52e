"""The life of points after they are earned: which there are and when they end, orders that were fulfilled, expired ones given back."""

from __future__ import annotations

from starlette.responses import Response

from praemia import earning, ledger, members, programs
from praemia.earning import Moved
from praemia.foundation.db import Tx
from praemia.web import deeds, presenting
from praemia.web.bodies import examples
from praemia.web.bodies.answers import LotsAnswer, MovedAnswer
from praemia.web.bodies.events import ReinstatementBody
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def get_lots(call: Call) -> Response:
    """What the member holds as it will be spent: the first to go first, what is still pending last."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        member = await members.get_member(tx, place.program_id, call.reference)
        lots = await ledger.lots_on(tx, member.member_id, await programs.local_day(tx, program, call.face.now()))
    units = {unit.number: (unit.code, unit.decimals) for unit in program.units.values()}
    as_of = instant(program.now(call.face.now()))
    return json_response({"member": member.reference, "as_of": as_of, "lots": [presenting.lot(lot, units) for lot in lots]})


async def fulfil_order(call: Call) -> Response:
    """Open the points that waited for the order."""
    await call.place()
    order, key = str(call.request.path_params["order"]), call.idempotency_key

    async def work(tx: Tx) -> Moved:
        return await earning.fulfil(tx, call.program, order, key=key, now=call.face.now())

    return await _answer(call, await call.face.rooms.db.run(call.principal.tenant_id, work))


async def reinstate_points(call: Call) -> Response:
    """Give back what expired, within the programme's window."""
    body = await call.body(ReinstatementBody)
    await call.place()
    key = call.idempotency_key

    async def work(tx: Tx) -> Moved:
        return await deeds.reinstate(
            tx,
            call.program,
            call.reference,
            unit=body.unit,
            within_days=body.within_days,
            key=key,
            by=call.actor,
            now=call.face.now(),
        )

    return await _answer(call, await call.face.rooms.db.run(call.principal.tenant_id, work))


async def _answer(call: Call, moved: Moved) -> Response:
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
    document = presenting.moved(moved, {unit.code: unit.decimals for unit in program.units.values()})
    if moved.replayed:
        return json_response(document, 200, {"Idempotency-Replayed": "true"})
    return json_response(document, 201)


OPERATIONS = (
    Operation(
        name="get_lots",
        method="GET",
        path="/members/{reference:path}/lots",
        permission="ledger:balance:read",
        tag="Members",
        summary="Which points there are and when they end",
        description="The points a member holds, in the order in which they will be spent, then those that are still pending. A debt is "
        "in no lot: while there is one, no points are open.",
        serve=get_lots,
        answer=LotsAnswer,
        answer_example=examples.LOTS_ANSWER,
        problems=("programs.unknown", "members.unknown"),
    ),
    Operation(
        name="fulfil_order",
        method="POST",
        path="/orders/{order:path}/fulfilment",
        permission="earning:fulfilment:write",
        tag="Earning",
        summary="An order reached its buyer",
        description="Opens the points that waited for it (`pending: {until: fulfilled}`). An order is fulfilled once: again is the "
        "first answer again.",
        serve=fulfil_order,
        answer=MovedAnswer,
        answer_example=examples.FULFILMENT_ANSWER,
        problems=("programs.unknown", "journal.event_unknown", "journal.key_reused"),
        status=201,
        keyed=True,
    ),
    Operation(
        name="reinstate_points",
        method="POST",
        path="/members/{reference:path}/reinstatement",
        permission="ledger:reinstatement:write",
        tag="Earning",
        summary="Give expired points back",
        description="What expired within the unit's `reinstate_days` comes back, every lot at most once, and ends by the unit's policy "
        "from today on. Nothing to give back is an answer without points.",
        serve=reinstate_points,
        body=ReinstatementBody,
        examples=examples.REINSTATEMENTS,
        answer=MovedAnswer,
        answer_example=examples.REINSTATEMENT_ANSWER,
        problems=(
            "programs.unknown",
            "members.unknown",
            "members.closed",
            "earning.unit_unknown",
            "earning.not_reinstatable",
            "journal.key_reused",
        ),
        status=201,
        keyed=True,
    ),
)
