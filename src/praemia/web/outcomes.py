"""From what the intake answers to what a client reads: one event, or a list of results with a status each."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from praemia import programs
from praemia.earning import Command, Recorded
from praemia.foundation.errors import DomainError
from praemia.foundation.jsons import write_json
from praemia.web import presenting
from praemia.web.calls import Call
from praemia.web.checkouts import carry_out, carry_out_list
from praemia.web.errors import meaning_of
from praemia.web.middleware import instance_of, trace_of
from praemia.web.presenting import Vocabulary
from praemia.web.problems import problem, problem_of
from praemia.web.unread import Unread

log = logging.getLogger("praemia.web")

Outcome = Recorded | Exception


def json_response(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(write_json(document), status_code=status, media_type="application/json", headers=headers)


async def record_one(call: Call, command: Command, *, status: int = 201) -> Response:
    """Carry out one command in the shared transaction and answer it; a replay is 200 and says so in a header."""
    return await answer_one(call, await carry_out(call.face, call.principal.tenant_id, command), status=status)


async def answer_one(call: Call, outcome: Outcome, *, status: int = 201) -> Response:
    """The response to one outcome; refusals are raised."""
    if isinstance(outcome, Exception):
        raise outcome
    lang = call.lang
    words = await words_of(call, outcome)
    document = presenting.recorded(outcome, words, lang)
    if outcome.replayed:
        return json_response(document, 200, {"Idempotency-Replayed": "true"})
    return json_response(document, status)


async def record_many(call: Call, unread: Sequence[Unread]) -> Response:
    """Carry out a list and answer it: one result per command, in order, each written as soon as it is there."""
    results = [b""] * len(unread)
    async for place, outcome in carry_out_list(call.face, call.principal.tenant_id, unread):
        results[place] = write_json(await _result(call, outcome))
    results[0] = b'{"results":[' + results[0]
    results[-1] += b"]}"
    return Response(b",".join(results), media_type="application/json")  # a long answer, copied once


async def _result(call: Call, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Exception):
        return _refused(call, outcome)
    words = await words_of(call, outcome)
    return {"status": 200 if outcome.replayed else 201, "answer": presenting.recorded(outcome, words)}


async def words_of(call: Call, event: Recorded) -> Vocabulary:
    """The words of the version that decided, remembered for ever, since a version never changes; looked up again only
    when the programme has got a unit since."""
    key = (call.principal.tenant_id, event.program, event.version)
    known = call.face.words.get(key)
    if known is None or not event.balances.keys() <= known.decimals.keys():
        async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
            program = await programs.open_program(tx, event.program)
            policies = await programs.policies_of(tx, program, event.version)
            known = presenting.vocabulary_of(policies.rules, program, policies.prices)
        call.face.words[key] = known
    return known


def _refused(call: Call, error: Exception) -> dict[str, Any]:
    instance = instance_of(call.request.scope)
    if isinstance(error, DomainError):
        return {"status": meaning_of(error.code).status, "problem": problem_of(error, instance=instance)}
    log.error("command.broke", extra={"request_id": call.request.scope.get("praemia.request_id"), "trace": trace_of(error)})
    return {"status": 500, "problem": problem("web.internal", "This command failed and was not recorded.", instance=instance)}
