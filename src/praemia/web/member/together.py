"""Households and teams: who belongs to them, what they can spend together, and giving, spending and leaving by the pool's own rules.

Others are shown by first name, else by the end of their number; nobody sees what another holds alone. Pools are made by the shop:
joining lays one's points open to the others, so that no stranger is let in from here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import identity, sharing
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, InvalidInput
from praemia.rules import Draw, PoolSpender
from praemia.sharing import PoolSpend, PoolView, Send, Shared
from praemia.web.doors import member_page, see
from praemia.web.frame import render
from praemia.web.member.seat import Seat, doing, looking, told_faults
from praemia.web.member.sending import quanta_of
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit

_ENDS = 4  # the most signs of a number that others may see, and never more than half of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Somebody in a pool, as the others may see them."""

    member_id: UUID
    reference: str
    name: str
    ends: str
    is_head: bool
    is_me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A pool as its members see it; `available` as (code, decimals, quanta) of units that can be spent."""

    pool_id: UUID
    name: str
    companions: tuple[Companion, ...]
    available: tuple[tuple[str, int, int], ...]
    oldest_first: bool
    only_head: bool
    may_spend: bool


@member_page
async def pools(visit: Visit, request: Request) -> Response:
    """The pools somebody belongs to."""
    return await _page(visit, request)


@member_page
async def give(visit: Visit, request: Request) -> Response:
    """Send points to somebody of the pool."""

    async def act(tx: Tx, seat: Seat, pool: Together, form: Mapping[str, str]) -> Shared:
        to = next((one for one in pool.companions if str(one.member_id) == form.get("to") and not one.is_me), None)
        if to is None:
            raise HTTPException(400)
        unit = _unit(seat, form)
        wanted = Send(
            program=seat.slug,
            sender=seat.member.reference,
            receiver=to.reference,
            amount=quanta_of(form.get("amount", ""), seat.program.units[unit].decimals),
            unit=unit,
            note=form.get("note") or None,
            key=f"member-app:{seat.member.member_id}:{form['key']}",
        )
        return await sharing.transfer(tx, wanted, now=seat.now)

    return await _deed(visit, request, "give", act)


@member_page
async def spend(visit: Visit, request: Request) -> Response:
    """Spend points of the pool on something the shop hands over."""

    async def act(tx: Tx, seat: Seat, pool: Together, form: Mapping[str, str]) -> Shared:
        unit = _unit(seat, form)
        wanted = PoolSpend(
            program=seat.slug,
            pool=pool.name,
            member=seat.member.reference,
            amount=quanta_of(form.get("amount", ""), seat.program.units[unit].decimals),
            unit=unit,
            reason=form.get("reason") or None,
            key=f"member-app:{seat.member.member_id}:{form['key']}",
        )
        return await sharing.spend_pool(tx, wanted, now=seat.now)

    return await _deed(visit, request, "spend", act)


@member_page
async def part_from(visit: Visit, request: Request) -> Response:
    """Leave the pool, with what is left of one's own points."""

    async def act(tx: Tx, seat: Seat, pool: Together, _: Mapping[str, str]) -> None:
        await sharing.leave_pool(tx, seat.slug, pool.name, seat.member.reference, now=seat.now)

    return await _deed(visit, request, "leave", act)


async def pools_of(tx: Tx, seat: Seat) -> list[Together]:
    """The member's pools, as they may see them."""
    found = await sharing.pools_of(tx, seat.slug, seat.member.member_id, now=seat.now)
    everybody = {one for view in found for one in view.member_ids}
    contacts = await identity.contacts_of(tx, seat.face.rooms.vault, sorted(everybody))
    names = {one: contact.name.split()[0] for one, contact in contacts.items() if contact.name.split()}
    return [_seen(seat, view, names) for view in found]


def _seen(seat: Seat, view: PoolView, names: Mapping[UUID, str]) -> Together:
    me = seat.member.member_id
    companions = tuple(
        Companion(
            member_id=member_id,
            reference=reference,
            name=names.get(member_id, ""),
            ends=reference[-min(_ENDS, max(len(reference) // 2, 1)) :],
            is_head=place == 0,
            is_me=member_id == me,
        )
        for place, (member_id, reference) in enumerate(zip(view.member_ids, view.members, strict=True))
    )
    spendable = {unit.code: unit.decimals for unit in seat.spendable if unit.spendable}
    only_head = view.who is PoolSpender.HEAD
    return Together(
        pool_id=view.pool.pool_id,
        name=view.pool.reference,
        companions=companions,
        available=tuple((code, decimals, view.available.get(code, 0)) for code, decimals in spendable.items()),
        oldest_first=view.draw is Draw.OLDEST_FIRST,
        only_head=only_head,
        may_spend=not only_head or bool(companions and companions[0].is_me),
    )


def _unit(seat: Seat, form: Mapping[str, str]) -> str:
    unit = form.get("unit") or seat.spendable[0].code
    if unit not in seat.program.units:
        raise HTTPException(400)
    return unit


async def _deed(
    visit: Visit, request: Request, deed: str, act: Callable[[Tx, Seat, Together, Mapping[str, str]], Awaitable[Shared | None]]
) -> Response:
    """Do it in one of the member's own pools, once per form; a pool of others is as unknown as none."""
    form = {name: str(value).strip() for name, value in (await request.form()).items()}
    name = str(request.path_params["pool"])
    try:
        UUID(form.get("key", ""))
    except ValueError:
        raise HTTPException(400) from None

    async def work(tx: Tx, seat: Seat) -> Shared | None:
        pool = next((one for one in await pools_of(tx, seat) if str(one.pool_id) == name), None)
        if pool is None:
            raise HTTPException(404)
        return await act(tx, seat, pool, form)

    try:
        done = await doing(visit, request, work)
    except DomainError as refusal:
        return await _page(visit, request, typed={**form, "pool": name, "deed": deed}, refusal=refusal)
    return see(f"/m/{visit.address}/points/{done.event_id}" if done is not None else f"/m/{visit.address}/pools?left")


async def _page(visit: Visit, request: Request, typed: Mapping[str, str] | None = None, refusal: DomainError | None = None) -> Response:
    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        told = {}
        if isinstance(refusal, InvalidInput):
            told = told_faults(seat.words, refusal)
        elif refusal is not None:
            told = {"amount": seat.words.get(f"send_{refusal.code.replace('.', '_')}", message_of(refusal, seat.lang))}
        return {"seat": seat, "pools": await pools_of(tx, seat), "gives": seat.policies.sharing.transfers.allowed, "faults": told}

    shown = await looking(visit, request, read)
    return render(
        request,
        "member/pools.html",
        words="member",
        status=422 if refusal else 200,
        here_tab="me",
        typed=typed or {},
        key=str(uuid4()),
        left="left" in request.query_params,
        **shown,
    )
