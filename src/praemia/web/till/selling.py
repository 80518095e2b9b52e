"""The sale: what it earns while it is typed, recording it, undoing it; rewards and codes on the way."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import members, orders, redemption, tills
from praemia.earning import Command, Recorded
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.journal import ORDER
from praemia.orders import CHECKOUT, Quote, UseCoupon
from praemia.redemption import Act, Redeem
from praemia.rules import PURCHASE
from praemia.web import presenting
from praemia.web.doors import form_faults, staff_page
from praemia.web.errors import meaning_of
from praemia.web.sessions import Visit
from praemia.web.till.booth import Booth, Form, doing, form_of, looking, money_of, page, points_of, practising
from praemia.web.till.customer import burn, lines_given, sale_of, shopper_of


@staff_page("earning:purchase:quote")
async def quote(visit: Visit, request: Request) -> Response:
    """What the sale would cost and earn, and why: the whole page, or (for the script of the page) only that part of it."""
    form = await form_of(request)
    part = request.headers.get("x-part") == "quote"

    async def read(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        member = await members.get_member(tx, booth.program.program_id, form.text("member"))
        told = {} if part else await sale_of(tx, booth, member, form)
        try:
            command = command_of(booth, form)
            told["quote"] = _quoted(booth, await orders.quote(tx, command, now=booth.now))
            told["faults"] = {}
        except DomainError as refusal:
            told["quote"], told["faults"] = None, _faults(booth, refusal)
        return booth, told

    booth, told = await looking(visit, request, read, practice=practising(request, form))
    return page(request, "quote.html" if part else "sale.html", booth, **told)


@staff_page("earning:purchase:write")
async def sell(visit: Visit, request: Request) -> Response:
    """Record the sale. The order's number came with the form: a second tap is the first again."""
    form = await form_of(request)
    practice = practising(request, form)

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, Recorded, dict[str, Any]]:
        recorded = await tills.sell(tx, command_of(booth, form), now=booth.now)
        return booth, recorded, await _sold(tx, booth, recorded, form)

    try:
        booth, _, told = await doing(visit, request, work, practice=practice)
    except DomainError as refusal:
        return await _sale_again(visit, request, form, practice, refusal)
    return page(request, "sold.html", booth, **told)


@staff_page("orders:cancellation:write")
async def undo(visit: Visit, request: Request) -> Response:
    """Call off what was just sold."""
    form = await form_of(request)
    practice, order = practising(request, form), form.text("order")

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        if practice:
            return booth, {"moved": [], "shopper": None}
        done = await tills.undo(tx, booth.slug, order, now=booth.now)
        moved = [booth.counted(-quanta, unit, signed=True) for unit, quanta in done.taken.items() if quanta]
        moved += [booth.counted(quanta, unit, signed=True) for unit, quanta in done.restored.items() if quanta]
        member = await members.get_member(tx, booth.program.program_id, done.member) if done.member else None
        return booth, {"moved": moved, "shopper": await shopper_of(tx, booth, member) if member else None}

    booth, told = await doing(visit, request, work, practice=practice)
    return page(request, "undone.html", booth, order=order, **told)


@staff_page("redemption:redemption:write")
async def redeem(visit: Visit, request: Request) -> Response:
    """A reward for points, handed over at the counter. The key came with the form."""
    form = await form_of(request)
    practice = practising(request, form)
    key = f"till:{visit.subject_id}:{form.text('order')}:{form.text('reward')}"

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        wanted = Redeem(program=booth.slug, member=form.text("member"), reward=form.text("reward"), key=key)
        done = await redemption.redeem(tx, wanted, now=booth.now)
        member = await members.get_member(tx, booth.program.program_id, form.text("member"))
        return booth, {
            "name": booth.speech.t(done.redemption.terms.get("name"), done.redemption.reward),
            "redemption": str(done.redemption.redemption_id),
            "codes": [one.spelled for one in (*done.codes, *done.cards) if one.spelled],
            "shopper": await shopper_of(tx, booth, member),
        }

    try:
        booth, told = await doing(visit, request, work, practice=practice)
    except DomainError as refusal:
        return await _sale_again(visit, request, form, practice, refusal)
    return page(request, "redeemed.html", booth, **told)


@staff_page("redemption:redemption:cancel")
async def undo_reward(visit: Visit, request: Request) -> Response:
    """Take a reward back that was not used yet; the points return to where they came from."""
    form = await form_of(request)
    practice = practising(request, form)

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        if practice:
            return booth, {"moved": [], "shopper": None}
        act = Act(program=booth.slug, redemption=form.text("redemption"), note="undone at the till")
        done = await redemption.cancel(tx, act, now=booth.now)
        member = await members.get_member(tx, booth.program.program_id, done.member) if done.member else None
        unit = next(one.code for one in booth.program.units.values() if one.number == done.redemption.unit)
        moved = [booth.counted(done.returned, unit, signed=True)] if done.returned else []
        return booth, {"moved": moved, "shopper": await shopper_of(tx, booth, member) if member else None}

    booth, told = await doing(visit, request, work, practice=practice)
    return page(request, "undone.html", booth, order="", **told)


@staff_page("redemption:redemption:use")
async def burn_code(visit: Visit, request: Request) -> Response:
    """Burn a code that was validated on the page before. A second tap is the first again."""
    form = await form_of(request)
    practice, code = practising(request, form), form.text("burn")
    key = f"till:{visit.subject_id}:{form.text('once')}" if form.text("once") else None

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        return booth, await burn(tx, booth, code, form.text("member"), key=key)

    try:
        booth, told = await doing(visit, request, work, practice=practice)
    except DomainError as refusal:
        booth = await looking(visit, request, _just_booth, practice=practice)
        refused = {"code": code, "promotion": False, "name": "", "refused": booth.told(refusal), "after": "", "kept": ()}
        return page(request, "code.html", booth, status=meaning_of(refusal.code).status, **refused)
    return page(request, "burned.html", booth, code=code, member=form.text("member"), **told)


