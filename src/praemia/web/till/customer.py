"""Who stands at the counter: the first page, what was scanned or typed, and a card for somebody who has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import catalogue, identity, ledger, members, orders, redemption, tiers, tills
from praemia.catalogue import CodeUnknown
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.members import Carrier, Member
from praemia.orders import UseCoupon
from praemia.redemption import RedemptionUnknown, UseCode
from praemia.rules import PayWithPoints
from praemia.tills import Found, Kind
from praemia.web.brand import picture_path
from praemia.web.doors import see, staff_page
from praemia.web.errors import meaning_of
from praemia.web.sessions import Visit
from praemia.web.till.booth import Booth, Form, doing, form_of, looking, masked_names, name_of, new_order, page, practising
from praemia.web.till.receipts import order_shown

_SALE_FIELDS = ("member", "order", "amount", "points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """A member as the cashier sees them. `balances` are (text, unit's name), the first is large; `worth` is what points may pay."""

    reference: str
    name: str
    balances: list[tuple[str, str]]
    tier: str
    rewards: list[dict[str, Any]]
    pays: bool
    spendable: str
    worth: str


@staff_page("members:member:read")
async def home(visit: Visit, request: Request) -> Response:
    """The counter, waiting for somebody."""
    booth = await looking(visit, request, _just_booth, practice=practising(request))
    return page(request, "counter.html", booth)


@staff_page("members:member:read")
async def bare(visit: Visit, request: Request) -> Response:
    """The address as people type it."""
    return see(f"/till/{visit.address}/")


@staff_page("members:member:read")
async def find(visit: Visit, request: Request) -> Response:
    """What was shown: leads to the sale, to a choice among few, or to what can be done with a code, a gift card, a receipt."""
    form = await form_of(request)
    practice = practising(request, form)
    shown = form.text("shown")
    if not shown:
        return await _again(visit, request, form, practice)

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, str, dict[str, Any]]:
        found = await tills.find(tx, booth.slug, shown, now=booth.now)
        return (booth, *await _leads_to(tx, booth, found, form))

    try:
        booth, template, told = await doing(visit, request, work, practice=practice)
    except DomainError as refusal:
        return await _again(visit, request, form, practice, refusal)
    if told.get("promotion") is False:
        told |= await _tried(visit, request, shown, form.text("member"), practice=practice)
    return page(request, template, booth, **told)


@staff_page("members:card:write")
async def card_form(visit: Visit, request: Request) -> Response:
    """A new card: scan it, done."""
    booth = await looking(visit, request, _just_booth, practice=practising(request))
    return page(request, "card.html", booth, fault="", number="")


