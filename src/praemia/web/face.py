"""What every request needs of the process: the database, the doorkeeper, the intake and the clock on the wall.

One Face belongs to one app and lives in its state; there are no module globals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Protocol, cast

from starlette.requests import HTTPConnection

from praemia import orders, programs, redemption
from praemia.access import Doorkeeper
from praemia.earning import Command, Recorded
from praemia.foundation.db import Database, Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.settings import Settings
from praemia.foundation.vault import Vault
from praemia.identity import Passwords
from praemia.programs import OpenProgram
from praemia.redemption import Deed, Done
from praemia.web.enquiries import Enquiries
from praemia.web.holdings import Held, Question, held_by
from praemia.web.intake import Intake
from praemia.web.presenting import Vocabulary
from praemia.web.unread import Wanted, read_all

VERSION = version("praemia")


class Demo(Protocol):
    """What the start page may show of a demonstration: a sandbox, its tenant, and a key everybody may know."""

    @property
    def tenant_id(self) -> int: ...
    @property
    def program(self) -> str: ...
    @property
    def member(self) -> str: ...
    @property
    def secret(self) -> str: ...


class Rooms(Protocol):
    """What the composition root hands over."""

    @property
    def db(self) -> Database: ...
    @property
    def demo(self) -> Demo | None: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def vault(self) -> Vault: ...


def wall_clock() -> datetime:
    """Now. The only place of the web edge that looks at a clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What never changes about a programme, and is therefore remembered for ever: its id and whether it is a sandbox."""

    program_id: int
    sandbox: bool


@dataclass(slots=True, kw_only=True)
class Face:
    """The process as the routes see it."""

    rooms: Rooms
    doorkeeper: Doorkeeper
    intake: Intake[Wanted, Recorded]
    redemptions: Intake[Deed, tuple[Done, OpenProgram]]
    holdings: Enquiries[Question, Held]
    passwords: Passwords
    now: Callable[[], datetime] = wall_clock
    places: dict[tuple[int, str], Place] = field(default_factory=dict)
    words: dict[tuple[int, str, int], Vocabulary] = field(default_factory=dict)


def open_face(rooms: Rooms, *, now: Callable[[], datetime] = wall_clock) -> Face:
    """The face of a process. An intake carries a batch out in one transaction of its tenant."""

    async def carry_out(tenant_id: int, wanted: Sequence[Wanted]) -> Sequence[Recorded | DomainError]:
        made = await read_all(wanted)
        commands = [one for one in made if isinstance(one, Command)]
        done = iter(await rooms.db.run(tenant_id, lambda tx: orders.record(tx, commands, now=now())) if commands else ())
        return [next(done) if isinstance(one, Command) else one for one in made]

    async def redeem(tenant_id: int, deeds: Sequence[Deed]) -> Sequence[tuple[Done, OpenProgram] | DomainError]:
        async def work(tx: Tx) -> list[tuple[Done, OpenProgram] | DomainError]:
            answers = await redemption.carry_out(tx, deeds, now=now())
            done = {deed.program for one, deed in zip(answers, deeds, strict=True) if not isinstance(one, DomainError)}
            opened = {slug: await programs.open_program(tx, slug) for slug in done}
            return [one if isinstance(one, DomainError) else (one, opened[deed.program]) for one, deed in zip(answers, deeds, strict=True)]

        return await rooms.db.run(tenant_id, work)

    async def look(tenant_id: int, questions: Sequence[Question]) -> Sequence[Held | DomainError]:
        async with rooms.db.reading(tenant_id) as tx:
            return await held_by(tx, questions, now=now())

    passwords = Passwords(memory_kib=rooms.settings.password_memory_kib, passes=rooms.settings.password_passes)
    return Face(
        rooms=rooms,
        doorkeeper=Doorkeeper(rooms.db),
        intake=Intake(carry_out),
        redemptions=Intake(redeem),
        holdings=Enquiries(look),
        passwords=passwords,
        now=now,
    )


def face_of(request: HTTPConnection) -> Face:
    """The face the app was made with."""
    return cast(Face, request.app.state.face)
