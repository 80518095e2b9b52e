"""Points between people: send them, spend them together, make one membership of two and undo it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from praemia import members, programs, sharing
from praemia.foundation.db import Tx
from praemia.programs import OpenProgram
from praemia.rules import Draw, PoolSpender
from praemia.sharing import Merging, NewPool, Parting, PoolSpend, PoolView, Send, Shared
from praemia.web import deeds, sharing_presenting
from praemia.web.bodies import sharing_examples as examples
from praemia.web.bodies.queries import LangQuery
from praemia.web.bodies.sharing import (
    MergeAnswer,
    MergeBody,
    PoolAnswer,
    PoolBody,
    PoolMemberBody,
    PoolsAnswer,
    PoolSpendBody,
    PoolSpentAnswer,
    TransferAnswer,
    TransferBody,
)
from praemia.web.calls import Call
from praemia.web.errors import KeyRequired
from praemia.web.operations import Operation, Serve
from praemia.web.outcomes import json_response
from praemia.web.words import Lang

Present = Callable[[Shared, OpenProgram, Lang | None], dict[str, Any]]


async def send_points(call: Call) -> Response:
    """Send points to another member."""
    body = await call.body(TransferBody)
    await call.place()
    wanted = Send(program=call.program, key=_key(call), **body.model_dump())
    return await _answer(call, lambda tx: sharing.transfer(tx, wanted, now=call.face.now()), sharing_presenting.transferred)


async def make_pool(call: Call) -> Response:
    """A household or a team."""
    body = await call.body(PoolBody)
    await call.place()
    wanted = NewPool(
        program=call.program,
        reference=body.pool,
        members=body.members,
        draw=Draw(body.draw) if body.draw else None,
        who=PoolSpender(body.who) if body.who else None,
    )
    return await _pool(call, lambda tx: sharing.create_pool(tx, wanted, now=call.face.now()))


async def get_pool(call: Call) -> Response:
    """A pool as it is now."""
    await call.place()
    return await _pool(call, lambda tx: sharing.get_pool(tx, call.program, _name(call, "household"), now=call.face.now()))


async def list_pools(call: Call) -> Response:
    """The pools a member belongs to."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        program = await programs.open_program(tx, call.program)
        member = await members.get_member(tx, place.program_id, call.reference)
        found = await sharing.pools_of(tx, call.program, member.member_id, now=call.face.now())
    return json_response({"member": member.reference, "pools": [sharing_presenting.pool(one, program) for one in found]})


def _changing(verb: Callable[..., Awaitable[PoolView]]) -> Serve:
    async def serve(call: Call) -> Response:
        body = await call.body(PoolMemberBody)
        await call.place()
        return await _pool(call, lambda tx: verb(tx, call.program, _name(call, "household"), body.member, now=call.face.now()))

    return serve


async def spend_pool(call: Call) -> Response:
    """A member spends points of the pool."""
    body = await call.body(PoolSpendBody)
    await call.place()
    wanted = PoolSpend(program=call.program, pool=_name(call, "household"), key=_key(call), **body.model_dump())
    return await _answer(call, lambda tx: sharing.spend_pool(tx, wanted, now=call.face.now()), sharing_presenting.pool_spent)


async def merge_members(call: Call) -> Response:
    """The membership in the body becomes part of the one in the address."""
    body = await call.body(MergeBody)
    await call.place()
    wanted = Merging(program=call.program, keep=call.reference, drop=body.drop, key=call.idempotency_key)
    return await _answer(
        call, lambda tx: deeds.merge(tx, wanted, reason=body.reason, by=call.actor, now=call.face.now()), sharing_presenting.merged
    )


async def undo_merge(call: Call) -> Response:
    """Two memberships again."""
    await call.place()
    wanted = Parting(program=call.program, merge=_name(call, "merge"), key=call.idempotency_key)
    return await _answer(call, lambda tx: deeds.part(tx, wanted, by=call.actor, now=call.face.now()), sharing_presenting.merged)


async def _answer(call: Call, work: Callable[[Tx], Awaitable[Shared]], present: Present) -> Response:
    done = await call.face.rooms.db.run(call.principal.tenant_id, work)
    document = present(done, await _program(call), call.lang)
    return json_response(document, 200, {"Idempotency-Replayed": "true"}) if done.replayed else json_response(document, 201)


async def _pool(call: Call, work: Callable[[Tx], Awaitable[PoolView]]) -> Response:
    view = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response(sharing_presenting.pool(view, await _program(call)))


async def _program(call: Call) -> OpenProgram:
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return await programs.open_program(tx, call.program)


def _name(call: Call, part: str) -> str:
    return str(call.request.path_params[part])


def _key(call: Call) -> str:
    """Without an identity a repeat could not be told from a second request."""
    if call.idempotency_key is None:
        raise KeyRequired()
    return call.idempotency_key


_CARDS = ("members.card_blocked", "members.card_replaced")
_WHO = ("programs.unknown", "members.unknown", "members.closed", *_CARDS)
_POINTS = ("sharing.unit_unknown", "sharing.not_spendable", "ledger.insufficient_points", "journal.key_reused", "web.key_required")

