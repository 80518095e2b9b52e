"""Orders at the till: quote, set aside, change, buy, let go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from praemia import orders, programs
from praemia.earning import Command, NotPriced
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.orders import Reservation
from praemia.web import checkout_presenting, commands, presenting
from praemia.web.bodies import checkout_examples as examples
from praemia.web.bodies import examples as general
from praemia.web.bodies.answers import EventAnswer
from praemia.web.bodies.checkout import (
    QuoteAnswer,
    ReservationAnswer,
    ReservationBody,
)
from praemia.web.bodies.events import PurchaseBody
from praemia.web.bodies.queries import LangQuery
from praemia.web.bodies.reading import Content
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import answer_one, json_response, words_of
from praemia.web.presenting import Vocabulary

REFUSALS = (
    "catalogue.code_unknown",
    "catalogue.code_of_another",
    "catalogue.code_used_up",
    "catalogue.code_not_active",
    "catalogue.code_expired",
    "catalogue.limit_reached",
    "catalogue.not_for_segment",
    "catalogue.not_for_tier",
    "catalogue.card_unknown",
    "catalogue.card_expired",
    "redemption.unknown",
    "redemption.already_used",
    "redemption.undone",
    "ledger.insufficient_points",
    "orders.needs_member",
    "orders.below_minimum",
    "orders.incompatible",
    "orders.not_for_orders",
    "orders.points_do_not_pay",
    "orders.too_few_points",
    "orders.too_many_points",
    "orders.broken_step",
    "orders.not_money",
)
"""What may stand against the codes and payments of an order."""

_PURCHASE = ("programs.unknown", "members.unknown", "members.closed", "earning.in_future", "earning.before_enrolment", "earning.too_old")
_RESERVED = ("programs.unknown", "orders.unknown", "orders.not_reserved", "orders.reservation_lapsed")


async def quote_order(call: Call) -> Response:
    """The path of a purchase, in a transaction that is rolled back; what cannot be granted is told."""
    content = await call.content(PurchaseBody)
    await call.place()
    command = commands.purchase(call.program, content, None)
    async with call.face.rooms.db.rehearsal(call.principal.tenant_id) as tx:
        quote = await orders.quote(tx, command, now=call.face.now())
    words = await words_of(call, quote.recorded)
    answer = presenting.recorded(quote.recorded, words, call.lang) | checkout_presenting.quote_parts(quote, words, call.lang)
    if not quote.recorded.replayed:
        answer["event"] = None  # nothing was kept under the id
    return json_response(answer)


async def reserve_order(call: Call) -> Response:
    """An order is set aside."""
    content = await call.content(ReservationBody)
    await call.place()
    command = _command(call, content)
    return await _reserved(call, lambda tx: orders.reserve(tx, command, deadline=content.get("deadline"), now=call.face.now()), status=201)


async def change_order(call: Call) -> Response:
    """Another basket takes the place of a reserved one."""
    content = await call.content(ReservationBody)
    await call.place()
    if content["order"] != _order(call):
        raise InvalidInput([Fault(path="/order", message="The order in the body is another one than in the address.", code="mismatch")])
    command = _command(call, content)
    return await _reserved(call, lambda tx: orders.change(tx, command, deadline=content.get("deadline"), now=call.face.now()))


async def get_reservation(call: Call) -> Response:
    """A reservation as it stands."""
    await call.place()
    return await _reserved(call, lambda tx: orders.get_reservation(tx, call.program, _order(call), now=call.face.now()))


async def cancel_reservation(call: Call) -> Response:
    """Everything that is set aside is given back."""
    await call.place()
    return await _reserved(call, lambda tx: orders.let_go(tx, call.program, _order(call), now=call.face.now()))


async def commit_order(call: Call) -> Response:
    """A reserved order is bought."""
    await call.place()

    async def work(tx: Tx) -> object:
        return await orders.buy(tx, call.program, _order(call), key=call.idempotency_key, now=call.face.now())

    outcome = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return await answer_one(call, outcome)  # type: ignore[arg-type]


async def price(call: Call, command: Command) -> Response:
    """What a purchase would earn and cost; refused as the purchase would be."""
    async with call.face.rooms.db.rehearsal(call.principal.tenant_id) as tx:
        outcome = await orders.place(tx, command, now=call.face.now())
    answer = presenting.recorded(outcome, await words_of(call, outcome), call.lang)
    if not outcome.replayed:
        answer["event"] = None
    return json_response(answer)


def is_priced(command: Command, outcome: object) -> bool:
    """Whether a purchase, or what was said of it, asks for the programme's own prices."""
    return orders.wants_checkout(command.inputs) or isinstance(outcome, NotPriced)


