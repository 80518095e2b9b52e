"""What somebody who joins may agree to, with the very text they read: the boxes of the form name it by its digest.

A yes counts only for the text that was shown; when the programme changes it before they have joined, nothing is written down for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.requests import Request

from praemia import members, programs, sharing
from praemia.foundation.db import Tx
from praemia.programs import Purpose
from praemia.web.doors import place_of
from praemia.web.face import face_of
from praemia.web.frame import lang_of
from praemia.web.words import LANGUAGES

ORIGIN = "join"
_MOST_BOXES = 20  # so many purposes a programme may have
_VALUE = re.compile(r"[a-z][a-z0-9_-]{0,63}:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box to tick, never ticked for anybody: `value` names purpose and text."""

    id: str
    name: Mapping[str, str]
    text: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the form asks: `version` of the programme whose texts these are, `terms` the version of the terms in force, if any."""

    boxes: tuple[Box, ...]
    version: int
    terms: int | None

    @property
    def inputs(self) -> str:
        """The ids of the boxes in the page."""
        return " ".join(f"f-given-{one.id}" for one in self.boxes)


async def asked_of(request: Request) -> Asked:
    """What the programme of the path asks whoever joins."""
    face, place, lang = face_of(request), place_of(request), lang_of(request)
    async with face.rooms.db.transaction(place.tenant_id) as tx:
        version, purposes, terms = await _asked(tx, place.slug, face.now())
    boxes = [Box(id=one.id, name=one.name, text=sharing.text_in(one.text, lang), value=_value(one, lang)) for one in purposes.values()]
    return Asked(boxes=tuple(boxes), version=version, terms=terms)


def spelled(values: Sequence[object]) -> str:
    """Ticked boxes as one text, apart by blanks: what a ticket keeps. What cannot be a box's value is left out."""
    return " ".join(one for one in map(str, values[:_MOST_BOXES]) if _VALUE.fullmatch(one))


async def keep(tx: Tx, request: Request, member_id: UUID, ticked: str) -> None:
    """Write down what was said to the boxes: a yes where one was ticked, a no where none was; and that the terms were accepted."""
    slug, now, lang = place_of(request).slug, face_of(request).now(), lang_of(request)
    member = await members.find_by_id(tx, member_id)
    assert member is not None, "who has just joined"
    _, purposes, _ = await _asked(tx, slug, now)
    values = ticked.split()
    for spoken in LANGUAGES:
        given = {one.id: True for one in purposes.values() if _value(one, spoken) in values}
        if given:
            await sharing.agree(tx, slug, member.reference, given, lang=spoken, origin=ORIGIN, now=now)
            values = [each for each in values if each.partition(":")[0] not in given]
    said = {each.partition(":")[0] for each in ticked.split()}
    refused = {one: False for one in purposes if one not in said}
    if refused:
        await sharing.agree(tx, slug, member.reference, refused, lang=lang, origin=ORIGIN, now=now)
    await sharing.accept_terms(tx, slug, member.reference, lang=lang, origin=ORIGIN, now=now)


async def _asked(tx: Tx, slug: str, now: datetime) -> tuple[int, Mapping[str, Purpose], int | None]:
    program = await programs.open_program(tx, slug)
    at = program.now(now)
    version = program.version_at(at)
    policies = await programs.policies_of(tx, program, version)
    day = at.astimezone(policies.rules.earning.timezone).date()
    terms = await programs.terms_at(tx, slug, day)
    return version, policies.consents, terms.version if terms else None


def _value(one: Purpose, lang: str) -> str:
    return f"{one.id}:{sharing.digest_of(one.text, lang).hex()}"
