"""Redemptions: redeem or hold, capture, release, cancel, use, fulfil; and codes at the till."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.responses import Response

from praemia import members, programs, redemption, sharing
from praemia.catalogue import Wish
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.programs import OpenProgram
from praemia.redemption import Act, Deed, Done, NotTogether, Redeem, UseCode
from praemia.web import rewarding
from praemia.web.bodies import reward_examples as examples
from praemia.web.bodies.redemptions import (
    RedeemBody,
    RedemptionAnswer,
    RedemptionsAnswer,
    RedemptionsQuery,
    SettleBody,
    StepBody,
    UseCodeBody,
)
from praemia.web.calls import Call
from praemia.web.errors import KeyRequired
from praemia.web.operations import Operation, Serve
from praemia.web.outcomes import json_response


async def redeem(call: Call) -> Response:
    """Redeem or hold. Refused without an identity: a repeat could not be told from a second redemption."""
    body = await call.body(RedeemBody)
    await call.place()
    if call.idempotency_key is None:
        raise KeyRequired()
    wanted = Redeem(
        program=call.program,
        member=body.member,
        reward=body.reward,
        wish=Wish(quantity=body.quantity, option=body.option, on=body.date, place=body.place),
        hold=body.hold,
        deadline=body.deadline,
        partner=body.partner,
        key=call.idempotency_key,
    )
    return await _together(call, wanted, lambda tx: redemption.redeem(tx, wanted, now=call.face.now()), status=201)


async def get_redemption(call: Call) -> Response:
    """A redemption as it stands."""
    await call.place()
    return await _carry_out(call, lambda tx: redemption.get_redemption(tx, call.program, _name(call), now=call.face.now()))


async def list_redemptions(call: Call) -> Response:
    """A member's redemptions, newest first."""
    query = call.query(RedemptionsQuery)
    await call.place()
    before = _cursor(query.after)
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        owners = await sharing.owners_of(tx, (await members.get_member(tx, program.program_id, call.reference)).member_id)
        page = await redemption.redemptions_of(
            tx, call.program, call.reference, now=call.face.now(), owners=owners, before=before, page=query.limit + 1
        )
    shown = page[: query.limit]
    following = str(shown[-1].redemption.redemption_id) if len(page) > query.limit else None
    return json_response({"redemptions": [rewarding.done(one, program) for one in shown], "next": following})


def _settle(kind: str, verb: Callable[..., Awaitable[Done]]) -> Serve:
    async def serve(call: Call) -> Response:
        body = await call.body(SettleBody)
        await call.place()
        act = Act(program=call.program, redemption=_name(call), kind=kind, key=call.idempotency_key, note=body.note, order=body.order)
        return await _together(call, act, lambda tx: verb(tx, act, now=call.face.now()))

    return serve


async def take_step(call: Call) -> Response:
    """A step of the fulfilment is done, or cannot be."""
    body = await call.body(StepBody)
    await call.place()
    act = Act(program=call.program, redemption=_name(call), key=call.idempotency_key, step=body.step, failed=body.failed, note=body.note)
    return await _carry_out(call, lambda tx: redemption.take_step(tx, act, now=call.face.now()))


async def use_code(call: Call) -> Response:
    """A code is shown at the till."""
    body = await call.body(UseCodeBody)
    await call.place()
    code = UseCode(
        program=call.program,
        code=str(call.request.path_params["code"]),
        member=body.member,
        order=body.order,
        key=call.idempotency_key,
    )
    return await _carry_out(call, lambda tx: redemption.use_code(tx, code, now=call.face.now()))


async def _together(call: Call, deed: Deed, alone: Callable[[Tx], Awaitable[Done]], *, status: int = 200) -> Response:
    """Carry out a deed in a transaction that it shares with others; `alone` where it cannot."""
    (outcome,) = await call.face.redemptions.submit(call.principal.tenant_id, [deed])
    if isinstance(outcome, NotTogether):
        return await _carry_out(call, alone, status=status)
    if isinstance(outcome, Exception):
        raise outcome
    return _answer(*outcome, status)


async def _carry_out(call: Call, work: Callable[[Tx], Awaitable[Done]], *, status: int = 200) -> Response:
    async def with_program(tx: Tx) -> tuple[Done, OpenProgram]:
        return await work(tx), await programs.open_program(tx, call.program)

    return _answer(*await call.face.rooms.db.run(call.principal.tenant_id, with_program), status)


def _answer(done: Done, program: OpenProgram, status: int) -> Response:
    document = rewarding.done(done, program)
    return json_response(document, 200, {"Idempotency-Replayed": "true"}) if done.replayed else json_response(document, status)


def _name(call: Call) -> str:
    return str(call.request.path_params["redemption"])


def _cursor(after: str | None) -> UUID | None:
    try:
        return UUID(after) if after is not None else None
    except ValueError:
        raise InvalidInput([Fault(path="?after", message="after must be the `next` of a page.", code="not_a_cursor")]) from None


UNKNOWN = ("programs.unknown", "redemption.unknown", "journal.key_reused")
OFFER = (
    "catalogue.reward_unknown",
    "catalogue.not_yet_offered",
    "catalogue.no_longer_offered",
    "catalogue.not_for_tier",
    "catalogue.not_for_segment",
    "catalogue.limit_reached",
    "catalogue.out_of_stock",
    "catalogue.option_unknown",
    "catalogue.choice_needed",
    "catalogue.pool_empty",
    "ledger.insufficient_points",
)
CODE = (
    "catalogue.code_unknown",
    "catalogue.code_of_another",
    "catalogue.code_used_up",
    "catalogue.code_not_active",
    "catalogue.code_expired",
)


