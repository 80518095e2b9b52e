"""Rows of members in, values out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import bucket_of, key_bucket
from praemia.foundation.sql import queries
from praemia.members.model import Enrolment, Member, Profile

_Q = "praemia.members"


async def tenant_span(tx: Tx) -> tuple[int, int]:
    """First bucket and number of buckets in which the tenant's new members are placed."""
    row = await queries(_Q).tenant_span(tx.conn, tenant_id=tx.tenant_id)
    return row["first_bucket"], row["bucket_span"]


async def claim_references(tx: Tx, program_id: int, wanted: Mapping[str, UUID]) -> set[str]:
    """Claim references for new member ids; answers the references that were free."""
    keys = {_key(program_id, reference): reference for reference in wanted}
    rows = await queries(_Q).claim_references(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=[key_bucket(tx.tenant_id, "reference", key) for key in keys],
        keys=list(keys),
        member_buckets=[bucket_of(wanted[reference]) for reference in keys.values()],
        members=[wanted[reference] for reference in keys.values()],
    )
    return {keys[r["key"]] for r in rows}


async def insert_members(tx: Tx, program_id: int, enrolled: Sequence[tuple[UUID, Enrolment]]) -> None:
    """Write members and their profiles; the references are claimed."""
    ids = [member_id for member_id, _ in enrolled]
    buckets = [bucket_of(i) for i in ids]
    await queries(_Q).insert_members(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=buckets,
        members=ids,
        program_id=program_id,
        refs=[e.reference for _, e in enrolled],
        enrolled=[e.enrolled_at for _, e in enrolled],
        segments=[json.dumps(e.segments) for _, e in enrolled],
    )
    await queries(_Q).insert_profiles(
        tx.conn,
        tenant_id=tx.tenant_id,
        buckets=buckets,
        members=ids,
        program_id=program_id,
        birthdates=[e.birthdate for _, e in enrolled],
        birthdays=[birthday(e.birthdate) for _, e in enrolled],
        attributes=[json.dumps(dict(e.attributes)) for _, e in enrolled],
    )


async def find_members(tx: Tx, program_id: int, references: Iterable[str]) -> dict[str, Member]:
    """Members by reference; unknown references are absent."""
    keys = [_key(program_id, reference) for reference in sorted(set(references))]
    buckets = [key_bucket(tx.tenant_id, "reference", key) for key in keys]
    rows = await queries(_Q).find_members(tx.conn, tenant_id=tx.tenant_id, buckets=buckets, keys=keys)
    return {r["reference"]: _member(r) for r in rows}


async def member_by_id(tx: Tx, member_id: UUID) -> Member | None:
    """One member by id."""
    row = await queries(_Q).member_by_id(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id)
    return _member(row) if row else None


async def profiles(tx: Tx, members: Iterable[UUID]) -> dict[UUID, Profile]:
    """Personal data by member id."""
    ids = list(members)
    rows = await queries(_Q).profiles(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(i) for i in ids], members=ids)
    return {r["member_id"]: Profile(birthdate=r["birthdate"], attributes=r["attributes"]) for r in rows}


async def update_segments(tx: Tx, member_id: UUID, segments: Sequence[str]) -> None:
    """Set a member's segments."""
    await queries(_Q).update_member(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id, segments=list(segments)
    )


async def update_profile(tx: Tx, member_id: UUID, born: date | None, attributes: Mapping[str, Any] | None) -> None:
    """Set birth date and attributes where given."""
    await queries(_Q).update_profile(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket_of(member_id),
        member_id=member_id,
        birthdate=born,
        birthday=birthday(born),
        attributes=None if attributes is None else json.dumps(dict(attributes)),
    )


async def born_on(tx: Tx, program_id: int, birthdays: Sequence[int], buckets: tuple[int, int]) -> list[tuple[Member, int]]:
    """Active members with one of the birthdays (month * 100 + day) in a range of buckets, with the birthday."""
    rows = await queries(_Q).born_on(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        birthdays=list(birthdays),
        first_bucket=buckets[0],
        last_bucket=buckets[1],
    )
    return [(_member(r), r["birthday"]) for r in rows]


async def joined_between(tx: Tx, program_id: int, spans: Sequence[tuple[datetime, datetime]], buckets: tuple[int, int]) -> list[Member]:
    """Active members whose enrolment falls into one of the half-open spans."""
    rows = await queries(_Q).joined_between(
        tx.conn,
        tenant_id=tx.tenant_id,
        program_id=program_id,
        first_bucket=buckets[0],
        last_bucket=buckets[1],
        starts=[start for start, _ in spans],
        ends=[end for _, end in spans],
    )
    return [_member(r) for r in rows]


async def count_members(tx: Tx, program_id: int) -> int:
    """How many members a programme has."""
    return int(await queries(_Q).count_members(tx.conn, tenant_id=tx.tenant_id, program_id=program_id))


async def orphans(tx: Tx, first_bucket: int, last_bucket: int) -> list[tuple[int, UUID, str]]:
    """M1: (bucket, member, reference) of members whose reference does not lead back to them."""
    rows = await queries(_Q).orphans(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [(r["bucket"], r["member_id"], r["reference"]) for r in rows]


async def lost_references(tx: Tx, first_bucket: int, last_bucket: int) -> list[tuple[int, UUID, str]]:
    """M1: (bucket, member, programme and reference) of references that lead to no member."""
    rows = await queries(_Q).lost_references(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [(r["bucket"], r["member_id"], r["key"]) for r in rows]


def birthday(born: date | None) -> int | None:
    """Month * 100 + day, the form the calendar is searched by."""
    return None if born is None else born.month * 100 + born.day


def _key(program_id: int, reference: str) -> str:
    return f"{program_id}:{reference}"


def _member(r: Any) -> Member:
    return Member(
        member_id=r["member_id"],
        program_id=r["program_id"],
        reference=r["reference"],
        status=r["status"],
        enrolled_at=r["enrolled_at"],
        segments=frozenset(r["segments"]),
    )
