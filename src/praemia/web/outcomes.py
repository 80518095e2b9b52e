"""From what the intake answers to what a client reads: one event, or a list of results with a status each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pydantic_core import to_json
from starlette.responses import Response

from praemia import programs
from praemia.earning import Command, Recorded
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.rules import RuleSet
from praemia.web import presenting
from praemia.web.calls import Call
from praemia.web.errors import meaning_of
from praemia.web.middleware import instance_of, trace_of
from praemia.web.problems import problem, problem_of

log = structlog.get_logger("praemia.web")

Outcome = Recorded | Exception


def json_response(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(to_json(document), status_code=status, media_type="application/json", headers=dict(headers or {}))


async def record_one(call: Call, command: Command, *, status: int = 201) -> Response:
    """Carry out one command in the shared transaction and answer it; a replay is 200 and says so in a header."""
    (outcome,) = await call.face.intake.submit(call.principal.tenant_id, [command])
    return await answer_one(call, outcome, status=status)


async def answer_one(call: Call, outcome: Outcome, *, status: int = 201) -> Response:
    """The response to one outcome; refusals are raised."""
    if isinstance(outcome, Exception):
        raise outcome
    lang = call.lang
    rules = await rules_of(call, outcome.program, outcome.version)
    sentences = presenting.sentences_of(outcome.verdict, rules, lang) if lang else None
    document = presenting.recorded(outcome, presenting.vocabulary_of(rules), lang, sentences)
    if outcome.replayed:
        return json_response(document, 200, {"Idempotency-Replayed": "true"})
    return json_response(document, status)


async def results_of(call: Call, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """One result per outcome, in order."""
    words: dict[int, presenting.Vocabulary] = {}
    results: list[dict[str, Any]] = []
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            results.append(_refused(call, outcome))
            continue
        if outcome.version not in words:
            words[outcome.version] = presenting.vocabulary_of(await rules_of(call, outcome.program, outcome.version))
        answer = presenting.recorded(outcome, words[outcome.version])
        results.append({"status": 200 if outcome.replayed else 201, "answer": answer})
    return results


async def rules_of(call: Call, program: str, version: int) -> RuleSet:
    """The compiled version that decided; remembered for ever, since a version never changes."""
    key = (call.principal.tenant_id, program, version)
    known = call.face.rules.get(key)
    if known is None:
        async with call.face.rooms.db.transaction(call.principal.tenant_id) as tx:
            known = call.face.rules[key] = await _load(tx, program, version)
    return known


async def _load(tx: Tx, program: str, version: int) -> RuleSet:
    return await programs.ruleset_of(tx, await programs.open_program(tx, program), version)


def _refused(call: Call, error: Exception) -> dict[str, Any]:
    instance = instance_of(call.request.scope)
    if isinstance(error, DomainError):
        return {"status": meaning_of(error.code).status, "problem": problem_of(error, instance=instance)}
    log.error("command.broke", request_id=call.request.scope.get("praemia.request_id"), trace=trace_of(error))
    return {"status": 500, "problem": problem("web.internal", "This command failed and was not recorded.", instance=instance)}
