"""The verbs about membership: enrol, find, change, and the calendar of members."""

from __future__ import annotations

import calendar
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from praemia.foundation.db import Tx
from praemia.foundation.errors import DomainError
from praemia.foundation.ids import BUCKETS, new_id
from praemia.members import store
from praemia.members.errors import AlreadyEnrolled, MemberUnknown
from praemia.members.model import Change, Enrolment, Member, Profile
from praemia.members.service.cards import find_holders

Named = Mapping[str, Member | DomainError]
"""What names in a programme lead to: a member, or why not; a name that leads nowhere is absent."""
_FEB_29 = 229


async def enrol(tx: Tx, program_id: int, enrolments: Sequence[Enrolment]) -> list[Member | AlreadyEnrolled]:
    """Enrol a batch, one answer each in order. A reference that is taken (also twice in the batch) is refused."""
    if not enrolments:
        return []
    first, span = await store.tenant_span(tx)
    wanted: dict[str, tuple[UUID, Enrolment]] = {}
    winners: set[int] = set()
    for i, e in enumerate(enrolments):
        if e.reference not in wanted:
            bucket = (first + zlib.crc32(f"{program_id}:{e.reference}".encode()) % span) % BUCKETS
            wanted[e.reference] = (new_id(bucket), e)
            winners.add(i)
    free = await store.claim_references(tx, program_id, {r: member_id for r, (member_id, _) in wanted.items()})
    if free:
        await store.insert_members(tx, program_id, [wanted[r] for r in wanted if r in free])
    return [
        _enrolled(program_id, wanted[e.reference][0], e) if i in winners and e.reference in free else AlreadyEnrolled(reference=e.reference)
        for i, e in enumerate(enrolments)
    ]


def _enrolled(program_id: int, member_id: UUID, e: Enrolment) -> Member:
    return Member(
        member_id=member_id,
        program_id=program_id,
        reference=e.reference,
        status="active",
        enrolled_at=e.enrolled_at,
        segments=frozenset(e.segments),
    )


async def find_members(tx: Tx, program_id: int, references: Iterable[str]) -> dict[str, Member]:
    """Members by reference; unknown references are absent. One that leads to another member is answered with that member."""
    return await store.find_members(tx, program_id, references)


async def get_member(tx: Tx, program_id: int, reference: str) -> Member:
    """One member by reference, or by the number of a card. Raises MemberUnknown, CardBlocked, CardReplaced."""
    holder = (await find_named(tx, program_id, [reference])).get(reference)
    if holder is None:
        raise MemberUnknown(reference=reference)
    if isinstance(holder, DomainError):
        raise holder
    return holder


async def find_named(tx: Tx, program_id: int, names: Iterable[str]) -> Named:
    """Members by reference or by the number of a card that may be used; a refusal for one that may not."""
    wanted = set(names)
    found: dict[str, Member | DomainError] = dict(await store.find_members(tx, program_id, wanted))
    missing = wanted - found.keys()
    return found | await find_holders(tx, program_id, missing) if missing else found


async def find_by_id(tx: Tx, member_id: UUID) -> Member | None:
    """One member by id, or who took over from it."""
    return (await store.leading(tx, [member_id])).get(member_id)


async def profiles_of(tx: Tx, members: Iterable[UUID]) -> dict[UUID, Profile]:
    """Personal data by member id."""
    return await store.profiles(tx, members)


async def change(tx: Tx, program_id: int, reference: str, wish: Change) -> Member:
    """Change birth date, segments or attributes; what is None stays. Raises MemberUnknown."""
    member = await get_member(tx, program_id, reference)
    if wish.segments is not None:
        await store.update_segments(tx, member.member_id, wish.segments)
    if wish.birthdate is not None or wish.attributes is not None:
        await store.update_profile(tx, member.member_id, wish.birthdate, wish.attributes)
    return await get_member(tx, program_id, reference)


async def birthdays_on(tx: Tx, program_id: int, day: date, *, leap_day: str, buckets: tuple[int, int]) -> list[Member]:
    """Active members whose birthday is kept on a local day; 29 February moves to `leap_day` (feb28, mar1) in common years."""
    return [member for member, _ in await store.born_on(tx, program_id, _birthdays_kept_on(day, leap_day), buckets)]


async def anniversaries_on(
    tx: Tx, program_id: int, day: date, *, zone: ZoneInfo, first_year: int, leap_day: str, buckets: tuple[int, int]
) -> list[Member]:
    """Active members who joined on this day of an earlier year, by the programme's local calendar."""
    spans = [
        _local_day(date(year, kept // 100, kept % 100), zone)
        for year in range(first_year, day.year)
        for kept in _birthdays_kept_on(day, leap_day)
        if kept != _FEB_29 or calendar.isleap(year)
    ]
    return await store.joined_between(tx, program_id, spans, buckets) if spans else []


async def count_members(tx: Tx, program_id: int) -> int:
    """How many members a programme has."""
    return await store.count_members(tx, program_id)


async def orphans(tx: Tx, first_bucket: int, last_bucket: int) -> list[tuple[int, UUID, str]]:
    """M1: (bucket, member, reference) of members whose reference does not lead back to them."""
    return await store.orphans(tx, first_bucket, last_bucket)


async def lost_references(tx: Tx, first_bucket: int, last_bucket: int) -> list[tuple[int, UUID, str]]:
    """M1: (bucket, member, programme and reference) of references that lead to no member."""
    return await store.lost_references(tx, first_bucket, last_bucket)


def _birthdays_kept_on(day: date, leap_day: str) -> list[int]:
    kept = [day.month * 100 + day.day]
    if not calendar.isleap(day.year) and kept[0] == {"feb28": 228, "mar1": 301}[leap_day]:
        kept.append(_FEB_29)
    return kept


def _local_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
