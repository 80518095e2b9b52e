"""A storm of tills: many connections, repetitions, reorderings, conflicting copies, and some who give up after one try.

Every request and what came back is written down; the storm knows nothing of how it ought to end.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

MEMBERS = 60
_PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing a till wants recorded. `name` identifies it; copies that differ in `body` contradict each other."""

    name: str
    path: str
    body: dict[str, Any]
    key: str | None = None
    patient: bool = True

    @property
    def amount(self) -> int:
        """What is recorded of it: cents of a purchase, points of a correction."""
        found: int = self.body["amount"] if "amount" in self.body else self.body["lines"][0]["amount_minor"]
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What a till was told in the end; `status` 0: it gave up without an answer."""

    request: Request
    status: int
    event: str | None = None
    problem: str | None = None


@dataclass(slots=True)
class Storm:
    """The tills and what they were told."""

    address: str
    secret: str
    answers: list[Answer] = field(default_factory=list)
    trouble: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)

    async def blow(self, requests: Sequence[Request], *, tills: int) -> None:
        """Send everything, each till one request after the other, until every patient one has its answer."""
        waiting = list(reversed(requests))
        limits = httpx2.Limits(max_connections=tills, max_keepalive_connections=tills)
        headers = {"Authorization": f"Bearer {self.secret}"}
        async with httpx2.AsyncClient(base_url=self.address, headers=headers, limits=limits, timeout=20) as client:
            await asyncio.gather(*(self._till(client, waiting) for _ in range(tills)))

    async def _till(self, client: httpx2.AsyncClient, waiting: list[Request]) -> None:
        while waiting:
            request = waiting.pop()
            answer = await self._insist(client, request)
            self.answers.append(answer)
            if answer.event is not None:
                self.acknowledged.add(request.name)

    async def _insist(self, client: httpx2.AsyncClient, request: Request) -> Answer:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                answer = await self._try(client, request)
                if answer.status not in (0, 503) or not request.patient:
                    return answer
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _try(self, client: httpx2.AsyncClient, request: Request) -> Answer:
        headers = {"Idempotency-Key": request.key} if request.key else {}
        try:
            response = await client.post(request.path, json=request.body, headers=headers)
        except httpx2.TransportError as error:
            self.trouble[type(error).__name__] += 1
            return Answer(request, 0)
        told = response.json()
        if response.status_code >= 500:
            self.trouble[f"{response.status_code} {told.get('code')}"] += 1
        return Answer(request, response.status_code, event=told.get("event"), problem=told.get("code"))


def requests(*, purchases: int, corrections: int, seed: int) -> list[Request]:
    """The storm's requests, shuffled: one in five repeated at once or later, one in twenty contradicted, one in twelve impatient."""
    chance = random.Random(seed)
    wanted = [_purchase(n, chance) for n in range(purchases)] + [_correction(n, chance) for n in range(corrections)]
    sent = list(wanted)
    for request in wanted:
        if chance.random() < 0.2:
            sent += [request] * chance.randint(1, 3)
        if chance.random() < 0.05:
            sent.append(_contradicting(request))
    chance.shuffle(sent)
    return sent


def _purchase(n: int, chance: random.Random) -> Request:
    member = {"member": f"m{chance.randrange(MEMBERS)}"} if chance.random() < 0.95 else {}
    lines = [{"sku": "S", "amount_minor": chance.randrange(100, 5000)}]
    return Request(
        name=f"O{n}", path="/v1/programs/storm/purchases", body={"order": f"O{n}", "lines": lines} | member, patient=chance.random() > 0.08
    )


def _correction(n: int, chance: random.Random) -> Request:
    body = {
        "member": f"m{chance.randrange(MEMBERS)}",
        "amount": chance.choice([-3, -2, -1, 4, 9]),
        "reason": f"K{n}",
        "allow_negative": True,
    }
    return Request(name=f"K{n}", path="/v1/programs/storm/adjustments", body=body, key=f"K{n}", patient=chance.random() > 0.08)


def _contradicting(request: Request) -> Request:
    body = dict(request.body)
    if "amount" in body:
        body["amount"] = 1000 + body["amount"]
    else:
        body["lines"] = [{"sku": "S", "amount_minor": body["lines"][0]["amount_minor"] + 7000}]
    return Request(name=request.name, path=request.path, body=body, key=request.key, patient=request.patient)
