"""Where a member's page takes place: the programme at its own time, the member behind the session, and how to speak to them.

Read once per request inside the page's transaction; every page begins here. A session whose membership has ended is worth nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from praemia import members, programs, sharing
from praemia.foundation.db import Tx
from praemia.foundation.errors import InvalidInput
from praemia.members import Member, MemberClosed, MemberUnknown
from praemia.programs import OpenProgram, Policies
from praemia.rules import Unit
from praemia.web.face import Face, face_of
from praemia.web.frame import lang_of, speech_of
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit
from praemia.web.speech import Speech
from praemia.web.words import Lang, Words, words_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A member in front of a page. `at` is the programme's time, `now` the wall clock, `owners` whose history is theirs."""

    visit: Visit
    face: Face
    program: OpenProgram
    policies: Policies
    member: Member
    owners: tuple[UUID, ...]
    at: datetime
    day: date
    now: datetime
    lang: Lang
    speech: Speech
    words: Words

    @property
    def slug(self) -> str:
        """The programme's name in verbs."""
        return self.program.slug

    @property
    def units(self) -> Mapping[str, str]:
        """What the units are called, by code; a unit of an older version keeps its code."""
        spoken = self.policies.spoken.units
        return {code: self.speech.t(spoken.get(code), code) for code in self.program.units}

    @property
    def spendable(self) -> tuple[Unit, ...]:
        """The units of the version in force, in its order."""
        return self.policies.rules.earning.units

    def unit_of(self, number: int) -> tuple[str, int]:
        """Code and decimals of a unit's number."""
        return next((u.code, u.decimals) for u in self.program.units.values() if u.number == number)

    def name_of(self, code: str) -> str:
        """What a unit is called."""
        return self.units.get(code, code)

    def counted(self, quanta: int, code: str, *, signed: bool = False) -> str:
        """A number and its unit, as people write it."""
        return self.speech.counted(quanta, self.program.units[code].decimals, self.name_of(code), signed=signed)


async def seat_of(tx: Tx, visit: Visit, request: Request) -> Seat:
    """The seat of this request. Raises MemberUnknown, MemberClosed when there is nobody to sit on it."""
    face = face_of(request)
    now = face.now()
    program = await programs.open_program(tx, visit.program or "")
    member = await members.find_by_id(tx, visit.subject_id)
    if member is None:
        raise MemberUnknown(reference=str(visit.subject_id))
    if member.status != "active":
        raise MemberClosed(reference=member.reference)
    at = program.now(now)
    policies = await programs.policies_of(tx, program, program.version_at(at))
    lang = lang_of(request)
    return Seat(
        visit=visit,
        face=face,
        program=program,
        policies=policies,
        member=member,
        owners=tuple(await sharing.owners_of(tx, member.member_id)),
        at=at,
        day=at.astimezone(policies.rules.earning.timezone).date(),
        now=now,
        lang=lang,
        speech=speech_of(request),
        words=words_of("member", lang),
    )


async def looking(visit: Visit, request: Request, read: Callable[[Tx, Seat], Awaitable[T]]) -> T:
    """Read what a page shows in one transaction, from its seat."""
    async with face_of(request).rooms.db.transaction(visit.tenant_id) as tx:
        return await read(tx, await seat_of(tx, visit, request))


async def doing(visit: Visit, request: Request, act: Callable[[Tx, Seat], Awaitable[T]]) -> T:
    """Do what a page does in one transaction, from its seat; again when a race was lost. Nothing is sent before it is committed."""

    async def work(tx: Tx) -> T:
        return await act(tx, await seat_of(tx, visit, request))

    return await face_of(request).rooms.db.run(visit.tenant_id, work)


def told_faults(words: Words, refusal: InvalidInput) -> dict[str, str]:
    """The faults of a form by field, in the member's words."""
    return {one.path.strip("/"): words.get(f"fault_{one.code}", message_of(one, words.lang)) for one in refusal.faults}
