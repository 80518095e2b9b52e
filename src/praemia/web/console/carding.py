"""A member's cards: which there are, one more, blocked, replaced."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import members, sharing
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.jsons import write_json
from praemia.members import Carrier, Condition
from praemia.web import deeds
from praemia.web.bodies.cards import BlockBody, MemberCardBody, ReplaceBody
from praemia.web.calls import decode
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.members import frame_of, member_of
from praemia.web.console.reading import Form, beside, form_of, needed
from praemia.web.doors import form_faults, staff_page
from praemia.web.frame import lang_of
from praemia.web.sessions import Visit


@staff_page("members:card:read")
async def member_cards(visit: Visit, request: Request) -> Response:
    """All cards of the member, also those that do not work any more."""
    return await _page(visit, request)


@staff_page("members:card:write")
async def issue_card(visit: Visit, request: Request) -> Response:
    """One more card."""
    form = await form_of(request)

    async def work(tx: Tx, desk: Desk) -> str:
        member = await member_of(tx, desk, request)
        number = needed(form.text("number"), field="number")
        body = decode(MemberCardBody, write_json({"number": number, "carrier": form.text("carrier") or "plastic"}))
        await members.issue_card(tx, member, body.number, Carrier(body.carrier), at=desk.at)
        return "card_issued"

    return await _done(visit, request, "issue", form, work)


@staff_page("members:card:write")
async def block_card(visit: Visit, request: Request) -> Response:
    """Nothing is earned or spent with it from now on."""
    form = await form_of(request)

    async def work(tx: Tx, desk: Desk) -> str:
        await _own(tx, desk, request, form)
        body = decode(BlockBody, write_json({"reason": needed(form.text("reason"), field="reason")}))
        await deeds.block_card(tx, desk.slug, form.text("card"), body.reason, by=desk.visit.actor, now=desk.now)
        return "card_blocked"

    return await _done(visit, request, "block", form, work)


@staff_page("members:card:write")
async def replace_card(visit: Visit, request: Request) -> Response:
    """Another number for the same member."""
    form = await form_of(request)

    async def work(tx: Tx, desk: Desk) -> str:
        await _own(tx, desk, request, form)
        number, reason = needed(form.text("number"), field="number"), needed(form.text("reason"), field="reason")
        body = decode(ReplaceBody, write_json({"number": number, "reason": reason}))
        await deeds.replace_card(tx, desk.slug, form.text("card"), body.number, None, body.reason, by=desk.visit.actor, now=desk.now)
        return "card_replaced"

    return await _done(visit, request, "replace", form, work)


async def _own(tx: Tx, desk: Desk, request: Request, form: Form) -> None:
    """The card named in the form is one of the member in the address."""
    member = await member_of(tx, desk, request)
    mine = await members.cards_of(tx, await sharing.owners_of(tx, member.member_id))
    if form.text("card") not in {card.number for card in mine}:
        raise members.CardUnknown(number=form.text("card"))


async def _done(visit: Visit, request: Request, name: str, form: Form, work: Any) -> Response:
    try:
        done = await do(visit, request, work)
    except DomainError as refusal:
        return await _page(visit, request, refused=(name, refusal, form))
    return go(f"/console/{visit.address}/members/{request.path_params['member']}/cards", done=done)


async def _page(visit: Visit, request: Request, *, refused: tuple[str, DomainError, Form] | None = None) -> Response:
    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        member = await member_of(tx, desk, request)
        cards = await members.cards_of(tx, await sharing.owners_of(tx, member.member_id))
        return await frame_of(tx, desk, member, "cards") | {
            "cards": [
                {
                    "number": card.number,
                    "carrier": desk.words[f"carrier_{card.carrier.value}"],
                    "condition": card.condition.value,
                    "condition_text": desk.words[f"condition_{card.condition.value}"],
                    "works": card.condition is not Condition.REPLACED,
                    "reason": card.reason,
                    "replaced_by": card.replaced_by,
                    "issued_at": card.issued_at,
                }
                for card in cards
            ],
            "carriers": [(carrier.value, desk.words[f"carrier_{carrier.value}"]) for carrier in Carrier],
        }

    shown = await at_desk(visit, request, read)
    if refused is not None:
        name, refusal, form = refused
        faults = beside(form_faults(refusal, lang_of(request)), refusal, {"members.card_taken": "number"})
        shown |= {"faults": {name: faults}, "given": {name: form.given}, "problem": faults.get("", "")}
    return show(request, visit, "console/member_cards.html", here="members", status=422 if refused else 200, **shown)
