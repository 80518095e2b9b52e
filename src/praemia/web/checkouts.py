"""Where purchases part: most take the fast way through the shared transaction, those that have to be priced take one of their own.

A purchase is priced when it names codes or payments, or when the earning journey says that the programme has promotions that apply by
themselves. Of a batch the priced ones are carried out after the others, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from praemia import orders
from praemia.earning import Command, NotPriced, Recorded
from praemia.foundation.db import Contended
from praemia.foundation.errors import DomainError
from praemia.rules import PURCHASE
from praemia.web.errors import Busy
from praemia.web.face import Face

Outcome = Recorded | DomainError | Exception


async def carry_out(face: Face, tenant_id: int, commands: Sequence[Command]) -> list[Outcome]:
    """The outcome of each command, after its commit."""
    priced = [_is_priced(command) for command in commands]
    done = iter(await face.intake.submit(tenant_id, [command for command, alone in zip(commands, priced, strict=True) if not alone]))
    outcomes: list[Outcome] = [NotPriced() if alone else next(done) for alone in priced]
    for place, outcome in enumerate(outcomes):
        if isinstance(outcome, NotPriced):
            outcomes[place] = await _place(face, tenant_id, commands[place])
    return outcomes


async def _place(face: Face, tenant_id: int, command: Command) -> Outcome:
    try:
        return await face.rooms.db.run(tenant_id, lambda tx: orders.place(tx, command, now=face.now()))
    except DomainError as refusal:
        return refusal
    except (Contended, asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
        return Busy()


def _is_priced(command: Command) -> bool:
    return command.kind == PURCHASE and orders.wants_checkout(command.inputs)
