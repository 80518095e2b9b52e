"""Tills without a network: registering this tablet, what it exchanges, the page it shows while it is alone, and what somebody settles."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import locations, programs, tills
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.programs import MINOR_DIGITS
from praemia.tills import How, KeptEvent, Settle, Signed
from praemia.web.doors import open_page, see, staff_page
from praemia.web.errors import meaning_of
from praemia.web.face import face_of
from praemia.web.frame import asset, lang_of, render
from praemia.web.outcomes import json_response
from praemia.web.sessions import Visit
from praemia.web.till import exchange
from praemia.web.till.booth import Booth, doing, form_of, looking, page
from praemia.web.words import FACES

M = TypeVar("M", bound=BaseModel)
_WORKER = Path(__file__).parents[1] / "static" / "js" / "till-worker.js"
_KEPT = ("praemia.css", "till.css", "js/frame.js", "js/till-offline.js", "js/till-store.js")
_IMPORTED = ("js/till-store.js",)  # asked for by other scripts, without a digest
_ON_DEMAND = ("js/till-scan.js", "vendor/zxing-wasm/es/reader/index.js", "vendor/zxing-wasm/reader/zxing_reader.wasm")
"""Kept once somebody wants it, also without a digest in its address: another one begins a new cache."""
_FOR_SCRIPTS = "js_"


class _Wish(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=100)]
    location: Annotated[str, Field(max_length=100)] = ""
    public_key: Annotated[str, Field(min_length=1, max_length=100)]


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    said: Annotated[str, Field(min_length=1, max_length=100_000)]
    signature: Annotated[str, Field(min_length=1, max_length=200)]


class _Batch(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sent_at: AwareDatetime
    events: Annotated[list[_Event], Field(max_length=exchange.MOST_EVENTS)]


@staff_page("members:member:read")
async def terminal(visit: Visit, request: Request) -> Response:
    """This tablet, what waits in it, and (for those who may) the other terminals."""

    async def read(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        may_see = booth.may("tills:terminal:read")
        return booth, {
            "terminals": [exchange.terminal(one) for one in await tills.terminals_of(tx, booth.slug)] if may_see else [],
            "places": await locations.names_of(tx, booth.program.program_id),
            "may_register": booth.may("tills:terminal:write"),
            "texts": texts_for_scripts(booth.lang),
            "conflicts": len(await tills.conflicts_of(tx, booth.slug)) if booth.may("tills:conflict:read") else 0,
        }

    booth, told = await looking(visit, request, read)
    return page(request, "terminal.html", booth, **told)


@staff_page("tills:terminal:write")
async def register(visit: Visit, request: Request) -> Response:
    """The script of the page registers the tablet: it made a key and sends the public half."""
    wish = _read(_Wish, await request.body())
    made = await exchange.register(
        face_of(request),
        visit.tenant_id,
        visit.program or "",
        name=wish.name.strip(),
        location=wish.location.strip(),
        public_key=exchange.unspelled(wish.public_key),
        by=visit.actor,
    )
    return json_response({**made, **(await exchange.clock(face_of(request), visit.tenant_id, visit.program or ""))}, 201)


@staff_page("tills:terminal:write")
async def revoke(visit: Visit, request: Request) -> Response:
    """A terminal is lost or retired: nothing it signs is taken any more."""
    terminal_id = _terminal_id(request)

    async def work(tx: Tx, booth: Booth) -> None:
        await tills.revoke(tx, booth.slug, terminal_id, now=booth.now, by=visit.actor)

    await doing(visit, request, work, practice=False)
    return see(f"/till/{visit.address}/terminal")


@staff_page("tills:sale:sync")
async def snapshot(visit: Visit, request: Request) -> Response:
    """What the terminal may know while it is alone, signed; and the time."""
    face, slug = face_of(request), visit.program or ""
    told = await exchange.snapshot(face, visit.tenant_id, slug, _terminal_id(request))
    return json_response({**told, **(await exchange.clock(face, visit.tenant_id, slug))})


@staff_page("tills:sale:sync")
async def sync(visit: Visit, request: Request) -> Response:
    """What was sold without a network."""
    batch = _read(_Batch, await request.body())
    events = [Signed(said=one.said, signature=exchange.unspelled(one.signature)) for one in batch.events]
    sent_at: datetime = batch.sent_at
    told = await exchange.sync(face_of(request), visit.tenant_id, visit.program or "", _terminal_id(request), events, sent_at=sent_at)
    return json_response(told)


@staff_page("tills:conflict:read")
async def conflicts(visit: Visit, request: Request) -> Response:
    """Sales that could not be taken as they were said."""
    return await _conflicts(visit, request)


@staff_page("tills:conflict:settle")
async def settle(visit: Visit, request: Request) -> Response:
    """Somebody decides what becomes of one."""
    form = await form_of(request)
    sequence = form.text("sequence")
    if form.text("how") not in list(How) or not sequence.isdecimal():
        raise HTTPException(400)

    async def work(tx: Tx, booth: Booth) -> None:
        wanted = Settle(
            program=booth.slug,
            terminal_id=_terminal_id(request),
            sequence=int(sequence),
            how=How(form.text("how")),
            note=form.text("note"),
            member=form.text("member") or None,
        )
        await tills.settle(tx, wanted, now=booth.now, by=visit.actor)

    try:
        await doing(visit, request, work, practice=False)
    except DomainError as refusal:
        return await _conflicts(visit, request, refusal, at=f"{request.path_params['terminal']}/{sequence}")
    return see(f"/till/{visit.address}/conflicts")


@open_page
async def alone(request: Request) -> Response:
    """The page of a till without a network. It shows nothing of anybody; the tablet's own script fills it."""
    face, place = face_of(request), request.state.place
    async with face.rooms.db.transaction(place.tenant_id) as tx:
        program = await programs.open_program(tx, place.slug)
        policies = await programs.policies_of(tx, program, program.version_at(program.now(face.now())))
    currency = policies.rules.earning.currency
    lang = lang_of(request)
    settings = {
        "address": place.preferred,
        "lang": lang,
        "currency": currency,
        "digits": MINOR_DIGITS.get(currency, 2),
        "decimals": program.units[policies.tills.unit].decimals,
        "step": policies.rewards.pay_with_points.quanta if policies.rewards.pay_with_points else 0,
    }
    texts = texts_for_scripts(lang)
    return render(request, "till/alone.html", words="till", powers=("camera",), settings=json.dumps(settings), texts=texts)


