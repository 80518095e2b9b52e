"""The till's own verbs over HTTP: what was shown, undoing, returns without a receipt; terminals without a network, and settling."""

from __future__ import annotations

from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.responses import Response

from praemia import tills
from praemia.earning import Recorded
from praemia.foundation.db import Tx
from praemia.tills import Found, How, KeptEvent, Settle, Signed, Terminal
from praemia.web.api.returns import answer_settlement
from praemia.web.bodies import examples as general
from praemia.web.bodies import return_examples
from praemia.web.bodies import till_examples as examples
from praemia.web.bodies.answers import EventAnswer
from praemia.web.bodies.queries import LangQuery
from praemia.web.bodies.returns import ReturnAnswer
from praemia.web.bodies.tills import (
    ConflictAnswer,
    ConflictsAnswer,
    FindBody,
    FoundAnswer,
    RegisteredAnswer,
    SettleConflictBody,
    SnapshotAnswer,
    SyncAnswer,
    SyncBody,
    TerminalAnswer,
    TerminalBody,
    TerminalsAnswer,
    UnreceiptedBody,
)
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import answer_one, json_response
from praemia.web.till import exchange


async def find_shown(call: Call) -> Response:
    """Who or what was shown."""
    body = await call.body(FindBody)
    await call.place()

    async def work(tx: Tx) -> Found:
        return await tills.find(tx, call.program, body.text, now=call.face.now())

    found = await call.face.rooms.db.run(call.principal.tenant_id, work)
    card = found.gift_card
    return json_response(
        {
            "kind": found.kind.value,
            "member": found.member.reference if found.member else None,
            "candidates": [{"member": one.member.reference, "name": one.name, "ends": one.ends} for one in found.candidates],
            "gift_card": {"ends": card.ends, "balance_minor": card.balance_minor} if card else None,
        }
    )


async def register_terminal(call: Call) -> Response:
    """A terminal that may go on without a network."""
    body = await call.body(TerminalBody)
    await call.place()
    face, tenant_id = call.face, call.principal.tenant_id
    key = exchange.unspelled(body.public_key) if body.public_key is not None else None
    made = await exchange.register(face, tenant_id, call.program, name=body.name, location=body.location, public_key=key, by=call.actor)
    return json_response({**made, **(await exchange.clock(face, tenant_id, call.program))}, 201)


