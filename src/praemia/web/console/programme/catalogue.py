"""What members can have: every reward with its picture, price, worth and stock. Stock and picture change the file and count at once."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from praemia import access, pictures, programs, redemption
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError, Fault, InvalidInput
from praemia.programs import Plain, Tree
from praemia.rules import Reward
from praemia.web.brand import picture_path
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.programme.drafting import bench_of
from praemia.web.console.programme.forms import entry_at
from praemia.web.console.programme.offers import PARTS
from praemia.web.console.reading import form_of
from praemia.web.doors import form_faults, staff_page
from praemia.web.sessions import Visit
from praemia.web.words import words_of

_UPLOAD_BYTES = 8 * 1024 * 1024


@staff_page("catalogue:reward:read")
async def rewards(visit: Visit, request: Request) -> Response:
    """Every reward of the version in force."""

    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        found = await redemption.rewards_of(tx, desk.slug, now=desk.now)
        words = words_of("programme", desk.lang)
        return {
            "bench": await bench_of(tx, desk),
            "rewards": [_line(desk, reward, left) for reward, left in found],
            "crumbs": [],
            "tabs": tabs(desk.root, words, "rewards"),
        }

    return show(
        request, visit, "console/programme/rewards.html", here="catalogue", words="programme", **await at_desk(visit, request, look)
    )


@staff_page("catalogue:reward:read")
async def reward(visit: Visit, request: Request) -> Response:
    """One reward: picture and stock."""
    return await _page(visit, request)


@staff_page("programs:program:write")
async def change_stock(visit: Visit, request: Request) -> Response:
    """So many there are in all from now on."""
    form = await form_of(request)
    key = str(request.path_params["reward"])

    async def change(tx: Tx, desk: Desk) -> None:
        text = form.text("stock")
        if text and not text.isdecimal():
            raise InvalidInput([Fault(path="/stock", code="whole_number", message=words_of("programme", desk.lang).stock_number)])
        await _apply(tx, desk, key, "stock", Plain(str(int(text))) if text else None)

    return await _done(visit, request, change, "stock")


@staff_page("programs:program:write")
async def change_picture(visit: Visit, request: Request) -> Response:
    """A picture for the reward; sent without one, it goes."""
    async with request.form(max_files=1, max_fields=5) as form:
        sent = form.get("picture")
        upload = await sent.read() if sent is not None and not isinstance(sent, str) else b""
    key = str(request.path_params["reward"])

    async def change(tx: Tx, desk: Desk) -> None:
        if len(upload) > _UPLOAD_BYTES:
            raise InvalidInput([Fault(path="/picture", code="too_large", message=words_of("programme", desk.lang).picture_large)])
        picture = await pictures.keep(tx, desk.program.program_id, upload, at=desk.now) if upload else None
        await _apply(tx, desk, key, "picture", picture.digest if picture else None)

    return await _done(visit, request, change, "picture")


def tabs(root: str, words: Any, here: str) -> list[tuple[str, str, bool]]:
    """The pages of the catalogue."""
    return [
        (words.rewards_tab, f"{root}/programme/rewards", here == "rewards"),
        (words.codes_tab, f"{root}/programme/codes", here == "codes"),
    ]


async def _apply(tx: Tx, desk: Desk, key: str, field: str, value: Tree | None) -> None:
    """Change one key of a reward in the newest version, and apply that. Raises what `apply` raises."""
    text = await programs.export(tx, desk.slug)
    found = entry_at(programs.read_document(text).root, PARTS["reward"], key)
    if found is None:
        raise HTTPException(404)
    note = f"{key}: {field} {value if value is not None else '-'}"[:200]
    applied = await programs.apply(tx, programs.edited(text, (*found[0], field), value), at=desk.now, by=desk.visit.name, note=note)
    made = applied.version
    if applied.changed:
        await access.note(
            tx, desk.visit.actor, "programs.program.applied", made.program, at=desk.now, program_id=made.program_id, **applied.deed
        )


async def _done(visit: Visit, request: Request, change: Any, word: str) -> Response:
    try:
        await do(visit, request, change)
    except DomainError as refusal:
        return await _page(visit, request, refusal)
    return go(f"/console/{visit.address}/programme/rewards/{request.path_params['reward']}", done=word)


async def _page(visit: Visit, request: Request, refusal: DomainError | None = None) -> Response:
    key = str(request.path_params["reward"])

    async def look(tx: Tx, desk: Desk) -> dict[str, Any]:
        found = {one.id: (one, left) for one, left in await redemption.rewards_of(tx, desk.slug, now=desk.now)}
        if key not in found:
            raise HTTPException(404)
        words = words_of("programme", desk.lang)
        line = _line(desk, *found[key])
        faults = form_faults(refusal, desk.lang) if refusal else {}
        return {
            "one": line,
            "title": line["name"],
            "crumbs": [(words.menu_catalogue, f"{desk.root}/programme/rewards"), (line["name"], "")],
            "faults": faults,
            "problem": faults.get("", ""),
        }

    status = 422 if refusal else 200
    found = await at_desk(visit, request, look)
    return show(request, visit, "console/programme/reward.html", here="catalogue", words="programme", status=status, **found)


def _line(desk: Desk, reward: Reward, left: int | None) -> dict[str, Any]:
    """A reward as the catalogue shows it."""
    speech, unit = desk.speech, desk.program.units[reward.unit]
    digest = desk.policies.pictures.get(reward.id)
    currency = desk.policies.rules.earning.currency
    over = reward.last_day is not None and reward.last_day < desk.day
    return {
        "id": reward.id,
        "name": speech.t(reward.name, reward.id),
        "description": speech.t(reward.description),
        "picture": picture_path(desk.visit.address, digest),
        "cost": desk.points(reward.price.quanta, unit.number),
        "value": speech.money(reward.value_minor, currency) if reward.value_minor is not None else "",
        "left": left,
        "stock": reward.stock,
        "given": reward.stock - left if reward.stock is not None and left is not None else None,
        "first_day": reward.first_day,
        "last_day": reward.last_day,
        "state": "over" if over else "coming" if reward.first_day and reward.first_day > desk.day else "out" if left == 0 else "on",
        "whom": [*(desk.tier(tier) for tier in sorted(reward.tiers)), *sorted(reward.segments)],
        "pool": reward.code.pool if reward.code else None,
        "automatic": reward.automatic,
    }
