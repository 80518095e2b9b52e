"""The plan: what the draft would change, in words, what purchases would notice, and the button that makes it count."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from babel.dates import get_day_names
from starlette.requests import Request
from starlette.responses import Response

from praemia import access, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.foundation.values import replace
from praemia.programs import Change, FieldChange, Kind, Plan, ProgramFile, rule_sentence
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.programme.drafting import bench_of, read
from praemia.web.console.programme.effects import Effect, Row, effect_between
from praemia.web.console.reading import form_of
from praemia.web.doors import staff_page
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit
from praemia.web.speech import LOCALES
from praemia.web.words import Words, words_of

_DIGEST = re.compile(r"[0-9a-f]{64}")
_ABOUT = re.compile(r"(Rule|Unit) '([^']+)'")


@staff_page("programs:program:read")
async def plan_page(visit: Visit, request: Request) -> Response:
    """What applying the draft would change. Nothing is written."""
    return await _page(visit, request)


@staff_page("programs:program:write")
async def apply(visit: Visit, request: Request) -> Response:
    """Apply the draft, from now on or from an instant in local time."""
    form = await form_of(request)

    async def change(tx: Tx, desk: Desk) -> bool:
        applied = await programs.apply_draft(
            tx,
            desk.slug,
            visit.subject_id,
            at=desk.now,
            by=visit.name,
            effective_from=_instant(form.text("from"), desk) if form.text("when") == "later" else None,
            note=form.text("note")[:500],
        )
        made = applied.version
        if applied.changed:
            await access.note(
                tx, visit.actor, "programs.program.applied", made.program, at=desk.now, program_id=made.program_id, **applied.deed
            )
        return applied.changed

    try:
        changed = await do(visit, request, change)
    except DomainError as refusal:
        return await _page(visit, request, refusal=refusal, given=form.given)
    return go(f"/console/{visit.address}/programme", done="applied" if changed else "unchanged")


async def _page(visit: Visit, request: Request, *, refusal: DomainError | None = None, given: Mapping[str, str] | None = None) -> Response:
    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        words = words_of("programme", desk.lang)
        bench = await bench_of(tx, desk)
        page: dict[str, Any] = {"bench": bench, "crumbs": [(words.menu_programme, f"{desk.root}/programme"), (words.plan_title, "")]}
        return page | await plan_of(tx, desk, bench.text, bench.applied)

    found = await at_desk(visit, request, look)
    words = words_of("programme", found.pop("lang"))
    faults: dict[str, str] = {}
    problem = ""
    if isinstance(refusal, InvalidInput):
        faults = {fault.path.strip("/"): message_of(fault, words.lang) for fault in refusal.faults if fault.path == "/from"}
        problem = "" if faults else message_of(refusal, words.lang)
    elif refusal is not None:
        problem = message_of(refusal, words.lang)
    return show(
        request,
        visit,
        "console/programme/plan.html",
        here="programme",
        title=words.plan_title,
        words="programme",
        status=422 if refusal else 200,
        **{**found, "given": given or {}, "faults": faults, "problem": problem},
    )


async def plan_of(tx: Tx, desk: Desk, text: str, against: str) -> dict[str, Any]:
    """The plan of a text as pages show it: changes, warnings, effect; or its faults."""
    words = words_of("programme", desk.lang)
    shown: dict[str, Any] = {"lang": desk.lang, "changes": [], "warnings": [], "effect": None, "same": text == against, "plan_faults": []}
    after, faults = read(text)
    before, _ = read(against)
    if after is None or before is None:
        return shown | {"plan_faults": [_line(fault, desk.lang) for fault in faults]}
    try:
        plan = await programs.plan(tx, text, at=desk.now)
    except InvalidInput as refusal:
        return shown | {"plan_faults": [_line(fault, desk.lang) for fault in refusal.faults]}
    except DomainError as refusal:
        return shown | {"plan_faults": [{"line": None, "column": None, "text": message_of(refusal, desk.lang)}]}
    return shown | {
        "changes": changes_in_words(plan.changes, before, after, words),
        "warnings": _warnings(plan, _names(before) | _names(after), words),
        "effect": _effect(effect_between(before, after, first_day=desk.day), after, desk),
        "only_layout": not plan.changes and not plan.same_text,
    }


def changes_in_words(changes: Sequence[Change], before: ProgramFile | None, after: ProgramFile, words: Words) -> list[dict[str, Any]]:
    """Each change with what it is called, and of a rule the sentences before and after."""
    names = _names(before) | _names(after)
    old = {rule.id: rule for rule in before.earning.rules} if before else {}
    new = {rule.id: rule for rule in after.earning.rules}
    shown = []
    for change in changes:
        was = rule_sentence(before, old[change.id], words.lang) if change.part == "rule" and before and change.id in old else ""
        will = rule_sentence(after, new[change.id], words.lang) if change.part == "rule" and change.id in new else ""
        shown.append(
            {
                "kind": change.kind.value,
                "badge": {Kind.CREATED: "good", Kind.REMOVED: "bad"}.get(change.kind, "warn"),
                "title": _title(change, names.get((change.part, change.id), {}), words),
                "was": was,
                "will": will if will != was else "",
                "fields": [_short(each) for each in change.fields] if change.kind is Kind.CHANGED or not will + was else [],
            }
        )
    return shown


def _names(file: ProgramFile | None) -> dict[tuple[str, str], Mapping[str, str]]:
    """What the parts of a file are called, by part and id."""
    if file is None:
        return {}
    named: dict[tuple[str, str], Mapping[str, str]] = {("rule", rule.id): rule.name or {} for rule in file.earning.rules}
    named |= {("reward", reward.id): reward.name or {} for reward in file.rewards}
    named |= {("promotion", promotion.id): promotion.name or {} for promotion in file.promotions}
    named |= {("coupon", coupon.id): coupon.name or {} for coupon in file.coupons}
    return named | {("unit", code): unit.name or {} for code, unit in file.units.items()}


def _title(change: Change, names: Mapping[str, str], words: Words) -> str:
    """What changes: its name, or its id; of a setting the line below says which."""
    part = words.get(f"changed_{change.part.replace(' ', '_')}", change.part)
    if change.part == "setting" and [each.key for each in change.fields] == [change.id]:
        return part
    return words.f("change_title", part=part, id=names.get(words.lang) or next(iter(names.values()), change.id))


def _short(field: FieldChange) -> FieldChange:
    """The digest of a picture says nothing to people; its beginning tells two apart."""
    before, after = (f"{text[:8]}…" if text and _DIGEST.fullmatch(text) else text for text in (field.before, field.after))
    return replace(field, before=before, after=after)


def _warnings(plan: Plan, names: Mapping[tuple[str, str], Mapping[str, str]], words: Words) -> list[str]:
    """What to look at twice. English readers get the sentence with its figures, others what it comes to; all of them read names."""
    said = []
    for warning in plan.warnings:
        found = _ABOUT.match(warning.message)
        part, id = (found[1].lower(), found[2]) if found else ("", "")
        name = names.get((part, id), {}).get(words.lang) or id
        if words.lang == "en":
            said.append(warning.message.replace(f"'{id}'", f"“{name}”", 1) if found else warning.message)
        else:
            said.append(words.f(f"warning_{warning.code}", name=name) if f"warning_{warning.code}" in words else warning.message)
    return said


def _line(fault: Fault, lang: str) -> dict[str, Any]:
    return {"line": fault.line, "column": fault.column, "text": message_of(fault, lang)}


def _effect(effect: Effect, file: ProgramFile, desk: Desk) -> dict[str, Any]:
    words = words_of("programme", desk.lang)
    return {"tried": effect.tried, "changed": effect.changed, "rows": [_row(row, file, desk, words) for row in effect.rows]}


def _row(row: Row, file: ProgramFile, desk: Desk, words: Words) -> list[str]:
    names = get_day_names("abbreviated", locale=LOCALES[desk.lang])
    money = desk.speech.money(row.basket.amount * 10 ** programs.MINOR_DIGITS.get(file.currency, 2), file.currency)
    what = f"{money} · {words.f('goods_' + row.basket.kind, name=row.basket.goods)}" if row.basket.goods else money
    days = words.every_day if len(row.days) == 7 else ", ".join(names[day] for day in row.days)
    return [what, f"{days} {row.hour // 60:02}:{row.hour % 60:02}", _amounts(row.before, desk, file), _amounts(row.after, desk, file)]


def _amounts(quanta: Mapping[str, int], desk: Desk, file: ProgramFile) -> str:
    """What was given, unit by unit; units the programme does not have yet are counted as the file says."""
    said = []
    for code, amount in quanta.items():
        unit = file.units.get(code)
        name = desk.speech.t(unit.name, code) if unit else desk.units.get(code, code)
        decimals = unit.decimals if unit else desk.program.units[code].decimals
        said.append(desk.speech.counted(amount, decimals, name))
    return ", ".join(said) or "–"


def _instant(text: str, desk: Desk) -> datetime:
    """A local date and time of the programme. Raises InvalidInput that names the field."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=desk.policies.rules.earning.timezone)
    except ValueError:
        raise InvalidInput([Fault(path="/from", code="not_a_time", message="Enter a day and a time.")]) from None
