"""What the start page shows: the state of the demonstration, and lines for a terminal that really work with its key.

Without a demonstration the page tells strangers nothing about this installation but that nobody owns it yet.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from babel.numbers import format_decimal

from praemia import ledger, members, programs
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.programs import Mode, OpenProgram
from praemia.web.face import Demo, Face
from praemia.web.setup.pages import is_empty
from praemia.web.speech import LOCALES, Speech
from praemia.web.words import Lang, words_of

_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")
_HERE = "http://localhost:8000"


async def shown(face: Face, address: str, lang: Lang) -> dict[str, Any]:
    """The variables of the start page. `address` is where the reader reached us; it goes into the lines only when it is plain."""
    demo = face.rooms.demo
    nothing: dict[str, Any] = {"figures": [], "steps": [], "program_name": "", "state": "", "is_empty": False}
    if demo is None:
        return {**nothing, "is_empty": await is_empty(face)}
    try:
        async with face.rooms.db.transaction(demo.tenant_id) as tx:
            program = await programs.open_program(tx, demo.program)
            state = await _state(tx, program, face.now(), lang)
    except DomainError:
        return nothing  # the demonstration is still being set up
    return {**nothing, **state, "steps": _steps(demo, address if _PLAIN_ADDRESS.fullmatch(address) else _HERE, lang)}


async def _state(tx: Tx, program: OpenProgram, wall_clock: datetime, lang: Lang) -> dict[str, Any]:
    """Name, state and figures. The sums are over the whole programme: right for a demonstration, too slow for a big one."""
    words, locale, speech = words_of("start", lang), LOCALES[lang], Speech(lang=lang)
    now = program.now(wall_clock)
    version = program.version_at(now)
    file = programs.read_program(await programs.export(tx, program.slug, version)).file
    spoken = (await programs.ruleset_of(tx, program, version)).earning
    figures = [(format_decimal(await members.count_members(tx, program.program_id), locale=locale), words["members"])]
    totals = {(unit, role): amount for unit, role, amount, _ in await ledger.trial_balance(tx, program.program_id)}
    for unit in sorted(program.units.values(), key=lambda each: each.number):
        if unit.code in file.units:
            held = totals.get((unit.number, ledger.Role.AVAILABLE.value), 0)
            figures.append((speech.amount(held, unit.decimals), words.f("points", unit=speech.t(file.units[unit.code].name, unit.code))))
    mode = "sandbox" if program.mode is Mode.SANDBOX else "live"
    time = format_datetime(now.astimezone(spoken.timezone), "d. MMM, HH:mm" if lang == "de" else "d MMM, HH:mm", locale=locale)
    state = words.f(mode, version=version, time=time)
    return {"figures": figures, "program_name": speech.t(file.name, program.slug), "state": state}


def _steps(demo: Demo, address: str, lang: Lang) -> list[tuple[str, str]]:
    words = words_of("start", lang)
    base = f"{address}/v1/programs/{demo.program}"
    purchase = {"order": "hello-1", "member": demo.member, "lines": [{"sku": "flat-white", "amount_minor": 390, "categories": ["coffee"]}]}
    key = f"Authorization: Bearer {demo.secret}"
    return [
        (words["step_program"], _curl(key, base)),
        (words["step_quote"], _curl(key, f"{base}/purchases/quote?lang={lang}", body={**purchase, "order": "perhaps-1"})),
        (words["step_enrol"], _curl(key, f"{base}/members", body={"reference": "hello"}, idempotency_key="hello")),
        (words["step_purchase"], _curl(key, f"{base}/purchases", body={**purchase, "member": "hello"})),
        (words["step_explain"], _curl(key, f"{base}/events?order=hello-1&lang={lang}")),
        (words["step_balance"], _curl(key, f"{base}/members/hello/balances")),
    ]


def _curl(key: str, url: str, *, body: Mapping[str, Any] | None = None, idempotency_key: str | None = None) -> str:
    parts = [f"curl {shlex.quote(url)}", f"  -H {shlex.quote(key)}"]
    if idempotency_key is not None:
        parts.append(f"  -H 'Idempotency-Key: {idempotency_key}'")
    if body is not None:
        parts += ["  -H 'Content-Type: application/json'", f"  -d {shlex.quote(json.dumps(body))}"]
    return " \\\n".join(parts)
