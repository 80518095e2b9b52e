"""Steps three and four: the poster, and the first card. The page listens for the first point, wherever it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import ledger, members, programs, tills
from praemia.earning import Command, Recorded
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import replace
from praemia.journal import ORDER
from praemia.ledger import Role
from praemia.members import CardUnknown, Carrier
from praemia.programs import MINOR_DIGITS
from praemia.rules import PURCHASE
from praemia.web import presenting
from praemia.web.barcodes import qr
from praemia.web.checkouts import carry_out
from praemia.web.console.reading import Form, form_of, needed, new_once, quanta
from praemia.web.doors import form_faults, place_of, staff_page
from praemia.web.face import face_of
from praemia.web.frame import lang_of, render, speech_of
from praemia.web.public.shown import origin_of
from praemia.web.sessions import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """How far it is: members, and what they hold of the first unit."""

    members: int
    held: int
    decimals: int
    unit: str


@staff_page("earning:purchase:write")
async def first_page(visit: Visit, request: Request) -> Response:
    """Print the poster, scan the first card."""
    return await _page(visit, request, {})


@staff_page("earning:purchase:write")
async def first_news(visit: Visit, request: Request) -> Response:
    """The state alone, for a page that asks again and again."""
    return render(request, "setup/news.html", words="public", news=await _news(visit, request), root=_root(request))


@staff_page("earning:purchase:write")
async def first_card(visit: Visit, request: Request) -> Response:
    """A card nobody had, and the first purchase with it: the same verbs as at the till."""
    form = await form_of(request)
    try:
        recorded = await _buy(visit, request, form)
    except DomainError as refusal:
        return await _page(visit, request, form.given, faults=form_faults(refusal, lang_of(request)))
    return await _page(visit, request, {}, recorded=recorded)


async def _buy(visit: Visit, request: Request, form: Form) -> Recorded:
    face, place = face_of(request), place_of(request)
    card = needed(form.text("card"), field="card")
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        program = await programs.open_program(tx, place.slug)
        earning = (await programs.ruleset_of(tx, program, program.version_at(program.now(face.now())))).earning
    amount = quanta(form.text("amount"), MINOR_DIGITS.get(earning.currency, 2), field="amount")

    async def open_card(tx: Tx) -> None:
        try:
            await members.get_card(tx, place.program_id, card)
        except CardUnknown:
            await tills.open_card(tx, place.slug, card, Carrier.PLASTIC, now=face.now())

    await face.rooms.db.run(visit.tenant_id, open_card)
    order = f"first-{form.once}"
    inputs: dict[str, Any] = {"order": order, "lines": [{"sku": "first", "amount_minor": amount}]}
    command = Command(program=place.slug, kind=PURCHASE, member=card, inputs=inputs, identities=((ORDER, order),))
    outcome = await carry_out(face, visit.tenant_id, command)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


async def _page(
    visit: Visit, request: Request, given: dict[str, str], *, faults: dict[str, str] | None = None, recorded: Recorded | None = None
) -> Response:
    place = place_of(request)
    where = f"{origin_of(request)}/m/{place.preferred}/join"
    return render(
        request,
        "setup/first.html",
        words="public",
        status=422 if faults else 200,
        given={"amount": "10,00" if lang_of(request) == "de" else "10.00", "once": new_once(), **given},
        faults=faults or {},
        problem=(faults or {}).get("", ""),
        verdict=await _verdict(visit, request, recorded) if recorded else None,
        units=await _units(visit, request),
        news=await _news(visit, request),
        root=_root(request),
        home=f"/console/{place.preferred}/",
        code=qr(where, "QR", border=2),
        where=where,
        step=3,
    )


async def _verdict(visit: Visit, request: Request, recorded: Recorded) -> dict[str, Any]:
    units = await _units(visit, request)
    async with face_of(request).rooms.db.transaction(visit.tenant_id) as tx:
        program = await programs.open_program(tx, recorded.program)
        policies = await programs.policies_of(tx, program, recorded.version)
    words = replace(presenting.vocabulary_of(policies.rules, program, policies.prices), units=units)
    return presenting.recorded(recorded, words, lang_of(request))


async def _units(visit: Visit, request: Request) -> dict[str, str]:
    face, place = face_of(request), place_of(request)
    async with face.rooms.db.transaction(visit.tenant_id) as tx:
        program = await programs.open_program(tx, place.slug)
        policies = await programs.policies_of(tx, program, program.version_at(program.now(face.now())))
    speech = speech_of(request)
    return {code: speech.t(policies.spoken.units.get(code), code) for code in program.units}


async def _news(visit: Visit, request: Request) -> _News:
    """The sums are over the whole programme: it has hardly begun."""
    place = place_of(request)
    async with face_of(request).rooms.db.transaction(visit.tenant_id) as tx:
        program = await programs.open_program(tx, place.slug)
        count = await members.count_members(tx, place.program_id)
        totals = {(unit, role): amount for unit, role, amount, _ in await ledger.trial_balance(tx, place.program_id)}
    first = min(program.units.values(), key=lambda unit: unit.number)
    held = totals.get((first.number, Role.AVAILABLE.value), 0) + totals.get((first.number, Role.PENDING.value), 0)
    return _News(members=count, held=held, decimals=first.decimals, unit=(await _units(visit, request))[first.code])


def _root(request: Request) -> str:
    return f"/setup/{place_of(request).preferred}"
