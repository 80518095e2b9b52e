"""Taking everything along, and leaving: all that is known about a member as one file, and the end of the membership.

Leaving is confirmed by typing. Contact, sign-in and profile are erased and cards stop working in the same transaction; events and
points stay in the ledger under an id that leads to nobody, so that the books still add up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import identity, journal, ledger, members, redemption, sharing, tiers
from praemia.foundation.db import Tx
from praemia.web import deeds, presenting, rewarding, sessions, sharing_presenting, tier_presenting
from praemia.web.api.belonging import consent_document
from praemia.web.doors import member_page, see
from praemia.web.explained import explained
from praemia.web.frame import render
from praemia.web.member import figures
from praemia.web.member.seat import Seat, doing, looking
from praemia.web.presenting import instant
from praemia.web.sessions import Visit

_PAGE = 200


@member_page
async def export(visit: Visit, request: Request) -> Response:
    """Everything about the member, as JSON: what is stored, and the explanation of every event."""
    document = await looking(visit, request, _everything)
    text = json.dumps(document, ensure_ascii=False, indent=1, default=str)
    headers = {
        "Content-Disposition": f'attachment; filename="{visit.address}-my-data.json"',
        "Cache-Control": "no-store",
    }
    return Response(text, media_type="application/json", headers=headers)


@member_page
async def leave(visit: Visit, request: Request) -> Response:
    """What leaving means, and the form that asks for it."""
    return await _leave_page(visit, request)


@member_page
async def leave_for_good(visit: Visit, request: Request) -> Response:
    """The membership ends when the word was typed."""
    typed = str((await request.form()).get("word", "")).strip()

    async def act(tx: Tx, seat: Seat) -> bool:
        if typed.casefold() != seat.words.leave_word.casefold():
            return False
        await deeds.close_membership(
            tx, seat.face.rooms.vault, seat.slug, seat.member.reference, reason="by the member", by=visit.actor, now=seat.now
        )
        return True

    if not await doing(visit, request, act):
        return await _leave_page(visit, request, wrong=True)
    # No Clear-Site-Data: it would empty everything of this origin, a till's unsent sales too. The page's script forgets the card.
    return sessions.sign_out(request, see(f"/m/{visit.address}/gone"), visit)


async def _leave_page(visit: Visit, request: Request, *, wrong: bool = False) -> Response:
    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        return {"seat": seat, "holdings": await figures.holdings_of(tx, seat)}

    shown = await looking(visit, request, read)
    return render(request, "member/leave.html", words="member", status=422 if wrong else 200, here_tab="me", wrong=wrong, **shown)


async def _everything(tx: Tx, seat: Seat) -> Mapping[str, Any]:
    member, units = seat.member, {u.number: (u.code, u.decimals) for u in seat.program.units.values()}
    subject = seat.visit.session.subject_id
    contact = (await identity.contacts_of(tx, seat.face.rooms.vault, [subject])).get(subject)
    profile = (await members.profiles_of(tx, [member.member_id])).get(member.member_id)
    cards = await members.cards_of(tx, seat.owners)
    found = await tiers.tier_of(tx, seat.program, member, now=seat.now)
    scales = await tier_presenting.scales_of(tx, seat.program, found[0], seat.now) if found else {}
    return {
        "programme": seat.slug,
        "made_at": instant(seat.at),
        "contact": {"email": contact.email, "name": contact.name, "language": contact.lang} if contact else None,
        "member": presenting.member(member, profile, await tier_presenting.tier_of(tx, seat.program, member, seat.now, seat.lang)),
        "tier_history": [
            {
                "at": instant(one.at),
                "was": one.was,
                "becomes": one.becomes,
                "reason": one.reason.value,
                "figures": tier_presenting.measures(one.figures, scales),
            }
            for one in await tiers.changes_of(tx, member, owners=seat.owners)
        ],
        "cards": [sharing_presenting.card(one, member) for one in cards],
        "consents": [consent_document(one) for one in await sharing.consents_of(tx, member)],
        "pools": [one.pool.reference for one in await sharing.pools_of(tx, seat.slug, member.member_id, now=seat.now)],
        "sessions": [
            {"device": one.device, "began": instant(one.made_at), "last_seen": instant(one.seen_at), "means": one.means.value}
            for one in await identity.sessions_of(tx, subject, now=seat.now)
        ],
        "balances": presenting.balances(await ledger.balances_of(tx, member.member_id, day=seat.day), units),
        "lots": [presenting.lot(one, units) for one in await ledger.lots_on(tx, member.member_id, seat.day)],
        "redemptions": await _redemptions(tx, seat),
        "history": await _history(tx, seat, units),
    }


async def _redemptions(tx: Tx, seat: Seat) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    before = None
    while True:
        page = await redemption.redemptions_of(
            tx, seat.slug, seat.member.reference, now=seat.now, owners=seat.owners, before=before, page=_PAGE
        )
        found += [rewarding.done(one, seat.program) for one in page]
        if len(page) < _PAGE:
            return found
        before = page[-1].redemption.redemption_id


async def _history(tx: Tx, seat: Seat, units: Mapping[int, tuple[str, int]]) -> list[dict[str, Any]]:
    """Every movement, newest first, each with what was sent and why it gave what it gave."""
    found: list[dict[str, Any]] = []
    told: dict[Any, dict[str, Any]] = {}
    before = None
    while True:
        page = await ledger.histories_of(tx, seat.owners, before=before, page=_PAGE)
        missing = {one.event_id for one in page} - told.keys()
        for event_id, event in (await journal.events_by_id(tx, missing)).items():
            told[event_id] = await explained(tx, seat.program, event, seat.lang, seat.units)
        found += [{**presenting.movement(one, units), "explanation": told.get(one.event_id)} for one in page]
        if len(page) < _PAGE:
            return found
        before = (page[-1].event_id, page[-1].line)
