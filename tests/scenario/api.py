"""The public HTTP API as the adapter uses it: one programme, one key, answers as they come. No product code is called here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2

_BROKEN = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `code` is the problem's code when it is a refusal."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it was carried out."""
        return self.status < 400

    @property
    def code(self) -> str:
        """The refusal's code; empty when there is none."""
        return "" if self.ok else str(self.body.get("code", f"status {self.status}"))

    @property
    def replayed(self) -> bool:
        """Whether this is the first answer again."""
        return bool(self.body.get("replayed"))

    def said(self) -> str:
        """The refusal in one line."""
        faults = "; ".join(f"{f.get('path')}: {f.get('message')}" for f in self.body.get("faults", ()))
        return f"{self.code}: {faults or self.body.get('detail', '')}"


class ApiBroken(Exception):
    """The API failed (a status from 500 on) or refused what the adapter itself needs. Never an expectation of a story."""


class Api:
    """Calls of one programme."""

    def __init__(self, client: httpx2.AsyncClient, slug: str) -> None:
        self._client = client
        self._base = f"/v1/programs/{slug}"

    async def get(self, path: str) -> Reply:
        """GET below the programme."""
        return await self._send("GET", path)

    async def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> Reply:
        """POST a JSON body, under an idempotency key if there is one."""
        return await self._send("POST", path, content=json.dumps(body), media="application/json", key=key)

    async def put(self, path: str, body: Mapping[str, Any], key: str | None = None) -> Reply:
        """PUT a JSON body."""
        return await self._send("PUT", path, content=json.dumps(body), media="application/json", key=key)

    async def patch(self, path: str, body: Mapping[str, Any]) -> Reply:
        """PATCH with a JSON body."""
        return await self._send("PATCH", path, content=json.dumps(body), media="application/json")

    async def apply(self, file: str, **query: str) -> Reply:
        """PUT the programme file."""
        return await self._send("PUT", "", content=file, media="application/yaml", query=query)

    async def _send(
        self, method: str, path: str, *, content: str = "", media: str = "", query: Mapping[str, str] | None = None, key: str | None = None
    ) -> Reply:
        headers = ({"Content-Type": media} if media else {}) | ({"Idempotency-Key": json.dumps(key)} if key is not None else {})
        body = content.encode() or None
        try:
            response = await self._client.request(method, self._base + path, content=body, headers=headers, params=query)
        except httpx2.HTTPError as error:
            raise ApiBroken(f"{method} {self._base}{path} was not answered: {error!r}") from error
        if response.status_code >= _BROKEN:
            raise ApiBroken(f"{method} {self._base}{path} answered {response.status_code}: {response.text[:300]}")
        return Reply(response.status_code, response.json() if response.content else {})


def required(reply: Reply, what: str) -> Reply:
    """An answer the adapter cannot go on without."""
    if not reply.ok:
        raise ApiBroken(f"{what}: refused with {reply.said()}")
    return reply


def order_path(order: str, rest: str = "") -> str:
    """The address of an order, whatever its number is spelt like."""
    return f"/orders/{quote(order, safe='')}{rest}"


def member_path(member: str, rest: str = "") -> str:
    """The address of a member, whatever its reference is spelt like."""
    return f"/members/{quote(member, safe='')}{rest}"