OPERATIONS = (
    Operation(
        name="send_points",
        method="POST",
        path="/transfers",
        permission="sharing:transfer:write",
        tag="Sharing",
        summary="Send points to another member",
        description="In one transaction: what is sent arrives, less the programme's fee. Every piece keeps its own last day, unless the "
        "programme says otherwise. Points that wait or are held cannot be sent. Needs an Idempotency-Key.",
        serve=send_points,
        body=TransferBody,
        examples=examples.TRANSFERS,
        query=LangQuery,
        answer=TransferAnswer,
        answer_example=examples.TRANSFER_ANSWER,
        problems=(*_WHO, *_POINTS, "sharing.transfers_not_allowed", "sharing.to_oneself", "sharing.below_least"),
        status=201,
        keyed=True,
    ),
    Operation(
        name="make_pool",
        method="POST",
        path="/pools",
        permission="sharing:pool:write",
        tag="Sharing",
        summary="Make a pool of members who spend together",
        description="The first member is its head. Everybody's points stay their own until the pool spends them. The same again answers "
        "the pool as it is.",
        serve=make_pool,
        body=PoolBody,
        examples=examples.POOLS,
        answer=PoolAnswer,
        answer_example=examples.POOL_ANSWER,
        problems=(*_WHO, "sharing.pool_taken"),
    ),
    Operation(
        name="join_pool",
        method="POST",
        path="/pools/{household}/members",
        permission="sharing:pool:write",
        tag="Sharing",
        summary="Join a pool",
        description="Behind those who are there. Who is there already stays where they are.",
        serve=_changing(sharing.join_pool),
        body=PoolMemberBody,
        examples=examples.POOL_MEMBERS,
        answer=PoolAnswer,
        answer_example=examples.POOL_ANSWER,
        problems=(*_WHO, "sharing.pool_unknown"),
    ),
    Operation(
        name="spend_pool",
        method="POST",
        path="/pools/{household}/redemptions",
        permission="sharing:pool:redeem",
        tag="Sharing",
        summary="Spend points of a pool",
        description="The oldest points of all its members go first, or of each in proportion to what they have. Points that wait are not "
        "counted. Needs an Idempotency-Key.",
        serve=spend_pool,
        body=PoolSpendBody,
        examples=examples.POOL_SPENDS,
        query=LangQuery,
        answer=PoolSpentAnswer,
        answer_example=examples.POOL_SPENT_ANSWER,
        problems=(*_WHO, *_POINTS, "sharing.pool_unknown", "sharing.not_in_pool", "sharing.only_the_head"),
        status=201,
        keyed=True,
    ),
    Operation(
        name="leave_pool",
        method="POST",
        path="/pools/{household}/departures",
        permission="sharing:pool:write",
        tag="Sharing",
        summary="Leave a pool",
        description="With all points that are left of one's own. The next in order becomes the head.",
        serve=_changing(sharing.leave_pool),
        body=PoolMemberBody,
        examples=examples.POOL_MEMBERS,
        answer=PoolAnswer,
        answer_example=examples.POOL_ANSWER,
        problems=(*_WHO, "sharing.pool_unknown", "sharing.not_in_pool"),
    ),
    Operation(
        name="get_pool",
        method="GET",
        path="/pools/{household}",
        permission="sharing:pool:read",
        tag="Sharing",
        summary="Read a pool",
        description="Its members in the order of joining and what they can spend together.",
        serve=get_pool,
        answer=PoolAnswer,
        answer_example=examples.POOL_ANSWER,
        problems=("programs.unknown", "sharing.pool_unknown"),
    ),
    Operation(
        name="list_pools",
        method="GET",
        path="/members/{reference:path}/pools",
        permission="sharing:pool:read",
        tag="Sharing",
        summary="The pools a member belongs to",
        description="Those of memberships that became part of theirs too.",
        serve=list_pools,
        answer=PoolsAnswer,
        answer_example={"member": "anna", "pools": [examples.POOL_ANSWER]},
        problems=("programs.unknown", "members.unknown"),
    ),
    Operation(
        name="merge_members",
        method="POST",
        path="/members/{reference:path}/merges",
        permission="sharing:merge:write",
        tag="Sharing",
        summary="Make one membership of two",
        description="Points with their dates, promised points, debts, counts, references and cards of `drop` become those of the member in "
        "the address; the tier is the higher of both, or what the sum gives. Whoever asks for `drop` is answered with that member.",
        serve=merge_members,
        body=MergeBody,
        examples=examples.MERGES,
        query=LangQuery,
        answer=MergeAnswer,
        answer_example=examples.MERGE_ANSWER,
        problems=(*_WHO, "sharing.same_member", "sharing.already_merged", "sharing.points_held", "journal.key_reused"),
        status=201,
        keyed=True,
    ),
    Operation(
        name="undo_merge",
        method="POST",
        path="/merges/{merge}/undo",
        permission="sharing:merge:write",
        tag="Sharing",
        summary="Make two memberships of one again",
        description="Everything that came with the merge goes back. Refused when some of those points were used since; what was earned "
        "since stays.",
        serve=undo_merge,
        query=LangQuery,
        answer=MergeAnswer,
        answer_example={**examples.MERGE_ANSWER, "undone": True},
        problems=(
            "programs.unknown",
            "sharing.merge_unknown",
            "sharing.already_parted",
            "sharing.merged_on",
            "sharing.points_gone",
            "journal.key_reused",
        ),
        status=201,
        keyed=True,
    ),
)
