"""One request on its way in: authenticate, authorise, decode, and find the programme, in this order.

The order is part of the contract: a stranger learns nothing, a key without permission does not learn whether its
input was right, and a programme is looked for only by those who may.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from praemia import access, programs
from praemia.access import Actor, Principal
from praemia.foundation.errors import InvalidInput
from praemia.foundation.values import replace
from praemia.web.bodies.queries import LangQuery
from praemia.web.bodies.reading import Content, reader_of
from praemia.web.errors import BadRequest, MediaTypeUnsupported
from praemia.web.face import Face, Place, face_of
from praemia.web.faults import faults_of
from praemia.web.headers import header_of
from praemia.web.words import Lang

M = TypeVar("M", bound=BaseModel)

JSON = ("application/json",)
KEY_LIMIT = 255
_BARE_KEY = re.compile(r"[\x21\x23-\x7e]{1,255}")
_PLAIN_KEY = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"')  # quoted, and nothing in it escaped
_QUOTED_KEY = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPED = re.compile(r"\\(.)")
_CHARSET = re.compile(r'charset\s*=\s*"?([\w-]+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in: who asks, and the process it reached."""

    request: Request
    face: Face
    principal: Principal

    @property
    def program(self) -> str:
        """The slug in the path."""
        slug: str = self.request.path_params["program"]
        return slug

    @property
    def actor(self) -> Actor:
        """Who asks, for the audit log: the key, and the address it came from."""
        client = self.request.client
        return Actor(
            name=self.principal.name,
            origin=client.host if client else "",
            key_id=self.principal.key_id,
            staff_id=self.principal.issued_by,
        )

    @property
    def reference(self) -> str:
        """The member's reference in the path."""
        reference: str = self.request.path_params["reference"]
        return reference

    async def place(self) -> Place:
        """The programme in the path. Refuses an unknown one and one this key may not reach."""
        return await place_of(self.face, self.principal, self.program)

    async def body(self, model: type[M], *, accepted: tuple[str, ...] = JSON) -> M:
        """The JSON body as `model`. Refuses another media type; names every fault of a malformed body."""
        require_media_type(self.request, accepted)
        return decode(model, await self.raw())

    async def content(self, model: type[BaseModel]) -> Content:
        """What the JSON body says, for the commands of the hot routes. Refuses as `body` does."""
        require_media_type(self.request, JSON)
        return reader_of(model).read(await self.raw())

    async def raw(self) -> bytes:
        """The body as it came; to be asked for once."""
        pieces = []
        while True:
            message = await self.request.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect()
            pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def query(self, model: type[M]) -> M:
        """The query as `model`; a parameter that is not in it is a fault."""
        given = dict(self.request.query_params) if self.request.scope["query_string"] else {}
        try:
            return model.model_validate_strings(given)
        except ValidationError as error:
            faults = faults_of(error, model)
            raise InvalidInput([replace(fault, path="?" + fault.path[1:]) for fault in faults]) from None

    @property
    def lang(self) -> Lang | None:
        """The language of sentences, when some were asked for."""
        return self.query(LangQuery).lang if self.request.scope["query_string"] else None

    @property
    def idempotency_key(self) -> str | None:
        """The Idempotency-Key header: a quoted string as the draft wants it, or bare as many clients send it."""
        given = header_of(self.request.scope, b"idempotency-key")
        if given is None or _BARE_KEY.fullmatch(given):
            return given
        plain = _PLAIN_KEY.fullmatch(given)
        if plain:
            return plain[1]
        quoted = _QUOTED_KEY.fullmatch(given.strip())
        key = _ESCAPED.sub(r"\1", quoted.group(1)) if quoted else given.strip()
        if not key.isascii() or not key.isprintable() or not 0 < len(key) <= KEY_LIMIT or not (quoted or _BARE_KEY.fullmatch(key)):
            raise BadRequest(reason=f"The Idempotency-Key must be a text of 1 to {KEY_LIMIT} printable ASCII characters.")
        return key


class Clock:
    """The now of the call's programme: asked for once, and only where somebody joins without saying when."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._now: datetime | None = None

    async def now(self) -> datetime:
        """Refuses an unknown programme."""
        if self._now is None:
            async with self._call.face.rooms.db.transaction(self._call.principal.tenant_id) as tx:
                self._now = (await programs.open_program(tx, self._call.program)).now(self._call.face.now())
        return self._now


async def let_in(request: Request, permission: str | None) -> Call:
    """Authenticate the request and require the permission. Refuses with 401 or 403."""
    face = face_of(request)
    principal = await face.doorkeeper.authenticate(_bearer(request), now=face.now())
    if permission is not None:
        access.require(principal, permission)
    return Call(request, face, principal)


async def place_of(face: Face, principal: Principal, program: str) -> Place:
    """The programme of that name in the principal's tenant, if the key may reach it."""
    place = face.places.get((principal.tenant_id, program))
    if place is None:
        async with face.rooms.db.transaction(principal.tenant_id) as tx:
            found = await programs.get_program(tx, program)
        place = Place(program_id=found.program_id, sandbox=found.mode == "sandbox")
        face.places[principal.tenant_id, program] = place
    access.require_program(principal, program=program, program_id=place.program_id, sandbox=place.sandbox)
    return place


def decode(model: type[M], body: bytes) -> M:
    """The body as `model`, strictly. Names every fault."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise InvalidInput(faults_of(error, model)) from None


def require_media_type(request: Request, accepted: tuple[str, ...]) -> str:
    """The media type of the body, if it is one of the accepted ones and its charset, when named, is UTF-8."""
    given = header_of(request.scope, b"content-type") or ""
    if given in accepted:
        return given
    media_type, _, parameters = given.partition(";")
    charset = _CHARSET.search(parameters) if parameters else None
    if media_type.strip().lower() not in accepted or (charset and charset.group(1).lower() not in ("utf-8", "utf8")):
        raise MediaTypeUnsupported(accepted=", ".join(accepted))
    return media_type.strip().lower()


def _bearer(request: Request) -> str | None:
    scheme, _, token = (header_of(request.scope, b"authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
