"""The short way in: what an operation raises is answered as behind the framework, whole and without a word of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from praemia.web.api.purchases import OPERATIONS
from praemia.web.errors import KeyRequired
from praemia.web.front import Front
from praemia.web.operations import Operation

PURCHASE = OPERATIONS[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(Operation):
    """An operation that raises."""

    error: Exception

    def endpoint(self) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(_: Request) -> Response:
            raise self.error

        return endpoint


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """The framework, which is not asked."""
    raise AssertionError("the short way was not taken")


async def answer(error: Exception) -> tuple[int, dict[str, Any], dict[bytes, bytes]]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    made = {name: getattr(PURCHASE, name) for name in Operation.__dataclass_fields__}
    scope = {"type": "http", "method": "POST", "path": "/v1/programs/cafe/purchases", "headers": [], "praemia.request_id": "7"}
    await Front(nothing, [Broken(**made, error=error)])(scope, receive, send)
    head, body = sent
    return head["status"], json.loads(body["body"]), dict(head["headers"])


async def test_a_bug_is_a_bare_problem() -> None:
    status, document, headers = await answer(RuntimeError("secret of the house"))
    assert (status, document["code"], document["instance"]) == (500, "web.internal", "urn:uuid:7")
    assert "secret" not in json.dumps(document)
    assert headers[b"content-type"] == b"application/problem+json"


@pytest.mark.parametrize(
    "error", [asyncpg.ConnectionDoesNotExistError("gone"), asyncpg.DeadlockDetectedError("lost"), ConnectionResetError()]
)
async def test_a_database_that_is_away_or_contended_is_a_reason_to_come_again(error: Exception) -> None:
    status, document, headers = await answer(error)
    assert (status, document["code"]) == (503, "web.busy")
    assert headers[b"retry-after"] == b"1"


async def test_a_refusal_is_its_problem() -> None:
    status, document, _ = await answer(KeyRequired())
    assert (status, document["code"]) == (400, "web.key_required")
