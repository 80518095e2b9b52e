"""Terms of membership: write a new version, see what it changes against the one before, publish it. Old ones stay for ever."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import access, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.programs import Terms, lines_between
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.reading import Form, day_of
from praemia.web.doors import form_faults, staff_page
from praemia.web.sessions import Visit
from praemia.web.words import LANGUAGES, words_of

_MOST_BYTES = 512 * 1024


@staff_page("programs:program:read")
async def terms(visit: Visit, request: Request) -> Response:
    """Every version, and the form for the next one."""
    return await _page(visit, request, {})


@staff_page("programs:program:write")
async def publish(visit: Visit, request: Request) -> Response:
    """First the comparison with the version before, then (`then=publish`) the new version."""
    async with request.form(max_files=0, max_fields=10, max_part_size=_MOST_BYTES) as posted:
        form = Form([(name, value.strip().replace("\r\n", "\n")) for name, value in posted.multi_items() if isinstance(value, str)])
    if form.text("then") != "publish":
        return await _page(visit, request, form.given, compared=True)

    async def work(tx: Tx, desk: Desk) -> Terms:
        day = day_of(form.text("effective_from"), field="effective_from") or desk.day
        if day < desk.day:
            message = words_of("programme", desk.lang).terms_past
            raise InvalidInput([Fault(path="/effective_from", code="in_the_past", message=message)])
        texts: dict[str, str] = {lang: form.text(f"text.{lang}") for lang in LANGUAGES if form.text(f"text.{lang}")}
        made = await programs.publish_terms(
            tx, desk.slug, texts, effective_from=day, note=form.text("note")[:500], by=visit.name, at=desk.now
        )
        new = {
            "version": made.version,
            "effective_from": made.effective_from.isoformat(),
            "languages": sorted(made.texts),
            "note": made.note,
        }
        await access.note(tx, visit.actor, "programs.terms.published", desk.slug, at=desk.now, program_id=desk.program.program_id, new=new)
        return made

    try:
        await do(visit, request, work)
    except DomainError as refusal:
        return await _page(visit, request, form.given, refusal=refusal)
    return go(f"/console/{visit.address}/programme/terms", done="terms")


async def _page(
    visit: Visit, request: Request, given: dict[str, str], *, refusal: DomainError | None = None, compared: bool = False
) -> Response:
    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        words = words_of("programme", desk.lang)
        every = await programs.list_terms(tx, desk.slug)
        newest = every[-1] if every else None
        texts = {f"text.{lang}": newest.texts.get(lang, "") if newest else "" for lang in LANGUAGES}
        faults = form_faults(refusal, desk.lang, {f"/texts/{lang}": f"text.{lang}" for lang in LANGUAGES}) if refusal else {}
        return {
            "every": [{"made": one, "in_force": one.version == _in_force(every, desk.day)} for one in reversed(every)],
            "given": {"effective_from": desk.day.isoformat(), **texts, **given},
            "differences": _differences(newest, given) if compared else [],
            "compared": compared,
            "title": words.terms_title,
            "crumbs": [(words.menu_programme, f"{desk.root}/programme"), (words.terms_title, "")],
            "faults": faults,
            "problem": faults.get("", "") or faults.get("texts", ""),
        }

    found = await at_desk(visit, request, look)
    status = 422 if refusal else 200
    return show(request, visit, "console/programme/terms.html", here="programme", words="programme", status=status, **found)


def _in_force(every: list[Terms], day: date) -> int | None:
    return next((one.version for one in reversed(every) if one.effective_from <= day), None)


def _differences(newest: Terms | None, given: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By language, line by line; a language where nothing changes is left out."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for lang in LANGUAGES:
        lines = lines_between(newest.texts.get(lang, "") if newest else "", given.get(f"text.{lang}", ""))
        if lines:
            found.append((lang, lines))
    return found
