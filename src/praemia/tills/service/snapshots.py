"""The verb `take_snapshot`: what a terminal may know of balances while it is alone, signed, and kept to hold its sales against."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from praemia import ledger, members, programs
from praemia.foundation.db import Tx
from praemia.programs import OpenProgram, TillTerms
from praemia.tills import store
from praemia.tills.core.bands import BLOCKED, band_of, card_digest, text_of
from praemia.tills.core.signing import sign_snapshot
from praemia.tills.model import SignedSnapshot, Snapshot, Terminal
from praemia.tills.service.terminals import working_terminal
from praemia.tills.store import Held

_SALT_BYTES = 12
_FORGET_AFTER = timedelta(days=90)
_REGULARS_SINCE = timedelta(days=60)
_EVENTS_LOOKED_AT = 50_000  # among which regulars are looked for: a snapshot takes a moment, not longer the larger the programme is


async def take_snapshot(tx: Tx, slug: str, terminal_id: UUID, *, now: datetime) -> SignedSnapshot:
    """A new snapshot for a terminal, by the terms in force now. Locks the terminal.

    Raises ProgramUnknown, TerminalUnknown, TerminalRevoked.
    """
    terminal = await working_terminal(tx, slug, terminal_id)
    program = await programs.open_program(tx, slug)
    clock = program.now(now)
    terms = (await programs.policies_of(tx, program, program.version_at(clock))).tills
    salt = secrets.token_urlsafe(_SALT_BYTES)
    cards = await _cards(tx, program, terminal, terms, salt, now)
    made = Snapshot(
        terminal_id=terminal_id,
        number=terminal.snapshots + 1,
        taken_at=clock,
        valid_until=clock + timedelta(hours=terms.offline.snapshot_hours),
        salt=salt,
        unit=terms.unit,
        bands=terms.bands,
        cards=cards,
    )
    await store.insert_snapshot(tx, program.program_id, made)
    await store.empty_snapshots(tx, terminal_id, clock - _FORGET_AFTER)
    text = text_of(
        terminal_id,
        made.number,
        program=slug,
        taken_at=made.taken_at,
        valid_until=made.valid_until,
        salt=salt,
        unit=made.unit,
        bands=made.bands,
        limits=limits_of(terms),
        cards=cards,
    )
    return SignedSnapshot(snapshot=made, text=text, signature=sign_snapshot(await store.snapshot_key(tx, terminal_id), text))


def limits_of(terms: TillTerms) -> dict[str, int | bool | None]:
    """What a terminal has to keep to by itself: the same limits the server holds it to."""
    offline, burn = terms.offline, terms.offline.burn
    return {
        "earn": offline.earn,
        "sale_minor": offline.sale_minor,
        "sales_per_member": offline.sales_per_member,
        "sales_per_terminal": offline.sales_per_terminal,
        "burn_sale": burn.sale if burn else None,
        "burn_member": burn.member if burn else None,
        "burn_terminal": burn.terminal if burn else None,
    }


async def _cards(tx: Tx, program: OpenProgram, terminal: Terminal, terms: TillTerms, salt: str, now: datetime) -> dict[str, int]:
    """Digest -> band of what members may show, as many as the terms allow: what does not work first, because a till has to refuse it."""
    most, unit, day = terms.offline.snapshot_cards, program.units[terms.unit].number, await programs.local_day(tx, program, now)
    held: Sequence[Held] = await store.held_by_cards(tx, program.program_id, unit, most) if most else ()
    if len(held) < most:
        held = [*held, *await store.held_by_members(tx, program.program_id, unit, most - len(held))]
    if most and len(held) == most and terminal.location:
        refused = [one for one in held if not one.works]
        known = await _of_regulars(tx, program, terminal.location, unit, most, now)
        held = list({one.shown: one for one in (*refused, *known, *held)}.values())[:most]
    return {card_digest(salt, one.shown): await _band(tx, one, unit, terms, day) for one in held}


async def _of_regulars(tx: Tx, program: OpenProgram, location: str, unit: int, most: int, now: datetime) -> list[Held]:
    """What those may show who were at the place lately, the last first, cards before the reference."""
    seen = await store.regulars(
        tx,
        program.program_id,
        location,
        since=program.now(now) - _REGULARS_SINCE,
        arrived_since=now - _REGULARS_SINCE,
        looked_at=_EVENTS_LOOKED_AT,
        most=most,
    )
    heirs = await members.leading(tx, seen)
    return await store.shown_by(tx, list(dict.fromkeys(one for each in seen for one in (heirs[each].member_id, each))), unit)


async def _band(tx: Tx, one: Held, unit: int, terms: TillTerms, day: date) -> int:
    """The band of one; looked up anew where something is due, or where somebody else took the account over."""
    if not one.works:
        return BLOCKED
    available = one.available
    if one.successor_id is not None or (one.due_day is not None and one.due_day <= day):
        owner = (await members.leading(tx, [one.member_id]))[one.member_id].member_id
        available = {b.unit: b.available for b in await ledger.balances_of(tx, owner, day=day)}.get(unit, 0)
    return band_of(available, terms.bands)
