"""Oneself: name, language, birth date, consents with their proof, and where one is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import identity, members, sharing
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.identity import Contact
from praemia.members import Change, Consent
from praemia.programs import Purpose
from praemia.web import sessions
from praemia.web.doors import member_page, see
from praemia.web.frame import lang_of, render
from praemia.web.member import together
from praemia.web.member.device_names import device_name
from praemia.web.member.seat import Seat, doing, looking, told_faults
from praemia.web.sessions import Visit
from praemia.web.words import spoken, words_of

_OLDEST = 130  # years


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A purpose of the programme and what the member said last."""

    purpose: Purpose
    last: Consent | None
    is_given: bool


@member_page
async def me(visit: Visit, request: Request) -> Response:
    """What is known about the member, and the way to everything they may change."""
    return await _profile_page(visit, request)


@member_page
async def change_profile(visit: Visit, request: Request) -> Response:
    """Keep name, language and, as long as there is none, the birth date: it pays presents, so only the shop may change it."""
    form = {name: str(value).strip() for name, value in (await request.form()).items()}

    async def act(tx: Tx, seat: Seat) -> None:
        contact = await _contact_of(tx, seat)
        lang = spoken(form.get("lang", ""))
        await identity.keep_contact(
            tx,
            seat.face.rooms.vault,
            visit.session.subject_id,
            program_id=seat.program.program_id,
            now=seat.now,
            email=contact.email,
            name=form.get("name", contact.name),
            lang=lang or contact.lang,
            verified_at=contact.verified_at,
        )
        born = _birthdate(form.get("birthdate", ""), seat.day)
        profile = (await members.profiles_of(tx, [seat.member.member_id])).get(seat.member.member_id)
        if born is not None and (profile is None or profile.birthdate is None):
            await members.change(tx, seat.program.program_id, seat.member.reference, Change(birthdate=born))

    try:
        await doing(visit, request, act)
    except InvalidInput as refusal:
        return await _profile_page(visit, request, faults=told_faults(words_of("member", lang_of(request)), refusal), typed=form)
    return see(f"/m/{visit.address}/me?saved")


@member_page
async def consents(visit: Visit, request: Request) -> Response:
    """What the programme asks for, what the member said, and every yes and no with its proof."""

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        said = await sharing.consents_of(tx, seat.member)
        return {"seat": seat, "asked": _asked(seat.policies.consents, said), "said": said}

    shown = await looking(visit, request, read)
    return render(request, "member/consents.html", words="member", here_tab="me", saved="saved" in request.query_params, **shown)


@member_page
async def say_consents(visit: Visit, request: Request) -> Response:
    """Say yes or no. What was said the same way before is not written down again."""
    form = await request.form()
    chosen = set(form.getlist("given"))

    async def act(tx: Tx, seat: Seat) -> None:
        asked = _asked(seat.policies.consents, await sharing.consents_of(tx, seat.member))
        differs = [one for one in asked if one.last is None or one.is_given != (one.purpose.id in chosen)]
        given = {one.purpose.id: one.purpose.id in chosen for one in differs}
        if given:
            await sharing.agree(tx, seat.slug, seat.member.reference, given, lang=seat.lang, origin="app", now=seat.now)

    await doing(visit, request, act)
    return see(f"/m/{visit.address}/me/consents?saved")


@member_page
async def devices(visit: Visit, request: Request) -> Response:
    """Where the member is signed in."""

    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        found = await identity.sessions_of(tx, visit.session.subject_id, now=seat.now)
        return {"seat": seat, "sessions": [(one, device_name(one.device)) for one in found]}

    shown = await looking(visit, request, read)
    return render(request, "member/devices.html", words="member", here_tab="me", done="done" in request.query_params, **shown)


@member_page
async def end_device(visit: Visit, request: Request) -> Response:
    """Sign out one device, or all others; the cards on them show nothing any more."""
    chosen = str((await request.form()).get("session", ""))

    async def act(tx: Tx, seat: Seat) -> None:
        mine = await identity.sessions_of(tx, visit.session.subject_id, now=seat.now)
        ending = [one for one in mine if str(one.session_id) == chosen or (chosen == "others" and one.session_id != visit.session_id)]
        for one in ending:
            await members.revoke_passes(tx, seat.member.member_id, at=seat.now, holder=one.session_id)
            await identity.end_session(tx, one.subject_id, one.session_id, now=seat.now)

    if chosen != "others" and not _is_id(chosen):
        raise HTTPException(400)
    await doing(visit, request, act)
    if chosen == str(visit.session_id):
        return sessions.sign_out(request, see(f"/m/{visit.address}/sign-in"), visit)
    return see(f"/m/{visit.address}/me/devices?done")


async def _profile_page(
    visit: Visit, request: Request, *, faults: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    async def read(tx: Tx, seat: Seat) -> dict[str, Any]:
        profile = (await members.profiles_of(tx, [seat.member.member_id])).get(seat.member.member_id)
        cards = await members.cards_of(tx, seat.owners)
        has_pools = bool(await together.pools_of(tx, seat))
        shown = {"contact": await _contact_of(tx, seat), "birthdate": profile.birthdate if profile else None, "cards": cards}
        return {
            "seat": seat,
            "asks_consents": bool(seat.policies.consents),
            "sends": seat.policies.sharing.transfers.allowed,
            "has_pools": has_pools,
            **shown,
        }

    shown = await looking(visit, request, read)
    status = 422 if faults else 200
    beside: dict[str, Any] = {"faults": faults or {}, "typed": typed or {}, "saved": "saved" in request.query_params}
    return render(request, "member/me.html", words="member", status=status, here_tab="me", **beside, **shown)


async def _contact_of(tx: Tx, seat: Seat) -> Contact:
    subject = seat.visit.session.subject_id
    found = (await identity.contacts_of(tx, seat.face.rooms.vault, [subject])).get(subject)
    return found or Contact(subject_id=subject, program_id=seat.program.program_id)


def unasked(purposes: Mapping[str, Purpose], said: list[Consent]) -> list[Purpose]:
    """What the programme asks for and the member has never answered."""
    answered = {one.purpose for one in said}
    return [one for name, one in purposes.items() if name not in answered]


def _asked(purposes: Mapping[str, Purpose], said: list[Consent]) -> list[Asked]:
    last = {one.purpose: one for one in reversed(said)}
    return [Asked(purpose=one, last=last.get(one.id), is_given=one.id in last and last[one.id].is_given) for one in purposes.values()]


def _birthdate(text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        born = date.fromisoformat(text)
    except ValueError:
        born = None
    if born is None or not today.year - _OLDEST <= born.year or born > today:
        raise InvalidInput([Fault(path="/birthdate", message="This is no day somebody can be born on.", code="no_birthdate")])
    return born


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