@open_page
async def worker(request: Request) -> Response:
    """The service worker, with the list of what it keeps written in front of it; a new list makes a new worker."""
    place = request.state.place
    base = f"/till/{place.preferred}/"
    assets = [asset(name) for name in _KEPT]
    kept = {
        "scope": base,
        "alone": f"{base}alone",
        "assets": assets,
        "plain": [f"/static/{name}" for name in _IMPORTED],
        "version": sha256(" ".join([*assets, *map(asset, _ON_DEMAND)]).encode()).hexdigest()[:12],
    }
    text = f"const KEPT = {json.dumps(kept)};\n{_WORKER.read_text('utf-8')}"
    return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@staff_page("members:member:read")
async def cheat_sheet(visit: Visit, request: Request) -> Response:
    """What a cashier needs to know, on one page to print."""
    return page(request, "help.html", await looking(visit, request, _just_booth))


def texts_for_scripts(lang: str) -> str:
    """The words that scripts of the till say, as JSON."""
    spoken = FACES["till"][lang]
    return json.dumps({key.removeprefix(_FOR_SCRIPTS): text for key, text in spoken.items() if key.startswith(_FOR_SCRIPTS)})


async def _conflicts(visit: Visit, request: Request, refusal: DomainError | None = None, at: str = "") -> Response:
    async def read(tx: Tx, booth: Booth) -> tuple[Booth, dict[str, Any]]:
        names = {one.terminal_id: one.name for one in await tills.terminals_of(tx, booth.slug)}
        waiting = await tills.conflicts_of(tx, booth.slug)
        return booth, {"waiting": [_shown(booth, one, names.get(one.terminal_id, "")) for one in waiting]}

    booth, told = await looking(visit, request, read)
    status = meaning_of(refusal.code).status if refusal is not None else 200
    fault = booth.told(refusal) if refusal is not None else ""
    if isinstance(refusal, InvalidInput):
        fault = booth.words.note_needed
    told |= {"refused": fault, "refused_at": at, "may_settle": booth.may("tills:conflict:settle")}
    return page(request, "conflicts.html", booth, status=status, **told)


def _shown(booth: Booth, kept: KeptEvent, terminal_name: str) -> dict[str, Any]:
    """A conflict in words: what was sold to whom, and why it could not be taken."""
    code = str(kept.outcome.get("code", ""))
    told: dict[str, Any] = {
        "at": f"{kept.terminal_id}/{kept.sequence}",
        "terminal_id": str(kept.terminal_id),
        "terminal": terminal_name,
        "sequence": kept.sequence,
        "why": booth.words.get(f"conflict_{code.replace('.', '_')}", str(kept.outcome.get("detail", ""))),
        "occurred_at": kept.occurred_at,
        "member": "",
        "amount": "",
        "points": "",
    }
    try:
        said = tills.read_said(kept.said)
    except DomainError:
        return told
    told |= {"member": said.member or "", "amount": booth.money(said.value_minor) if said.kind == "sale" else ""}
    return told | ({"points": booth.counted(said.pay_points, booth.terms.unit)} if said.pay_points else {})


def _terminal_id(request: Request) -> UUID:
    try:
        return UUID(str(request.path_params["terminal"]))
    except ValueError:
        raise HTTPException(404) from None


def _read(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        path = "/" + "/".join(str(step) for step in detail["loc"])
        raise InvalidInput([Fault(path=path, message=detail["msg"], code="invalid")]) from None


async def _just_booth(_: Tx, booth: Booth) -> Booth:
    return booth
