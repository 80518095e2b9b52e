"""What was applied, when, by whom and why: every version to read, two of them side by side, and the way back to one."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import access, programs
from praemia.foundation.db import Tx
from praemia.programs import ProgramVersion, lines_between
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.programme.drafting import read
from praemia.web.console.programme.planning import changes_in_words, plan_of
from praemia.web.doors import staff_page
from praemia.web.sessions import Visit
from praemia.web.words import words_of


@staff_page("programs:program:read")
async def history(visit: Visit, request: Request) -> Response:
    """Every version, newest first."""

    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        found = await programs.history(tx, desk.slug)
        in_force = desk.program.version_at(desk.at)
        words = words_of("programme", desk.lang)
        return {
            "versions": [
                {"made": one, "since": _since(one), "in_force": one.version == in_force, "planned": one.effective_from > desk.at}
                for one in reversed(found)
            ],
            "title": words.history_title,
            "crumbs": [(words.menu_programme, f"{desk.root}/programme"), (words.history_title, "")],
        }

    found = await at_desk(visit, request, look)
    return show(request, visit, "console/programme/history.html", here="programme", words="programme", **found)


@staff_page("programs:program:read")
async def version(visit: Visit, request: Request) -> Response:
    """One version: its text, and what it changed against the one before or another one (`?with=`)."""
    number = int(request.path_params["number"])

    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        found = {one.version: one for one in await programs.history(tx, desk.slug)}
        if number not in found:
            raise HTTPException(404)
        other = _number(request.query_params.get("with"), number - 1)
        before = found.get(other)
        words = words_of("programme", desk.lang)
        made = found[number]
        title = words.f("version_title", n=number)
        return {
            "made": made,
            "since": _since(made),
            "other": other if before else None,
            "others": [(str(each), words.f("version_title", n=each)) for each in found if each != number],
            "lines": lines_between(before.source, made.source) if before else [],
            "changes": _changes(before, made, desk) if before else [],
            "is_newest": number == max(found),
            "title": title,
            "crumbs": [
                (words.menu_programme, f"{desk.root}/programme"),
                (words.history_title, f"{desk.root}/programme/versions"),
                (title, ""),
            ],
        }

    found = await at_desk(visit, request, look)
    return show(request, visit, "console/programme/version.html", here="programme", words="programme", **found)


@staff_page("programs:program:write")
async def back(visit: Visit, request: Request) -> Response:
    """Going back to a version: first the plan, then the deed."""
    number = int(request.path_params["number"])

    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        newest = await programs.export(tx, desk.slug)
        words = words_of("programme", desk.lang)
        title = words.f("back_title", n=number)
        return {
            **await plan_of(tx, desk, await programs.export(tx, desk.slug, number), newest),
            "number": number,
            "title": title,
            "crumbs": _crumbs(desk, title),
        }

    found = await at_desk(visit, request, look)
    del found["lang"]
    return show(request, visit, "console/programme/back.html", here="programme", words="programme", **found)


@staff_page("programs:program:write")
async def go_back(visit: Visit, request: Request) -> Response:
    """Apply the text of an older version again."""
    number = int(request.path_params["number"])

    async def change(tx: Tx, desk: Desk) -> None:
        applied = await programs.roll_back(tx, desk.slug, number, at=desk.now, by=visit.name)
        made = applied.version
        if applied.changed:
            await access.note(
                tx, visit.actor, "programs.program.applied", made.program, at=desk.now, program_id=made.program_id, **applied.deed
            )

    await do(visit, request, change)
    return go(f"/console/{visit.address}/programme", done="rolled_back")


def _crumbs(desk: Desk, title: str) -> list[tuple[str, str]]:
    words = words_of("programme", desk.lang)
    return [(words.menu_programme, f"{desk.root}/programme"), (words.history_title, f"{desk.root}/programme/versions"), (title, "")]


def _since(one: ProgramVersion) -> Any:
    """From when a version counts; the first one has counted from the beginning, which is no date."""
    return None if one.effective_from.year == 1 else one.effective_from


def _changes(before: ProgramVersion, made: ProgramVersion, desk: Desk) -> list[dict[str, Any]]:
    old, new = read(before.source)[0], read(made.source)[0]
    if old is None or new is None:
        return []
    return changes_in_words(programs.changes_between(old, new), old, new, words_of("programme", desk.lang))


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise
