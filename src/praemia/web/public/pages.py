"""The public pages of a programme. Open to everybody; nothing in them is anybody's."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import programs
from praemia.programs import Terms
from praemia.web.barcodes import qr
from praemia.web.doors import open_page, place_of
from praemia.web.face import face_of
from praemia.web.frame import render
from praemia.web.public.linked import linked_data
from praemia.web.public.shown import Public, public_of
from praemia.web.words import words_of

Block = tuple[str, str]
"""A heading or a paragraph of terms: (kind, text)."""


@open_page
async def program_page(request: Request) -> Response:
    """The programme in short: what it is, how one earns, what there is, and the way in."""
    public = await _public(request)
    return _render(request, public, "public/program.html", title=public.name, data=linked_data(public))


@open_page
async def guide(request: Request) -> Response:
    """Everything the rules say, and the questions people ask."""
    public = await _public(request)
    return _render(request, public, "public/guide.html", title=words_of("public", public.lang).guide_title)


@open_page
async def terms(request: Request) -> Response:
    """The terms in force, or (`?version=`) older and coming ones."""
    public = await _public(request)
    asked = request.query_params.get("version", "")
    async with face_of(request).rooms.db.transaction(place_of(request).tenant_id) as tx:
        every = await programs.list_terms(tx, public.program.slug)
    chosen = public.terms
    if asked:
        chosen = next((one for one in every if str(one.version) == asked), None)
        if chosen is None:
            raise HTTPException(404)
    return _render(
        request,
        public,
        "public/terms.html",
        title=words_of("public", public.lang).terms_title,
        chosen=chosen,
        blocks=blocks_of(chosen, public.lang) if chosen else [],
        every=list(reversed(every)),
    )


@open_page
async def poster(request: Request) -> Response:
    """An A4 sheet for the window: what it brings, and the code that leads in."""
    public = await _public(request)
    where = f"{public.origin}{public.join}"
    lines = [line for section in public.guide.sections if section.key in ("earn", "bonus") for line in section.lines][:4]
    title = words_of("public", public.lang).poster_title
    return _render(request, public, "public/poster.html", title=title, code=qr(where, title, border=2), where=where, lines=lines)


@open_page
async def cheat_sheet(request: Request) -> Response:
    """An A4 sheet for beside the till: what to do in which case, and what the rules give."""
    public = await _public(request)
    return _render(request, public, "public/cheat_sheet.html", title=words_of("public", public.lang).cheat_title)


def blocks_of(chosen: Terms, lang: str) -> list[Block]:
    """The text as headings (lines that begin with #), list entries (-) and paragraphs (between blank lines)."""
    text = chosen.texts.get(lang) or next(iter(chosen.texts.values()), "")
    found: list[Block] = []
    running: list[str] = []

    def close() -> None:
        if running:
            found.append(("p", " ".join(running)))
            running.clear()

    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("#"):
            close()
            found.append(("h2", bare.lstrip("# ")))
        elif bare.startswith(("- ", "* ")):
            close()
            found.append(("li", bare[2:]))
        elif bare:
            running.append(bare)
        else:
            close()
    close()
    return found


async def _public(request: Request) -> Public:
    async with face_of(request).rooms.db.transaction(place_of(request).tenant_id) as tx:
        return await public_of(tx, request)


def _render(request: Request, public: Public, template: str, **shown: Any) -> Response:
    return render(request, template, words="public", public=public, home=public.root, **shown)
