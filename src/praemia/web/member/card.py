"""The card: the first page of the app, and what a phone needs to show codes that change.

A device that can keep a key asks for a pass once (`hand_over_pass`), keeps it unreadable and counts codes itself, also without a
network. One that cannot (no secure context) asks for each code (`show_code`). Neither answer is ever stored by a cache.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import ledger, members, sharing, tiers
from praemia.foundation.db import Tx
from praemia.members import Card, CardTaken, Carrier, Condition
from praemia.members import Pass as DevicePass
from praemia.web.api.belonging import pass_document
from praemia.web.doors import member_page
from praemia.web.frame import render
from praemia.web.member import figures, history
from praemia.web.member.oneself import unasked
from praemia.web.member.seat import Seat, doing, looking
from praemia.web.outcomes import json_response
from praemia.web.sessions import Visit

_LATEST = 3
_CARD_DIGITS = 12
_NO_STORE = {"Cache-Control": "no-store"}


@member_page
async def home(visit: Visit, request: Request) -> Response:
    """The card, what is held, what it is near to, and what happened last."""

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        offers = await figures.offers_of(tx, seat)
        latest = await ledger.histories_of(tx, seat.owners, page=_LATEST)
        found = await tiers.tier_of(tx, seat.program, seat.member, now=seat.now)
        level = next((one for one in found[0].levels if one.id == found[1].state.tier), None) if found else None
        return {
            "seat": seat,
            "holdings": await figures.holdings_of(tx, seat),
            "goal": figures.goal_of(offers),
            "ready": [one for one in offers if not one.against][:3],
            "tier": seat.speech.t(level.name, level.id) if level else None,
            "card": _shown_card(await members.cards_of(tx, seat.owners)),
            "unasked": unasked(seat.policies.consents, await sharing.consents_of(tx, seat.member)),
            "lines": history.together(await history.lines_of(tx, seat, latest)),
        }

    shown = await looking(visit, request, read)
    return render(request, "member/home.html", words="member", here_tab="card", **shown)


@member_page
async def hand_over_pass(visit: Visit, request: Request) -> Response:
    """A new pass for this device, once; it replaces the one before. Who has no card yet gets one, to be found by its last digits."""

    async def act(tx: Tx, seat: Seat) -> tuple[DevicePass, Card]:
        return await members.issue_pass(tx, seat.member, at=seat.now, holder=visit.session_id), await _a_card(tx, seat)

    held, card = await doing(visit, request, act)
    document = {**pass_document(held), "holder": str(visit.session_id), "ends": card.number[-4:]}
    return json_response(document, headers=_NO_STORE)


@member_page
async def show_code(visit: Visit, request: Request) -> Response:
    """The code of this moment, for a device that cannot count itself."""

    async def act(tx: Tx, seat: Seat) -> tuple[str, int]:
        held = await members.find_pass(tx, seat.member, visit.session_id, at=seat.now)
        if held is None:
            held = await members.issue_pass(tx, seat.member, at=seat.now, holder=visit.session_id)
        return members.rotating_code(held, seat.now), members.STEP_SECONDS - int(seat.now.timestamp()) % members.STEP_SECONDS

    code, seconds = await doing(visit, request, act)
    return json_response({"code": code, "seconds": seconds}, headers=_NO_STORE)


async def _a_card(tx: Tx, seat: Seat) -> Card:
    """The card of the member, or a new one of twelve random digits."""
    known = _shown_card(await members.cards_of(tx, seat.owners))
    while known is None:
        number = str(secrets.randbelow(9 * 10 ** (_CARD_DIGITS - 1)) + 10 ** (_CARD_DIGITS - 1))
        with contextlib.suppress(CardTaken):
            known = await members.issue_card(tx, seat.member, number, Carrier.VIRTUAL, at=seat.at)
    return known


def _shown_card(cards: list[Card]) -> Card | None:
    """The newest card that works."""
    return next((one for one in reversed(cards) if one.condition is Condition.ACTIVE), None)
