"""What a member redeemed and still holds: codes, gift cards, things on their way; and what became of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from praemia import catalogue, redemption
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.redemption import Act, Done, RedemptionUnknown, State
from praemia.web import barcodes
from praemia.web.doors import member_page
from praemia.web.frame import render
from praemia.web.member.reasons import gives_of
from praemia.web.member.seat import Seat, doing, looking
from praemia.web.sessions import Visit

_PAGE = 20
_LIVE = (State.HELD, State.GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One code or card to show: its signs, its pictures, its last day, what is left on it."""

    spelled: str
    ends: str
    qr: Any
    bars: Any
    last_day: date | None = None
    balance_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """A redemption as its member sees it. `next_step` is what the shop does next; `spent` its price in words."""

    done: Done
    name: str
    gives: str
    spent: str
    state: str
    is_live: bool
    step: str
    next_step: str
    cash: str


@member_page
async def mine(visit: Visit, request: Request) -> Response:
    """Everything redeemed, the newest first; what is still worth something stands out."""
    before = _id_of(request.query_params.get("after"))

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        page = await redemption.redemptions_of(
            tx, seat.slug, seat.member.reference, now=seat.now, owners=seat.owners, before=before, page=_PAGE + 1
        )
        shown = [_had(seat, one) for one in page[:_PAGE]]
        following = page[_PAGE - 1].redemption.redemption_id if len(page) > _PAGE else None
        return {"seat": seat, "had": shown, "next_url": f"/m/{visit.address}/mine?after={following}" if following else None}

    return render(request, "member/mine.html", words="member", here_tab="rewards", **await looking(visit, request, read))


@member_page
async def held(visit: Visit, request: Request) -> Response:
    """One redemption with its code, large enough for any scanner."""
    return await _held_page(visit, request)


@member_page
async def undo(visit: Visit, request: Request) -> Response:
    """Give a redemption back while it is unused: the points return to where they came from."""

    async def act(tx: Tx, seat: Seat) -> None:
        found = await _own(tx, seat, str(request.path_params["redemption"]))
        wanted = Act(program=seat.slug, redemption=str(found.redemption.redemption_id), note="by the member")
        await redemption.cancel(tx, wanted, now=seat.now)

    try:
        await doing(visit, request, act)
    except RedemptionUnknown:
        raise HTTPException(404) from None
    except DomainError as refusal:
        return await _held_page(visit, request, refused=refusal)
    return RedirectResponse(request.url.path.removesuffix("/undo"), 303)


async def _held_page(visit: Visit, request: Request, *, refused: DomainError | None = None) -> Response:
    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        found = await _own(tx, seat, str(request.path_params["redemption"]))
        had = _had(seat, found)
        cards = await catalogue.cards_of(tx, found.redemption.cards)
        codes = await catalogue.codes_of(tx, found.redemption.codes)
        tickets: Sequence[Ticket] = [
            *(_ticket(c.spelled, c.ends, last_day=c.last_day) for c in codes if c.spelled),
            *(_ticket(c.spelled, c.ends, last_day=c.last_day, balance_minor=c.balance_minor) for c in cards if c.spelled),
        ]
        return {
            "seat": seat,
            "had": had,
            "tickets": tickets,
            "gone": [c.ends for c in codes if not c.spelled] + [c.ends for c in cards if not c.spelled],
            "currency": seat.policies.rules.earning.currency,
            "may_undo": had.is_live and found.redemption.terms["gives"] != "tier",
            "is_new": "new" in request.query_params,
            "refused": seat.words.not_undone if refused else "",
        }

    try:
        shown = await looking(visit, request, read)
    except RedemptionUnknown:
        raise HTTPException(404) from None
    return render(request, "member/held.html", words="member", status=409 if refused else 200, here_tab="rewards", **shown)


async def _own(tx: Tx, seat: Seat, name: str) -> Done:
    """A redemption of this member; another's is as unknown as none."""
    found = await redemption.get_redemption(tx, seat.slug, name, now=seat.now)
    if found.redemption.member_id not in seat.owners:
        raise RedemptionUnknown(redemption=name)
    return found


def _had(seat: Seat, done: Done) -> Had:
    made = done.redemption
    code, _ = seat.unit_of(made.unit)
    live = made.state in _LIVE
    following = redemption.next_step(made)
    return Had(
        done=done,
        name=seat.speech.t(made.terms["name"], made.reward),
        gives=gives_of(seat, made.terms),
        spent=seat.counted(made.quanta, code),
        state=seat.words.get(f"state_{made.state.value}", made.state.value),
        is_live=live,
        step=redemption.fulfilment_of(made) or "",
        next_step=following or "",
        cash=seat.speech.money(made.cash_minor, seat.policies.rules.earning.currency) if made.cash_minor else "",
    )


def _ticket(spelled: str, ends: str, **more: Any) -> Ticket:
    return Ticket(spelled=spelled, ends=ends, qr=barcodes.qr(spelled), bars=barcodes.code128(spelled), **more)


def _id_of(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