def _settling(
    name: str, path: str, kind: str, verb: Callable[..., Awaitable[Done]], permission: str, problems: tuple[str, ...], *words: str
) -> Operation:
    summary, description = words
    return Operation(
        name=name,
        method="POST",
        path=f"/redemptions/{{redemption}}/{path}",
        permission=permission,
        tag="Redemptions",
        summary=summary,
        description=description,
        serve=_settle(kind, verb),
        body=SettleBody,
        examples=examples.SETTLE,
        answer=RedemptionAnswer,
        answer_example=examples.REDEMPTION_ANSWER,
        problems=(*UNKNOWN, *problems),
        keyed=True,
        hot=True,
    )


OPERATIONS = (
    Operation(
        name="redeem",
        method="POST",
        path="/redemptions",
        permission="redemption:redemption:write",
        tag="Redemptions",
        summary="Redeem a reward",
        description="Takes the points, stock, limit and code in one transaction, or nothing. With `hold`, or when the reward has to be "
        "fulfilled, the points are only set aside. Needs an Idempotency-Key.",
        serve=redeem,
        body=RedeemBody,
        examples=examples.REDEMPTIONS,
        answer=RedemptionAnswer,
        answer_example=examples.REDEMPTION_ANSWER,
        problems=(
            "programs.unknown",
            "members.unknown",
            "members.closed",
            *OFFER,
            "redemption.deadline_passed",
            "journal.key_reused",
            "web.key_required",
        ),
        status=201,
        keyed=True,
        hot=True,
    ),
    Operation(
        name="get_redemption",
        method="GET",
        path="/redemptions/{redemption}",
        permission="redemption:redemption:read",
        tag="Redemptions",
        summary="Read a redemption",
        description="As it stands, with its codes as long as they are worth something.",
        serve=get_redemption,
        answer=RedemptionAnswer,
        answer_example={**examples.REDEMPTION_ANSWER, "event": None},
        problems=UNKNOWN[:2],
    ),
    Operation(
        name="list_redemptions",
        method="GET",
        path="/members/{reference:path}/redemptions",
        permission="redemption:redemption:read",
        tag="Redemptions",
        summary="What a member redeemed",
        description="Newest first, page by page.",
        serve=list_redemptions,
        query=RedemptionsQuery,
        answer=RedemptionsAnswer,
        answer_example={"redemptions": [{**examples.REDEMPTION_ANSWER, "event": None}], "next": None},
        problems=("programs.unknown", "members.unknown"),
    ),
    _settling(
        "capture_redemption",
        "capture",
        redemption.CAPTURE,
        redemption.capture,
        "redemption:redemption:write",
        ("redemption.not_held", "redemption.hold_lapsed", "catalogue.pool_empty"),
        "Capture a hold",
        "Spends the points set aside and gives what was promised. Captured already: nothing happens, `event` is null.",
    ),
    _settling(
        "release_redemption",
        "release",
        redemption.RELEASE,
        redemption.release,
        "redemption:redemption:write",
        ("redemption.not_held",),
        "Release a hold",
        "The points go back to the lots they came from. Released already: nothing happens.",
    ),
    _settling(
        "cancel_redemption",
        "cancellation",
        redemption.REVERSAL,
        redemption.cancel,
        "redemption:redemption:cancel",
        ("redemption.not_cancellable",),
        "Cancel a redemption",
        "Only before it is used. Points go back to the lots they came from, with their own last days; stock and limit fall back; codes and "
        "gift cards are called in. Cancelled already: nothing happens.",
    ),
    _settling(
        "use_redemption",
        "use",
        redemption.USE,
        redemption.use,
        "redemption:redemption:use",
        ("redemption.already_used", "redemption.undone", "redemption.not_given", *CODE),
        "Use a redemption",
        "Once. With the Idempotency-Key of the first time a repeat answers as then; without it is refused.",
    ),
    Operation(
        name="take_step",
        method="POST",
        path="/redemptions/{redemption}/steps",
        permission="redemption:step:write",
        tag="Redemptions",
        summary="Say what became of a step of fulfilment",
        description="In the reward's order. After the last step the points are captured; a step that failed gives them back. A step done "
        "already: nothing happens.",
        serve=take_step,
        body=StepBody,
        examples=examples.STEPS,
        answer=RedemptionAnswer,
        answer_example=examples.REDEMPTION_ANSWER,
        problems=(*UNKNOWN, "redemption.no_such_step", "redemption.step_out_of_turn", "redemption.not_held", "catalogue.pool_empty"),
        keyed=True,
    ),
    Operation(
        name="use_code",
        method="POST",
        path="/codes/{code}/use",
        permission="redemption:redemption:use",
        tag="Redemptions",
        summary="Use a code at the till",
        description="Burns one use of it, exactly once under any rush. Blanks, hyphens and small letters do not count.",
        serve=use_code,
        body=UseCodeBody,
        examples=examples.CODE_USES,
        answer=RedemptionAnswer,
        answer_example={**examples.REDEMPTION_ANSWER, "state": "used"},
        problems=("programs.unknown", "members.unknown", "journal.key_reused", *CODE),
        keyed=True,
    ),
)