@staff_page("orders:coupon:void")
async def void_code(visit: Visit, request: Request) -> Response:
    """Make the use of a coupon void that was just burned."""
    form = await form_of(request)
    practice = practising(request, form)

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        if practice:
            return booth, {"moved": [], "shopper": None}
        wanted = UseCoupon(program=booth.slug, code=form.text("burn"), member=form.text("member") or None)
        use = await orders.void_code(tx, wanted, now=booth.now)
        return booth, {"moved": [booth.counted(q, unit, signed=True) for unit, q in use.awards.items() if q], "shopper": None}

    booth, told = await doing(visit, request, work, practice=practice)
    return page(request, "undone.html", booth, order="", **told)


def command_of(booth: Booth, form: Form) -> Command:
    """The purchase that a form describes. Raises InvalidInput with every fault."""
    faults: list[Fault] = []
    lines = _lines(booth, form, faults)
    points = _or_fault(lambda: points_of(form.text("points"), booth.program.units[booth.terms.unit].decimals), faults)
    order = form.text("order")
    if not order:
        faults.append(Fault(path="/order", message="Enter the number of the receipt.", code="missing"))
    if faults:
        raise InvalidInput(faults)
    inputs: dict[str, Any] = {"order": order, "lines": lines, "channel": tills.CHANNEL}
    if form.text("location"):
        inputs["location"] = form.text("location")
    if points:
        inputs["pay_points"] = points
    for field, key in (("code", "codes"), ("gift", "pay_gift")):
        if form.all(field):
            inputs[key] = form.all(field)
    return Command(program=booth.slug, kind=PURCHASE, member=form.text("member") or None, inputs=inputs, identities=((ORDER, order),))


def _lines(booth: Booth, form: Form, faults: list[Fault]) -> list[dict[str, Any]]:
    """The basket; without one the amount as goods of which nothing else is known."""
    rows = lines_given(form)
    if not rows:
        amount = _or_fault(lambda: money_of(form.text("amount"), booth.currency), faults)
        return [{"sku": tills.NO_ARTICLE, "amount_minor": amount or 0}]
    lines = []
    for row in rows:
        amount = _or_fault(lambda row=row: money_of(row["amount"], booth.currency, field="lines"), faults)
        quantity = int(row["quantity"]) if row["quantity"].isdecimal() and 0 < len(row["quantity"]) < 6 else 1
        line: dict[str, Any] = {"sku": row["sku"] or tills.NO_ARTICLE, "amount_minor": amount or 0}
        lines.append(line | ({"quantity": quantity} if quantity > 1 else {}))
    return lines


def _or_fault(read: Any, faults: list[Fault]) -> Any:
    try:
        return read()
    except InvalidInput as refusal:
        faults += [fault for fault in refusal.faults if fault.path not in {known.path for known in faults}]
        return None


def _quoted(booth: Booth, told: Quote) -> dict[str, Any]:
    """A quote in words: what it earns with the reasons, what is due, what does not apply."""
    verdict = presenting.recorded(told.recorded, booth.vocabulary, booth.lang)
    checkout = told.recorded.beside.get(CHECKOUT)
    return {
        "verdict": verdict,
        "awards": [booth.counted(quanta, unit, signed=True) for unit, quanta in told.recorded.verdict.awards.items()],
        "due": booth.money(checkout["due_minor"]) if checkout else "",
        "off": booth.money(checkout["discount_minor"]) if checkout and checkout["discount_minor"] else "",
        "paid": booth.money(sum(one["amount_minor"] for one in checkout["paid"])) if checkout and checkout["paid"] else "",
        "against": [booth.told(refusal) for _, refusal in told.against],
        "rewards": [
            {"id": look.reward, "name": booth.speech.t(look.name, look.reward), "off": booth.money(look.amount_minor)}
            for look in told.rewards
            if not look.against and look.amount_minor
        ],
    }


async def _sold(tx: Tx, booth: Booth, recorded: Recorded, form: Form) -> dict[str, Any]:
    """The receipt: large what it gave and what there is now, small why."""
    told = _quoted(booth, Quote(recorded=recorded))
    member = await members.get_member(tx, booth.program.program_id, form.text("member"))
    return {"quote": told, "order": form.text("order"), "shopper": await shopper_of(tx, booth, member), "replayed": recorded.replayed}


def _faults(booth: Booth, refusal: DomainError) -> dict[str, str]:
    if isinstance(refusal, InvalidInput):
        fallback = form_faults(refusal, booth.lang)
        return {one.path.strip("/"): booth.words.get(f"fault_{one.code}", fallback.get(one.path.strip("/"), "")) for one in refusal.faults}
    return {"": booth.told(refusal)}


async def _sale_again(visit: Visit, request: Request, form: Form, practice: bool, refusal: DomainError) -> Response:
    """The sale again, with what was wrong beside its field."""

    async def read(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        member = await members.get_member(tx, booth.program.program_id, form.text("member"))
        return booth, {**await sale_of(tx, booth, member, form), "faults": _faults(booth, refusal)}

    booth, told = await looking(visit, request, read, practice=practice)
    return page(request, "sale.html", booth, status=meaning_of(refusal.code).status, **told)


async def _just_booth(_: Tx, booth: Booth) -> Booth:
    return booth