@staff_page("members:card:write")
async def open_card(visit: Visit, request: Request) -> Response:
    """The card works at once; the sale goes on with it."""
    form = await form_of(request)
    practice = practising(request, form)
    number = form.text("number")

    async def work(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        _, member = await tills.open_card(tx, booth.slug, number, Carrier.PLASTIC, now=booth.now)
        claim = identity.claim_code(booth.face.rooms.vault, tx.tenant_id, booth.program.program_id, number)
        return booth, {**await sale_of(tx, booth, member, Form(values=())), "is_new": True, "claim": claim}

    if number:
        try:
            booth, told = await doing(visit, request, work, practice=practice)
            return page(request, "sale.html", booth, **told)
        except DomainError as refusal:
            booth = await looking(visit, request, _just_booth, practice=practice)
            return page(request, "card.html", booth, status=meaning_of(refusal.code).status, fault=booth.told(refusal), number=number)
    booth = await looking(visit, request, _just_booth, practice=practice)
    return page(request, "card.html", booth, status=422, fault=booth.words.card_needed, number="")


async def sale_of(tx: Tx, booth: Booth, member: Member, form: Form) -> dict[str, Any]:
    """What the page of a sale shows: the member, and what was entered so far."""
    return {
        "shopper": await shopper_of(tx, booth, member),
        "given": {
            **{name: form.text(name) for name in _SALE_FIELDS},
            "member": member.reference,
            "order": form.text("order") or new_order(),
        },
        "codes": form.all("code"),
        "gifts": form.all("gift"),
        "lines": lines_given(form),
        "faults": {},
        "quote": None,
        "is_new": False,
    }


def lines_given(form: Form) -> list[dict[str, str]]:
    """The rows of the basket as they were written; empty ones are left out."""
    columns = [[value for name, value in form.values if name == f"line_{field}"] for field in ("sku", "quantity", "amount")]
    rows = [{"sku": sku, "quantity": quantity, "amount": amount} for sku, quantity, amount in zip(*columns, strict=False)]
    return [row for row in rows if row["sku"] or row["amount"]]


async def shopper_of(tx: Tx, booth: Booth, member: Member) -> Shopper:
    """A member as the cashier sees them."""
    held = {b.unit: b.available for b in await ledger.balances_of(tx, member.member_id, day=booth.day)}
    spoken = [unit.code for unit in booth.policies.rules.earning.units]
    amounts = {code: held.get(booth.program.units[code].number, 0) for code in spoken}
    tier = await tiers.tier_of(tx, booth.program, member, now=booth.now)
    level = next((one for one in tier[0].levels if one.id == tier[1].state.tier), None) if tier else None
    pay = booth.policies.rewards.pay_with_points
    most = amounts.get(pay.unit, 0) // pay.quanta * pay.quanta if pay else 0
    return Shopper(
        reference=member.reference,
        name=await name_of(tx, booth, member),
        balances=[(booth.speech.amount(quanta, booth.program.units[code].decimals), booth.units[code]) for code, quanta in amounts.items()],
        tier=booth.speech.t(level.name, level.id) if level else "",
        rewards=await _rewards(tx, booth, member),
        pays=pay is not None and most > 0 and most >= pay.min_quanta,
        spendable=booth.speech.amount(most, booth.program.units[pay.unit].decimals) if pay else "",
        worth=booth.money(_worth(pay, most)) if pay else "",
    )


async def _rewards(tx: Tx, booth: Booth, member: Member) -> list[dict[str, Any]]:
    """What the member could have now; what they cannot have does not hold up a queue."""
    offers = await redemption.offers_for(tx, booth.slug, member.reference, now=booth.now)
    mine = [one for one in offers if not one.against and not one.reward.automatic]
    named = [(one, booth.speech.t(one.reward.name, one.reward.id)) for one in mine]
    pictures = booth.policies.pictures
    return [
        {
            "id": one.reward.id,
            "name": name,
            "cost": booth.counted(one.price.quanta, one.reward.unit),
            "picture": picture_path(booth.visit.address, pictures.get(one.reward.id)),
        }
        for one, name in named
    ]


def _worth(pay: PayWithPoints, quanta: int) -> int:
    return quanta // pay.quanta * pay.worth_minor


async def _leads_to(tx: Tx, booth: Booth, found: Found, form: Form) -> tuple[str, dict[str, Any]]:
    match found.kind:
        case Kind.MEMBER if found.member is not None:
            fresh = Form(values=[pair for pair in form.values if pair[0] in ("code", "gift")])
            return "sale.html", await sale_of(tx, booth, found.member, fresh)
        case Kind.CANDIDATES:
            names = await masked_names(tx, booth, found.candidates)
            return "candidates.html", {"candidates": found.candidates, "names": names, "kept": _kept(form)}
        case Kind.GIFT_CARD if found.gift_card is not None:
            return "gift.html", {"card": found.gift_card, "number": found.text, "kept": _kept(form)}
        case Kind.ORDER:
            return "order.html", await order_shown(tx, booth, found.text)
        case _:
            told = {"code": found.text, "promotion": found.kind is Kind.PROMOTION, "name": "", "refused": "", "after": ""}
            return "code.html", {**told, "kept": _kept(form)}


async def _tried(visit: Visit, request: Request, code: str, member: str, *, practice: bool) -> dict[str, Any]:
    """What a code is good for: burn it in a transaction that is given up, on the very path of burning it."""

    async def burned(tx: Tx, booth: Booth) -> dict[str, Any]:
        try:
            return await burn(tx, booth, code, member, key=None)
        except DomainError as refusal:
            return {"refused": booth.told(refusal)}

    return await looking(visit, request, burned, practice=practice)


async def burn(tx: Tx, booth: Booth, code: str, member: str, *, key: str | None) -> dict[str, Any]:
    """Burn a code, be it a reward's or a coupon's; answers what it was for. Raises what stands against it."""
    shown = {"member": member or None, "key": key}
    if await _is_reward(tx, booth, code):
        done = await redemption.use_code(tx, UseCode(program=booth.slug, code=code, **shown), now=booth.now)
        return {"name": booth.speech.t(done.redemption.terms.get("name"), done.redemption.reward), "after": "", "is_reward": True}
    use = await orders.use_code(tx, UseCoupon(program=booth.slug, code=code, **shown), now=booth.now)
    given = ", ".join(booth.counted(quanta, unit, signed=True) for unit, quanta in use.awards.items())
    coupon = next((one for one in booth.policies.prices.discounts.coupons if one.id == use.coupon), None)
    return {"name": booth.speech.t(coupon.name if coupon else None, use.coupon), "after": given, "is_reward": False}


async def _is_reward(tx: Tx, booth: Booth, code: str) -> bool:
    try:
        found = await catalogue.find_code(tx, booth.program.program_id, code)
        await redemption.get_redemption(tx, booth.slug, str(found.redemption_id), now=booth.now)
    except (CodeUnknown, RedemptionUnknown):
        return False
    return True


def _kept(form: Form) -> list[tuple[str, str]]:
    """The sale that is under way, to be carried through another page."""
    kept = {*_SALE_FIELDS, "code", "gift", "line_sku", "line_quantity", "line_amount"}
    return [pair for pair in form.values if pair[0] in kept]


async def _again(visit: Visit, request: Request, form: Form, practice: bool, refusal: DomainError | None = None) -> Response:
    """The counter again, with what was wrong beside the field; the sale under way stays."""
    reference = form.text("member")

    async def read(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        if not reference:
            return booth, {}
        return booth, await sale_of(tx, booth, await members.get_member(tx, booth.program.program_id, reference), form)

    booth, told = await looking(visit, request, read, practice=practice)
    fault = booth.words.find_needed if refusal is None else booth.told(refusal)
    status = 422 if refusal is None else meaning_of(refusal.code).status
    return page(request, "sale.html" if told else "counter.html", booth, status=status, find_fault=fault, shown=form.text("shown"), **told)


async def _just_booth(_: Tx, booth: Booth) -> Booth:
    return booth
