"""A terminal as tests hold it: its key, its sequence, what it says; and a programme whose tills may do something without a network."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from praemia import tills
from praemia.access import Actor
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.tills import Outcome, Signed, SignedSnapshot
from tests.rooms.deeds import adjust, recorded
from tests.rooms.ground import NOW, Ground

CORNER = """
program: corner
name: {en: Corner shop, de: Eckladen}
timezone: Europe/Berlin
currency: EUR
units:
  points: {}
earning:
  rules:
    - {id: base, trigger: purchase, earn: {points: 1, per_amount: "1.00"}}
pay_with_points: {points: 100, worth: "1.00"}
coupons:
  - {id: hello, codes: [HELLO], per_member: 1, uses: 1000, gives: {points: 50}}
rewards:
  - {id: mug, cost: 300, gives: {free: {sku: MUG}}, code: {valid_days: 30}}
till:
  undo_minutes: 15
  without_receipt: "20.00"
  bands: [100, 500, 1000]
  offline:
    sale: "200.00"
    sales_per_member: 30
    sales_per_terminal: 40
    burn: {sale: 500, member: 600, terminal: 900}
"""
BOSS = Actor(name="boss", origin="test")


@dataclass(slots=True)
class Corner:
    """The corner shop: verbs, each in a transaction of its own."""

    ground: Ground
    now: datetime = NOW

    async def run(self, work: Callable[[Tx], Awaitable[Any]]) -> Any:
        return await self.ground.db.run(self.ground.tenant_id, work)

    async def fund(self, member: str, points: int) -> None:
        (answer,) = await self.ground.record(adjust("corner", member, points), now=self.now)
        recorded(answer)

    async def points(self, member: str) -> int:
        return (await self.ground.balances("corner", member)).get("points", 0)

    async def terminal(self, name: str = "one") -> Register:
        made = await self.run(lambda tx: tills.register(tx, "corner", name=name, location="berlin", now=self.now, by=BOSS))
        return Register(self, made.terminal.terminal_id, Ed25519PrivateKey.from_private_bytes(made.private_key), made.server_key)


@dataclass(slots=True)
class Register:
    """A terminal: what it says, and what it is answered."""

    corner: Corner
    terminal_id: UUID
    key: Ed25519PrivateKey
    server_key: bytes
    sequence: int = 0
    queue: list[Signed] = field(default_factory=list)

    def say(self, *, kind: str = "sale", at: datetime | None = None, **said: Any) -> Signed:
        """The next event, signed and queued."""
        self.sequence += 1
        place = {"terminal": str(self.terminal_id), "sequence": self.sequence, "at": (at or self.corner.now).isoformat()}
        made = self.sign(json.dumps({**place, "kind": kind, **said}))
        self.queue.append(made)
        return made

    def sign(self, said: str) -> Signed:
        return Signed(said=said, signature=tills.sign_event(self.key, said))

    async def take(self, signed: Signed, *, now: datetime | None = None) -> Outcome:
        outcome: Outcome = await self.corner.run(lambda tx: tills.take(tx, "corner", self.terminal_id, signed, now=now or self.corner.now))
        return outcome

    async def code(self, signed: Signed, *, now: datetime | None = None) -> str:
        """`recorded`, the code of the conflict, or (with a !) the code of the refusal that keeps nothing."""
        try:
            told = (await self.take(signed, now=now)).told
        except DomainError as refusal:
            return f"!{refusal.code}"
        return str(told.get("code", told["state"]))

    async def snapshot(self, *, now: datetime | None = None) -> SignedSnapshot:
        made: SignedSnapshot = await self.corner.run(
            lambda tx: tills.take_snapshot(tx, "corner", self.terminal_id, now=now or self.corner.now)
        )
        return made
