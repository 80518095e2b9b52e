"""Many commands in one request: mixed batches and CloudEvents. Each command has its own result; a bad one harms no other."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from praemia import access
from praemia.earning import Command
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.jsons import JsonPart, split_json
from praemia.web import commands
from praemia.web.bodies import examples
from praemia.web.bodies.answers import BatchAnswer
from praemia.web.bodies.batch import COMMAND, COMMANDS_LIMIT, EVENT, BatchBody
from praemia.web.bodies.reading import Content
from praemia.web.calls import Call, Clock, require_media_type
from praemia.web.operations import Operation
from praemia.web.outcomes import record_many, record_one

ONE_EVENT = "application/cloudevents+json"
MANY_EVENTS = "application/cloudevents-batch+json"


async def record_batch(call: Call) -> Response:
    """A thousand mixed commands, each read by itself."""
    require_media_type(call.request, ("application/json",))
    raw = await call.raw()
    key = call.idempotency_key
    await call.place()
    clock = Clock(call)

    async def make(place: int, body: JsonPart) -> Command:
        content = COMMAND.read(bytes(body))
        return await _command(call, content["type"], content, None if key is None else f"{key}/{place}", clock)

    bodies = _listed(raw, "commands")
    return await record_many(call, [partial(make, place, body) for place, body in enumerate(bodies)])


async def record_events(call: Call) -> Response:
    """CloudEvents 1.0, structured: one event answers like its route, a batch like a batch."""
    media_type = require_media_type(call.request, (ONE_EVENT, MANY_EVENTS))
    raw = await call.raw()
    await call.place()
    clock = Clock(call)

    async def make(body: bytes | JsonPart) -> Command:
        event = EVENT.read_by_model(bytes(body))  # an envelope is open, and a decoder looks at nothing it does not know
        kind, source, data = event["type"].removeprefix("praemia."), event["source"], event["data"]
        if kind != "member" and "time" in event:
            data = {"occurred_at": event["time"], **data}
        # Length first, so that no source and id can be read as another pair.
        return await _command(call, kind, data, f"{len(source)}:{source}#{event['id']}", clock)

    if media_type == MANY_EVENTS:
        return await record_many(call, [partial(make, body) for body in _listed(raw, None)])
    return await record_one(call, await make(raw))


def _listed(raw: bytes, key: str | None) -> list[JsonPart]:
    """The entries of the list in the body, under a key or bare, unread. What is wrong with the body as a whole is refused as a whole."""
    try:
        document = split_json(raw)
        listed = split_json(document[key]) if isinstance(document, dict) and key in document else document
    except ValueError as error:
        raise InvalidInput([Fault(path="", message=f"This is not JSON: {error}.", code="not_json")]) from None
    if key is not None:
        if not isinstance(document, dict):
            raise InvalidInput([Fault(path="", message="The body must be an object.", code="not_an_object")])
        unknown = sorted(document.keys() - {key})
        if unknown:
            message = "{} is not a key that is known here."
            raise InvalidInput([Fault(path=f"/{name}", message=message.format(name), code="unknown_key") for name in unknown])
    if not isinstance(listed, list) or not 0 < len(listed) <= COMMANDS_LIMIT:
        path = "" if key is None else f"/{key}"
        raise InvalidInput([Fault(path=path, message=f"There must be a list of 1 to {COMMANDS_LIMIT} entries here.", code="list_length")])
    return listed


async def _command(call: Call, kind: str, content: Content, key: str | None, clock: Clock) -> Command:
    match kind:
        case "purchase":
            access.require(call.principal, "earning:purchase:write")
            return commands.purchase(call.program, content, key)
        case "visit":
            access.require(call.principal, "earning:visit:write")
            return commands.visit(call.program, content, key)
        case "activity":
            access.require(call.principal, "earning:activity:write")
            return commands.activity(call.program, content, key)
        case "member":
            access.require(call.principal, "members:member:write")
            return commands.sign_up(call.program, content, key, content.get("enrolled_at") or await clock.now())
    raise AssertionError(kind)


OPERATIONS = (
    Operation(
        name="record_batch",
        method="POST",
        path="/batch",
        permission=None,
        tag="Earning",
        summary="Record up to a thousand mixed commands",
        description="Answers 200 with one result per command, in order; each has its own status. A command that cannot be read or is "
        "refused harms no other. Each command needs the permission of its own route. With an Idempotency-Key, command n has the key "
        "`<key>/<n>`.",
        serve=record_batch,
        body=BatchBody,
        examples=examples.BATCHES,
        answer=BatchAnswer,
        answer_example=examples.BATCH_ANSWER,
        problems=("programs.unknown",),
        keyed=True,
        hot=True,
    ),
    Operation(
        name="record_events",
        method="POST",
        path="/events",
        permission=None,
        tag="Earning",
        summary="Record CloudEvents",
        description="CloudEvents 1.0 in structured mode, one or a batch of up to a thousand. Types: praemia.purchase, praemia.visit, "
        "praemia.activity, praemia.member, with the body of that route as data. `source` and `id` are the identity. One event answers "
        "like its route, a batch like /batch.",
        serve=record_events,
        media=examples.CLOUD_EVENTS,
        answer=BatchAnswer,
        answer_example=examples.BATCH_ANSWER,
        problems=("programs.unknown", "journal.key_reused", "journal.already_recorded"),
        hot=True,
    ),
)