async def list_terminals(call: Call) -> Response:
    """Every terminal."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        known = await tills.terminals_of(tx, call.program)
    return json_response({"terminals": [exchange.terminal(one) for one in known]})


async def revoke_terminal(call: Call) -> Response:
    """Nothing it sends is taken any more."""
    await call.place()

    async def work(tx: Tx) -> Terminal:
        return await tills.revoke(tx, call.program, _terminal(call), now=call.face.now(), by=call.actor)

    return json_response(exchange.terminal(await call.face.rooms.db.run(call.principal.tenant_id, work)))


async def take_snapshot(call: Call) -> Response:
    """What a terminal may know while it is alone."""
    await call.place()
    face, tenant_id = call.face, call.principal.tenant_id
    told = await exchange.snapshot(face, tenant_id, call.program, _terminal(call))
    return json_response({**told, **(await exchange.clock(face, tenant_id, call.program))})


async def sync_terminal(call: Call) -> Response:
    """What a terminal did while it was alone."""
    body = await call.body(SyncBody)
    await call.place()
    events = [Signed(said=one.said, signature=exchange.unspelled(one.signature)) for one in body.events]
    told = await exchange.sync(call.face, call.principal.tenant_id, call.program, _terminal(call), events, sent_at=body.sent_at)
    return json_response(told)


async def list_conflicts(call: Call) -> Response:
    """What waits for somebody."""
    await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        waiting = await tills.conflicts_of(tx, call.program)
    return json_response({"conflicts": [exchange.conflict(one) for one in waiting]})


async def settle_conflict(call: Call) -> Response:
    """Somebody decides."""
    body = await call.body(SettleConflictBody)
    await call.place()
    sequence = str(call.request.path_params["sequence"])
    if not sequence.isdecimal():
        raise HTTPException(404)
    wanted = Settle(
        program=call.program,
        terminal_id=_terminal(call),
        sequence=int(sequence),
        how=How(body.how),
        note=body.note,
        member=body.member,
    )

    async def work(tx: Tx) -> KeptEvent:
        return await tills.settle(tx, wanted, now=call.face.now(), by=call.actor)

    return json_response(exchange.conflict(await call.face.rooms.db.run(call.principal.tenant_id, work)))


async def undo_sale(call: Call) -> Response:
    """What was just sold at a till is called off."""
    await call.place()
    order = str(call.request.path_params["order"])
    return await answer_settlement(call, lambda tx: tills.undo(tx, call.program, order, now=call.face.now()))


async def return_unreceipted(call: Call) -> Response:
    """Goods come back without a receipt, in small measure."""
    body = await call.body(UnreceiptedBody)
    await call.place()

    async def work(tx: Tx) -> Recorded:
        return await tills.return_unreceipted(
            tx,
            call.program,
            body.number,
            member=body.member,
            amount_minor=body.amount_minor,
            location=body.location,
            key=call.idempotency_key,
            now=call.face.now(),
        )

    return await answer_one(call, await call.face.rooms.db.run(call.principal.tenant_id, work))


def _terminal(call: Call) -> UUID:
    try:
        return UUID(str(call.request.path_params["terminal"]))
    except ValueError:
        raise HTTPException(404) from None


_KNOWN = ("programs.unknown", "tills.terminal_unknown")
_WORKING = (*_KNOWN, "tills.terminal_revoked")

OPERATIONS = (
    Operation(
        name="find_shown",
        method="POST",
        path="/tills/find",
        permission="members:member:read",
        tag="Tills",
        summary="Find who or what was shown",
        description="In this order: a code that changes (it is used up by asking), a member or card, a gift card, a code, a promotion, an "
        "order, the last four signs of a card (at most ten, masked).",
        serve=find_shown,
        body=FindBody,
        examples=examples.FINDS,
        answer=FoundAnswer,
        answer_example=examples.FOUND,
        problems=(
            *("programs.unknown", "tills.nothing_found", "members.card_blocked", "members.card_replaced", "members.closed"),
            *("members.pass_code_invalid", "members.pass_code_used"),
        ),
    ),
    Operation(
        name="undo_sale",
        method="POST",
        path="/orders/{order:path}/undo",
        permission="orders:cancellation:write",
        tag="Tills",
        summary="Undo what was just sold",
        description="A cancellation, for as many minutes as the programme says, of an order with the channel `till`.",
        serve=undo_sale,
        query=LangQuery,
        answer=ReturnAnswer,
        answer_example={**return_examples.RETURN_ANSWER, "kind": "cancellation", "left_minor": 0},
        problems=("programs.unknown", "orders.unknown", "tills.undo_too_late", "tills.not_of_tills", "orders.points_used"),
        status=201,
    ),
    Operation(
        name="return_unreceipted",
        method="POST",
        path="/tills/returns",
        permission="tills:return:unreceipted",
        tag="Tills",
        summary="Take goods back without a receipt",
        description="Up to the programme's limit. Takes what the goods would earn as a purchase of that moment.",
        serve=return_unreceipted,
        body=UnreceiptedBody,
        examples=examples.UNRECEIPTED,
        query=LangQuery,
        answer=EventAnswer,
        answer_example={**general.EVENT_ANSWER, "kind": "return", "awards": [{"unit": "points", "amount": -9, "decimals": 0}]},
        problems=(
            *("programs.unknown", "tills.receipt_needed", "members.unknown", "members.closed", "journal.already_recorded"),
            *("journal.key_reused", "ledger.insufficient_points"),
        ),
        status=201,
        keyed=True,
    ),
    Operation(
        name="register_terminal",
        method="POST",
        path="/terminals",
        permission="tills:terminal:write",
        tag="Tills",
        summary="Register a terminal",
        description="It may go on without a network from now on. Without `public_key` a key is made and shown once.",
        serve=register_terminal,
        body=TerminalBody,
        examples=examples.TERMINALS,
        answer=RegisteredAnswer,
        answer_example=examples.REGISTERED,
        problems=("programs.unknown", "tills.key_unreadable", "tills.event_unreadable"),
        status=201,
    ),
    Operation(
        name="list_terminals",
        method="GET",
        path="/terminals",
        permission="tills:terminal:read",
        tag="Tills",
        summary="List terminals",
        description="The newest first, those out of use too.",
        serve=list_terminals,
        answer=TerminalsAnswer,
        answer_example={"terminals": [examples.TERMINAL]},
        problems=("programs.unknown",),
    ),
    Operation(
        name="list_conflicts",
        method="GET",
        path="/terminals/conflicts",
        permission="tills:conflict:read",
        tag="Tills",
        summary="What could not be taken as it was said",
        description="Sales without a network that wait to be settled; no points moved for them. The oldest first, at most 200.",
        serve=list_conflicts,
        answer=ConflictsAnswer,
        answer_example={"conflicts": [examples.CONFLICT]},
        problems=("programs.unknown",),
    ),
    Operation(
        name="revoke_terminal",
        method="POST",
        path="/terminals/{terminal}/revoke",
        permission="tills:terminal:write",
        tag="Tills",
        summary="Take a terminal out of use",
        description="Nothing it signs is taken any more. Again changes nothing.",
        serve=revoke_terminal,
        answer=TerminalAnswer,
        answer_example={**examples.TERMINAL, "revoked_at": "2026-03-03T09:00:00Z"},
        problems=_KNOWN,
    ),
    Operation(
        name="take_snapshot",
        method="POST",
        path="/terminals/{terminal}/snapshot",
        permission="tills:sale:sync",
        tag="Tills",
        summary="Fetch a snapshot",
        description="For digests of cards the band the balance lies in, signed; never a number, never a balance. See the documentation.",
        serve=take_snapshot,
        answer=SnapshotAnswer,
        answer_example=examples.SNAPSHOT,
        problems=_WORKING,
    ),
    Operation(
        name="sync_terminal",
        method="POST",
        path="/terminals/{terminal}/sync",
        permission="tills:sale:sync",
        tag="Tills",
        summary="Send what happened without a network",
        description="Events are taken in the order of their sequence, without gaps, each once however often it is sent: the answer is the "
        "same. What cannot be taken as it was said is kept as a conflict and changes no balance.",
        serve=sync_terminal,
        body=SyncBody,
        examples=examples.SYNCS,
        answer=SyncAnswer,
        answer_example=examples.SYNCED,
        problems=(*_WORKING, "tills.event_unreadable"),
    ),
    Operation(
        name="settle_conflict",
        method="POST",
        path="/terminals/{terminal}/events/{sequence}/settle",
        permission="tills:conflict:settle",
        tag="Tills",
        summary="Settle a conflict",
        description="The sale counts at its own time; limits of tills do not stand against it any more. Audited. What the terminal was "
        "told stays.",
        serve=settle_conflict,
        body=SettleConflictBody,
        examples=examples.SETTLES,
        answer=ConflictAnswer,
        answer_example=examples.SETTLED,
        problems=(*_KNOWN, "tills.event_unknown", "tills.no_conflict", "members.unknown", "ledger.insufficient_points"),
    ),
)
