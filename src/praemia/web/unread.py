"""Commands of lists, as they came: each is read when its turn comes. So of a long list only what is at work is held as values, a bad
one harms no other, and what was read is still at hand for the processor when it is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from praemia import orders
from praemia.earning import Command, NotPriced
from praemia.foundation.errors import DomainError
from praemia.foundation.loop import give_way
from praemia.rules import PURCHASE

Unread = Callable[[], Awaitable[Command]]
"""Reads a command; refuses a malformed one."""
Wanted = Command | Unread

_A_TURN = 16


async def read_all(wanted: Sequence[Wanted]) -> list[Command | DomainError]:
    """The commands, or what refuses them: what cannot be read, and what has to be priced first. Others have their turns meanwhile."""
    made: list[Command | DomainError] = []
    for number, one in enumerate(wanted, start=1):
        if isinstance(one, Command):
            made.append(one)
            continue
        try:
            command = await one()
            made.append(NotPriced() if is_priced(command) else command)
        except DomainError as refusal:
            made.append(refusal)
        if number % _A_TURN == 0:
            await give_way()
    return made


def is_priced(command: Command) -> bool:
    """Whether a purchase names codes or payments, and so is priced in a transaction of its own."""
    return command.kind == PURCHASE and orders.wants_checkout(command.inputs)
