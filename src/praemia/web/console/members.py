"""Members: finding them, and what is known of one: points, tier, history with its explanations, redemptions, cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from praemia import identity, insight, ledger, members, redemption, sharing, tiers
from praemia.foundation.db import Tx
from praemia.insight import Listed
from praemia.ledger import Balance, Lot
from praemia.members import Member, MemberUnknown
from praemia.web import presenting
from praemia.web.console.desk import Desk, at_desk, go, show
from praemia.web.console.reading import id_of
from praemia.web.doors import staff_page
from praemia.web.sessions import Visit

PAGE = 50
_TABS = ("", "history", "redemptions", "cards", "manage")
_TAB_NEEDS = {"history": "ledger:balance:read", "redemptions": "redemption:redemption:read", "cards": "members:card:read"}


@staff_page("members:member:read")
async def member_list(visit: Visit, request: Request) -> Response:
    """Everybody, the last to come first; or whoever a name, a card or an address of mail leads to."""
    text = request.query_params.get("q", "").strip()
    before = id_of(request.query_params.get("before"))

    async def read(tx: Tx, desk: Desk) -> tuple[Desk, list[Listed]]:
        if text:
            return desk, await _found(tx, desk, text)
        return desk, await insight.members_of(tx, desk.program, before=before, limit=PAGE + 1)

    desk, found = await at_desk(visit, request, read)
    if text and len(found) == 1:
        return go(f"{desk.root}/members/{found[0].member_id}")
    shown = found if text else found[:PAGE]
    following = None if text or len(found) <= PAGE else f"{desk.root}/members?before={shown[-1].member_id}"
    return show(
        request,
        visit,
        "console/members.html",
        here="members",
        q=text,
        rows=[_row(desk, one) for one in shown],
        unit=desk.units[desk.unit_list[0].code],
        following=following,
    )


@staff_page("members:member:read")
async def member_overview(visit: Visit, request: Request) -> Response:
    """What a member has now: balances, tier, points in the order in which they will be spent."""

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        member = await member_of(tx, desk, request)
        shown = await frame_of(tx, desk, member, "")
        profile = (await members.profiles_of(tx, [member.member_id])).get(member.member_id)
        lots = await ledger.lots_on(tx, member.member_id, desk.day) if desk.may("ledger:balance:read") else []
        return shown | {
            "lots": _lots(desk, lots),
            "profile": profile,
            "contact": await _contact(tx, desk, member),
            "recent": await _movements(tx, desk, member, None, 5) if desk.may("ledger:balance:read") else [],
            "parts": await insight.parts_of(tx, desk.program, member.member_id),
        }

    return show(request, visit, "console/member.html", here="members", **await at_desk(visit, request, read))


@staff_page("ledger:balance:read")
async def member_history(visit: Visit, request: Request) -> Response:
    """Every movement of the member's points, newest first; each leads to its explanation."""
    before = presenting.read_cursor(request.query_params.get("after", ""))

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        member = await member_of(tx, desk, request)
        page = await _movements(tx, desk, member, before, PAGE + 1)
        following = page[PAGE - 1]["cursor"] if len(page) > PAGE else None
        shown = await frame_of(tx, desk, member, "history")
        return shown | {"rows": page[:PAGE], "following": f"{shown['place']}/history?after={following}" if following else None}

    return show(request, visit, "console/member_history.html", here="members", **await at_desk(visit, request, read))


@staff_page("redemption:redemption:read")
async def member_redemptions(visit: Visit, request: Request) -> Response:
    """What the member got for points, newest first."""
    before = id_of(request.query_params.get("before"))

    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        member = await member_of(tx, desk, request)
        owners = await sharing.owners_of(tx, member.member_id)
        page = await redemption.redemptions_of(tx, desk.slug, member.reference, now=desk.now, owners=owners, before=before, page=PAGE + 1)
        rows = [_redemption(desk, one) for one in page[:PAGE]]
        shown = await frame_of(tx, desk, member, "redemptions")
        following = f"{shown['place']}/redemptions?before={rows[-1]['id']}" if len(page) > PAGE else None
        return shown | {"rows": rows, "following": following}

    return show(request, visit, "console/member_redemptions.html", here="members", **await at_desk(visit, request, read))


async def member_of(tx: Tx, desk: Desk, request: Request) -> Member:
    """The member of the path, or who took over from them. Raises MemberUnknown."""
    text = str(request.path_params["member"])
    member_id = id_of(text)
    member = await members.find_by_id(tx, member_id) if member_id else None
    if member is None or member.program_id != desk.program.program_id:
        raise MemberUnknown(reference=text)
    return member


