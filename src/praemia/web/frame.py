"""Renders the pages of every face: the language, the words, the looks chosen, the programme's brand, and what templates may call.

Whoever opened the page (doors.py) has put the visit and the brand into the request's state. Nothing here asks the database.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from praemia.web.face import VERSION
from praemia.web.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from praemia.web.speech import Speech
from praemia.web.words import LANG_COOKIE, LANGUAGES, Lang, language_of, spoken, words_of

HERE = Path(__file__).parent
THEME_COOKIE = "praemia_theme"
THEMES = ("light", "dark")
_WORTH_BYTES = 1000

Power = Literal["camera", "wasm"]
"""What a page may do beyond the others: look through the camera, compile WebAssembly that came from here."""


def render(
    request: Request,
    template: str,
    *,
    words: str,
    status: int = 200,
    powers: Iterable[Power] = (),
    headers: Mapping[str, str] | None = None,
    **shown: Any,
) -> HTMLResponse:
    """The page. Templates see `lang`, `words`, `theme`, `brand`, `address`, `visit`, the functions of Speech, `asset`, and `shown`.

    `words` names the face whose texts it speaks. Pages for somebody who is signed in are kept by no cache.
    """
    state = request.state
    visit, brand = getattr(state, "visit", None), getattr(state, "brand", None)
    lang = lang_of(request)
    speech = Speech(lang=lang, zone=brand.zone) if brand is not None else Speech(lang=lang)
    text = (
        _environment(words, lang)
        .get_template(template)
        .render(
            {
                "theme": theme_of(request),
                "brand": brand,
                "address": brand.address if brand is not None else None,
                "visit": visit,
                "here": request.url.path,
                "amount": speech.amount,
                "money": speech.money,
                "date": speech.date,
                "datetime": speech.datetime,
                "t": speech.t,
                **shown,
            }
        )
    )
    ours = {
        "Content-Language": lang,
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": "no-store" if visit is not None else "private, no-cache",
        # The origin goes with posts to ourselves (doors.py looks at it), and nothing at all to others.
        "Referrer-Policy": "same-origin",
        **_permitting(frozenset(powers)),
        **(headers or {}),
    }
    body = text.encode()
    # Pages for somebody who is signed in go uncompressed: their length would tell of what is in them (BREACH).
    if visit is None and len(body) > _WORTH_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 5)
        ours |= {"Content-Encoding": "gzip", "Vary": f"{ours['Vary']}, Accept-Encoding"}
    return HTMLResponse(body, status_code=status, headers=ours)


def speech_of(request: Request) -> Speech:
    """How to write values into a page of this request, for texts that are made before the template."""
    brand = getattr(request.state, "brand", None)
    lang = lang_of(request)
    return Speech(lang=lang, zone=brand.zone) if brand is not None else Speech(lang=lang)


def lang_of(request: Request) -> Lang:
    """What the reader chose, else the language of the account, else what the browser asks for."""
    visit = getattr(request.state, "visit", None)
    chosen = spoken(request.query_params.get("lang", "")) or spoken(request.cookies.get(LANG_COOKIE, ""))
    return chosen or (spoken(visit.lang or "") if visit is not None else None) or language_of(request)


def theme_of(request: Request) -> str | None:
    """`light` or `dark` when the reader chose one; None follows the device."""
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else None


@cache
def asset(name: str) -> str:
    """The address of a static file with the digest of its content, so that a browser may keep it for ever."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


@cache
def _environment(face: str, lang: Lang) -> Environment:
    """One per face and language: what they share are globals, which imported macros see as well."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speech = Speech(lang=lang)
    made.globals.update(
        lang=lang,
        languages=LANGUAGES,
        words=words_of(face, lang),
        version=VERSION,
        asset=asset,
        waterfall=waterfall,
        plain_amount=speech.amount,
        plain_counted=speech.counted,
        points_of=points_of,
    )
    return made


def waterfall(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict as presenting.py draws it, arranged as people read it: what each rule gave, in order, then what gave nothing.

    `steps` carry `start` and `end`, the running sum before and after, per unit; `rest` are rules that did not fire.
    """
    decimals = {each["unit"]: each["decimals"] for key in ("awards", "balances", "moved") for each in verdict.get(key) or ()}
    running: dict[str, int] = {}
    steps: list[dict[str, Any]] = []
    rest: list[Mapping[str, Any]] = []
    for rule in verdict.get("rules") or ():
        if not rule["fired"]:
            rest.append(rule)
            continue
        start = running.get(rule["unit"], 0)
        running[rule["unit"]] = start + rule["amount"]
        steps.append({**rule, "start": start, "end": running[rule["unit"]], "decimals": decimals.get(rule["unit"], 0)})
    most = max((step["end"] for step in steps), default=0)
    cuts = [{**cut, "decimals": decimals.get(cut["unit"], 0)} for cut in verdict.get("cuts") or ()]
    return {"steps": steps, "rest": rest, "most": most, "totals": list(verdict.get("awards") or ()), "cuts": cuts}


def points_of(values: Sequence[int], width: int, height: int, most: int) -> str:
    """The `points` of an SVG polyline: values from left to right, the largest at the top, in whole pixels."""
    step = width // max(len(values) - 1, 1)
    return " ".join(f"{place * step},{height - value * height // max(most, 1)}" for place, value in enumerate(values))


def _permitting(powers: frozenset[Power]) -> dict[str, str]:
    """The security headers of a page that may do more; the others get theirs from the envelope."""
    given: dict[str, str] = {}
    if "camera" in powers:
        given["Permissions-Policy"] = SECURITY_HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")
    if "wasm" in powers:
        given["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    return given
