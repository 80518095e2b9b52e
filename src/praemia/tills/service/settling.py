"""What somebody does about conflicts: record the sale after all, without the points that were to pay, or not at all. Audited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import access, programs
from praemia.access import Actor
from praemia.foundation.db import Tx
from praemia.foundation.errors import Fault, InvalidInput
from praemia.foundation.values import replace
from praemia.programs import OpenProgram
from praemia.tills import store
from praemia.tills.core.said import Said, read_said
from praemia.tills.errors import EventUnknown, NoConflict
from praemia.tills.model import How, KeptEvent, Settle, State, Terminal
from praemia.tills.service.judging import Timed, carry_out
from praemia.tills.service.terminals import get_terminal

_MOST = 200


async def conflicts_of(tx: Tx, slug: str) -> Sequence[KeptEvent]:
    """What waits for somebody, the oldest first, at most two hundred. Raises ProgramUnknown."""
    return await store.conflicts(tx, (await programs.get_program(tx, slug)).program_id, _MOST)


async def event_of(tx: Tx, slug: str, terminal_id: UUID, sequence: int) -> KeptEvent:
    """An event as it is kept. Raises ProgramUnknown, TerminalUnknown, EventUnknown."""
    await get_terminal(tx, slug, terminal_id)
    known = await store.find_event(tx, terminal_id, sequence)
    if known is None:
        raise EventUnknown(sequence=sequence)
    return known[0]


async def settle(tx: Tx, wanted: Settle, *, now: datetime, by: Actor) -> KeptEvent:
    """Settle a conflict. The sale counts at its own time and under its own keys, but the limits of tills do not stand against it any
    more: whoever settles answers for it. What the terminal was told stays. Locks the terminal.

    Raises TerminalUnknown, EventUnknown, NoConflict, InvalidInput (no note), and whatever still stands against the sale.
    """
    if not wanted.note.strip():
        raise InvalidInput([Fault(path="/note", message="Say why.", code="missing")])
    terminal = await get_terminal(tx, wanted.program, wanted.terminal_id, lock=True)
    kept = await event_of(tx, wanted.program, wanted.terminal_id, wanted.sequence)
    if kept.state is not State.CONFLICT:
        raise NoConflict(sequence=wanted.sequence, state=kept.state.value)
    program = await programs.open_program(tx, wanted.program)
    told: dict[str, Any] = {}
    if wanted.how is not How.DROP:
        told = await carry_out(tx, terminal, program, _event(kept, wanted, terminal, program, now), now=now)
    settled = {"how": wanted.how.value, "note": wanted.note.strip(), "by": by.name, "at": now.isoformat(), **told}
    if wanted.member is not None:
        settled["instead"] = wanted.member
    await store.settle_event(tx, wanted.terminal_id, wanted.sequence, settled)
    subject = f"{wanted.terminal_id}/{wanted.sequence}"
    await access.note(tx, by, "tills.event.settled", subject, at=now, program_id=terminal.program_id, new=settled)
    return replace(kept, state=State.SETTLED, settled=settled)


def _event(kept: KeptEvent, wanted: Settle, terminal: Terminal, program: OpenProgram, now: datetime) -> Timed:
    """The event as it is to count now. A time that nobody can vouch for is taken as said, but never later than when it arrived."""
    said: Said = read_said(kept.said)
    changes: dict[str, Any] = {}
    if wanted.member is not None:
        changes["member"] = wanted.member
    if wanted.how is How.WITHOUT_POINTS:
        changes["pay_points"] = None
    at = min(said.at, program.now(kept.received_at), program.now(now))
    return Timed(said=said.model_copy(update=changes), at=at, moved_seconds=0)
