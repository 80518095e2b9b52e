"""Codes: pools that rewards hand out, and coupons. Codes are bearers' secrets: they are shown to whoever may make them, and noted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from praemia import access, catalogue, orders
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.orders import IssueCodes, UseCoupon
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.programme.catalogue import tabs
from praemia.web.console.reading import Form, form_of, needed, new_once
from praemia.web.doors import form_faults, staff_page
from praemia.web.sessions import Visit
from praemia.web.words import words_of

_MOST_ISSUED = 1000


@staff_page("catalogue:reward:read")
async def codes(visit: Visit, request: Request) -> Response:
    """Pools with what is left, coupons with what was used."""
    return await _page(visit, request)


@staff_page("catalogue:code:write")
async def add_codes(visit: Visit, request: Request) -> Response:
    """Take codes into a pool: pasted ones, or new ones of a pattern."""
    form = await form_of(request)

    async def add(tx: Tx, desk: Desk) -> list[str]:
        pool = _pool(desk, form)
        if form.text("pattern"):
            added = await catalogue.make_codes(tx, desk.program.program_id, pool, form.text("pattern"), _count(form))
        else:
            texts = [line.strip() for line in needed(form.text("codes"), field="codes").splitlines() if line.strip()]
            added = [""] * await catalogue.upload_codes(tx, desk.program.program_id, pool, texts)
        await _note(tx, desk, "catalogue.codes.added", pool, {"count": len(added)})
        return added

    return await _deed(visit, request, form, add, "codes")


@staff_page("catalogue:code:write")
async def withdraw(visit: Visit, request: Request) -> Response:
    """Take codes out of a pool that nobody has yet."""
    form = await form_of(request)

    async def take(tx: Tx, desk: Desk) -> None:
        pool = _pool(desk, form)
        count = await catalogue.withdraw_codes(tx, desk.program.program_id, pool)
        await _note(tx, desk, "catalogue.codes.withdrawn", pool, {"count": count})

    return await _deed(visit, request, form, take, "withdrawn")


@staff_page("catalogue:code:write")
async def export(visit: Visit, request: Request) -> Response:
    """The free codes of a pool, one per line. A post, since it hands out secrets and is noted."""
    form = await form_of(request)

    async def read(tx: Tx, desk: Desk) -> tuple[str, list[str]]:
        pool = _pool(desk, form)
        found = await catalogue.free_codes(tx, desk.program.program_id, pool)
        await _note(tx, desk, "catalogue.codes.exported", pool, {"count": len(found)})
        return pool, found

    pool, found = await do(visit, request, read)
    return _download(f"{pool}.csv", found)


@staff_page("orders:coupon:issue")
async def issue(visit: Visit, request: Request) -> Response:
    """Issue codes of a coupon; shown once, or as a file."""
    form = await form_of(request)
    coupon = form.text("coupon")

    async def make(tx: Tx, desk: Desk) -> list[str]:
        if coupon not in {one.id for one in desk.policies.prices.discounts.coupons}:
            raise HTTPException(404)
        wanted = IssueCodes(
            program=desk.slug, coupon=coupon, count=_count(form, most=_MOST_ISSUED), member=form.text("member") or None, key=form.once
        )
        issued = await orders.issue_codes(tx, wanted, now=desk.now)
        if not issued.replayed:
            await _note(tx, desk, "orders.coupons.issued", coupon, {"count": len(issued.codes)})
        return list(issued.codes)

    try:
        made = await do(visit, request, make)
    except DomainError as refusal:
        return await _page(visit, request, form=form, refusal=refusal)
    return _download(f"{coupon}.csv", made) if form.text("as") == "file" else await _page(visit, request, form=form, made=made)


@staff_page("orders:coupon:void")
async def void(visit: Visit, request: Request) -> Response:
    """Make a code worthless: its newest use is given back, or one never used is called in."""
    form = await form_of(request)

    async def take_back(tx: Tx, desk: Desk) -> None:
        code = needed(form.text("code"), field="code")
        try:
            await orders.void_code(tx, UseCoupon(program=desk.slug, code=code, member=None, key=form.once), now=desk.now)
        except orders.NothingToVoid:
            coupon = await orders.recall_code(tx, desk.slug, code, now=desk.now)
            await _note(tx, desk, "orders.coupon.recalled", catalogue.ends_of(code), {"coupon": coupon})
        else:
            await _note(tx, desk, "orders.coupon.voided", catalogue.ends_of(code), {})

    return await _deed(visit, request, form, take_back, "voided")


async def _deed(visit: Visit, request: Request, form: Form, work: Callable[[Tx, Desk], Awaitable[object]], done: str) -> Response:
    try:
        await do(visit, request, work)
    except DomainError as refusal:
        return await _page(visit, request, form=form, refusal=refusal)
    return go(f"/console/{visit.address}/programme/codes", done=done)


async def _page(
    visit: Visit, request: Request, *, form: Form | None = None, refusal: DomainError | None = None, made: list[str] | None = None
) -> Response:
    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        words = words_of("programme", desk.lang)
        used = {one.id: one for one in await orders.used_of(tx, desk.slug, now=desk.now) if one.kind == "coupon"}
        coupons = desk.policies.prices.discounts.coupons
        faults = form_faults(refusal, desk.lang) if refusal else {}
        return {
            "pools": [
                {"name": pool, "rewards": names, "free": await catalogue.pool_size(tx, desk.program.program_id, pool)}
                for pool, names in _pools(desk).items()
            ],
            "coupons": [
                {
                    "id": coupon.id,
                    "name": desk.speech.t(coupon.name, coupon.id),
                    "pattern": coupon.pattern,
                    "codes": coupon.codes,
                    "used": used[coupon.id].used if coupon.id in used else None,
                    "most": used[coupon.id].most if coupon.id in used else None,
                    "uses": coupon.uses,
                }
                for coupon in coupons
            ],
            "tabs": tabs(desk.root, words, "codes"),
            "title": words.codes_title,
            "faults": faults,
            "problem": faults.get("", ""),
        }

    found = await at_desk(visit, request, look)
    once = form.once if form is not None and made is not None else new_once()
    given = form.given if form is not None and (refusal is not None or made is not None) else {}
    return show(
        request,
        visit,
        "console/programme/codes.html",
        here="catalogue",
        words="programme",
        status=422 if refusal else 200,
        made=made,
        once=once,
        given=given,
        **found,
    )


def _pools(desk: Desk) -> Mapping[str, list[str]]:
    """The pools that rewards of the version in force hand out, with what those are called."""
    found: dict[str, list[str]] = {}
    for reward in desk.policies.rewards.rewards.values():
        if reward.code is not None and reward.code.pool is not None:
            found.setdefault(reward.code.pool, []).append(desk.speech.t(reward.name, reward.id))
    return found


def _pool(desk: Desk, form: Form) -> str:
    """The pool named in a form. 404 when no reward hands it out."""
    pool = form.text("pool")
    if pool not in _pools(desk):
        raise HTTPException(404)
    return pool


def _count(form: Form, *, most: int | None = None) -> int:
    text = form.text("count")
    if not text.isdecimal() or not 0 < int(text[:9]) <= (most or int(text[:9])):
        raise InvalidInput([Fault(path="/count", code="range", message=f"Enter a number from 1 to {most or 10_000}.")])
    return int(text)


async def _note(tx: Tx, desk: Desk, action: str, subject: str, new: Mapping[str, Any]) -> None:
    await access.note(tx, desk.visit.actor, action, subject, at=desk.now, program_id=desk.program.program_id, new=dict(new))


def _download(name: str, codes: list[str]) -> Response:
    """One code per line. A spreadsheet must not take one for a formula."""
    text = "".join(f"{'‘' if code[:1] in '=+-@' else ''}{code}\r\n" for code in codes)
    return PlainTextResponse(
        text, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    )