async def frame_of(tx: Tx, desk: Desk, member: Member, tab: str) -> dict[str, Any]:
    """What every page of a member shows around its content: who it is, balances, tier, and the other pages."""
    place = f"{desk.root}/members/{member.member_id}"
    held = await ledger.balances_of(tx, member.member_id, day=desk.day) if desk.may("ledger:balance:read") else []
    found = await tiers.tier_of(tx, desk.program, member, now=desk.now) if member.status == "active" else None
    words = desk.words
    return {
        "title": member.reference,
        "crumbs": [(words.menu_members, f"{desk.root}/members"), (member.reference, "")],
        "member": member,
        "place": place,
        "balances": _balances(desk, held) if desk.may("ledger:balance:read") else [],
        "tier": _tier(desk, found[1]) if found else None,
        "tabs": [
            (words[f"tab_{one or 'overview'}"], f"{place}/{one}" if one else place, one == tab)
            for one in _TABS
            if one not in _TAB_NEEDS or desk.may(_TAB_NEEDS[one])
        ],
        "points": desk.points,
    }


async def _found(tx: Tx, desk: Desk, text: str) -> list[Listed]:
    """Whoever the text names: an address of mail, the beginning of a reference or of a card's number."""
    if "@" in text:
        subject = await identity.find_by_email(tx, desk.face.rooms.vault, program_id=desk.program.program_id, email=text)
        found = await insight.members_listed(tx, desk.program, [subject] if subject else [])
        if found:
            return found
    return await insight.members_named(tx, desk.program, text)


async def _contact(tx: Tx, desk: Desk, member: Member) -> identity.Contact | None:
    """Name and address of mail, for those who serve members; who only looks does not need them."""
    if not desk.may("members:member:write"):
        return None
    return (await identity.contacts_of(tx, desk.face.rooms.vault, [member.member_id])).get(member.member_id)


async def _movements(tx: Tx, desk: Desk, member: Member, before: tuple[UUID, int] | None, page: int) -> list[dict[str, Any]]:
    owners = await sharing.owners_of(tx, member.member_id)
    rows = await ledger.histories_of(tx, owners, before=before, page=page)
    return [
        {
            "event": moved.event_id,
            "kind": desk.words.get(f"movement_{moved.kind}", moved.kind),
            "at": moved.occurred_at,
            "available": desk.points(moved.amount, moved.unit, signed=True) if moved.amount else "",
            "waiting": desk.points(moved.pending, moved.unit, signed=True) if moved.pending else "",
            "held": desk.points(moved.held, moved.unit, signed=True) if moved.held else "",
            "cursor": presenting.cursor(moved),
        }
        for moved in rows
    ]


def _row(desk: Desk, one: Listed) -> dict[str, Any]:
    return {
        "id": one.member_id,
        "reference": one.reference,
        "since": one.enrolled_at,
        "tier": desk.tier(one.tier) if desk.policies.tiers else "",
        "available": desk.speech.amount(one.available, desk.unit_list[0].decimals),
        "state": "merged" if one.is_merged else one.status,
        "found_by": one.found_by,
    }


def _balances(desk: Desk, held: Sequence[Balance]) -> list[dict[str, Any]]:
    by_unit = {balance.unit: balance for balance in held}
    shown = []
    for unit in desk.unit_list:
        balance = by_unit.get(unit.number, Balance(unit=unit.number, available=0))
        notes = [(desk.words.pending_note, balance.pending), (desk.words.held_note, balance.held)]
        shown.append(
            {
                "name": desk.units[unit.code],
                "available": desk.speech.amount(balance.available, unit.decimals),
                "note": " · ".join(text.format(amount=desk.speech.amount(n, unit.decimals)) for text, n in notes if n),
            }
        )
    return shown


def _lots(desk: Desk, lots: Sequence[Lot]) -> list[Mapping[str, Any]]:
    """Lots in the order of use. What neighbours share all but the day they were earned on is one line: `event` leads to a single one."""

    def alike(lot: Lot) -> tuple[Any, ...]:
        return lot.unit, lot.pending, lot.opens_on if lot.pending else None, lot.last_day

    lines: list[Mapping[str, Any]] = []
    for (unit, pending, opens, ends), found in groupby(lots, key=alike):
        group = list(found)
        lines.append(
            {
                "event": group[0].event_id if len(group) == 1 else None,
                "remaining": desk.points(sum(lot.remaining for lot in group), unit),
                "earned": min(lot.earned_at for lot in group),
                "earned_last": max(lot.earned_at for lot in group),
                "count": len(group),
                "opens": opens,
                "is_pending": pending,
                "ends": ends,
            }
        )
    return lines


def _tier(desk: Desk, view: tiers.View) -> Mapping[str, Any]:
    state = view.state
    return {
        "name": desk.tier(state.tier),
        "until": view.until,
        "assigned": desk.tier(state.assigned) if state.assigned else "",
        "assigned_until": state.assigned_until,
        "at_risk": (view.at_risk.day, desk.tier(view.at_risk.to)) if view.at_risk else None,
    }


def _redemption(desk: Desk, done: redemption.Done) -> Mapping[str, Any]:
    found = done.redemption
    return {
        "id": found.redemption_id,
        "name": desk.speech.t(found.terms["name"], found.reward),
        "times": found.times,
        "state": found.state.value,
        "state_text": desk.words.get(f"redemption_{found.state.value}", found.state.value),
        "at": found.made_at,
        "price": desk.points(found.quanta, found.unit),
    }
