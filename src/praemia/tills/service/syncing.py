"""The verb `take`: one event of a terminal, once, in its order. The edge takes a batch event by event, each in a transaction of its own.

Order of checks: terminal, place, signature, sequence, then what the event says. Only what stands against the event itself becomes a
conflict; before that nothing is kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from praemia import programs
from praemia.foundation.db import Tx, tentative
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import digest_id
from praemia.tills import store
from praemia.tills.core.said import Place, read_place, read_said
from praemia.tills.core.signing import is_event_signed
from praemia.tills.errors import EventUnreadable, SequenceGap, SequenceReused, SignatureWrong
from praemia.tills.model import KeptEvent, Outcome, Signed, State, Terminal
from praemia.tills.service.judging import carry_out, check, timed
from praemia.tills.service.terminals import working_terminal


async def take(tx: Tx, slug: str, terminal_id: UUID, signed: Signed, *, now: datetime) -> Outcome:
    """Take an event, or answer it as the first time. `now` is the wall clock. Locks the terminal.

    Raises ProgramUnknown, TerminalUnknown, TerminalRevoked, EventUnreadable, SignatureWrong, SequenceGap, SequenceReused: then nothing
    is kept. Whatever else stands against the event is kept with it and told.
    """
    terminal = await working_terminal(tx, slug, terminal_id)
    place = read_place(signed.said)
    if not is_event_signed(terminal.public_key, signed.said, signed.signature):
        raise SignatureWrong()
    if place.terminal != terminal_id:
        raise EventUnreadable(reason="it names another terminal")
    content = digest_id("till", signed.said)
    if place.sequence < terminal.next_sequence:
        return await _answer_known(tx, terminal_id, place.sequence, content)
    if place.sequence > terminal.next_sequence:
        raise SequenceGap(sequence=place.sequence, expected=terminal.next_sequence)
    state, told = await _judge(tx, slug, terminal, signed.said, now)
    await _keep(tx, terminal, place, signed.said, content, state, told, now)
    return Outcome(sequence=place.sequence, told=told)


async def _answer_known(tx: Tx, terminal_id: UUID, sequence: int, content: UUID) -> Outcome:
    known = await store.find_event(tx, terminal_id, sequence)
    assert known is not None, "what a terminal has behind it is kept"
    kept, stored = known
    if stored != content:
        raise SequenceReused(sequence=sequence)
    return Outcome(sequence=sequence, told=kept.outcome, replayed=True)


async def _judge(tx: Tx, slug: str, terminal: Terminal, said: str, now: datetime) -> tuple[State, dict[str, Any]]:
    program = await programs.open_program(tx, slug)
    try:
        async with tentative(tx):
            event = timed(read_said(said), terminal, program, now)
            await check(tx, terminal, program, event, now=now)
            told = await carry_out(tx, terminal, program, event, now=now)
    except DomainError as refusal:
        return State.CONFLICT, {"state": State.CONFLICT.value, "code": refusal.code, "detail": str(refusal)}
    return State.RECORDED, {"state": State.RECORDED.value, **told}


async def _keep(
    tx: Tx, terminal: Terminal, place: Place, said: str, content: UUID, state: State, told: dict[str, Any], now: datetime
) -> None:
    kept = KeptEvent(
        terminal_id=terminal.terminal_id,
        sequence=place.sequence,
        program_id=terminal.program_id,
        said=said,
        state=state,
        outcome=told,
        settled=None,
        occurred_at=place.at,
        received_at=now,
    )
    await store.insert_event(tx, kept, content)
    await store.note_taken(tx, terminal.terminal_id, place.sequence + 1)
