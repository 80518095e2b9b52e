"""Pools of codes made and withdrawn, coupons' codes recalled, and terms of membership: the verbs behind the console's own pages."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from praemia import access, catalogue, orders, programs
from praemia.foundation.db import Tx
from praemia.programs import Terms
from praemia.web.bodies import papers as bodies
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def make_codes(call: Call) -> Response:
    """New codes of a pattern, put into a pool."""
    body = await call.body(bodies.MakeCodesBody)
    place = await call.place()
    pool = str(call.request.path_params["pool"])

    async def work(tx: Tx) -> tuple[list[str], int]:
        made = await catalogue.make_codes(tx, place.program_id, pool, body.pattern, body.count)
        await _note(tx, call, place.program_id, "catalogue.codes.added", pool, {"count": len(made)})
        return made, await catalogue.pool_size(tx, place.program_id, pool)

    made, free = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({"pool": pool, "codes": made, "free": free}, 201)


async def withdraw_codes(call: Call) -> Response:
    """Codes that nobody has yet are never handed out."""
    body = await call.body(bodies.WithdrawBody)
    place = await call.place()
    pool = str(call.request.path_params["pool"])

    async def work(tx: Tx) -> tuple[int, int]:
        withdrawn = await catalogue.withdraw_codes(tx, place.program_id, pool, body.codes)
        await _note(tx, call, place.program_id, "catalogue.codes.withdrawn", pool, {"count": withdrawn})
        return withdrawn, await catalogue.pool_size(tx, place.program_id, pool)

    withdrawn, free = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({"pool": pool, "withdrawn": withdrawn, "free": free})


async def recall_coupon(call: Call) -> Response:
    """A code that was issued and never used is worthless from now on."""
    await call.body(bodies.RecallBody)
    place = await call.place()
    code = str(call.request.path_params["coupon_code"])

    async def work(tx: Tx) -> str:
        coupon = await orders.recall_code(tx, call.program, code, now=call.face.now())
        await _note(tx, call, place.program_id, "orders.coupon.recalled", catalogue.ends_of(code), {"coupon": coupon})
        return coupon

    coupon = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({"coupon": coupon, "ends": catalogue.ends_of(code)})


async def publish_terms(call: Call) -> Response:
    """A new version of the terms of membership."""
    body = await call.body(bodies.TermsBody)
    place = await call.place()

    async def work(tx: Tx) -> Terms:
        made = await programs.publish_terms(
            tx,
            call.program,
            {str(lang): text for lang, text in body.texts.items()},
            effective_from=body.effective_from,
            note=body.note,
            by=call.principal.name,
            at=call.face.now(),
        )
        new = {
            "version": made.version,
            "effective_from": made.effective_from.isoformat(),
            "languages": sorted(made.texts),
            "note": made.note,
        }
        await _note(tx, call, place.program_id, "programs.terms.published", call.program, new)
        return made

    return json_response(_terms(await call.face.rooms.db.run(call.principal.tenant_id, work)), 201)


async def list_terms(call: Call) -> Response:
    """Every version of the terms of membership."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return json_response({"terms": [_terms(one) for one in await programs.list_terms(tx, call.program)]})


def _terms(one: Terms) -> dict[str, Any]:
    return {
        "version": one.version,
        "effective_from": one.effective_from.isoformat(),
        "texts": dict(one.texts),
        "note": one.note,
        "published_by": one.published_by,
        "published_at": instant(one.published_at),
    }


async def _note(tx: Tx, call: Call, program_id: int, action: str, subject: str, new: dict[str, Any]) -> None:
    await access.note(tx, call.actor, action, subject, at=call.face.now(), program_id=program_id, new=new)


UNKNOWN = ("programs.unknown",)

OPERATIONS = (
    Operation(
        name="make_codes",
        method="POST",
        path="/code-pools/{pool}/made",
        permission="catalogue:code:write",
        tag="Rewards",
        summary="Make codes to be handed out",
        description="Spells new codes of a pattern and puts them into the pool. A repeat makes others.",
        serve=make_codes,
        body=bodies.MakeCodesBody,
        examples=bodies.MAKE,
        answer=bodies.MadeCodesAnswer,
        answer_example=bodies.MADE_ANSWER,
        problems=UNKNOWN,
        status=201,
    ),
    Operation(
        name="withdraw_codes",
        method="POST",
        path="/code-pools/{pool}/withdrawal",
        permission="catalogue:code:write",
        tag="Rewards",
        summary="Withdraw codes of a pool",
        description="Codes that nobody has yet, some or all, are never handed out. Codes handed out stay good.",
        serve=withdraw_codes,
        body=bodies.WithdrawBody,
        examples=bodies.WITHDRAW,
        answer=bodies.WithdrawnAnswer,
        answer_example=bodies.WITHDRAWN_ANSWER,
        problems=UNKNOWN,
    ),
    Operation(
        name="recall_coupon",
        method="POST",
        path="/coupons/{coupon_code}/recall",
        permission="orders:coupon:void",
        tag="Checkout",
        summary="Recall a code of a coupon",
        description="A code that was issued and never used becomes worthless. The use of a code that was used is made void instead.",
        serve=recall_coupon,
        body=bodies.RecallBody,
        examples=bodies.RECALL,
        answer=bodies.RecalledAnswer,
        answer_example=bodies.RECALLED_ANSWER,
        problems=(*UNKNOWN, "catalogue.code_unknown", "catalogue.code_used_up"),
    ),
    Operation(
        name="publish_terms",
        method="POST",
        path="/terms",
        permission="programs:program:write",
        tag="Programmes",
        summary="Publish terms of membership",
        description="A new version, in force from a local day on. Older versions are kept for ever.",
        serve=publish_terms,
        body=bodies.TermsBody,
        examples=bodies.TERMS,
        answer=bodies.TermsAnswer,
        answer_example=bodies.ONE_TERMS,
        problems=UNKNOWN,
        status=201,
    ),
    Operation(
        name="list_terms",
        method="GET",
        path="/terms",
        permission="programs:program:read",
        tag="Programmes",
        summary="Read the terms of membership",
        description="Every version, oldest first, with the day from which it counts.",
        serve=list_terms,
        answer=bodies.TermsListAnswer,
        answer_example={"terms": [bodies.ONE_TERMS]},
        problems=UNKNOWN,
    ),
)
