"""How somebody becomes a member through a page: the same sign-up as over the API, so that it earns the same; then who they are is kept.

Or an anonymous card, which is a member already, becomes theirs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from uuid import UUID

from starlette.requests import Request

from praemia import identity, members, programs
from praemia.earning import Command
from praemia.identity import Entrant, Kind, Means, NewPasskey
from praemia.members import Enrolment
from praemia.rules import SIGNUP
from praemia.web.checkouts import carry_out
from praemia.web.doors import place_of
from praemia.web.face import face_of
from praemia.web.frame import lang_of
from praemia.web.sessions import origin_of
from praemia.web.sign_in import consenting
from praemia.web.sign_in.asking import desk_of, realm_of

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_REFERENCE_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Who wants to join, and how they will get in again. With `email` its mailbox was proved; `card` and `claim` name an anonymous card;
    `given` the boxes of consent that were ticked, apart by blanks."""

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    hashed: str | None = field(default=None, repr=False)
    passkey: NewPasskey | None = None
    card: str = ""
    claim: str = field(default="", repr=False)
    given: str = ""

    @property
    def kept(self) -> dict[str, str | None]:
        """What a ticket keeps of it between two steps."""
        return {"name": self.name, "hashed": self.hashed, "card": self.card, "claim": self.claim, "given": self.given}


async def check(request: Request, joining: Joining) -> None:
    """Look before anything is sent or asked of the device. Raises SignInRefused (the card), TooOften."""
    await identity.allow_join(desk_of(request), origin=origin_of(request), now=face_of(request).now())
    if joining.card:
        await _claimed(request, joining)


async def join(request: Request, joining: Joining) -> Entrant:
    """The new member, or the one of the card. Raises SignInRefused, EmailTaken, and what the sign-up refuses."""
    face, place = face_of(request), place_of(request)
    member_id = await _claimed(request, joining) if joining.card else await _enrolled(request)
    async with face.rooms.db.transaction(place.tenant_id) as tx:
        await identity.keep_contact(
            tx,
            face.rooms.vault,
            member_id,
            program_id=place.program_id,
            email=joining.email,
            name=joining.name,
            lang=lang_of(request),
            verified_at=face.now() if joining.email else None,
            now=face.now(),
        )
        if joining.hashed is not None:
            await identity.set_password(tx, member_id, joining.hashed, now=face.now())
        if joining.passkey is not None:
            await identity.keep_passkey(tx, face.rooms.vault, member_id, joining.passkey)
        await consenting.keep(tx, request, member_id, joining.given)
    means = Means.PASSKEY if joining.passkey is not None else Means.CODE
    return Entrant(kind=Kind.MEMBER, tenant_id=place.tenant_id, program_id=place.program_id, subject_id=member_id, means=means)


async def _enrolled(request: Request) -> UUID:
    face, place = face_of(request), place_of(request)
    reference = "".join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_LENGTH))
    async with face.rooms.db.transaction(place.tenant_id) as tx:
        now = (await programs.open_program(tx, place.slug)).now(face.now())
    command = Command(program=place.slug, kind=SIGNUP, member=reference, enrolment=Enrolment(reference=reference, enrolled_at=now))
    outcome = await carry_out(face, place.tenant_id, command)
    if isinstance(outcome, Exception):
        raise outcome
    async with face.rooms.db.transaction(place.tenant_id) as tx:
        return (await members.get_member(tx, place.program_id, reference)).member_id


async def _claimed(request: Request, joining: Joining) -> UUID:
    face = face_of(request)
    return await identity.claimable(
        desk_of(request), realm_of(request), joining.card, joining.claim, origin=origin_of(request), now=face.now()
    )
