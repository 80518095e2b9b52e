"""Where purchases part: most take the fast way through the shared transaction, those that have to be priced take one of their own.

A purchase is priced when it names codes or payments, or when the earning journey says that the programme has promotions that apply by
themselves. Of a list the priced ones are carried out after the others, one by one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from praemia import orders
from praemia.earning import Command, NotPriced, Recorded
from praemia.foundation.db import CONTENDED, UNREACHABLE
from praemia.foundation.errors import DomainError
from praemia.foundation.loop import in_turns
from praemia.web.errors import Busy
from praemia.web.face import Face
from praemia.web.unread import Unread, is_priced

Outcome = Recorded | DomainError | Exception


async def carry_out(face: Face, tenant_id: int, command: Command) -> Outcome:
    """The outcome of a command, after its commit."""
    if not is_priced(command):
        (outcome,) = await face.intake.submit(tenant_id, [command])
        if not isinstance(outcome, NotPriced):
            return outcome
    return await _place(face, tenant_id, command)


async def carry_out_list(face: Face, tenant_id: int, unread: Sequence[Unread]) -> AsyncIterator[tuple[int, Outcome]]:
    """Each outcome with the place of its command in the list, as soon as it is there; those that are priced come last."""
    priced: list[int] = []
    place = 0
    async for outcomes in face.intake.submit_list(tenant_id, unread):
        async for outcome in in_turns(outcomes, 16):
            if isinstance(outcome, NotPriced):
                priced.append(place)
            else:
                yield place, outcome
            place += 1
    for place in priced:
        yield place, await _place(face, tenant_id, await unread[place]())


async def _place(face: Face, tenant_id: int, command: Command) -> Outcome:
    try:
        return await face.rooms.db.run(tenant_id, lambda tx: orders.place(tx, command, now=face.now()))
    except DomainError as refusal:
        return refusal
    except (*CONTENDED, *UNREACHABLE):
        return Busy()
    except Exception as error:  # a mistake of ours: its neighbours in a list are committed, and their answers must go out
        return error
