"""The rule tester: what something would earn, and why each rule counted or not. Nothing is ever recorded.

For a member of the programme the very path of the till is taken and rolled back, with their history, limits and tier. An imagined
member, without history, is judged by the rules alone, at any time. Both by the rules in force or by one's own draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from praemia import earning, orders, programs
from praemia.earning import Command, NotPriced, Recorded, happening_of
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.foundation.values import replace
from praemia.journal import EVENT_ID, ORDER
from praemia.programs import MINOR_DIGITS, ProgramFile
from praemia.rules import BUILT_IN_TRIGGERS, PURCHASE, Facts, RuleSet, compile_earning
from praemia.web import presenting
from praemia.web.console.desk import Desk, at_desk, show
from praemia.web.console.programme.drafting import Bench, bench_of
from praemia.web.console.reading import quanta
from praemia.web.doors import form_faults, staff_page
from praemia.web.face import face_of
from praemia.web.frame import lang_of
from praemia.web.presenting import Vocabulary
from praemia.web.sessions import Visit
from praemia.web.words import words_of

LINES = 3
_NOBODY = UUID(int=0)
_WORD = re.compile(r"[,;]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What is tried: `inputs` as a till would send them, at an instant, for a member (None: an imagined one)."""

    kind: str
    inputs: Mapping[str, Any]
    at: datetime | None
    member: str | None
    facts: Facts
    by_draft: bool


@staff_page("programs:program:read")
async def tester(visit: Visit, request: Request) -> Response:
    """The form, and the answer to what was asked."""
    asked = request.query_params
    fresh = {"kind": PURCHASE, "amount-0": "10,00" if lang_of(request) == "de" else "10.00", "rules": "draft"}
    given: dict[str, Any] = dict(asked) if "kind" in asked else fresh
    answer: dict[str, Any] | None = None
    faults: dict[str, str] = {}

    async def look(tx: Tx, desk: Desk) -> tuple[Desk, Bench]:
        return desk, await bench_of(tx, desk)

    desk, bench = await at_desk(visit, request, look)
    if "kind" in asked:
        try:
            case = _case(asked, desk)
            answer = await _answer(visit, request, case, desk, bench)
        except DomainError as refusal:
            faults = form_faults(refusal, desk.lang)
    page = _page(desk, bench)
    return show(
        request,
        visit,
        "console/programme/test.html",
        here="tester",
        words="programme",
        status=422 if faults else 200,
        **page,
        given=given,
        faults=faults,
        problem=faults.get("", ""),
        answer=answer,
    )


def _page(desk: Desk, bench: Bench) -> dict[str, Any]:
    words = words_of("programme", desk.lang)
    activities = list(bench.file.activities if bench.file else desk.policies.spoken.activities)
    kinds = [(name, words[f"trigger_{name}"]) for name in ("purchase", "visit", "signup", "birthday", "anniversary")]
    kinds += [(name, desk.kind(name)) for name in activities if name not in BUILT_IN_TRIGGERS]
    levels = desk.policies.tiers.levels if desk.policies.tiers else ()
    fields = {
        name: ", ".join(f"{field}=…" for field in block.fields)
        for name, block in (bench.file.activities if bench.file else {}).items()
        if block.fields
    }
    return {
        "bench": bench,
        "kinds": kinds,
        "tiers": [("", words.no_tier)] + [(level.id, desk.speech.t(level.name, level.id)) for level in levels],
        "line_count": LINES,
        "field_hints": fields,
        "unit_names": desk.units,
    }


async def _answer(visit: Visit, request: Request, case: _Case, desk: Desk, bench: Bench) -> dict[str, Any]:
    if case.by_draft and bench.is_draft and bench.file is None:
        raise InvalidInput([Fault(path="/rules", code="faulty_draft", message=words_of("programme", desk.lang).test_faulty_draft)])
    draft = bench.text if case.by_draft and bench.is_draft else None
    if case.member is None:
        recorded, words = _imagined(case, desk, bench.file if draft is not None else None)
    else:
        recorded, words = await _rehearsed(visit, request, case, desk, draft)
    shown = presenting.recorded(recorded, words, lang_of(request))
    return {
        "verdict": shown,
        "at": recorded.occurred_at,
        "version": None if draft is not None else recorded.version,
        "member": case.member,
        "checkout": shown.get("checkout"),
    }


