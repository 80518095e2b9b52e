"""The verbs about terminals: register, revoke, list; and what a terminal says of its clock whenever it speaks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from praemia import access, programs
from praemia.access import Actor
from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, new_id
from praemia.tills import store
from praemia.tills.core.clock import skew_of
from praemia.tills.core.signing import is_public_key, public_of
from praemia.tills.errors import KeyUnreadable, TerminalRevoked, TerminalUnknown
from praemia.tills.model import Registered, Terminal

_random = random.Random()  # spreads terminals over buckets; nothing depends on it being unguessable


async def register(tx: Tx, slug: str, *, name: str, location: str, public_key: bytes | None = None, now: datetime, by: Actor) -> Registered:
    """A new terminal. It brings the public half of its key; who brings none gets a key that is shown now and never again.

    Another key signs its snapshots: the answer says that key's public half. Audited. Raises ProgramUnknown, KeyUnreadable.
    """
    program = await programs.get_program(tx, slug)
    if public_key is not None and not is_public_key(public_key):
        raise KeyUnreadable()
    private = None if public_key is not None else Ed25519PrivateKey.generate().private_bytes_raw()
    server = Ed25519PrivateKey.generate().private_bytes_raw()
    made = Terminal(
        terminal_id=new_id(_random.randrange(BUCKETS)),
        program_id=program.program_id,
        name=name,
        location=location,
        public_key=public_key if public_key is not None else public_of(private or b""),
        next_sequence=1,
        snapshots=0,
        skew_seconds=None,
        registered_at=now,
        seen_at=None,
        revoked_at=None,
    )
    await store.insert_terminal(tx, made, server)
    new = {"name": name, "location": location, "public_key": made.public_key.hex()}
    await access.note(tx, by, "tills.terminal.registered", str(made.terminal_id), at=now, program_id=program.program_id, new=new)
    return Registered(terminal=made, server_key=public_of(server), private_key=private)


async def revoke(tx: Tx, slug: str, terminal_id: UUID, *, now: datetime, by: Actor) -> Terminal:
    """Take a terminal out of use: nothing it sends is taken any more. Doing it twice changes nothing. Audited. Raises TerminalUnknown."""
    terminal = await get_terminal(tx, slug, terminal_id, lock=True)
    if terminal.revoked_at is None:
        await store.revoke_terminal(tx, terminal_id, now)
        await access.note(tx, by, "tills.terminal.revoked", str(terminal_id), at=now, program_id=terminal.program_id)
    return await get_terminal(tx, slug, terminal_id)


async def terminals_of(tx: Tx, slug: str) -> Sequence[Terminal]:
    """Every terminal of a programme, the newest first, those out of use too. Raises ProgramUnknown."""
    return await store.terminals(tx, (await programs.get_program(tx, slug)).program_id)


async def get_terminal(tx: Tx, slug: str, terminal_id: UUID, *, lock: bool = False) -> Terminal:
    """One terminal of the programme. Raises ProgramUnknown, TerminalUnknown."""
    program = await programs.get_program(tx, slug)
    found = await store.find_terminal(tx, terminal_id, lock=lock)
    if found is None or found.program_id != program.program_id:
        raise TerminalUnknown(terminal=str(terminal_id))
    return found


async def working_terminal(tx: Tx, slug: str, terminal_id: UUID) -> Terminal:
    """One that is in use, locked. Raises ProgramUnknown, TerminalUnknown, TerminalRevoked."""
    found = await get_terminal(tx, slug, terminal_id, lock=True)
    if found.revoked_at is not None:
        raise TerminalRevoked(terminal=found.name)
    return found


async def report(tx: Tx, slug: str, terminal_id: UUID, *, sent_at: datetime | None = None, now: datetime) -> Terminal:
    """A terminal speaks: keep when, and by how much its own clock (`sent_at`, uncorrected) is ahead of the programme's.

    Raises ProgramUnknown, TerminalUnknown, TerminalRevoked.
    """
    terminal = await working_terminal(tx, slug, terminal_id)
    clock = (await programs.get_program(tx, slug)).now(now)
    skew = terminal.skew_seconds if sent_at is None else skew_of(sent_at, clock)
    await store.note_report(tx, terminal_id, skew, now)
    return await get_terminal(tx, slug, terminal_id)
