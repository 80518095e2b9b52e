"""The beginning of `record`: what everything else begins with is looked up in one round trip."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from praemia import journal, members, programs
from praemia.earning.model import Command
from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.values import Value
from praemia.journal import Identity, KnownKeys
from praemia.members import Named
from praemia.programs import OpenProgram

FoundMembers = Mapping[int, Named]  # by programme
_A_FEW = 16  # commands: what they name goes in one message. Of more, whose event is known already, nobody's member need be found


class Seen(Value):
    """Programmes by slug, each command's identities, those of them that are used; and members, of a few commands only."""

    programs: Mapping[str, OpenProgram | DomainError]
    identities: Sequence[tuple[Identity, ...]]
    known: KnownKeys
    members: FoundMembers


async def look_up(tx: Tx, commands: Sequence[Command]) -> Seen:
    """Programmes, used identities and members of a batch."""
    identities: list[tuple[Identity, ...]] = []
    names: dict[int, set[str]] = {}

    def looks(numbers: Mapping[str, int]) -> list[Coroutine[Any, Any, Any]]:
        nonlocal identities, names
        identities = [_identities(tx, numbers[c.program], c) if c.program in numbers else () for c in commands]
        names = _names(numbers, commands) if len(commands) <= _A_FEW else {}
        return [
            journal.find_keys(tx, (one for each in identities for one in each)),
            *(members.find_named(tx, number, wanted) for number, wanted in names.items()),
        ]

    opened, (known, *found) = await programs.open_beside(tx, (c.program for c in commands), looks)
    return Seen(programs=opened, identities=identities, known=known, members=dict(zip(names, found, strict=True)))


def _identities(tx: Tx, program_id: int, command: Command) -> tuple[Identity, ...]:
    return tuple([journal.identity_of(tx, program_id, kind, value) for kind, value in command.identities])


def _names(numbers: Mapping[str, int], commands: Sequence[Command]) -> dict[int, set[str]]:
    names: dict[int, set[str]] = {}
    for command in commands:
        if command.member is not None and command.enrolment is None and command.program in numbers:
            names.setdefault(numbers[command.program], set()).add(command.member)
    return names
