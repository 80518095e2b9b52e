"""Where a till's page takes place: the programme at its own time, the cashier, and how to speak to them. Practice runs in a transaction
that is given up, on the very same path.

Read once per request inside the page's transaction; every page begins here.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from praemia import access, identity, programs, tills
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.foundation.values import replace
from praemia.members import Member
from praemia.programs import MINOR_DIGITS, OpenProgram, Policies, TillTerms
from praemia.web.face import Face, face_of
from praemia.web.frame import lang_of, render, speech_of
from praemia.web.presenting import Vocabulary, vocabulary_of
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit
from praemia.web.speech import Speech
from praemia.web.words import Lang, Words, words_of

T = TypeVar("T")
PRACTICE = "practice"
_MONEY = re.compile(r"(\d{1,10})(?:[.,](\d{1,4}))?")
_MOST_MINOR = 10**12
_LIKE_A_CARD = 8  # so many digits without a decimal sign came from a scanner in the wrong field
_NUMBERS = "ACDEFGHJKLMNPQRTUVWXY34679"  # for order numbers that people read to each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What was posted, stripped; files are left out."""

    values: Sequence[tuple[str, str]]

    def text(self, field: str) -> str:
        """The text of a field; empty when it is not there."""
        return next((value for name, value in self.values if name == field), "")

    def all(self, field: str) -> tuple[str, ...]:
        """Every value of a field, each once."""
        return tuple(dict.fromkeys(value for name, value in self.values if name == field and value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Booth:
    """A cashier in front of a page. `at` is the programme's time, `now` the wall clock; in `practice` nothing is kept."""

    visit: Visit
    face: Face
    program: OpenProgram
    policies: Policies
    vocabulary: Vocabulary
    at: datetime
    day: date
    now: datetime
    lang: Lang
    speech: Speech
    words: Words
    practice: bool

    @property
    def slug(self) -> str:
        """The programme's name in verbs."""
        return self.program.slug

    @property
    def terms(self) -> TillTerms:
        """What the programme says about tills now."""
        return self.policies.tills

    @property
    def currency(self) -> str:
        """ISO 4217."""
        return self.policies.rules.earning.currency

    @property
    def units(self) -> Mapping[str, str]:
        """What the units are called, by code."""
        return self.vocabulary.units

    def counted(self, quanta: int, code: str, *, signed: bool = False) -> str:
        """A number and its unit, as people write it."""
        return self.speech.counted(quanta, self.program.units[code].decimals, self.units.get(code, code), signed=signed)

    def money(self, minor: int) -> str:
        """An amount in the programme's currency."""
        return self.speech.money(minor, self.currency)

    def may(self, permission: str) -> bool:
        """Whether the cashier's role includes something."""
        return access.covers(self.visit.scopes, permission)

    def told(self, refusal: DomainError) -> str:
        """A refusal in the cashier's language."""
        return self.words.get(f"refused_{refusal.code.replace('.', '_')}", message_of(refusal, self.lang))


async def booth_of(tx: Tx, visit: Visit, request: Request, *, practice: bool) -> Booth:
    """The booth of this request."""
    face = face_of(request)
    now = face.now()
    program = await programs.open_program(tx, visit.program or "")
    at = program.now(now)
    policies = await programs.policies_of(tx, program, program.version_at(at))
    lang, speech = lang_of(request), speech_of(request)
    names = {code: speech.t(policies.spoken.units.get(code), code) for code in program.units}
    return Booth(
        visit=visit,
        face=face,
        program=program,
        policies=policies,
        vocabulary=replace(vocabulary_of(policies.rules, program, policies.prices), units=names),
        at=at,
        day=at.astimezone(policies.rules.earning.timezone).date(),
        now=now,
        lang=lang,
        speech=speech,
        words=words_of("till", lang),
        practice=practice,
    )


async def looking(visit: Visit, request: Request, read: Callable[[Tx, Booth], Awaitable[T]], *, practice: bool = False) -> T:
    """Read, or try out, in a transaction that is given up."""
    async with face_of(request).rooms.db.rehearsal(visit.tenant_id) as tx:
        return await read(tx, await booth_of(tx, visit, request, practice=practice))


async def doing(visit: Visit, request: Request, act: Callable[[Tx, Booth], Awaitable[T]], *, practice: bool) -> T:
    """Do in one transaction, again when a race was lost; in practice the same without the commit."""
    if practice:
        return await looking(visit, request, act, practice=True)

    async def work(tx: Tx) -> T:
        return await act(tx, await booth_of(tx, visit, request, practice=False))

    return await face_of(request).rooms.db.run(visit.tenant_id, work)


async def form_of(request: Request) -> Form:
    """The form of a request."""
    async with request.form(max_files=0, max_fields=300) as form:
        return Form(values=[(name, value.strip()) for name, value in form.multi_items() if isinstance(value, str)])


def practising(request: Request, form: Form | None = None) -> bool:
    """Whether this is practice: said by the form, or by the address."""
    return PRACTICE in request.query_params if form is None else bool(form.text(PRACTICE))


def page(request: Request, template: str, booth: Booth, *, status: int = 200, **shown: Any) -> Response:
    """A page of the till. It may look through the camera, for codes, and compile what reads them."""
    base = f"/till/{booth.visit.address}/"
    always: dict[str, Any] = {"booth": booth, "base": base, "home": base, "once": str(uuid4())}
    return render(request, f"till/{template}", words="till", status=status, powers=("camera", "wasm"), **always, **shown)


def money_of(text: str, currency: str, *, field: str = "amount") -> int:
    """An amount as people write it ("12.50", "12,5") in minor units. Raises InvalidInput that names the field."""
    digits = MINOR_DIGITS.get(currency, 2)
    match = _MONEY.fullmatch(text.replace(" ", "").replace("\u202f", ""))
    part = (match[2] or "") if match else ""
    if match is None or len(part) > digits:
        raise InvalidInput([Fault(path=f"/{field}", message="Enter an amount, such as 12.50.", code="till_amount")])
    if digits and match[2] is None and len(match[1]) >= _LIKE_A_CARD:
        raise InvalidInput([Fault(path=f"/{field}", message="This looks like a card number.", code="till_card")])
    scale: int = 10**digits
    amount = int(match[1]) * scale + int(part.ljust(digits, "0") or 0)
    if amount > _MOST_MINOR:
        raise InvalidInput([Fault(path=f"/{field}", message="The amount is too large.", code="till_amount")])
    return amount


def points_of(text: str, decimals: int, *, field: str = "points") -> int | None:
    """Points as people write them in quanta; None for nothing, and for none. Raises InvalidInput that names the field."""
    if not text:
        return None
    match = _MONEY.fullmatch(text.replace(" ", "").replace("\u202f", ""))
    part = (match[2] or "") if match else ""
    if match is None or len(part) > decimals:
        raise InvalidInput([Fault(path=f"/{field}", message="Enter a number of points.", code="till_points")])
    scale: int = 10**decimals
    return int(match[1]) * scale + int(part.ljust(decimals, "0") or 0) or None


def new_order() -> str:
    """A number for a sale without one: short enough to be read out."""
    return "T-" + "".join(secrets.choice(_NUMBERS) for _ in range(10))


async def name_of(tx: Tx, booth: Booth, member: Member) -> str:
    """How to greet somebody: the name we know, else what the operator calls them."""
    contact = (await identity.contacts_of(tx, booth.face.rooms.vault, [member.member_id])).get(member.member_id)
    return (contact.name if contact else None) or member.reference


async def masked_names(tx: Tx, booth: Booth, candidates: Sequence[tills.Candidate]) -> dict[str, str]:
    """By reference how candidates are shown: the name we know, masked, else what the room found."""
    known = await identity.contacts_of(tx, booth.face.rooms.vault, [one.member.member_id for one in candidates])
    names = {one.member.reference: one.name for one in candidates}
    for one in candidates:
        contact = known.get(one.member.member_id)
        if contact is not None and contact.name:
            names[one.member.reference] = tills.masked(contact.name)
    return names
