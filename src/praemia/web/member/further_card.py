"""Another card of one's own that nobody has claimed: its number and the code beside it, a look at what comes over, and two are one.

The proof is asked for at both steps; what is refused is told without saying whose card it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import identity, ledger, members
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.sharing import Merging, Shared
from praemia.web import deeds
from praemia.web.doors import member_page, see
from praemia.web.face import face_of
from praemia.web.frame import render
from praemia.web.member.seat import Seat, doing, looking
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit, origin_of
from praemia.web.sign_in.asking import desk_of, realm_of, status_of


@member_page
async def card_form(visit: Visit, request: Request) -> Response:
    """The form for number and code; a card's paper may have filled them in."""
    asked = request.query_params
    return await _page(visit, request, {"card": asked.get("card", ""), "claim": asked.get("code", "")})


@member_page
async def look_at_card(visit: Visit, request: Request) -> Response:
    """What would come over, once the proof holds."""
    typed = await _typed(request)
    try:
        found = await _proved(request, typed)
    except DomainError as refusal:
        return await _page(visit, request, typed, refusal, is_mine=await _is_mine(visit, request, typed["card"]))
    return await _confirm(visit, request, typed, found)


@member_page
async def take_card(visit: Visit, request: Request) -> Response:
    """The card's membership becomes part of one's own, once per form."""
    typed = await _typed(request)
    try:
        UUID(typed["key"])
    except ValueError:
        raise HTTPException(400) from None
    key = f"member-app:{visit.session.subject_id}:{typed['key']}"

    async def act(tx: Tx, seat: Seat) -> Shared:
        wanted = Merging(program=seat.slug, keep=seat.member.reference, drop=typed["card"], key=key)
        if await identity.is_claimed(tx, seat.face.rooms.vault, found):
            raise identity.SignInRefused()
        return await deeds.merge(tx, wanted, reason="claimed in the app", by=visit.actor, now=seat.now)

    try:
        found = await _proved(request, typed)
        done = await doing(visit, request, act)
    except DomainError as refusal:
        if await _is_mine(visit, request, typed["card"]):  # a second tap
            return see(f"/m/{visit.address}/me")
        return await _page(visit, request, typed, refusal)
    return see(f"/m/{visit.address}/points/{done.event_id}")


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: str(form.get(name, "")).strip() for name in ("card", "claim", "key")}


async def _proved(request: Request, typed: Mapping[str, str]) -> UUID:
    """The unclaimed membership of the card. Raises SignInRefused, TooOften."""
    return await identity.claimable(
        desk_of(request), realm_of(request), typed["card"], typed["claim"], origin=origin_of(request), now=face_of(request).now()
    )


async def _is_mine(visit: Visit, request: Request, number: str) -> bool:
    async def read(tx: Tx, seat: Seat) -> bool:
        return number == seat.member.reference or any(one.number == number for one in await members.cards_of(tx, seat.owners))

    return await looking(visit, request, read)


async def _confirm(visit: Visit, request: Request, typed: Mapping[str, str], found: UUID) -> Response:
    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        held = [
            seat.counted(one.available + one.pending, seat.unit_of(one.unit)[0])
            for one in await ledger.balances_of(tx, found, day=seat.day)
            if one.available + one.pending
        ]
        return {"seat": seat, "held": held}

    shown = await looking(visit, request, read)
    return render(request, "member/card_confirm.html", words="member", here_tab="me", typed=typed, key=str(uuid4()), **shown)


async def _page(
    visit: Visit, request: Request, typed: Mapping[str, str], refusal: DomainError | None = None, *, is_mine: bool = False
) -> Response:
    async def read(_: Tx, seat: Seat) -> dict[str, Any]:
        fault = seat.words.get(f"card_{refusal.code.replace('.', '_')}", message_of(refusal, seat.lang)) if refusal else ""
        if is_mine:
            fault = seat.words.card_sharing_already_merged
        return {"seat": seat, "fault": fault}

    shown = await looking(visit, request, read)
    return render(request, "member/card_claim.html", words="member", status=status_of(refusal), here_tab="me", typed=typed, **shown)
