"""Rows of programmes in, values out: one function per named query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.sql import queries
from praemia.programs.model import Draft, Mode, OpenProgram, Program, ProgramVersion, Terms, UnitType, VersionMark

_Q = "praemia.programs"


async def lock_tenant(tx: Tx) -> None:
    """Let one transaction at a time make a programme."""
    await queries(_Q).lock_tenant(tx.conn, tenant_id=tx.tenant_id)


async def insert_program(tx: Tx, slug: str, mode: Mode, clock: datetime | None, at: datetime) -> Program:
    """A new programme with the tenant's next number; the tenant is locked."""
    row = await queries(_Q).insert_program(tx.conn, tenant_id=tx.tenant_id, slug=slug, mode=mode.value, clock=clock, at=at)
    return _program(row)


async def find_program(tx: Tx, slug: str) -> Program | None:
    """One programme by its slug."""
    row = await queries(_Q).find_program(tx.conn, tenant_id=tx.tenant_id, slug=slug)
    return _program(row) if row else None


async def lock_program(tx: Tx, slug: str) -> Program | None:
    """The same, locked until the transaction ends."""
    row = await queries(_Q).lock_program(tx.conn, tenant_id=tx.tenant_id, slug=slug)
    return _program(row) if row else None


async def list_programs(tx: Tx) -> list[Program]:
    """Every programme of the tenant, oldest first."""
    return [_program(row) for row in await queries(_Q).list_programs(tx.conn, tenant_id=tx.tenant_id)]


async def open_program(tx: Tx, slug: str) -> OpenProgram | None:
    """A programme with its units and the marks of its versions."""
    rows = await tx.ask(_Q, "open_program", tenant_id=tx.tenant_id, slug=slug)
    for program_id, _, mode, clock, versions, effective, digests, numbers, codes, decimals in rows:
        units = zip(numbers, codes, decimals, strict=True)
        marks = zip(versions, effective, digests, strict=True)
        return OpenProgram(
            program_id=program_id,
            slug=slug,
            mode=Mode(mode),
            clock=clock,
            units={code: UnitType(number=number, code=code, decimals=places) for number, code, places in units},
            versions=tuple(VersionMark(version=version, effective_from=since, digest=digest) for version, since, digest in marks),
        )
    return None


async def versions(tx: Tx, program_id: int) -> list[ProgramVersion]:
    """Every version of a programme, oldest first."""
    rows = queries(_Q).versions(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    return [_version(tx, row) for row in await rows]


async def find_version(tx: Tx, program_id: int, version: int | None = None) -> ProgramVersion | None:
    """One version, or the newest."""
    row = await queries(_Q).find_version(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, version=version)
    return _version(tx, row) if row else None


async def insert_version(tx: Tx, made: ProgramVersion) -> None:
    """Write a version. The first is written as effective from the beginning of time."""
    await queries(_Q).insert_version(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=made.program_id,
        version=made.version,
        effective_from=None if made.version == 1 else made.effective_from,
        source=made.source,
        digest=made.digest,
        note=made.note,
        applied_by=made.applied_by,
        applied_at=made.applied_at,
    )


async def units(tx: Tx, program_id: int) -> dict[str, UnitType]:
    """Every unit the programme ever had, by code."""
    rows = queries(_Q).units(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    return {row["code"]: UnitType(number=row["unit"], code=row["code"], decimals=row["decimals"]) for row in await rows}


async def insert_units(tx: Tx, program_id: int, new: Sequence[UnitType]) -> None:
    """Write new units."""
    await queries(_Q).insert_units(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        units=[unit.number for unit in new],
        codes=[unit.code for unit in new],
        decimals=[unit.decimals for unit in new],
    )


async def find_draft(tx: Tx, program_id: int, staff_id: UUID) -> Draft | None:
    """What somebody is working on."""
    row = await queries(_Q).find_draft(tx.conn, tenant_id=tx.tenant_id, program_id=program_id, staff_id=staff_id)
    return Draft(**dict(row)) if row else None


async def write_draft(tx: Tx, program_id: int, staff_id: UUID, base: int, source: str | None, at: datetime) -> None:
    """Keep a draft; without a source it is gone."""
    await queries(_Q).write_draft(
        tx.conn, tenant_id=tx.tenant_id, program_id=program_id, staff_id=staff_id, base=base, source=source, at=at
    )


async def terms(tx: Tx, program_id: int) -> list[Terms]:
    """Every version of the terms, oldest first."""
    rows = await queries(_Q).terms(tx.conn, tenant_id=tx.tenant_id, program_id=program_id)
    return [Terms(**dict(row)) for row in rows]


async def insert_terms(tx: Tx, program_id: int, made: Terms) -> None:
    """Write a version of the terms."""
    await queries(_Q).insert_terms(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        version=made.version,
        effective_from=made.effective_from,
        texts=dict(made.texts),
        note=made.note,
        published_by=made.published_by,
        published_at=made.published_at,
    )


def _program(row: Any) -> Program:
    return Program(program_id=row["program_id"], slug=row["slug"], mode=Mode(row["mode"]), clock=row["clock"])


def _version(tx: Tx, row: Any) -> ProgramVersion:
    return ProgramVersion(
        tenant_id=tx.tenant_id,
        program_id=row["program_id"],
        program=row["slug"],
        version=row["version"],
        effective_from=row["effective_from"],
        source=row["source"],
        digest=row["digest"],
        note=row["note"],
        applied_by=row["applied_by"],
        applied_at=row["applied_at"],
    )
