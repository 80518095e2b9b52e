"""Orders after their purchase: goods come back, orders are called off, and how an order stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from praemia import orders, programs
from praemia.earning import RETURN, Command
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.journal import EVENT_ID, IDEMPOTENCY_KEY, ORDER, get_event
from praemia.orders import CANCELLATION, ReturnOrder, Settlement
from praemia.web import presenting, return_presenting
from praemia.web.bodies import examples as general
from praemia.web.bodies import return_examples as examples
from praemia.web.bodies.answers import EventAnswer
from praemia.web.bodies.queries import LangQuery
from praemia.web.bodies.returns import CancellationBody, GoodsBackBody, OrderAnswer, ReturnAnswer, ReturnBody, ReturnedLineBody
from praemia.web.calls import Call
from praemia.web.errors import KeyRequired
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response, record_one

_REFUSALS = (
    "programs.unknown",
    "orders.unknown",
    "orders.wrong_member",
    "orders.points_used",
    "members.card_blocked",
    "members.card_replaced",
    "earning.in_future",
    "journal.key_reused",
)
_NO_ARTICLE = "-"  # stands for goods of which only the value is known: no rule about articles takes it


async def return_goods(call: Call) -> Response:
    """Goods of an order come back."""
    body = await call.body(ReturnBody)
    await call.place()
    _exactly_one(body.lines is not None, body.amount_minor is not None, body.all)
    own = ((EVENT_ID, body.id),) if body.id is not None else ()
    identities = own + _keyed(call)
    if not identities:
        raise KeyRequired()
    wanted = ReturnOrder(
        program=call.program,
        order=_order(call),
        lines=_lines(body.lines or ()),
        amount_minor=body.amount_minor,
        all=body.all,
        member=body.member,
        reason=body.reason,
        identities=identities,
        occurred_at=body.occurred_at,
    )
    return await answer_settlement(call, lambda tx: orders.return_order(tx, wanted, now=call.face.now()))


async def cancel_order(call: Call) -> Response:
    """An order is called off; again is the first answer again."""
    body = await call.body(CancellationBody)
    await call.place()
    wanted = ReturnOrder(
        program=call.program,
        order=_order(call),
        kind=CANCELLATION,
        member=body.member,
        reason=body.reason,
        identities=_keyed(call),
    )
    return await answer_settlement(call, lambda tx: orders.return_order(tx, wanted, now=call.face.now()))


async def get_order(call: Call) -> Response:
    """An order as it stands."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        view = await orders.get_order(tx, call.program, _order(call))
        program = await programs.open_program(tx, call.program)
        words = presenting.vocabulary_of(await programs.ruleset_of(tx, program, view.version), program)
    return json_response(return_presenting.order(view, words))


async def take_goods_back(call: Call) -> Response:
    """Goods come back without their order: the rules of the day say what goes."""
    body = await call.body(GoodsBackBody)
    await call.place()
    _exactly_one(body.lines is not None, body.amount_minor is not None)
    inputs = body.model_dump(exclude_defaults=True, exclude={"member", "occurred_at", "amount_minor"})
    if body.amount_minor is not None:
        inputs["lines"] = [{"sku": _NO_ARTICLE, "amount_minor": body.amount_minor}]
    command = Command(
        program=call.program,
        kind=RETURN,
        member=body.member,
        inputs=inputs,
        identities=((ORDER, body.order), *_keyed(call)),
        occurred_at=body.occurred_at,
    )
    return await record_one(call, command)


async def answer_settlement(call: Call, verb: Callable[[Tx], Awaitable[Settlement]]) -> Response:
    """Carry out a verb that settles a return, and answer what it did."""
    lang = call.lang
    done = await call.face.rooms.db.run(call.principal.tenant_id, verb)
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        rules = await programs.ruleset_of(tx, program, done.version)
        event = await get_event(tx, program.program_id, done.event_id) if lang else None
    explained = orders.explain_event(event, rules.earning, lang) if event is not None and lang else ()
    document = return_presenting.settlement(done, presenting.vocabulary_of(rules, program), lang, explained)
    if done.replayed:
        return json_response(document, 200, {"Idempotency-Replayed": "true"})
    return json_response(document, 201)


