"""The looks of a programme's pages: colours, font and logo, kept in the draft like every other change."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import pictures, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, InvalidInput
from praemia.programs import Font, Plain, Tree
from praemia.web.brand import picture_path
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.programme.drafting import bench_of, keep, read
from praemia.web.console.programme.forms import inside
from praemia.web.doors import form_faults, staff_page
from praemia.web.sessions import Visit
from praemia.web.words import words_of

_COLOURS = ("colour", "colour_dark", "accent")


@staff_page("programs:program:write")
async def looks_form(visit: Visit, request: Request) -> Response:
    """How the pages look."""
    return await _page(visit, request)


@staff_page("programs:program:write")
async def save_looks(visit: Visit, request: Request) -> Response:
    """Take the looks over into the draft; an uploaded logo is kept at once, and shown once the draft is applied."""
    async with request.form(max_files=1, max_fields=10) as form:
        given = {name: value.strip() for name, value in form.multi_items() if isinstance(value, str)}
        sent = form.get("logo")
        upload = await sent.read() if sent is not None and not isinstance(sent, str) else b""

    async def change(tx: Tx, desk: Desk) -> None:
        bench = await bench_of(tx, desk)
        found = inside(bench.root, ("brand",))
        wanted: dict[str, Tree] = dict(found) if isinstance(found, dict) else {}
        for name in _COLOURS:
            _put(wanted, name, given.get(name, "") if name == "colour" or given.get(f"{name}_own") else "")
        _put(wanted, "font", Plain(given.get("font", "")))
        if upload:
            wanted["logo"] = (await pictures.keep(tx, desk.program.program_id, upload, at=desk.now)).digest
        elif given.get("no_logo"):
            wanted.pop("logo", None)
        text = programs.edited(bench.text, ("brand",), wanted or None)
        faults = [fault for fault in read(text)[1] if fault.path.startswith("/brand")]
        if faults:
            raise InvalidInput(faults)
        await keep(tx, desk, text)

    try:
        await do(visit, request, change)
    except DomainError as refusal:
        return await _page(visit, request, given, refusal)
    return go(f"/console/{visit.address}/programme/plan")


def _put(wanted: dict[str, Tree], name: str, value: str) -> None:
    if not value:
        wanted.pop(name, None)
    elif str(wanted.get(name)) != str(value):
        wanted[name] = value


async def _page(visit: Visit, request: Request, given: dict[str, str] | None = None, refusal: DomainError | None = None) -> Response:
    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        words = words_of("programme", desk.lang)
        bench = await bench_of(tx, desk)
        brand = inside(bench.root, ("brand",))
        said = {name: str(value) for name, value in brand.items() if isinstance(value, str)} if isinstance(brand, dict) else {}
        faults = form_faults(refusal, desk.lang) if refusal else {}
        values = {**said, **{f"{name}_own": "yes" for name in _COLOURS if name in said}}
        return {
            "bench": bench,
            "given": given if given is not None else values,
            "logo": picture_path(visit.address, str(said["logo"])) if "logo" in said else "",
            "fonts": [("", words.as_default), *((font.value, words[f"font_{font.value}"]) for font in Font)],
            "title": words.looks_title,
            "crumbs": [(words.menu_programme, f"{desk.root}/programme"), (words.looks_title, "")],
            "faults": faults,
            "problem": faults.get("", ""),
        }

    found = await at_desk(visit, request, look)
    status = 422 if refusal else 200
    return show(request, visit, "console/programme/looks.html", here="programme", words="programme", status=status, **found)
