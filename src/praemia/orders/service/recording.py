"""The verb `record` for whole orders: what the earning journey records, and the returns that waited for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from praemia import earning
from praemia.earning import Command, Recorded
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.orders.service.parking import arrivals, settle_waiting
from praemia.orders.service.rewarding import give_automatic
from praemia.rules import PURCHASE


async def record(tx: Tx, commands: Sequence[Command], *, now: datetime) -> list[Recorded | DomainError]:
    """`earning.record`, and in the same transaction the returns that waited for orders it recorded and the rewards that come by
    themselves. `now` is the wall clock."""
    answers = await earning.record(tx, commands, now=now)
    numbered = [
        (command.inputs["order"], answer)
        for command, answer in zip(commands, answers, strict=True)
        if command.kind == PURCHASE and "order" in command.inputs
    ]
    arrived = arrivals(numbered)
    if arrived:
        await settle_waiting(tx, arrived, now=now)
    await give_automatic(tx, answers, now=now)
    return answers
