"""Points for somebody else, where the programme allows it: who, how many, a look at it, and sent once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import sharing
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.sharing import Send, Shared
from praemia.web.doors import member_page, see
from praemia.web.frame import render
from praemia.web.member import figures
from praemia.web.member.seat import Seat, doing, looking, told_faults
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit

_ABOUT_THE_RECEIVER = {"members.unknown", "members.closed", "members.card_blocked", "members.card_replaced", "sharing.to_oneself"}


@member_page
async def send(visit: Visit, request: Request) -> Response:
    """The form, with what can be sent."""
    return await _page(visit, request, {})


@member_page
async def send_points(visit: Visit, request: Request) -> Response:
    """Send, once per form."""
    form = {name: str(value).strip() for name, value in (await request.form()).items()}
    try:
        UUID(form.get("key", ""))
    except ValueError:
        raise HTTPException(400) from None

    async def act(tx: Tx, seat: Seat) -> Shared:
        unit = form.get("unit") or seat.spendable[0].code
        if unit not in seat.program.units:
            raise HTTPException(400)
        wanted = Send(
            program=seat.slug,
            sender=seat.member.reference,
            receiver=form.get("receiver", ""),
            amount=quanta_of(form.get("amount", ""), seat.program.units[unit].decimals),
            unit=unit,
            note=form.get("note") or None,
            key=f"member-app:{seat.member.member_id}:{form['key']}",
        )
        return await sharing.transfer(tx, wanted, now=seat.now)

    try:
        done = await doing(visit, request, act)
    except DomainError as refusal:
        return await _page(visit, request, form, refusal)
    return see(f"/m/{visit.address}/points/{done.event_id}?sent")


async def _page(
    visit: Visit,
    request: Request,
    typed: Mapping[str, str],
    refusal: DomainError | None = None,
) -> Response:
    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        policy = seat.policies.sharing.transfers
        if not policy.allowed:
            raise HTTPException(404)
        codes = {unit.code for unit in seat.spendable if unit.spendable}
        return {
            "seat": seat,
            "holdings": [one for one in await figures.holdings_of(tx, seat) if one.code in codes],
            "fee": policy.fee,
            "faults": _faults(seat, refusal) if refusal else {},
        }

    shown = await looking(visit, request, read)
    status = 422 if refusal else 200
    key = typed.get("key") or str(uuid4())
    return render(request, "member/send.html", words="member", status=status, here_tab="me", typed=typed, key=key, **shown)


def _faults(seat: Seat, refusal: DomainError) -> dict[str, str]:
    """The refusal beside the field it is about, in the member's words."""
    if isinstance(refusal, InvalidInput):
        return told_faults(seat.words, refusal)
    field = "receiver" if refusal.code in _ABOUT_THE_RECEIVER else "amount"
    return {field: seat.words.get(f"send_{refusal.code.replace('.', '_')}", message_of(refusal, seat.lang))}


def quanta_of(text: str, decimals: int) -> int:
    """A number as people write it, comma or point, in whole quanta."""
    try:
        quanta = Decimal(text.replace(",", ".")).scaleb(decimals)
        if quanta != quanta.to_integral_value() or not 0 < quanta <= 10**15:
            raise InvalidOperation
    except InvalidOperation:
        raise InvalidInput([Fault(path="/amount", message="amount", code="no_amount")]) from None
    return int(quanta)
