"""Rows of members in, values out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from praemia.foundation.db import Tx
from praemia.foundation.ids import BUCKETS, bucket_of, key_bucket
from praemia.foundation.sql import queries
from praemia.members.model import Card, Carrier, Condition, Consent, Enrolment, Member, Pass, Profile

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
    places = [(key_bucket(tx.tenant_id, "reference", key), key) for key in keys]
    rows = await tx.ask(_Q, "find_members", tenant_id=tx.tenant_id, keys=places)
    found = {who.reference: who for who in map(_member, rows)}
    gone = {reference: heir for _, _, reference, _, _, _, heir in rows if heir is not None}
    heirs = await leading(tx, gone.values()) if gone else {}
    return found | {reference: heirs[heir] for reference, heir in gone.items()}


async def leading(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Member]:
    """Members by id, each followed to whoever took over. A merge of a merge takes another look: it is rare."""
    asked = set(ids)
    wanted = set(asked)
    found: dict[UUID, Member] = {}
    heirs: dict[UUID, UUID] = {}
    while wanted:
        rows = await tx.ask(_Q, "members_by_id", tenant_id=tx.tenant_id, members=[(bucket_of(i), i) for i in wanted])
        found |= {who.member_id: who for who in map(_member, rows)}
        heirs |= {member: heir for member, *_, heir in rows if heir is not None}
        wanted = set(heirs.values()) - found.keys()
    return {i: found[_end_of(i, heirs)] for i in asked & found.keys()}


async def name_successor(tx: Tx, member_id: UUID, successor: UUID | None, *, status: str) -> None:
    """Note who took over, and whether the membership goes on."""
    await queries(_Q).name_successor(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id, successor_id=successor, status=status
    )


async def successions(tx: Tx, first_bucket: int, last_bucket: int) -> list[tuple[UUID, UUID]]:
    """(member, successor) of a range of buckets."""
    rows = await queries(_Q).successions(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [(r["member_id"], r["successor_id"]) for r in rows]


async def find_cards(tx: Tx, program_id: int, numbers: Iterable[str]) -> dict[str, Card]:
    """Cards by number; unknown numbers are absent."""
    keys = [_key(program_id, number) for number in sorted(set(numbers))]
    buckets = [_card_bucket(tx, key) for key in keys]
    rows = await queries(_Q).find_cards(tx.conn, tenant_id=tx.tenant_id, buckets=buckets, keys=keys) if keys else []
    return {r["number"]: _card(r) for r in rows}


async def claim_card(tx: Tx, program_id: int, card: Card) -> bool:
    """Claim a card's number; False when it is a card or a reference already."""
    key = _key(program_id, card.number)
    claimed = await queries(_Q).claim_card(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=_card_bucket(tx, key),
        key=key,
        member_bucket=bucket_of(card.member_id),
        member_id=card.member_id,
    )
    return claimed is not None


async def insert_card(tx: Tx, program_id: int, card: Card) -> None:
    """Write a card whose number is claimed."""
    await queries(_Q).insert_card(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket_of(card.member_id),
        member_id=card.member_id,
        number=card.number,
        program_id=program_id,
        carrier=card.carrier,
        condition=card.condition,
        issued_at=card.issued_at,
    )


async def lock_card(tx: Tx, member_id: UUID, number: str) -> Card | None:
    """One card, locked."""
    row = await queries(_Q).lock_card(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id, number=number)
    return _card(row) if row else None


async def change_card(tx: Tx, card: Card) -> None:
    """Write what became of a locked card."""
    await queries(_Q).change_card(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket_of(card.member_id),
        member_id=card.member_id,
        number=card.number,
        condition=card.condition,
        reason=card.reason,
        changed_at=card.changed_at,
        replaced_by=card.replaced_by,
    )


async def cards_of(tx: Tx, owners: Sequence[UUID]) -> list[Card]:
    """The cards of members, the oldest first."""
    rows = await queries(_Q).cards_of(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(o) for o in owners], members=list(owners))
    return [_card(r) for r in rows]


async def cards_ending(tx: Tx, program_id: int, tail: str, most: int) -> list[Card]:
    """Cards that work whose number ends with these four signs, the newest first."""
    rows = await queries(_Q).cards_ending(
        tx.conn, tenant_id=tx.tenant_id, buckets=list(range(BUCKETS)), program_id=program_id, tail=tail, most=most
    )
    return [_card(row) for row in rows]


async def lost_cards(tx: Tx, first_bucket: int, last_bucket: int) -> list[tuple[int, UUID, str]]:
    """M6: (bucket, member, number) of cards whose number does not lead to their member."""
    rows = await queries(_Q).lost_cards(tx.conn, tenant_id=tx.tenant_id, first_bucket=first_bucket, last_bucket=last_bucket)
    return [(r["bucket"], r["member_id"], r["number"]) for r in rows]