def _imagined(case: _Case, desk: Desk, draft: ProgramFile | None) -> tuple[Recorded, Vocabulary]:
    """Judged by the rules alone. The version in force now judges every instant: a tester asks about today's rules."""
    version = desk.program.version_at(desk.at)
    rules: RuleSet = desk.policies.rules if draft is None else compile_earning(programs.to_earning(draft))
    at = case.at or desk.at
    verdict = rules.judge(happening_of(case.kind, case.inputs, at), case.facts)
    words = presenting.vocabulary_of(rules, desk.program)
    if draft is not None:
        words = replace(words, decimals={**words.decimals, **{code: unit.decimals for code, unit in draft.units.items()}})
    recorded = Recorded(
        event_id=_NOBODY,
        program=desk.slug,
        kind=case.kind,
        member=None,
        occurred_at=at,
        posted_at=at,
        version=version,
        verdict=verdict,
        balances={},
    )
    return recorded, replace(words, units=desk.units)


async def _rehearsed(visit: Visit, request: Request, case: _Case, desk: Desk, draft: str | None) -> tuple[Recorded, Vocabulary]:
    """The path of the till for a member, without the commit; with the draft applied first, if that is asked for."""
    identity = (ORDER if case.kind == PURCHASE else EVENT_ID, "a test nobody keeps")
    inputs = {**case.inputs, "order": identity[1]} if case.kind == PURCHASE else case.inputs
    command = Command(
        program=desk.slug, kind=case.kind, member=case.member, inputs=inputs, identities=(identity,), occurred_at=case.at or desk.at
    )
    now = max(desk.now, case.at) if case.at is not None and desk.program.clock is None else desk.now
    async with face_of(request).rooms.db.rehearsal(visit.tenant_id) as tx:
        if draft is not None:
            await programs.apply(tx, draft, at=desk.now, by=visit.name)
        (outcome,) = await earning.record(tx, [command], now=now)
        if isinstance(outcome, NotPriced):
            outcome = await orders.place(tx, command, now=now)
        if isinstance(outcome, DomainError):
            raise outcome
        program = await programs.open_program(tx, desk.slug)
        policies = await programs.policies_of(tx, program, outcome.version)
        return outcome, replace(presenting.vocabulary_of(policies.rules, program, policies.prices), units=desk.units)


def _case(asked: QueryParams, desk: Desk) -> _Case:
    kind = asked.get("kind", "")
    inputs: dict[str, Any] = {key: asked[key].strip() for key in ("channel", "location", "partner") if asked.get(key, "").strip()}
    if kind == PURCHASE:
        inputs["lines"] = list(_lines(asked, desk))
    elif kind not in BUILT_IN_TRIGGERS:
        inputs["fields"] = _fields(asked.get("fields", ""))
    return _Case(
        kind=kind,
        inputs=inputs,
        at=_instant(asked.get("at", ""), desk),
        member=asked.get("member", "").strip() or None,
        facts=Facts(
            tier=asked.get("tier") or None,
            segments=frozenset(_words(asked.get("segments", ""))),
            purchases_before=0 if asked.get("first") else 1,
        ),
        by_draft=asked.get("rules") == "draft",
    )


def _lines(asked: QueryParams, desk: Desk) -> list[dict[str, Any]]:
    """The lines with an amount. Raises InvalidInput that names the field."""
    digits = MINOR_DIGITS.get(desk.policies.rules.earning.currency, 2)
    lines = []
    for place in range(LINES):
        amount = asked.get(f"amount-{place}", "").strip()
        if not amount:
            continue
        count = asked.get(f"quantity-{place}", "").strip()
        lines.append(
            {
                "sku": asked.get(f"sku-{place}", "").strip() or f"line-{place + 1}",
                "amount_minor": quanta(amount, digits, field=f"amount-{place}"),
                "quantity": int(count) if count.isdecimal() and 0 < int(count) < 10_000 else 1,
                "categories": _words(asked.get(f"category-{place}", "")),
                "tags": _words(asked.get(f"tag-{place}", "")),
            }
        )
    if not lines:
        raise InvalidInput([Fault(path="/amount-0", code="missing", message=words_of("programme", desk.lang).test_no_amount)])
    return lines


def _fields(text: str) -> dict[str, Any]:
    """`stars=5, text=good` as what an activity reports."""
    found: dict[str, Any] = {}
    for part in _WORD.split(text):
        name, mark, value = (piece.strip() for piece in part.partition("="))
        if mark:
            number = re.fullmatch(r"-?\d{1,15}", value)
            found[name] = int(value) if number else {"true": True, "false": False}.get(value, value)
    return found


def _words(text: str) -> list[str]:
    return [word.strip() for word in _WORD.split(text) if word.strip()]


def _instant(text: str, desk: Desk) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=desk.policies.rules.earning.timezone)
    except ValueError:
        raise InvalidInput([Fault(path="/at", code="not_a_time", message="Enter a day and a time.")]) from None