async def words_at(tx: Tx, call: Call, version: int | None) -> Vocabulary:
    """The words of a version, or of the one in force."""
    program = await programs.open_program(tx, call.program)
    policies = await programs.policies_of(tx, program, version or program.version_at(program.now(call.face.now())))
    return presenting.vocabulary_of(policies.rules, program, policies.prices)


def _command(call: Call, content: Content) -> Command:
    return commands.purchase(call.program, {name: value for name, value in content.items() if name != "deadline"}, None)


def _order(call: Call) -> str:
    return str(call.request.path_params["order"])


async def _reserved(call: Call, verb: Callable[[Tx], Awaitable[Reservation]], *, status: int = 200) -> Response:
    async def work(tx: Tx) -> tuple[Reservation, Vocabulary]:
        return await verb(tx), await words_at(tx, call, None)

    made, words = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response(checkout_presenting.reservation(made, words, call.lang), 200 if made.replayed else status)


OPERATIONS = (
    Operation(
        name="quote_order",
        method="POST",
        path="/orders/quote",
        permission="earning:purchase:quote",
        tag="Checkout",
        summary="Ask what an order would cost and earn",
        description="What every line costs, which promotions and codes apply and which do not and why, which rewards could lower it, "
        "what pays, what is due, what it earns. Nothing is recorded or used up.",
        serve=quote_order,
        body=PurchaseBody,
        examples=examples.ORDERS,
        query=LangQuery,
        answer=QuoteAnswer,
        answer_example=examples.QUOTE_ANSWER,
        problems=(*_PURCHASE, "journal.already_recorded", "earning.wrong_currency"),
    ),
    Operation(
        name="reserve_order",
        method="POST",
        path="/orders",
        permission="orders:reservation:write",
        tag="Checkout",
        summary="Set an order aside",
        description="Points and money are held, gift cards charged, codes and limits used up until the order is bought, let go, or its "
        "deadline comes. What it costs is decided now. The order number is the identity: the same content again is the same "
        "reservation (200).",
        serve=reserve_order,
        body=ReservationBody,
        examples=examples.RESERVATIONS,
        query=LangQuery,
        answer=ReservationAnswer,
        answer_example=examples.RESERVATION_ANSWER,
        problems=(
            *_PURCHASE,
            *REFUSALS,
            "journal.already_recorded",
            "orders.already_reserved",
            "orders.not_reserved",
            "orders.deadline_passed",
        ),
        status=201,
    ),
    Operation(
        name="get_reservation",
        method="GET",
        path="/orders/{order:path}/reservation",
        permission="orders:order:read",
        tag="Checkout",
        summary="Read a reservation",
        description="What it holds, what it costs, until when.",
        serve=get_reservation,
        query=LangQuery,
        answer=ReservationAnswer,
        answer_example=examples.RESERVATION_ANSWER,
        problems=("programs.unknown", "orders.unknown"),
    ),
    Operation(
        name="change_order",
        method="PUT",
        path="/orders/{order:path}/reservation",
        permission="orders:reservation:write",
        tag="Checkout",
        summary="Change a reserved order",
        description="Everything it holds is let go and set aside anew for the basket of the body, in one transaction.",
        serve=change_order,
        body=ReservationBody,
        examples=examples.CHANGES,
        query=LangQuery,
        answer=ReservationAnswer,
        answer_example=examples.RESERVATION_ANSWER,
        problems=(*_PURCHASE, *REFUSALS, *_RESERVED, "orders.deadline_passed"),
    ),
    Operation(
        name="commit_order",
        method="POST",
        path="/orders/{order:path}/commit",
        permission="earning:purchase:write",
        tag="Checkout",
        summary="Buy a reserved order",
        description="What is held is spent, and the purchase is recorded at the price it was reserved at. Again is the first answer again.",
        serve=commit_order,
        query=LangQuery,
        answer=EventAnswer,
        answer_example=general.EVENT_ANSWER,
        problems=(*_RESERVED, *_PURCHASE, "journal.key_reused"),
        status=201,
        keyed=True,
    ),
    Operation(
        name="cancel_reservation",
        method="POST",
        path="/orders/{order:path}/cancel",
        permission="orders:reservation:write",
        tag="Checkout",
        summary="Let a reserved order go",
        description="Everything it holds is given back. Once it is bought, call it off instead. Again has no effect.",
        serve=cancel_reservation,
        query=LangQuery,
        answer=ReservationAnswer,
        answer_example={**examples.RESERVATION_ANSWER, "state": "released"},
        problems=("programs.unknown", "orders.unknown", "orders.not_reserved"),
    ),
)
