"""Goods that come back: by the receipt, its lines or an amount; or, in small measure and with a permission, without one."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import members, orders, tills
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.journal import EVENT_ID
from praemia.orders import ReturnOrder
from praemia.web.doors import staff_page
from praemia.web.errors import meaning_of
from praemia.web.sessions import Visit
from praemia.web.till.booth import Booth, Form, doing, form_of, looking, money_of, new_order, page, practising
from praemia.web.till.customer import shopper_of
from praemia.web.till.receipts import order_shown


@staff_page("orders:return:write")
async def return_form(visit: Visit, request: Request) -> Response:
    """Scan the receipt; or go on without one."""
    order = request.query_params.get("order", "").strip()

    async def read(tx: Tx, booth: Booth) -> tuple[Booth, str, dict[str, Any]]:
        if not order:
            return booth, "return.html", {"fault": "", "shown": ""}
        try:
            return booth, "order.html", await order_shown(tx, booth, order)
        except DomainError as refusal:
            return booth, "return.html", {"fault": booth.told(refusal), "shown": order}

    booth, template, told = await looking(visit, request, read, practice=practising(request))
    return page(request, template, booth, status=404 if told.get("fault") else 200, **told)


@staff_page("orders:return:write")
async def take_back(visit: Visit, request: Request) -> Response:
    """Goods of an order come back. The number of the return came with the form: a second tap is the first again."""
    form = await form_of(request)
    practice = practising(request, form)

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        done = await orders.return_order(tx, _wanted(booth, form), now=booth.now)
        member = await members.get_member(tx, booth.program.program_id, done.member) if done.member else None
        return booth, {
            "order": done.order,
            "taken": [booth.counted(-quanta, unit, signed=True) for unit, quanta in done.taken.items() if quanta],
            "restored": [booth.counted(quanta, unit, signed=True) for unit, quanta in done.restored.items() if quanta],
            "left": booth.money(done.left_minor),
            "shopper": await shopper_of(tx, booth, member) if member else None,
        }

    try:
        booth, told = await doing(visit, request, work, practice=practice)
    except DomainError as refusal:
        return await _order_again(visit, request, form, practice, refusal)
    return page(request, "returned.html", booth, **told)


@staff_page("tills:return:unreceipted")
async def open_return_form(visit: Visit, request: Request) -> Response:
    """A return without a receipt: who, and how much."""
    booth = await looking(visit, request, _just_booth, practice=practising(request))
    return page(request, "open_return.html", booth, faults={}, given={"number": new_order()})


@staff_page("tills:return:unreceipted")
async def take_back_openly(visit: Visit, request: Request) -> Response:
    """Goods come back and nobody knows of which order: the rules of today say what goes."""
    form = await form_of(request)
    practice = practising(request, form)

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        done = await tills.return_unreceipted(
            tx,
            booth.slug,
            form.text("number") or new_order(),
            member=form.text("member"),
            amount_minor=_amount(booth, form),
            location=form.text("location") or None,
            now=booth.now,
        )
        member = await members.get_member(tx, booth.program.program_id, form.text("member"))
        taken = [booth.counted(quanta, unit, signed=True) for unit, quanta in done.verdict.awards.items() if quanta]
        return booth, {"order": "", "taken": taken, "restored": [], "left": "", "shopper": await shopper_of(tx, booth, member)}

    try:
        booth, told = await doing(visit, request, work, practice=practice)
    except DomainError as refusal:
        booth = await looking(visit, request, _just_booth, practice=practice)
        given = {name: form.text(name) for name in ("number", "member", "amount")}
        status, faults = meaning_of(refusal.code).status, _faults(booth, refusal)
        return page(request, "open_return.html", booth, status=status, faults=faults, given=given)
    return page(request, "returned.html", booth, **told)


def _wanted(booth: Booth, form: Form) -> ReturnOrder:
    """What comes back: everything, the lines that were picked, or goods of an amount. Raises InvalidInput."""
    picked = [(int(place), int(count)) for place, count in _picked(form) if count.isdecimal() and int(count) > 0]
    everything = form.text("what") == "all"
    amount = None if everything or picked else _amount(booth, form)
    return ReturnOrder(
        program=booth.slug,
        order=form.text("order"),
        lines=() if everything else tuple(picked),
        amount_minor=amount,
        all=everything,
        reason="at the till",
        identities=((EVENT_ID, f"till-return/{form.text('number') or new_order()}"),),
    )


def _picked(form: Form) -> list[tuple[str, str]]:
    """(line, pieces) as they were entered."""
    return [(name.removeprefix("back_"), value) for name, value in form.values if name.startswith("back_") and name[5:].isdecimal()]


def _amount(booth: Booth, form: Form) -> int:
    amount = money_of(form.text("amount"), booth.currency)
    if amount == 0:
        raise InvalidInput([Fault(path="/amount", message="Enter an amount, such as 12.50.", code="till_amount")])
    return amount


def _faults(booth: Booth, refusal: DomainError) -> dict[str, str]:
    if isinstance(refusal, InvalidInput):
        return {one.path.strip("/"): booth.words.get(f"fault_{one.code}", one.message) for one in refusal.faults}
    field = "amount" if refusal.code == "tills.receipt_needed" else "member" if refusal.code.startswith("members.") else ""
    said = booth.told(refusal)
    if refusal.code == "tills.receipt_needed":
        said = booth.words.f("receipt_needed", most=booth.money(refusal.fields["most_minor"]))
    return {field: said}


async def _order_again(visit: Visit, request: Request, form: Form, practice: bool, refusal: DomainError) -> Response:
    async def read(tx: Tx, booth: Booth) -> tuple[Booth, str, dict[str, Any]]:
        try:
            told = await order_shown(tx, booth, form.text("order"))
        except DomainError:
            return booth, "return.html", {"fault": booth.told(refusal), "shown": form.text("order")}
        return booth, "order.html", {**told, "faults": _faults(booth, refusal), "given": {"amount": form.text("amount")}}

    booth, template, told = await looking(visit, request, read, practice=practice)
    return page(request, template, booth, status=meaning_of(refusal.code).status, **told)


async def _just_booth(_: Tx, booth: Booth) -> Booth:
    return booth
