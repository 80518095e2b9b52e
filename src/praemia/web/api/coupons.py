"""Coupons: use a code without an order, make a use void, issue codes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.responses import Response

from praemia import orders
from praemia.foundation.db import Tx
from praemia.orders import CouponUse, IssueCodes, UseCoupon
from praemia.web import checkout_presenting
from praemia.web.api.checkout import REFUSALS, words_at
from praemia.web.bodies import checkout_examples as examples
from praemia.web.bodies.checkout import CouponCodesAnswer, CouponCodesBody, CouponUseAnswer, CouponUseBody, DiscountsAnswer
from praemia.web.bodies.queries import NoQuery
from praemia.web.calls import Call
from praemia.web.errors import KeyRequired
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import Vocabulary


async def use_coupon(call: Call) -> Response:
    """A code is used without an order. Refused without an identity: a repeat could not be told from a second use."""
    return await _coupon(call, orders.use_code)


async def void_coupon(call: Call) -> Response:
    """The newest use of a code is made void."""
    return await _coupon(call, orders.void_code)


async def issue_coupons(call: Call) -> Response:
    """New codes of a coupon."""
    body = await call.body(CouponCodesBody)
    await call.place()
    if call.idempotency_key is None:
        raise KeyRequired()
    coupon = str(call.request.path_params["coupon"])
    wanted = IssueCodes(program=call.program, coupon=coupon, count=body.count, member=body.member, key=call.idempotency_key)
    issued = await call.face.rooms.db.run(call.principal.tenant_id, lambda tx: orders.issue_codes(tx, wanted, now=call.face.now()))
    return _replayable(checkout_presenting.issued(issued), replayed=issued.replayed)


async def list_discounts(call: Call) -> Response:
    """How much of promotions, coupons and budgets is used."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        used = await orders.used_of(tx, call.program, now=call.face.now())
    return json_response({"used": [checkout_presenting.used(one) for one in used]})


async def _coupon(call: Call, verb: Callable[..., Awaitable[CouponUse]]) -> Response:
    body = await call.body(CouponUseBody)
    await call.place()
    if call.idempotency_key is None:
        raise KeyRequired()
    code = str(call.request.path_params["coupon_code"])
    wanted = UseCoupon(program=call.program, code=code, member=body.member, key=call.idempotency_key)

    async def work(tx: Tx) -> tuple[CouponUse, Vocabulary]:
        use = await verb(tx, wanted, now=call.face.now())
        return use, await words_at(tx, call, use.version)

    use, words = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return _replayable(checkout_presenting.coupon_use(use, words), replayed=use.replayed)


def _replayable(document: Mapping[str, object], *, replayed: bool) -> Response:
    return json_response(document, 200, {"Idempotency-Replayed": "true"}) if replayed else json_response(document, 201)


OPERATIONS = (
    Operation(
        name="list_discounts",
        method="GET",
        path="/discounts",
        permission="orders:discount:read",
        tag="Checkout",
        summary="How much of promotions, coupons and budgets is used",
        description="What everybody together may use only so often or so much, in the version in force and the period of today.",
        serve=list_discounts,
        query=NoQuery,
        answer=DiscountsAnswer,
        answer_example=examples.DISCOUNTS_ANSWER,
        problems=("programs.unknown",),
    ),
    Operation(
        name="use_coupon",
        method="POST",
        path="/coupons/{coupon_code}/use",
        permission="orders:coupon:use",
        tag="Checkout",
        summary="Use a coupon without an order",
        description="Its points arrive; a discount is the till's to give. Needs an Idempotency-Key.",
        serve=use_coupon,
        body=CouponUseBody,
        examples=examples.COUPON_USES,
        query=NoQuery,
        answer=CouponUseAnswer,
        answer_example=examples.COUPON_USE_ANSWER,
        problems=(
            "programs.unknown",
            "members.unknown",
            "members.closed",
            "journal.key_reused",
            "web.key_required",
            "orders.needs_order",
            "orders.needs_member",
            *REFUSALS[:8],
        ),
        status=201,
        keyed=True,
    ),
    Operation(
        name="void_coupon",
        method="POST",
        path="/coupons/{coupon_code}/void",
        permission="orders:coupon:void",
        tag="Checkout",
        summary="Make the use of a coupon void",
        description="The newest use, of that member if one is named: it is given back, and its points are taken back. Needs an "
        "Idempotency-Key.",
        serve=void_coupon,
        body=CouponUseBody,
        examples=examples.COUPON_USES,
        query=NoQuery,
        answer=CouponUseAnswer,
        answer_example={**examples.COUPON_USE_ANSWER, "kind": "coupon_void"},
        problems=(
            "programs.unknown",
            "members.unknown",
            "members.closed",
            "catalogue.code_unknown",
            "orders.nothing_to_void",
            "journal.key_reused",
            "web.key_required",
        ),
        status=201,
        keyed=True,
    ),
    Operation(
        name="issue_coupons",
        method="POST",
        path="/coupons/{coupon}/codes",
        permission="orders:coupon:issue",
        tag="Checkout",
        summary="Issue codes of a coupon",
        description="New codes from the coupon's pattern; with a member only they can use them. Needs an Idempotency-Key.",
        serve=issue_coupons,
        body=CouponCodesBody,
        examples=examples.COUPON_CODES,
        query=NoQuery,
        answer=CouponCodesAnswer,
        answer_example=examples.COUPON_CODES_ANSWER,
        problems=(
            "programs.unknown",
            "members.unknown",
            "members.closed",
            "orders.coupon_unknown",
            "journal.key_reused",
            "web.key_required",
        ),
        status=201,
        keyed=True,
    ),
)
