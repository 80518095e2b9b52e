"""API keys of a programme over HTTP: listed, issued, revoked. A key gives no more than it has."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.responses import Response

from praemia import access
from praemia.access import ApiKey, IssuedKey, KeyNotFound, Mode
from praemia.foundation.db import Tx
from praemia.web import people
from praemia.web.bodies import office, office_examples
from praemia.web.calls import Call
from praemia.web.operations import Operation
from praemia.web.outcomes import json_response
from praemia.web.presenting import instant


async def list_keys(call: Call) -> Response:
    """Keys that reach this programme, newest first."""
    place = await call.place()
    async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
        return json_response({"keys": [_key(one) for one in await people.keys_here(tx, place.program_id)]})


async def issue_key(call: Call) -> Response:
    """A new key of this programme; its text is in this answer only."""
    body = await call.body(office.KeyBody)
    place = await call.place()

    async def work(tx: Tx) -> IssuedKey:
        return await access.issue(
            tx,
            name=body.name,
            scopes=body.scopes,
            now=call.face.now(),
            mode=Mode(body.mode),
            program_id=place.program_id,
            expires_at=body.expires_at,
            giver=call.principal.scopes,
            by=call.actor,
        )

    issued = await call.face.rooms.db.run(call.principal.tenant_id, work)
    return json_response({**_key(issued.key), "secret": issued.secret}, 201)


async def revoke_key(call: Call) -> Response:
    """The key is worth nothing any more; again is the same answer."""
    place = await call.place()
    text = str(call.request.path_params["key"])
    try:
        key_id = UUID(text)
    except ValueError:
        raise KeyNotFound(key_id=text) from None

    async def work(tx: Tx) -> ApiKey:
        everywhere = call.principal.program_id is None
        await people.revoke_key(tx, key_id, program_id=place.program_id, may_everywhere=everywhere, by=call.actor, now=call.face.now())
        return next(one for one in await people.keys_here(tx, place.program_id) if one.key_id == key_id)

    revoked = await call.face.rooms.db.run(call.principal.tenant_id, work)
    call.face.doorkeeper.forget(key_id)
    return json_response(_key(revoked))


def _key(one: ApiKey) -> dict[str, Any]:
    return {
        "key": str(one.key_id),
        "name": one.name,
        "prefix": one.shown_prefix,
        "mode": one.mode.value,
        "scopes": sorted(one.scopes),
        "everywhere": one.program_id is None,
        "created_at": instant(one.created_at),
        "expires_at": instant(one.expires_at) if one.expires_at else None,
        "revoked_at": instant(one.revoked_at) if one.revoked_at else None,
    }


OPERATIONS = (
    Operation(
        name="list_keys",
        method="GET",
        path="/keys",
        permission="access:key:read",
        tag="Access",
        summary="List API keys",
        description="Those that reach this programme, newest first, revoked ones too. The text of a key is kept nowhere.",
        serve=list_keys,
        answer=office.KeysAnswer,
        answer_example={"keys": [office_examples.KEY]},
        problems=("programs.unknown",),
    ),
    Operation(
        name="issue_key",
        method="POST",
        path="/keys",
        permission="access:key:write",
        tag="Access",
        summary="Issue an API key",
        description="Bound to this programme. Its text is in this answer and nowhere else. No scope may go beyond those of who issues it.",
        serve=issue_key,
        body=office.KeyBody,
        examples=office_examples.KEY_BODIES,
        answer=office.IssuedKeyAnswer,
        answer_example=office_examples.ISSUED,
        problems=("programs.unknown", "access.role_out_of_reach"),
        status=201,
    ),
    Operation(
        name="revoke_key",
        method="POST",
        path="/keys/{key}/revoke",
        permission="access:key:write",
        tag="Access",
        summary="Revoke an API key",
        description="For good: at once in the process that did it, within seconds in others. A key of all programmes is revoked by a "
        "key of all programmes.",
        serve=revoke_key,
        answer=office.KeyAnswer,
        answer_example={**office_examples.KEY, "revoked_at": "2026-03-04T09:00:00Z"},
        problems=("programs.unknown", "access.key_not_found"),
    ),
)
