"""Changing the draft: an entry in its form, or the whole text. Nothing counts before it is applied.

A form that has faults is shown again with each beside its field and changes nothing; the text page keeps also what is wrong, since a
text is seldom right in one go.
"""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.foundation.values import replace
from praemia.programs import Plain, Tree
from praemia.rules import BUILT_IN_TRIGGERS
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.programme.drafting import Bench, bench_of, keep, read
from praemia.web.console.programme.forms import (
    GIFTS,
    entries_of,
    entry_at,
    faults_by_field,
    given,
    in_order,
    inside,
    shown,
    spelled,
    wanted,
)
from praemia.web.console.programme.offers import PARTS
from praemia.web.console.programme.overview import title_of
from praemia.web.console.programme.parts import Field, Part
from praemia.web.console.programme.several import rows_of
from praemia.web.console.reading import Form, form_of
from praemia.web.doors import staff_page
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit
from praemia.web.words import Lang, words_of

NEW = "new"
_CORRECTING = ("support", "supervisor", "owner")  # the roles that may correct, by which limits are found
_TRIGGERS = ("purchase", "visit", "signup", "birthday", "anniversary")


class _Refused(Exception):
    """A form that cannot be saved, with the faults by field."""

    def __init__(self, bench: Bench, faults: dict[str, Fault], problem: DomainError | None = None) -> None:
        self.bench = bench
        self.faults = faults
        self.problem = problem


@staff_page("programs:program:write")
async def entry_form(visit: Visit, request: Request) -> Response:
    """The form of an entry, or of a new one."""
    part, key = _asked(request)

    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        bench = await bench_of(tx, desk)
        entry = _entry(bench, part, key)
        values = spelled(part, shown(part, entry, "" if key == NEW else key), desk.lang)
        return _page(desk, bench, part, key, values, entry)

    return show(request, visit, "console/programme/entry.html", words="programme", here=_menu(part), **await at_desk(visit, request, look))


@staff_page("programs:program:write")
async def save_entry(visit: Visit, request: Request) -> Response:
    """Take the form over into the draft."""
    part, key = _asked(request)
    form = await form_of(request)

    async def change(tx: Tx, desk: Desk) -> None:
        bench = await bench_of(tx, desk)
        await keep(tx, desk, _changed(bench, part, key, form))

    try:
        await do(visit, request, change)
    except _Refused as refused:
        return await _again(visit, request, part, key, form, refused)
    if form.text("then") == "plan":
        return go(f"/console/{visit.address}/programme/plan")
    return go(f"/console/{visit.address}/programme?at={part.key}", done="draft")


@staff_page("programs:program:write")
async def text_form(visit: Visit, request: Request) -> Response:
    """The text of the draft with its faults."""

    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        bench = await bench_of(tx, desk)
        words = words_of("programme", desk.lang)
        return {
            "bench": bench,
            "text_faults": [_placed(fault, desk.lang) for fault in bench.faults],
            "title": words.text_title,
            "crumbs": [(words.menu_programme, f"{desk.root}/programme"), (words.text_title, "")],
        }

    found = await at_desk(visit, request, look)
    return show(request, visit, "console/programme/text.html", here="programme", words="programme", **found)


@staff_page("programs:program:write")
async def save_text(visit: Visit, request: Request) -> Response:
    """Keep a text as the draft, with faults or without."""
    async with request.form(max_files=0, max_fields=10, max_part_size=1024 * 1024) as posted:
        text = str(posted.get("source", "")).replace("\r\n", "\n")
        then = str(posted.get("then", ""))

    async def change(tx: Tx, desk: Desk) -> tuple[Fault, ...]:
        applied = await programs.export(tx, desk.slug)
        kept = text.replace("\n", "\r\n") if "\r\n" in applied else text
        await keep(tx, desk, kept)
        return read(kept)[1]

    faults = await do(visit, request, change)
    root = f"/console/{visit.address}/programme"
    if faults:
        return go(f"{root}/text")
    return go(f"{root}/plan") if then == "plan" else go(f"{root}/text", done="draft")


@staff_page("programs:program:write")
async def discard(visit: Visit, request: Request) -> Response:
    """Let the draft go; or, with `anew`, keep its text on top of the newest version."""
    form = await form_of(request)

    async def change(tx: Tx, desk: Desk) -> None:
        draft = await programs.find_draft(tx, desk.slug, desk.visit.subject_id)
        text = draft.source if draft is not None and form.text("anew") else None
        await programs.keep_draft(tx, desk.slug, desk.visit.subject_id, text, at=desk.now, anew=True)

    await do(visit, request, change)
    where = f"/console/{visit.address}/programme"
    return go(f"{where}/plan") if form.text("anew") else go(where, done="discarded")


def _asked(request: Request) -> tuple[Part, str]:
    part = PARTS.get(request.path_params["part"])
    if part is None:
        raise HTTPException(404)
    return part, str(request.path_params["key"])


def _entry(bench: Bench, part: Part, key: str) -> dict[str, Tree]:
    if key == NEW and part.path:
        return {name: Plain(str(value)) for name, value in part.fresh.items()}
    found = entry_at(bench.root, part, key)
    if found is None:
        raise HTTPException(404)
    return found[1]