def _exactly_one(*said: bool) -> None:
    if sum(said) != 1:
        names = ("lines", "amount_minor", "all")[: len(said)]
        raise InvalidInput([Fault(path="", code="one_of", message=f"exactly one of {', '.join(names)} says what comes back.")])


def _lines(lines: list[ReturnedLineBody] | tuple[()]) -> tuple[tuple[int | str, int], ...]:
    faults: list[Fault] = []
    named: list[tuple[int | str, int]] = []
    for index, line in enumerate(lines):
        name = line.sku if line.line is None else line.line
        if name is None or (line.sku is not None and line.line is not None):
            faults.append(Fault(path=f"/lines/{index}", code="one_of", message="exactly one of line and sku names the goods."))
        else:
            named.append((name, line.quantity))
    if faults:
        raise InvalidInput(faults)
    return tuple(named)


def _keyed(call: Call) -> tuple[tuple[str, str], ...]:
    key = call.idempotency_key
    return () if key is None else ((IDEMPOTENCY_KEY, key),)


def _order(call: Call) -> str:
    return str(call.request.path_params["order"])


OPERATIONS = (
    Operation(
        name="return_goods",
        method="POST",
        path="/orders/{order:path}/returns",
        permission="orders:return:write",
        tag="Orders",
        summary="Goods of an order come back",
        description="By lines, by value, or all that is left; several times, never more than was bought. What the kept part does not earn "
        "goes, what was spent on the returned part comes back, by the version of the purchase. A return before its order is refused, or "
        "waits for it (`out_of_order: {refund_first: park}`). Needs an `id` or an Idempotency-Key.",
        serve=return_goods,
        body=ReturnBody,
        examples=examples.RETURNS,
        query=LangQuery,
        answer=ReturnAnswer,
        answer_example=examples.RETURN_ANSWER,
        problems=(*_REFUSALS, "orders.exceeds_order", "journal.already_recorded", "web.key_required"),
        status=201,
        keyed=True,
    ),
    Operation(
        name="cancel_order",
        method="POST",
        path="/orders/{order:path}/cancellation",
        permission="orders:cancellation:write",
        tag="Orders",
        summary="Call an order off",
        description="Everything that is left of it comes back. An order is called off once: again is the first answer again.",
        serve=cancel_order,
        body=CancellationBody,
        examples=examples.CANCELLATIONS,
        query=LangQuery,
        answer=ReturnAnswer,
        answer_example={**examples.RETURN_ANSWER, "kind": "cancellation", "left_minor": 0},
        problems=_REFUSALS,
        status=201,
        keyed=True,
    ),
    Operation(
        name="get_order",
        method="GET",
        path="/orders/{order:path}",
        permission="orders:order:read",
        tag="Orders",
        summary="How an order stands",
        description="What was bought and what of it came back, points given and taken, points spent and restored, and every return.",
        serve=get_order,
        answer=OrderAnswer,
        answer_example=examples.ORDER_ANSWER,
        problems=("programs.unknown", "orders.unknown"),
    ),
    Operation(
        name="take_goods_back",
        method="POST",
        path="/returns",
        permission="orders:return:write",
        tag="Orders",
        summary="Goods come back without their order",
        description="Takes what the goods would earn as a purchase of that moment, by the rules then in force; no limit, cap or budget "
        "gets anything back. The number of the return is its identity.",
        serve=take_goods_back,
        body=GoodsBackBody,
        examples=examples.GOODS_BACK,
        query=LangQuery,
        answer=EventAnswer,
        answer_example={**general.EVENT_ANSWER, "kind": "return", "awards": [{"unit": "points", "amount": -7, "decimals": 0}]},
        problems=(
            "programs.unknown",
            "members.unknown",
            "members.closed",
            "earning.in_future",
            "earning.before_enrolment",
            "earning.too_old",
            "journal.already_recorded",
            "journal.key_reused",
            "ledger.insufficient_points",
        ),
        status=201,
        keyed=True,
    ),
)
