"""A programme as the public sees it: the file in force, the guide made of it, and where to join. Read once per request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request

from praemia import programs
from praemia.foundation.db import Tx
from praemia.programs import Guide, OpenProgram, ProgramFile, Saying, Terms
from praemia.web.doors import place_of
from praemia.web.face import face_of
from praemia.web.frame import lang_of
from praemia.web.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """`root` is the programme's public address, `origin` the server's: printed codes and search engines need whole addresses."""

    program: OpenProgram
    file: ProgramFile
    guide: Guide
    terms: Terms | None
    day: date
    lang: Lang
    origin: str
    root: str
    version: int

    @property
    def name(self) -> str:
        """What the programme is called."""
        return Saying(self.file, self.lang).named(self.file.name, self.program.slug)

    @property
    def join(self) -> str:
        """Where somebody becomes a member."""
        return f"/m/{self.root.removeprefix('/p/')}/join"


async def public_of(tx: Tx, request: Request) -> Public:
    """The programme of the address as it is in force at its own time."""
    place, face, lang = place_of(request), face_of(request), lang_of(request)
    program = await programs.open_program(tx, place.slug)
    at = program.now(face.now())
    version = program.version_at(at)
    policies = await programs.policies_of(tx, program, version)
    day = at.astimezone(policies.rules.earning.timezone).date()
    file = programs.read_program(await programs.export(tx, place.slug, version)).file
    return Public(
        program=program,
        file=file,
        guide=programs.guide_of(file, lang, day),
        terms=await programs.terms_at(tx, place.slug, day),
        day=day,
        lang=lang,
        origin=origin_of(request),
        root=f"/p/{place.preferred}",
        version=version,
    )


def origin_of(request: Request) -> str:
    """The address people reach this server under: the setting, else what the browser asked for."""
    return (face_of(request).rooms.settings.public_url or str(request.base_url)).rstrip("/")