def _changed(bench: Bench, part: Part, key: str, form: Form) -> str:
    """The text with the entry as the form wants it. Raises _Refused with the faults of that entry."""
    act = form.text("act")
    entry = _entry(bench, part, key)
    try:
        if act == "switch":
            off = str(entry.get("enabled", "true")) != "false"
            path = entry_at(bench.root, part, key)
            assert path is not None, "an entry that was just found"
            return programs.edited(bench.text, (*path[0], "enabled"), Plain("false") if off else None)
        new = None if act == "remove" else wanted(part, entry, form)
        text, path_of_new = _written(bench, part, key, new, form)
    except DomainError as refusal:
        raise _Refused(bench, {}, refusal) from None
    if new is not None and (faults := faults_by_field(part, path_of_new, read(text)[1])):
        raise _Refused(bench, faults)
    return text


def _written(bench: Bench, part: Part, key: str, new: dict[str, Tree] | None, form: Form) -> tuple[str, tuple[str | int, ...]]:
    """The text with the entry put in, changed, or (None) taken out; and where it stands then."""
    if not part.path:
        return programs.edited(bench.text, (), new), ()
    if part.keyed:
        name = form.text("key") if key == NEW else key
        if key == NEW and name in (inside(bench.root, part.path) or {}):
            raise InvalidInput([Fault(path="/key", code="taken", message="There is one of that name already.")])
        return programs.edited(bench.text, (*part.path, name), new), (*part.path, name)
    entries = [entry for _, entry in entries_of(bench.root, part)]
    if key == NEW:
        return programs.edited(bench.text, part.path, (*entries, in_order(part, new or {}))), (*part.path, len(entries))
    found = entry_at(bench.root, part, key)
    assert found is not None, "an entry that was just found"
    place = int(found[0][-1])
    left = (*entries[:place], *(() if new is None else (new,)), *entries[place + 1 :])
    return programs.edited(bench.text, part.path, left or None), found[0]


async def _again(visit: Visit, request: Request, part: Part, key: str, form: Form, refused: _Refused) -> Response:
    """The form with what was sent and what is wrong with it."""

    async def look(_: Tx, desk: Desk) -> dict[str, Any]:
        entry = _entry(refused.bench, part, key)
        page = _page(desk, refused.bench, part, key, given(part, form), entry)
        page["faults"] = {name: _beside(fault, desk.lang) for name, fault in refused.faults.items()}
        if isinstance(refused.problem, InvalidInput):
            page["faults"] |= {fault.path.strip("/"): _beside(fault, desk.lang) for fault in refused.problem.faults}
        elif refused.problem is not None:
            page["problem"] = message_of(refused.problem, desk.lang)
        page["problem"] = page["faults"].pop("", "") or page.get("problem", "") or words_of("programme", desk.lang).faults_title
        return page

    found = await at_desk(visit, request, look)
    return show(request, visit, "console/programme/entry.html", words="programme", here=_menu(part), status=422, **found)


def _page(desk: Desk, bench: Bench, part: Part, key: str, values: dict[str, Any], entry: dict[str, Tree]) -> dict[str, Any]:
    words = words_of("programme", desk.lang)
    units = [code for code, _ in entries_of(bench.root, PARTS["unit"])]
    activities = entries_of(bench.root, PARTS["activity"])
    triggers = [(name, words[f"trigger_{name}"]) for name in _TRIGGERS] + [
        (name, title_of(desk, entry, name)) for name, entry in activities if name not in BUILT_IN_TRIGGERS
    ]
    title = (
        words[f"new_{part.key}"] if key == NEW and part.path else words[f"part_{part.key}"] if not part.path else title_of(desk, entry, key)
    )
    return {
        "bench": bench,
        "part": part,
        "key": key,
        "given": values,
        "title": title,
        "crumbs": [(words.menu_programme, f"{desk.root}/programme"), (title, "")],
        "units": [("", words.first_unit)] + [(code, code) for code in units],
        "triggers": triggers,
        "gifts": [(kind, words[f"gift_{kind}"]) for kind in GIFTS],
        "choices": {field.name: _choices(desk, bench, field, values) for field in part.fields if field.kind == "each"},
        "rows": {field.name: rows_of(field, values) for field in part.fields if field.kind in ("rows", "typed")},
        "folds": {group.key: _holds(group.fields, values) for group in part.groups},
    }


def _choices(desk: Desk, bench: Bench, field: Field, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Whom a field has a number for: those there are, and those that have one already."""
    words = words_of("programme", desk.lang)
    if field.options == ("tiers",):
        known = [(name, title_of(desk, entry, name)) for name, entry in entries_of(bench.root, PARTS["level"])]
    else:
        known = [(role, words[f"role_{role}"]) for role in _CORRECTING]
    names = [name for name, _ in known]
    held = [name.removeprefix(f"{field.name}.") for name in values if name.startswith(f"{field.name}.")]
    return known + [(name, name) for name in held if name not in names]


def _holds(fields: Any, values: dict[str, Any]) -> bool:
    """Whether a folded group holds something, and opens."""
    names = {field.name for field in fields if field.kind != "switch"}
    return any(value for name, value in values.items() if name in names or name.rpartition(".")[0] in names)


def _menu(part: Part) -> str:
    return "catalogue" if part.key in ("reward", "promotion", "coupon") else "programme"


def _beside(fault: Fault, lang: Lang) -> str:
    """What is wrong, said beside an input: there nobody needs to be told which key of the file is missing."""
    words = words_of("programme", lang)
    if fault.code == "missing" or fault.message.startswith("'' is not"):
        return words.get(f"missing_{fault.path.rpartition('/')[2]}", words.missing)
    return _spoken(fault, lang)


def _spoken(fault: Fault, lang: Lang) -> str:
    return message_of(fault, lang) + (f" ({fault.suggestion})" if fault.suggestion and lang == "en" else "")


def _placed(fault: Fault, lang: Lang) -> Fault:
    return replace(fault, message=_spoken(fault, lang), suggestion=None)
