"""Finding members: a list that goes on where it stopped, names that begin like this, what became part of whom; and deeds of the log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.values import replace
from praemia.insight import store
from praemia.insight.model import Deed, Listed, Part
from praemia.programs import OpenProgram

_NAMES = ("reference", "card")


async def members_of(tx: Tx, program: OpenProgram, *, before: UUID | None = None, limit: int = 50) -> list[Listed]:
    """A page of members, the last to come first, before one."""
    ids = await store.members_page(tx, program.program_id, await store.span_of(tx), before, limit)
    return await _shown(tx, program, ids)


async def members_named(tx: Tx, program: OpenProgram, text: str, *, limit: int = 20) -> list[Listed]:
    """Members whose reference or one of whose card numbers begins with the text, the closest first. Each once, by the closest name."""
    names = await store.names_like(tx, _NAMES, f"{program.program_id}:{text}", limit)
    by: dict[UUID, str] = {}
    for member_id, kind, _ in names:
        by.setdefault(member_id, kind)
    found = await _shown(tx, program, list(by))
    return [replace(member, found_by=by[member.member_id]) for member in found]


async def members_listed(tx: Tx, program: OpenProgram, ids: Sequence[UUID]) -> list[Listed]:
    """Members by id, as lists show them, in this order; unknown ones and those of other programmes are absent."""
    return await _shown(tx, program, ids)


async def parts_of(tx: Tx, program: OpenProgram, member_id: UUID) -> list[Part]:
    """Memberships that are part of this one, the last merge first."""
    merges = await store.merges_of(tx, member_id)
    known = await store.members_shown(tx, [drop for _, drop, _ in merges], _first_unit(program))
    return [
        Part(merge_id=merge, member_id=drop, reference=known[drop].reference, merged_at=at) for merge, drop, at in merges if drop in known
    ]


async def deeds_of(
    tx: Tx,
    program_id: int,
    *,
    before: int | None = None,
    action: str | None = None,
    actor: str | None = None,
    subject: str | None = None,
    limit: int = 50,
) -> list[Deed]:
    """A page of the audit log: of the programme, and of what concerns all programmes; newest first, before a number.

    `action` is how the deed's name begins, `actor` and `subject` are whole names; None: any.
    """
    return await store.audit_page(tx, program_id, before=before, action=action, actor=actor, subject=subject, page=limit)


async def _shown(tx: Tx, program: OpenProgram, ids: Sequence[UUID]) -> list[Listed]:
    known = await store.members_shown(tx, ids, _first_unit(program)) if ids else {}
    return [known[member_id] for member_id in ids if member_id in known]


def _first_unit(program: OpenProgram) -> int:
    return min(unit.number for unit in program.units.values())
