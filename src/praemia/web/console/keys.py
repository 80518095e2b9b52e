"""API keys of the programme: issued, shown once, revoked. Nobody gives a key more than they may do themselves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from praemia import access
from praemia.access import ApiKey, IssuedKey, KeyNotFound, Mode
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.web import people
from praemia.web.console.desk import Desk, at_desk, do, go, show
from praemia.web.console.reading import Form, day_of, form_of, id_of
from praemia.web.doors import form_faults, staff_page
from praemia.web.face import face_of
from praemia.web.frame import lang_of
from praemia.web.sessions import Visit

_ROLES = ("till", "shop", "reader", "programmer", "support")
_CUSTOM = "custom"


@staff_page("access:key:read")
async def keys(visit: Visit, request: Request) -> Response:
    """Every key that reaches this programme."""
    return await _page(visit, request)


@staff_page("access:key:write")
async def issue_key(visit: Visit, request: Request) -> Response:
    """A new key. Its text is in this one answer, which no cache keeps."""
    form = await form_of(request)

    async def work(tx: Tx, desk: Desk) -> IssuedKey:
        chosen = form.text("role")
        last = day_of(form.text("expires"), field="expires")
        zone = desk.policies.rules.earning.timezone
        ends = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC) if last else None
        return await access.issue(
            tx,
            name=form.text("name"),
            scopes=form.text("scopes").split() if chosen == _CUSTOM else [chosen] if chosen in _ROLES else [],
            now=desk.now,
            mode=Mode.TEST if form.text("mode") == "test" else Mode.LIVE,
            program_id=desk.program.program_id,
            expires_at=ends,
            giver=visit.scopes,
            by=visit.actor,
        )

    try:
        issued = await do(visit, request, work)
    except DomainError as refusal:
        return await _page(visit, request, refused=(refusal, form))
    return await _page(visit, request, issued=issued)


@staff_page("access:key:write")
async def revoke_key(visit: Visit, request: Request) -> Response:
    """The key is worth nothing any more."""
    key_id = id_of(str(request.path_params["key"]))
    if key_id is None:
        raise KeyNotFound(key_id=str(request.path_params["key"]))

    async def work(tx: Tx, desk: Desk) -> None:
        everywhere = access.scopes_of(await access.get_staff(tx, visit.subject_id), None)
        may = access.covers(everywhere, "access:key:write")
        program_id = desk.program.program_id
        await people.revoke_key(tx, key_id, program_id=program_id, may_everywhere=may, by=visit.actor, now=desk.now)

    await do(visit, request, work)
    face_of(request).doorkeeper.forget(key_id)
    return go(f"/console/{visit.address}/keys", done="key_revoked")


async def _page(
    visit: Visit, request: Request, *, refused: tuple[DomainError, Form] | None = None, issued: IssuedKey | None = None
) -> Response:
    async def read(tx: Tx, desk: Desk) -> dict[str, Any]:
        return {
            "rows": [_row(desk, key) for key in await people.keys_here(tx, desk.program.program_id)],
            "roles": [
                (role, desk.words[f"key_role_{role}"])
                for role in _ROLES
                if all(access.covers(visit.scopes, scope) for scope in access.ROLES[role])
            ]
            + [(_CUSTOM, desk.words.key_role_custom)],
            "modes": [("live", desk.words.key_mode_live), ("test", desk.words.key_mode_test)],
        }

    shown = await at_desk(visit, request, read)
    if refused is not None:
        faults = form_faults(refused[0], lang_of(request))
        shown |= {"faults": faults, "given": refused[1].given, "problem": faults.get("", "")}
    return show(request, visit, "console/keys.html", here="keys", status=422 if refused else 200, issued=issued, **shown)


def _row(desk: Desk, key: ApiKey) -> dict[str, Any]:
    state = "revoked" if key.revoked_at else "expired" if key.expires_at and key.expires_at <= desk.now else "works"
    return {
        "id": key.key_id,
        "name": key.name,
        "prefix": key.shown_prefix,
        "mode": desk.words[f"key_mode_{key.mode.value}"],
        "scopes": sorted(key.scopes),
        "everywhere": key.program_id is None,
        "issued_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "state": state,
    }
