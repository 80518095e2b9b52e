"""What the pages of this face ask of a request: the desk, the realm, the site a passkey is bound to, and where to go afterwards."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from praemia import identity
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.identity import Begun, Desk, Entrant, Realm, Site
from praemia.web.doors import local_path, place_of, see
from praemia.web.errors import BadRequest, meaning_of
from praemia.web.face import Face, face_of
from praemia.web.frame import lang_of, speech_of
from praemia.web.outcomes import json_response
from praemia.web.refusals import message_of
from praemia.web.sessions import Visit, device_of, sign_in

_BODY_CHARACTERS = 20_000


def desk_of(request: Request) -> Desk:
    """The desk of this process."""
    face = face_of(request)
    return Desk(db=face.rooms.db, vault=face.rooms.vault, passwords=face.passwords)


def realm_of(request: Request) -> Realm:
    """The members of the programme in the path."""
    place = place_of(request)
    return Realm(tenant_id=place.tenant_id, program_id=place.program_id)


def site_of(request: Request) -> Site:
    """The site as the browser sees it; the setting wins where a proxy hides it."""
    parts = urlsplit(face_of(request).rooms.settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}")
    return Site(origin=f"{parts.scheme}://{parts.netloc}", host=parts.hostname or "", name=program_name(request))


def program_name(request: Request) -> str:
    """What the programme of the path is called in the reader's language; Praemia where there is none."""
    brand = getattr(request.state, "brand", None)
    return speech_of(request).t(brand.name, "Praemia") if brand is not None else "Praemia"


def next_of(text: object, otherwise: str) -> str:
    """Where to go after signing in: a path of ours, or the usual one."""
    return local_path(str(text) if text else None, otherwise)


async def text_of(request: Request, *names: str) -> dict[str, str]:
    """The named fields of a form, as text; a missing one is empty."""
    form = await request.form()
    return {name: value if isinstance(value := form.get(name, ""), str) else "" for name in names}


async def json_of(request: Request) -> dict[str, Any]:
    """The JSON object a script of ours sent. Raises BadRequest."""
    body = await request.body()
    try:
        found = json.loads(body) if len(body) <= _BODY_CHARACTERS else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadRequest(reason="The body must be a JSON object.")
    return found


async def begin(tx: Tx, request: Request, face: Face, entrant: Entrant, visit: Visit | None) -> Begun:
    """A session for who proved who they are, in the place of the one this browser had of the same kind."""
    before = visit.session if visit is not None and visit.tenant_id == tx.tenant_id and visit.kind == entrant.kind.value else None
    return await identity.begin_session(
        tx,
        entrant.kind,
        entrant.subject_id,
        program_id=entrant.program_id,
        means=entrant.means,
        device=device_of(request),
        now=face.now(),
        instead_of=before,
    )


async def let_in(request: Request, entrant: Entrant, going_to: str, *, script: bool = False) -> Response:
    """Sign the browser in and go on: by a redirect, or by telling the script where to."""
    face = face_of(request)
    visit: Visit | None = getattr(request.state, "visit", None)
    async with face.rooms.db.transaction(entrant.tenant_id) as tx:
        begun = await begin(tx, request, face, entrant, visit)
    return sign_in(request, went(going_to) if script else see(going_to), begun)


def went(going_to: str) -> Response:
    """Tell the script of a page where to go."""
    return json_response({"go": going_to})


def refused(request: Request, error: DomainError | None) -> str:
    """What a form shows of a refusal: a sentence above it, or nothing."""
    return message_of(error, lang_of(request)) if error is not None else ""


def status_of(error: DomainError | None) -> int:
    """The status of a form that is shown again."""
    return meaning_of(error.code).status if error is not None else 200