async def claim_pass(tx: Tx, program_id: int, one: Pass) -> bool:
    """Claim a pass's number; False when it is taken."""
    key = _key(program_id, one.number)
    claimed = await queries(_Q).claim_pass(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=key_bucket(tx.tenant_id, "pass", key),
        key=key,
        member_bucket=bucket_of(one.member_id),
        member_id=one.member_id,
    )
    return claimed is not None


async def insert_pass(tx: Tx, program_id: int, one: Pass) -> None:
    """Write a pass whose number is claimed."""
    await queries(_Q).insert_pass(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket_of(one.member_id),
        member_id=one.member_id,
        number=one.number,
        program_id=program_id,
        secret=one.secret,
        holder=one.holder,
        issued_at=one.issued_at,
        valid_until=one.valid_until,
    )


async def lock_pass(tx: Tx, program_id: int, number: str) -> Pass | None:
    """The pass with that number, locked; None: there is none."""
    key = _key(program_id, number)
    found = await queries(_Q).find_pass(tx.conn, tenant_id=tx.tenant_id, bucket=key_bucket(tx.tenant_id, "pass", key), key=key)
    if found is None:
        return None
    row = await queries(_Q).lock_pass(
        tx.conn, tenant_id=tx.tenant_id, bucket=found["member_bucket"], member_id=found["member_id"], number=number
    )
    return Pass(**dict(row)) if row else None


async def pass_of(tx: Tx, member_id: UUID, holder: UUID, at: datetime) -> Pass | None:
    """The newest pass of a holder that counts."""
    row = await queries(_Q).pass_of(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id, holder=holder, at=at)
    return Pass(**dict(row)) if row else None


async def note_step(tx: Tx, one: Pass, step: int) -> None:
    """Remember the newest step a code of a locked pass was accepted for."""
    await queries(_Q).note_step(
        tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(one.member_id), member_id=one.member_id, number=one.number, step=step
    )


async def revoke_passes(tx: Tx, member_id: UUID, holder: UUID | None, at: datetime) -> None:
    """Take back a member's passes, or those of one holder."""
    await queries(_Q).revoke_passes(tx.conn, tenant_id=tx.tenant_id, bucket=bucket_of(member_id), member_id=member_id, holder=holder, at=at)


async def insert_consents(tx: Tx, member: Member, ids: Sequence[UUID], given: Sequence[Consent]) -> None:
    """Write what a member said at one moment, about one version, in one language."""
    first = given[0]
    await queries(_Q).insert_consents(
        tx.conn,
        tenant_id=tx.tenant_id,
        bucket=bucket_of(member.member_id),
        member_id=member.member_id,
        program_id=member.program_id,
        ids=list(ids),
        purposes=[c.purpose for c in given],
        given=[c.is_given for c in given],
        version=first.version,
        lang=first.lang,
        digests=[c.digest for c in given],
        origin=first.origin,
        at=first.at,
        terms=first.terms_version,
        terms_digest=first.terms_digest,
    )


async def consents_of(tx: Tx, owners: Sequence[UUID]) -> list[Consent]:
    """Everything members said, the newest first."""
    rows = await queries(_Q).consents_of(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(o) for o in owners], members=list(owners))
    return [Consent(**dict(r)) for r in rows]


async def erase_profiles(tx: Tx, owners: Sequence[UUID]) -> None:
    """Forget the personal data of members."""
    await queries(_Q).erase_profiles(tx.conn, tenant_id=tx.tenant_id, buckets=[bucket_of(o) for o in owners], members=list(owners))


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


def _end_of(member_id: UUID, heirs: Mapping[UUID, UUID]) -> UUID:
    """Where a chain of successors ends. It never turns back: only a membership that goes on takes over another."""
    while member_id in heirs:
        member_id = heirs[member_id]
    return member_id


def _card_bucket(tx: Tx, key: str) -> int:
    """Beside the reference of the same spelling, so that one statement sees both."""
    return key_bucket(tx.tenant_id, "reference", key)


def _card(r: Any) -> Card:
    return Card(**{**dict(r), "carrier": Carrier(r["carrier"]), "condition": Condition(r["condition"])})


def _member(row: Sequence[Any]) -> Member:
    """A member of the first columns of a row."""
    member_id, program_id, reference, status, enrolled_at, segments, *_ = row
    return Member(
        member_id=member_id,
        program_id=program_id,
        reference=reference,
        status=status,
        enrolled_at=enrolled_at,
        segments=frozenset(segments),
    )
