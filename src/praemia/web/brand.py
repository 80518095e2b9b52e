"""How a programme shows itself on its pages: its name, its time, its colours, font and logo, as the version in force says.

The colours reach pages as a stylesheet of custom properties (the content security policy allows no other way); the pictures as WebP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import programs
from praemia.addresses import Addressed, find_addressed
from praemia.foundation.db import Tx
from praemia.pictures import find_picture
from praemia.programs import Font, Looks
from praemia.web.face import face_of

FOR_EVER = "public, max-age=31536000, immutable"
_STACKS: Mapping[Font, str] = {
    Font.SYSTEM: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
    Font.ROUNDED: 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, Calibri, system-ui, sans-serif',
    Font.HUMANIST: 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", "Source Sans 3", sans-serif',
    Font.SERIF: '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", P052, Georgia, serif',
    Font.MONO: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What the frame of a page needs of the programme. `digest` names the version's text: what is drawn from it may be kept for ever."""

    address: str
    name: Mapping[str, str]
    zone: tzinfo
    sandbox: bool
    digest: str
    looks: Looks

    @property
    def stylesheet(self) -> str:
        """Where the brand's custom properties are."""
        return f"/brand/{self.address}.css?v={self.digest[:12]}"

    @property
    def logo_path(self) -> str | None:
        """Where the logo is, if the programme has one."""
        return picture_path(self.address, self.looks.logo) or None


async def brand_of(tx: Tx, place: Addressed, *, now: datetime) -> Brand:
    """The brand of the programme an address leads to, as of `now` on the wall clock."""
    program = await programs.open_program(tx, place.slug)
    version = program.version_at(program.now(now))
    policies = await programs.policies_of(tx, program, version)
    return Brand(
        address=place.preferred,
        name=policies.spoken.name or {"en": place.slug},
        zone=policies.rules.earning.timezone,
        sandbox=place.sandbox,
        digest=next(mark.digest for mark in program.versions if mark.version == version).hex(),
        looks=policies.looks,
    )


def picture_path(address: str | None, digest: str | None) -> str:
    """Where a picture of a programme is; empty when there is none."""
    return f"/pictures/{address}/{digest}.webp" if digest else ""


def stylesheet(looks: Looks) -> str:
    """The custom properties of a brand. Browsers without light-dark() show the light colours, as praemia.css does."""
    pairs = {
        "brand": (looks.colour, looks.colour_dark),
        "brand-ink": (looks.ink, looks.ink_dark),
        "accent": (looks.accent, looks.accent_dark),
    }
    both = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in pairs.items())
    old = "".join(f"--{name}:{light};" for name, (light, _) in pairs.items())
    font = f"--font:{_STACKS[looks.font]};"
    return f":root{{{both}{font}}}\n@supports not (color:light-dark(red,red)){{:root{{{old}}}}}\n"


async def serve_stylesheet(request: Request) -> Response:
    """The brand's stylesheet; kept for ever when the address names the version's digest."""
    face = face_of(request)
    place = await find_addressed(face.rooms.db, request.path_params["address"])
    if place is None:
        raise HTTPException(404)
    async with face.rooms.db.transaction(place.tenant_id) as tx:
        brand = await brand_of(tx, place, now=face.now())
    exact = request.query_params.get("v") == brand.digest[:12]
    return Response(stylesheet(brand.looks), media_type="text/css", headers={"Cache-Control": FOR_EVER if exact else "no-cache"})


async def serve_picture(request: Request) -> Response:
    """A picture of the programme, named by its content."""
    found = await find_picture(face_of(request).rooms.db, request.path_params["address"], request.path_params["digest"])
    if found is None:
        raise HTTPException(404)
    return Response(found, media_type="image/webp", headers={"Cache-Control": FOR_EVER})
