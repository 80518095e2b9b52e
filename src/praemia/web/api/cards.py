"""Members' cards: issue, read, block, replace; and cards that nobody has claimed yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from praemia import members, programs, sharing, tills
from praemia.foundation.db import Tx
from praemia.members import Card, Carrier, Member
from praemia.web import deeds, sharing_presenting
from praemia.web.bodies import sharing_examples as examples
from praemia.web.bodies.cards import BlockBody, MemberCardAnswer, MemberCardBody, MemberCardsAnswer, ReplaceBody
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response

Held = tuple[Card, Member]


async def issue_card(call: Call) -> Response:
    """One more card for a member."""
    body = await call.body(MemberCardBody)
    place = await call.place()

    async def work(tx: Tx) -> Held:
        member = await members.get_member(tx, place.program_id, call.reference)
        at = (await programs.open_program(tx, call.program)).now(call.face.now())
        return await members.issue_card(tx, member, body.number, Carrier(body.carrier), at=at), member

    return await _answer(call, work)


async def issue_anonymous_card(call: Call) -> Response:
    """A card with a balance and nobody's data: a membership of its own, which somebody may claim by merging it into theirs."""
    body = await call.body(MemberCardBody)
    await call.place()
    return await _answer(call, lambda tx: tills.open_card(tx, call.program, body.number, Carrier(body.carrier), now=call.face.now()))


async def list_cards(call: Call) -> Response:
    """A member's cards, those of memberships that became part of theirs too."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        member = await members.get_member(tx, place.program_id, call.reference)
        cards = await members.cards_of(tx, await sharing.owners_of(tx, member.member_id))
    return json_response({"member": member.reference, "cards": [sharing_presenting.card(one, member) for one in cards]})


async def get_card(call: Call) -> Response:
    """A card and whose it is, also one that does not work any more."""
    place = await call.place()
    return await _answer(call, lambda tx: _held(tx, members.get_card(tx, place.program_id, _number(call))))


async def block_card(call: Call) -> Response:
    """Nothing is earned or spent with it from now on."""
    body = await call.body(BlockBody)
    await call.place()
    return await _answer(
        call, lambda tx: deeds.block_card(tx, call.program, _number(call), body.reason, by=call.actor, now=call.face.now())
    )


async def replace_card(call: Call) -> Response:
    """Another number for the same member."""
    body = await call.body(ReplaceBody)
    await call.place()
    carrier = Carrier(body.carrier) if body.carrier else None

    async def work(tx: Tx) -> Held:
        return await deeds.replace_card(
            tx, call.program, _number(call), body.number, carrier, body.reason, by=call.actor, now=call.face.now()
        )

    return await _answer(call, work)


async def _held(tx: Tx, finding: Awaitable[Card]) -> Held:
    card = await finding
    return card, (await members.leading(tx, [card.member_id]))[card.member_id]


async def _answer(call: Call, work: Callable[[Tx], Awaitable[Held]]) -> Response:
    return json_response(sharing_presenting.card(*await call.face.rooms.db.run(call.principal.tenant_id, work)))


def _number(call: Call) -> str:
    return str(call.request.path_params["card"])


_KNOWN = ("programs.unknown", "members.card_unknown")
_MEMBER = ("programs.unknown", "members.unknown", "members.card_blocked", "members.card_replaced")

OPERATIONS = (
    Operation(
        name="issue_card",
        method="POST",
        path="/members/{reference:path}/cards",
        permission="members:card:write",
        tag="Cards",
        summary="Give a member a card",
        description="Its number works wherever a member's reference does. The same again answers the card as it stands.",
        serve=issue_card,
        body=MemberCardBody,
        examples=examples.CARDS,
        answer=MemberCardAnswer,
        answer_example=examples.CARD_ANSWER,
        problems=(*_MEMBER, "members.card_taken"),
    ),
    Operation(
        name="list_cards",
        method="GET",
        path="/members/{reference:path}/cards",
        permission="members:card:read",
        tag="Cards",
        summary="A member's cards",
        description="The oldest first, those that do not work any more too.",
        serve=list_cards,
        answer=MemberCardsAnswer,
        answer_example={"member": "anna", "cards": [examples.CARD_ANSWER]},
        problems=_MEMBER,
    ),
    Operation(
        name="issue_anonymous_card",
        method="POST",
        path="/cards",
        permission="members:card:write",
        tag="Cards",
        summary="Issue a card nobody has claimed yet",
        description="It collects points without personal data. To claim it, merge its member into one's own.",
        serve=issue_anonymous_card,
        body=MemberCardBody,
        examples=examples.ANONYMOUS_CARDS,
        answer=MemberCardAnswer,
        answer_example={**examples.CARD_ANSWER, "number": "4006-0002", "member": "card-4006-0002", "carrier": "qr"},
        problems=("programs.unknown", "members.card_taken"),
    ),
    Operation(
        name="block_card",
        method="POST",
        path="/cards/{card}/block",
        permission="members:card:write",
        tag="Cards",
        summary="Block a card",
        description="Nothing is earned or spent with it from now on; the member and the other cards go on.",
        serve=block_card,
        body=BlockBody,
        examples=examples.BLOCKS,
        answer=MemberCardAnswer,
        answer_example={**examples.CARD_ANSWER, "condition": "blocked", "reason": "lost on the bus"},
        problems=(*_KNOWN, "members.card_replaced"),
    ),
    Operation(
        name="replace_card",
        method="POST",
        path="/cards/{card}/replace",
        permission="members:card:write",
        tag="Cards",
        summary="Replace a card by another number",
        description="The history stays with the member; the old number is worth nothing any more. The answer is the new card.",
        serve=replace_card,
        body=ReplaceBody,
        examples=examples.REPLACEMENTS,
        answer=MemberCardAnswer,
        answer_example={**examples.CARD_ANSWER, "number": "4006-0003"},
        problems=(*_KNOWN, "members.card_replaced", "members.card_taken"),
    ),
    Operation(
        name="get_card",
        method="GET",
        path="/cards/{card}",
        permission="members:card:read",
        tag="Cards",
        summary="Read a card",
        description="Whose it is and whether it works.",
        serve=get_card,
        answer=MemberCardAnswer,
        answer_example=examples.CARD_ANSWER,
        problems=_KNOWN,
    ),
)
