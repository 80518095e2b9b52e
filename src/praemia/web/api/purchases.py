"""Purchases, visits and activities: what a till or a shop sends. The hot routes of the house."""

from __future__ import annotations

from starlette.responses import Response

from praemia import earning
from praemia.foundation.errors import DomainError
from praemia.web import commands, presenting
from praemia.web.api import checkout
from praemia.web.bodies import examples
from praemia.web.bodies.answers import EventAnswer
from praemia.web.bodies.events import ActivityBody, PurchaseBody, VisitBody
from praemia.web.bodies.queries import LangQuery
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response, record_one, words_of

REFUSALS = (
    "programs.unknown",
    "members.unknown",
    "members.closed",
    "earning.in_future",
    "earning.before_enrolment",
    "earning.too_old",
    "journal.already_recorded",
    "journal.key_reused",
)


async def record_purchase(call: Call) -> Response:
    """Record a purchase; durable before it is answered."""
    content = await call.content(PurchaseBody)
    await call.place()
    return await record_one(call, commands.purchase(call.program, content, call.idempotency_key))


async def quote_purchase(call: Call) -> Response:
    """The very path of a purchase, in a transaction that is rolled back."""
    content = await call.content(PurchaseBody)
    await call.place()
    command = commands.purchase(call.program, content, None)
    if checkout.is_priced(command, None):
        return await checkout.price(call, command)
    async with call.face.rooms.db.rehearsal(call.principal.tenant_id) as tx:
        (outcome,) = await earning.record(tx, [command], now=call.face.now())
    if checkout.is_priced(command, outcome):
        return await checkout.price(call, command)
    if isinstance(outcome, DomainError):
        raise outcome
    answer = presenting.recorded(outcome, await words_of(call, outcome), call.lang)
    if not outcome.replayed:
        answer["event"] = None  # nothing was kept under the id
    return json_response(answer)


async def record_visit(call: Call) -> Response:
    """Record a visit."""
    content = await call.content(VisitBody)
    await call.place()
    return await record_one(call, commands.visit(call.program, content, call.idempotency_key))


async def record_activity(call: Call) -> Response:
    """Record an activity the programme declares."""
    content = await call.content(ActivityBody)
    await call.place()
    return await record_one(call, commands.activity(call.program, content, call.idempotency_key))


OPERATIONS = (
    Operation(
        name="record_purchase",
        method="POST",
        path="/purchases",
        permission="earning:purchase:write",
        tag="Earning",
        summary="Record a purchase",
        description="Durable before it is answered. The order number is the identity: the same order with the same content answers as "
        "the first time (200), with other content it is refused (409). With codes or payments, or where the programme has promotions of "
        "its own, the order is priced first: then `checkout` says what it costs and what is due.",
        serve=record_purchase,
        body=PurchaseBody,
        examples=examples.PURCHASES,
        query=LangQuery,
        answer=EventAnswer,
        answer_example=examples.EVENT_ANSWER,
        problems=(*REFUSALS, "earning.wrong_currency", *checkout.REFUSALS),
        status=201,
        keyed=True,
        hot=True,
    ),
    Operation(
        name="quote_purchase",
        method="POST",
        path="/purchases/quote",
        permission="earning:purchase:quote",
        tag="Earning",
        summary="Ask what a purchase would earn",
        description="The path of a purchase without the commit: nothing is recorded, `event` is null. An order that is recorded already "
        "answers with what it earned.",
        serve=quote_purchase,
        body=PurchaseBody,
        examples=examples.PURCHASES,
        query=LangQuery,
        answer=EventAnswer,
        answer_example={**examples.EVENT_ANSWER, "event": None},
        problems=(*REFUSALS, "earning.wrong_currency", *checkout.REFUSALS),
    ),
    Operation(
        name="record_visit",
        method="POST",
        path="/visits",
        permission="earning:visit:write",
        tag="Earning",
        summary="Record a visit",
        description="Needs an `id` or an Idempotency-Key: without either, a repeat could not be told from a second visit.",
        serve=record_visit,
        body=VisitBody,
        examples=examples.VISITS,
        query=LangQuery,
        answer=EventAnswer,
        answer_example={**examples.EVENT_ANSWER, "kind": "visit"},
        problems=(*REFUSALS, "web.key_required"),
        status=201,
        keyed=True,
        hot=True,
    ),
    Operation(
        name="record_activity",
        method="POST",
        path="/activities",
        permission="earning:activity:write",
        tag="Earning",
        summary="Record an activity",
        description="An activity the programme declares, with its declared fields. Needs an `id` or an Idempotency-Key.",
        serve=record_activity,
        body=ActivityBody,
        examples=examples.ACTIVITIES,
        query=LangQuery,
        answer=EventAnswer,
        answer_example={**examples.EVENT_ANSWER, "kind": "review"},
        problems=(*REFUSALS, "earning.activity_unknown", "web.key_required"),
        status=201,
        keyed=True,
        hot=True,
    ),
)
